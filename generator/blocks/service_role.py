"""A role that one AWS service assumes, with one inline policy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from awacs import sts
from awacs.aws import Allow, PolicyDocument, Principal, Statement
from troposphere import iam

from generator.blocks.deploy_permissions import ROLES, Actions, Grant
from generator.blocks.metadata import about

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from awacs.aws import Condition

DEPLOY_GRANTS: Actions = {
    "AWS::IAM::Role": (
        Grant(
            (
                "iam:CreateRole",
                "iam:DeleteRole",
                "iam:DeleteRolePermissionsBoundary",
                "iam:DeleteRolePolicy",
                "iam:GetRole",
                "iam:GetRolePolicy",
                "iam:ListAttachedRolePolicies",
                "iam:ListRolePolicies",
                "iam:PutRolePermissionsBoundary",
                "iam:PutRolePolicy",
                "iam:TagRole",
                "iam:UntagRole",
                "iam:UpdateAssumeRolePolicy",
                "iam:UpdateRole",
                "iam:UpdateRoleDescription",
            ),
            ROLES,
        ),
    ),
}


def service_role(  # noqa: PLR0913  (the properties of a role)
    *,
    title: str,
    service: str,
    path: str,
    policy: str,
    statements: Sequence[Statement],
    why: str,
    tags: Mapping[str, str],
    only_for: Condition | None = None,
) -> iam.Role:
    """Build the role. It has a path but no name: names of roles are global in an account.

    ``only_for`` narrows what the service may assume the role for.
    """
    trust = {} if only_for is None else {"Condition": only_for}
    return iam.Role(
        title,
        Path=path,
        AssumeRolePolicyDocument=_document(
            Statement(
                Effect=Allow,
                Principal=Principal("Service", service),
                Action=[sts.AssumeRole],
                **trust,
            )
        ),
        Policies=[iam.Policy(PolicyName=policy, PolicyDocument=_document(*statements))],
        **about(why, tags),
    )


def _document(*statements: Statement) -> PolicyDocument:
    return PolicyDocument(Version="2012-10-17", Statement=list(statements))
