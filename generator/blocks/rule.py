"""The EventBridge rule of a route: the filter."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from troposphere import Sub, events

from generator.blocks.deploy_permissions import ACCOUNT, Actions, Grant, arns_of
from generator.blocks.metadata import about

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

DEPLOY_GRANTS: Actions = {
    "AWS::Events::Rule": (
        Grant(
            (
                "events:DeleteRule",
                "events:DescribeRule",
                "events:ListTagsForResource",
                "events:ListTargetsByRule",
                "events:PutRule",
                "events:PutTargets",
                "events:RemoveTargets",
                "events:TagResource",
                "events:UntagResource",
            ),
            arns_of(f"events:*:{ACCOUNT}:rule/"),
        ),
    ),
}


ARN_OF_RULE = "arn:${AWS::Partition}:events:${AWS::Region}:${AWS::AccountId}:rule/"
"""What comes before a rule's name, for Fn::Sub."""


def rule(  # noqa: PLR0913  (the properties of a rule)
    *,
    title: str,
    name: str,
    description: str,
    pattern: Mapping[str, Any],
    target: events.Target,
    why: str,
    tags: Mapping[str, str],
    state: Any = "ENABLED",
    after: Sequence[str] = (),
) -> events.Rule:
    """Build the rule that hands matching events, untouched, to its target.

    ``after`` names, by logical id, what must admit the rule first.

    A rule that is disabled matches nothing, and keeps nothing for later.
    https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_DisableRule.html
    """
    waits = {"DependsOn": list(after)} if after else {}
    return events.Rule(
        title,
        **waits,
        Name=name,
        Description=description,
        EventPattern=dict(pattern),
        State=state,
        Targets=[target],
        **about(why, tags),
    )


def rule_arn(name: str) -> Sub:
    """Return the ARN of a rule by its name: what the rule waits for can then name the rule."""
    return Sub(f"{ARN_OF_RULE}{name}")
