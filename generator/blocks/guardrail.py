"""A channel guardrail: a managed policy, the upper limit of what people can do from a channel.

What they can do is allowed by the channel's role and by its guardrails: a button whose action the
guardrails leave out is denied.
https://docs.aws.amazon.com/chatbot/latest/adminguide/understanding-permissions.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from awacs.aws import PolicyDocument
from troposphere import iam

from generator.blocks.deploy_permissions import ACCOUNT, Actions, Grant
from generator.blocks.metadata import about

if TYPE_CHECKING:
    from collections.abc import Sequence

    from awacs.aws import Statement

DEPLOY_GRANTS: Actions = {
    "AWS::IAM::ManagedPolicy": (
        # None that attaches it: the chat service applies it to the sessions of the channel's role.
        Grant(
            (
                "iam:CreatePolicy",
                "iam:CreatePolicyVersion",
                "iam:DeletePolicy",
                "iam:DeletePolicyVersion",
                "iam:GetPolicy",
                "iam:GetPolicyVersion",
                "iam:ListEntitiesForPolicy",
                "iam:ListPolicyVersions",
            ),
            (f"iam::{ACCOUNT}:policy/{{name}}/*",),
        ),
    ),
}


def guardrail(*, title: str, path: str, statements: Sequence[Statement]) -> iam.ManagedPolicy:
    """Build the policy. Like the roles it has a path but no name; CloudFormation cannot tag it."""
    return iam.ManagedPolicy(
        title,
        Path=path,
        PolicyDocument=PolicyDocument(Version="2012-10-17", Statement=list(statements)),
        **about("The channel's guardrail for its buttons: what they do, and nothing else."),
    )
