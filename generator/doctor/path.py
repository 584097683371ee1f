"""What of a template a finding passes, with the ARNs that it has in this account and Region."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from generator.blocks.logical_ids import logical_ids
from generator.messages.texts import texts_of
from generator.params.naming import logical_id
from generator.templates.alarm_topics import alarm_topic_ids
from generator.templates.channel import topics_of
from generator.templates.kinds import kind_of
from generator.templates.texts import text_ids

if TYPE_CHECKING:
    from generator.doctor.case import Case
    from generator.params import Route

TOPIC, RULE, QUEUE = "AWS::SNS::Topic", "AWS::Events::Rule", "AWS::SQS::Queue"
MACHINE, ALARM = "AWS::StepFunctions::StateMachine", "AWS::CloudWatch::Alarm"


def topic_arns(case: Case) -> dict[str, str]:
    """Return the ARNs of the topics, by logical id."""
    names = case.planned.named(TOPIC)
    return {title: case.aws.arn("sns", name) for title, name in names.items()}


def machine_arns(case: Case) -> dict[str, str]:
    """Return the ARNs of the state machines, by logical id."""
    names = case.planned.named(MACHINE)
    return {title: case.aws.arn("states", f"stateMachine:{name}") for title, name in names.items()}


def channel_topics(case: Case, channel: str) -> list[str]:
    """Return the ARNs of the topics that a channel shows."""
    arns = topic_arns(case)
    titles = [topic.data["Ref"] for topic in topics_of(case.settings, channel)]
    return [arns[title] for title in titles if title in arns]


def route_topics(case: Case, route: Route) -> dict[str, str]:
    """Return the ARNs of the topics of a route, by logical id: one for each text."""
    arns = topic_arns(case)
    titles = [text_ids(route, text).topic for text in texts_of(case.settings, route)]
    return {title: arns[title] for title in titles if title in arns}


def route_machine(case: Case, route: Route) -> str | None:
    """Return the logical id of the state machine of a route, if it has one."""
    if not route.has_state_machine:
        return None
    return kind_of(case.settings, route).ids.state_machine


def route_rules(case: Case, route: Route) -> dict[str, str]:
    """Return the names of the rules of a route, by logical id: a long list needs several."""
    first = logical_ids(logical_id(route.name)).rule
    names = case.planned.named(RULE)
    return {title: name for title, name in names.items() if re.fullmatch(rf"{first}\d*", title)}


def message_topics(case: Case) -> dict[str, str]:
    """Return the ARNs of the topics that messages pass, by logical id: not those of alarms."""
    of_alarms = {alarm_topic_ids(channel).topic for channel in case.settings.channels}
    return {title: arn for title, arn in topic_arns(case).items() if title not in of_alarms}
