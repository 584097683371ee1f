"""The EventBridge rule of a route: the filter."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from troposphere import If, NoValue, Sub, events

from generator.blocks import about
from generator.blocks.needs import ACCOUNT, Actions, Needs, named

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

ACTIONS: Actions = {
    "AWS::Events::Rule": (
        Needs(
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
            named(f"events:*:{ACCOUNT}:rule/"),
        ),
    ),
}


def rule(  # noqa: PLR0913  (the properties of a rule)
    *,
    title: str,
    name: str,
    description: str,
    pattern: Mapping[str, Any],
    target: events.Target,
    why: str,
    tags: Mapping[str, str],
) -> events.Rule:
    """Build the rule that hands matching events, untouched, to its target."""
    return events.Rule(
        title,
        Name=name,
        Description=description,
        EventPattern=dict(pattern),
        State="ENABLED",
        Targets=[target],
        **about(why, tags),
    )


def rule_arn(name: str) -> Sub:
    """Return the ARN of a rule by its name: what the rule waits for can then name the rule."""
    return Sub(f"arn:${{AWS::Partition}}:events:${{AWS::Region}}:${{AWS::AccountId}}:rule/{name}")


def only_if(condition: str, pattern: Mapping[str, Any], path: Sequence[str]) -> dict[str, Any]:
    """Return the pattern with one of its keys there only under a condition.

    What holds nothing but this key goes with it, since EventBridge refuses empty objects.
    """
    key, *rest = path
    if rest and not _holds_only(pattern[key], rest):
        return {**pattern, key: only_if(condition, pattern[key], rest)}
    return {**pattern, key: If(condition, pattern[key], NoValue)}


def either(condition: str, one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    """Return a pattern that is the one under a condition and the other without it."""
    keys = [*one, *(key for key in other if key not in one)]
    return {key: _either(condition, one.get(key, NoValue), other.get(key, NoValue)) for key in keys}


def _either(condition: str, one: Any, other: Any) -> Any:
    if one == other:
        return one
    if isinstance(one, dict) and isinstance(other, dict):
        return either(condition, one, other)
    return If(condition, one, other)


def _holds_only(pattern: Mapping[str, Any], path: Sequence[str]) -> bool:
    key, *rest = path
    return len(pattern) == 1 and (not rest or _holds_only(pattern[key], rest))
