"""Receiving at the home: who else may put events on its bus, and alarms that come that way."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from troposphere import Sub, events

from generator.blocks.forwarding import alarm_pattern
from generator.blocks.logical_ids import FORWARDED_ALARMS, HOME_BUS_POLICY
from generator.blocks.metadata import about
from generator.blocks.rule import rule
from generator.blocks.rule_target import target

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def receive(  # noqa: PLR0913  (the conditions of a policy)
    *,
    name: str,
    bus: Any,
    role_path: str,
    sources: Mapping[str, Sequence[str]],
    organization: Any = None,
    accounts: Sequence[str] = (),
) -> events.EventBusPolicy:
    """Let the forwarding roles of an organization, or else of accounts, put events on the bus.

    ``sources`` maps each source of events that is forwarded to its detail-types. ForAllValues is
    also true where a request names no source; the role is then still one of ours.
    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-bus-perms.html
    https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoneventbridge.html
    """
    roles = Sub(f"arn:${{AWS::Partition}}:iam::*:role{role_path}*")
    conditions: dict[str, Any] = {
        "ArnLike": {"aws:PrincipalArn": roles},
        "ForAllValues:StringEquals": {
            "events:source": list(sources),
            "events:detail-type": [kind for kinds in sources.values() for kind in kinds],
        },
    }
    if organization is not None:
        conditions["StringEquals"] = {"aws:PrincipalOrgID": organization}
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": list(accounts)} if organization is None else "*",
        "Action": "events:PutEvents",
        "Resource": bus,
        "Condition": conditions,
    }
    return events.EventBusPolicy(
        HOME_BUS_POLICY,
        EventBusName="default",
        StatementId=name,
        Statement=statement,
        **about("Allows only the forwarding roles to put events here, and only what they forward."),
    )


# The chat service is documented to show an alarm that SNS brings from CloudWatch, not one that
# EventBridge brings; a custom notification it shows in any case. The values fit into JSON as they
# are: the pattern has the names of our own alarms only.
# https://docs.aws.amazon.com/chatbot/latest/adminguide/custom-notifs.html
_FORWARDED = {
    "version": "1.0",
    "source": "custom",
    "content": {
        "textType": "client-markdown",
        "title": "Forwarding fails in account <account> (<region>)",
        "description": (
            "Findings of that account and region may not reach this channel. The description of the"
            " alarm <alarm> there:"
            " https://<region>.console.aws.amazon.com/cloudwatch/home?region=<region>"
            "#alarmsV2:alarm/<alarm>"
        ),
    },
}


def receive_alarms(  # noqa: PLR0913  (the properties of a rule)
    *,
    name: str,
    description: str,
    alarms: Sequence[str],
    topic: Any,
    title: str,
    tags: Mapping[str, str],
) -> events.Rule:
    """Build what brings forwarded alarms to an alarm topic; ``title`` is its logical id."""
    transformer = events.InputTransformer(
        InputPathsMap={
            "account": "$.account",
            "region": "$.region",
            "alarm": "$.detail.alarmName",
        },
        InputTemplate=json.dumps(_FORWARDED),
    )
    return rule(
        title=FORWARDED_ALARMS,
        name=name,
        description=description,
        pattern=alarm_pattern(alarms),
        target=target(title=title, arn=topic, transformer=transformer),
        why="Posts to the channel when forwarding fails elsewhere.",
        tags=tags,
    )
