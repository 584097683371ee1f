"""Forwarding to the home: one rule, and the role that lets it put events on the home's bus."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from awacs import events as actions
from awacs.aws import Allow, Statement
from troposphere import GetAtt, events, iam

from generator.blocks import about
from generator.blocks.needs import ROLES, Actions, Needs
from generator.blocks.role import service_role
from generator.blocks.target import target

if TYPE_CHECKING:
    from collections.abc import Mapping

ACTIONS: Actions = {
    "AWS::Events::Rule": (Needs(("iam:PassRole",), ROLES, passed_to=("events.amazonaws.com",)),),
}
"""Beside those of every rule: the role is passed to EventBridge."""


class Forward(NamedTuple):
    """The rule and its role."""

    role: iam.Role
    rule: events.Rule


def forward(  # noqa: PLR0913  (the properties of a rule)
    *,
    name: str,
    description: str,
    pattern: Mapping[str, Any],
    bus: Any,
    role_path: str,
    tags: Mapping[str, str],
) -> Forward:
    """Build what sends matching events to a bus in another account or region.

    The event arrives as it was: no transformation is possible on the way, its source stays
    aws.securityhub, and its account and region stay those it came from.
    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-cross-account.html
    """
    role = service_role(
        title="RoleToHome",
        service="events.amazonaws.com",
        path=role_path,
        policy="PutEventsToHome",
        statements=[Statement(Effect=Allow, Action=[actions.PutEvents], Resource=[bus])],
        why="Lets EventBridge put events on the home's bus, and nothing else.",
        tags=tags,
    )
    rule = events.Rule(
        "RuleToHome",
        Name=name,
        Description=description,
        EventPattern=dict(pattern),
        State="ENABLED",
        Targets=[target(title="HomeBus", arn=bus, role=GetAtt(role, "Arn"))],
        **about("Sends what any route takes to the home, each event once.", tags),
    )
    return Forward(role, rule)
