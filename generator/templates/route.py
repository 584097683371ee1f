"""What a home holds of one route: where its findings go, and the rule that sends them there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from troposphere import AWSObject, FindInMap, GetAtt, Ref, sqs

from generator import pattern
from generator.blocks.alarms import alarm_names, alarms, watched_on_the_way
from generator.blocks.dead_letters import queue, queue_policy
from generator.blocks.definition import ALL, FIRST, jsonata
from generator.blocks.processor import Processor, processor
from generator.blocks.rule import only_if, rule, rule_arn
from generator.blocks.target import target
from generator.blocks.topic import EVENTBRIDGE, Topic, topic
from generator.messages import expression
from generator.names import list_parameter, logical_id, physical_name
from generator.templates.alarm_topics import alarm_topic

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from troposphere import events

    from generator.blocks.alarms import Watched
    from generator.settings import Route, Settings

ONLY_NEW = "OnlyNewFindings"
MESSAGES = "Messages"
_JSONATA = "jsonata"


class Shared(NamedTuple):
    """What all routes of a home share: a key's ARN and a role's, where there are any."""

    key: Any = None
    logging_role: Any = None


class _Way(NamedTuple):
    """What stands on a finding's way, and what it leaves."""

    topic: Topic
    between: Processor | None
    letters: sqs.Queue | None


def route_resources(settings: Settings, route: Route, shared: Shared) -> list[AWSObject]:
    """Build a route's resources, in the order of a finding's way back from the channel."""
    letters = _dead_letters(settings, route, shared)
    between = _processor(settings, route, shared, letters) if processed(route) else None
    way = _Way(_topic(settings, route, shared, between), between, letters)
    filtering = rule(
        title=f"{logical_id(route.name)}Rule",
        name=route_name(settings, route),
        description=f"{settings.description} ({route.name})",
        pattern=_pattern(route),
        target=_target(way),
        why="The filter: which findings go on.",
        tags=settings.tags,
    )
    kept = _kept(settings, route, way)
    _in_order(way, filtering, kept)
    watching = _alarms(settings, route, filtering, way)
    return [*way.topic, *(between or ()), filtering, *kept, *watching]


def _in_order(way: _Way, filtering: events.Rule, kept: Sequence[AWSObject]) -> None:
    """See to it that a rule sends nothing before it is admitted: refusals are not tried again.

    A state machine publishes by its own role, so there the topic's policy comes after the rule: a
    route that becomes such a one keeps EventBridge admitted until the rule sends elsewhere.
    """
    admits = [one.title for one in kept if isinstance(one, sqs.QueuePolicy)]
    if way.between:
        way.topic.policy.DependsOn = filtering.title
    else:
        admits.append(way.topic.policy.title)
    if admits:
        filtering.DependsOn = admits


def processed(route: Route) -> bool:
    """Whether a state machine stands between the route's rule and topic."""
    return route.message != "native" or route.notify == "once"


def messages(settings: Settings) -> dict[str, Any]:
    """Return the mapping that holds each message that a state machine composes.

    There it stands once, however many routes send it: most of a state machine's size is this.
    """
    kinds = dict.fromkeys(route.message for route in settings.routes if processed(route))
    texts = {kind: {_JSONATA: jsonata(expression(kind, settings.language))} for kind in kinds}
    return {MESSAGES: texts} if texts else {}


def _topic(settings: Settings, route: Route, shared: Shared, between: Processor | None) -> Topic:
    return topic(
        prefix=logical_id(route.name),
        name=route_name(settings, route),
        display_name=settings.topic.display_name or settings.name,
        key=shared.key,
        logging_role=shared.logging_role,
        publishers=() if between else (EVENTBRIDGE,),
        why=f"Takes {'messages' if between else 'findings'} from the"
        f" {'state machine' if between else 'rule'}; the chat configuration subscribes to it.",
        tags=settings.tags,
    )


def _processor(
    settings: Settings, route: Route, shared: Shared, letters: sqs.Queue | None
) -> Processor:
    shown = ALL if route.message == "native" else FIRST
    return processor(
        prefix=logical_id(route.name),
        name=route_name(settings, route),
        topic=Ref(topic_title(route)),
        message=FindInMap(MESSAGES, route.message, _JSONATA),
        marks=shown if route.notify == "once" else "",
        queue=letters,
        key=shared.key,
        role_path=role_path(settings),
        tags=settings.tags,
    )


def _target(way: _Way) -> events.Target:
    letters = way.letters and GetAtt(way.letters, "Arn")
    if way.between:
        machine, role = way.between.machine, GetAtt(way.between.starter, "Arn")
        return target(title=machine.title, arn=Ref(machine), role=role, dead_letters=letters)
    # No role: the topic's own policy admits EventBridge, and a role is documented to fail with
    # encrypted topics.
    made = way.topic.topic
    return target(title=made.title, arn=Ref(made), dead_letters=letters)


def _dead_letters(settings: Settings, route: Route, shared: Shared) -> sqs.Queue | None:
    if not settings.dead_letter_queue:
        return None
    name = route_name(settings, route)
    return queue(prefix=logical_id(route.name), name=name, key=shared.key, tags=settings.tags)


def _kept(settings: Settings, route: Route, way: _Way) -> list[AWSObject]:
    """Return the queue with its policy, if the file asks for one."""
    if way.letters is None:
        return []
    arn = rule_arn(route_name(settings, route))
    return [way.letters, queue_policy(way.letters, rule=arn)]


def _alarms(
    settings: Settings, route: Route, filtering: events.Rule, way: _Way
) -> Iterator[AWSObject]:
    if settings.alarms:
        yield from alarms(
            prefix=logical_id(route.name),
            name=route_name(settings, route),
            subject=f"Route {route.name}",
            watched=_watched(filtering, way),
            actions=[alarm_topic(route.channel)],
            tags=settings.tags,
        )


def _watched(filtering: events.Rule, way: _Way) -> list[Watched]:
    return watched_on_the_way(
        rule=Ref(filtering),
        machine=way.between and Ref(way.between.machine),
        topic=GetAtt(way.topic.topic, "TopicName"),
        queue=way.letters and GetAtt(way.letters, "QueueName"),
    )


def alarms_of(settings: Settings, route: Route) -> list[str]:
    """Return the names of the alarms of a route, without building what they watch."""
    watched = watched_on_the_way(
        rule="",
        machine="" if processed(route) else None,
        topic="",
        queue="" if settings.dead_letter_queue else None,
    )
    return alarm_names(route_name(settings, route), watched) if settings.alarms else []


def route_name(settings: Settings, route: Route) -> str:
    """Return the name in AWS of the route's rule, with which its other names begin."""
    return physical_name(settings.name, route.name, first=route == settings.routes[0])


def role_path(settings: Settings) -> str:
    """Return the path of all roles, by which a launch role is narrowed to them."""
    return f"/{settings.name}/"


def topic_title(route: Route) -> str:
    """Return the logical id of the topic to which the chat configuration subscribes."""
    return f"{logical_id(route.name)}Topic"


def _pattern(route: Route) -> dict[str, Any]:
    lists = pattern.tunable(route.match)
    tuned = {name: Ref(list_parameter(route.name, name)) for name in lists}
    deployed = pattern.event_pattern(route.match, tuned, route.on)
    if pattern.only_new(route):
        return only_if(ONLY_NEW, deployed, ("detail", "findings", "Workflow"))
    return deployed
