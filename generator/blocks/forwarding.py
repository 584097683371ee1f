"""Forwarding to the home: one rule, and the role that lets it put events on the home's bus."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from awacs import events as actions
from awacs.aws import Allow, Statement
from troposphere import GetAtt, events, iam

from generator.blocks.logical_ids import ALARMS_TO_HOME, ROLE_TO_HOME, RULE_TO_HOME
from generator.blocks.rule import rule
from generator.blocks.rule_target import target
from generator.blocks.service_role import service_role

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

"""In addition to those of every rule: the role is passed to EventBridge."""

ALARM_SOURCE, ALARM_CHANGE = "aws.cloudwatch", "CloudWatch Alarm State Change"


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
    state: Any,
    role_path: str,
    tags: Mapping[str, str],
    dead_letters: Any = None,
) -> Forward:
    """Build what sends matching events to a bus in another account or region.

    What cannot be sent goes to the queue ``dead_letters`` (its ARN), if there is one.

    The event arrives as it was: no transformation is possible on the way, its source stays
    aws.securityhub, and its account and region stay those it came from.
    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-cross-account.html
    """
    role = service_role(
        title=ROLE_TO_HOME,
        service="events.amazonaws.com",
        path=role_path,
        policy="PutEventsToHome",
        statements=[Statement(Effect=Allow, Action=[actions.PutEvents], Resource=[bus])],
        why="Allows EventBridge to put events on the home's bus, and nothing else.",
        tags=tags,
    )
    to_bus = target(title="HomeBus", arn=bus, role=GetAtt(role, "Arn"), dead_letters=dead_letters)
    sending = rule(
        title=RULE_TO_HOME,
        name=name,
        description=description,
        pattern=pattern,
        target=to_bus,
        why="Sends to the home whatever any route matches, each event once.",
        tags=tags,
        state=state,
    )
    return Forward(role, sending)


def forward_alarms(  # noqa: PLR0913  (the properties of a rule)
    *,
    name: str,
    description: str,
    alarms: Sequence[str],
    bus: Any,
    role: Any,
    tags: Mapping[str, str],
) -> events.Rule:
    """Build what sends the named alarms to the home, since no alarm acts in another region.

    It has no queue and no alarm of its own: they would report by the path that is broken.
    """
    return rule(
        title=ALARMS_TO_HOME,
        name=name,
        description=description,
        pattern=alarm_pattern(alarms),
        target=target(title="HomeBus", arn=bus, role=role),
        why="Reports to the home, and so to Slack, when forwarding fails here.",
        tags=tags,
    )


def alarm_pattern(alarms: Sequence[str]) -> dict[str, Any]:
    """Return the pattern that matches the named alarms when they go off.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-and-eventbridge.html
    """
    return {
        "source": [ALARM_SOURCE],
        "detail-type": [ALARM_CHANGE],
        "detail": {"alarmName": list(alarms), "state": {"value": ["ALARM"]}},
    }
