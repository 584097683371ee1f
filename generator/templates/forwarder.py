"""What an instance elsewhere contains: the path to the home, its dead letters and its alarm."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from troposphere import AWSObject, GetAtt, Output, Ref, Sub

from generator.blocks.alarm_metrics import FAILED_FORWARDING, FORWARDING_DEAD_LETTERS
from generator.blocks.alarms import Watched, alarm_names, alarms
from generator.blocks.dead_letters import SUFFIX, queue, queue_policy
from generator.blocks.forwarding import ALARM_CHANGE, ALARM_SOURCE, forward, forward_alarms
from generator.blocks.logical_ids import RULE_TO_HOME, logical_ids
from generator.blocks.receiving import receive_alarms
from generator.blocks.topic import EVENTBRIDGE, Publisher
from generator.cloudformation.limits import LONGEST_QUEUE_NAME, LONGEST_RULE_NAME
from generator.findings.events import SOURCE, detail_type
from generator.params.naming import FORWARDED_ALARMS, TO_HOME, logical_id
from generator.templates.alarm_topics import alarm_topic_ids
from generator.templates.boundary import add_boundary, may_be_bound
from generator.templates.console import queue_outputs
from generator.templates.forwarding_pattern import forwarding_pattern
from generator.templates.home_location import home_bus, may_forward
from generator.templates.pause import state
from generator.templates.shared import role_path

if TYPE_CHECKING:
    from troposphere import events, iam, sqs

    from generator.params import Settings


_IDS = logical_ids(logical_id(TO_HOME))


class Forwarder(NamedTuple):
    """The role is separate: whether a stack may be empty is not documented."""

    role: iam.Role
    resources: list[AWSObject]
    outputs: list[Output]


def forwarder(settings: Settings) -> Forwarder:
    """Build what forwards, in the order of a finding's way."""
    letters = _dead_letters(settings)
    sending = forward(
        name=_rule_name(settings, "forward"),
        description=f"{settings.description} (to the home)",
        pattern=forwarding_pattern(settings),
        bus=home_bus(settings),
        state=state(),
        role_path=role_path(settings),
        tags=settings.tags,
        dead_letters=letters and GetAtt(letters, "Arn"),
    )
    if may_be_bound(settings):
        add_boundary(sending)
    resources: list[AWSObject] = [sending.rule]
    if letters is not None:
        policy = queue_policy(letters, rules=[_rule_name(settings, "forward")])
        # Refusals are not tried again: the rule waits until it is admitted.
        sending.rule.DependsOn = policy.title
        resources += [letters, policy]
    resources += _alarms(settings, sending.role)
    outputs = [_rule_arn(sending.rule), _rule_link(sending.rule)]
    if letters is not None:
        outputs += queue_outputs(letters.title)
    return Forwarder(sending.role, resources, outputs)


def alarms_at_home(settings: Settings) -> events.Rule:
    """Build what sends the alarms of all others to the first channel of the first route."""
    ids = alarm_topic_ids(settings.routes[0].channels[0])
    rule = receive_alarms(
        name=_rule_name(settings, FORWARDED_ALARMS),
        description=f"{settings.description} (alarms from elsewhere)",
        alarms=alarm_names_elsewhere(settings),
        topic=Ref(ids.topic),
        title=ids.topic,
        tags=settings.tags,
    )
    rule.DependsOn = ids.topic_policy
    return rule


def forwarded_sources(settings: Settings) -> dict[str, tuple[str, ...]]:
    """Return the detail-types of the events that reach the home, by their source."""
    kinds = tuple(dict.fromkeys(detail_type(route.source, route.on) for route in settings.routes))
    alarms = {ALARM_SOURCE: (ALARM_CHANGE,)} if settings.has_alarms_elsewhere else {}
    return {SOURCE: kinds, **alarms}


def alarm_publishers(settings: Settings) -> tuple[Publisher, ...]:
    """Return who publishes alarms at home in addition to CloudWatch."""
    return (EVENTBRIDGE,) if settings.has_alarms_elsewhere and may_forward(settings) else ()


def _dead_letters(settings: Settings) -> sqs.Queue | None:
    """Build the queue, which SQS encrypts: a customer's key is the home's."""
    if not settings.dead_letter_queue:
        return None
    name = queue_name_elsewhere(settings)
    return queue(title=_IDS.dead_letters, name=name, tags=settings.tags)


def queue_name_elsewhere(settings: Settings) -> str:
    """Return what the name of the queue begins with; it leaves room for the suffix."""
    room = LONGEST_QUEUE_NAME - len(f"-{TO_HOME}{SUFFIX}")
    return f"{settings.name[:room]}-{TO_HOME}"


def alarm_names_elsewhere(settings: Settings) -> list[str]:
    """Return the names of the alarms in every place that forwards findings."""
    if not settings.has_alarms_elsewhere:
        return []
    return alarm_names(_alarm_prefix(settings), [_watched(settings)])


def _watched(settings: Settings) -> Watched:
    """Return the one metric to watch of what forwards; there are thousands of such places.

    Whatever cannot be sent ends in the queue. What cannot even be kept is not seen: the metric of
    that is one more alarm in each place, for a queue that somebody broke there by hand.
    """
    if settings.dead_letter_queue:
        return Watched((FORWARDING_DEAD_LETTERS,), (GetAtt(_IDS.dead_letters, "QueueName"),))
    return Watched((FAILED_FORWARDING,), (Ref(RULE_TO_HOME),))


def _alarm_prefix(settings: Settings) -> str:
    return f"{settings.name}-{TO_HOME}"


def _alarms(settings: Settings, role: iam.Role) -> list[AWSObject]:
    """Build the alarm, which acts on nothing here, and the rule that sends it to the home."""
    if not settings.has_alarms_elsewhere:
        return []
    alarms_here = alarms(
        ids=_IDS,
        name=_alarm_prefix(settings),
        subject="Forwarding to the home",
        watched=[_watched(settings)],
        actions=[],
        tags=settings.tags,
    )
    forwarding = forward_alarms(
        name=_rule_name(settings, "forward-alarms"),
        description=f"{settings.description} (alarms to the home)",
        alarms=alarm_names_elsewhere(settings),
        bus=home_bus(settings),
        role=GetAtt(role, "Arn"),
        tags=settings.tags,
    )
    return [*alarms_here, forwarding]


def _rule_name(settings: Settings, suffix: str) -> str:
    return f"{settings.name[: LONGEST_RULE_NAME - len(suffix) - 1]}-{suffix}"


def _rule_arn(rule: events.Rule) -> Output:
    return Output("RuleToHomeArn", Description="Forwarding rule", Value=GetAtt(rule, "Arn"))


def _rule_link(rule: events.Rule) -> Output:
    link = (
        "https://${AWS::Region}.console.aws.amazon.com/events/home?region=${AWS::Region}"
        f"#/eventbus/default/rules/${{{rule.title}}}"
    )
    return Output("RuleToHomeLink", Description="Forwarding rule in the console", Value=Sub(link))
