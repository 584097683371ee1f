"""What a home contains for one route: where its findings go, and the rule that sends them there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from troposphere import AWSObject, GetAtt, Ref, sqs

from generator.blocks.alarms import alarm_names, alarms, watched_on_the_way
from generator.blocks.dead_letters import queue, queue_policy
from generator.blocks.logical_ids import LogicalIds, logical_ids
from generator.blocks.marking import marking
from generator.blocks.rule import rule, rule_arn
from generator.blocks.rule_target import target
from generator.blocks.state_machine import Processor, processor
from generator.blocks.topic import EVENTBRIDGE, Topic
from generator.cloudformation.limits import LONGEST_RULE_NAME
from generator.eventbridge.algebra import only_if
from generator.params.naming import list_parameter, logical_id
from generator.routing.event_pattern import event_pattern, only_new, tunable
from generator.routing.fields import fields_of
from generator.routing.rule_parts import TooLongError, parts
from generator.templates.alarm_topics import alarm_topic
from generator.templates.errors import UnbuildableError
from generator.templates.pause import state
from generator.templates.shared import role_path
from generator.templates.texts import publications, topics, watched_topics

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from troposphere import events

    from generator.blocks.alarms import Watched
    from generator.params import Match, Route, Settings
    from generator.templates.shared import Shared

ONLY_NEW = "OnlyNewFindings"


class _Way(NamedTuple):
    """The resources that a finding passes, and the queue for failures."""

    topics: list[Topic]
    between: Processor | None
    letters: sqs.Queue | None


def route_resources(settings: Settings, route: Route, shared: Shared) -> list[AWSObject]:
    """Build a route's resources, in the order of a finding's way back from the channel."""
    matches = _matches(settings, route)
    letters = _dead_letters(settings, route, shared)
    between = _processor(settings, route, shared, letters) if route.has_state_machine else None
    way = _Way(_topics(settings, route, shared), between, letters)
    rules = [_rule(settings, route, way, part, matches) for part in range(len(matches))]
    kept = _kept(way, rules)
    _in_order(way, rules, kept)
    watching = _alarms(settings, route, rules, way)
    receiving = [resource for topic in way.topics for resource in topic]
    return [*receiving, *(between or ()), *rules, *kept, *watching]


def _matches(settings: Settings, route: Route) -> list[Match]:
    """Return the match of each rule of the route."""
    try:
        return parts(route, settings.pattern_length)
    except TooLongError as error:
        location = ("routes", settings.routes.index(route), "match", error.key)
        raise UnbuildableError((location, error.message)) from None


def _rule(
    settings: Settings, route: Route, way: _Way, part: int, matches: Sequence[Match]
) -> events.Rule:
    number = _number(part)
    of_several = f", part {part + 1} of {len(matches)}" if len(matches) > 1 else ""
    name = settings.route_name(route) + (number and f"-Part{number}")
    if len(name) > LONGEST_RULE_NAME:
        message = (
            f"this route's match needs {len(matches)} rules, and the name {name!r} has {len(name)}"
            f" characters; at most {LONGEST_RULE_NAME}: shorten it or `name`"
        )
        raise UnbuildableError((("routes", settings.routes.index(route), "name"), message))
    return rule(
        title=f"{route_ids(route).rule}{number}",
        name=name,
        description=f"{settings.description} ({route.name}{of_several})",
        pattern=_pattern(route, matches[part]),
        target=_target(way),
        why="The filter: which findings are sent.",
        tags=settings.tags,
        state=state(),
    )


def _number(part: int) -> str:
    """Return what ends the names of a route's second rule and of those after it."""
    return str(part + 1) if part else ""


def _in_order(way: _Way, rules: Sequence[events.Rule], kept: Sequence[AWSObject]) -> None:
    """See to it that a rule sends nothing before it is admitted: refusals are not tried again.

    A state machine publishes by its own role, so there the topic's policy comes after the rule: a
    route that becomes such a one keeps EventBridge admitted until the rule sends elsewhere.
    """
    admits = [resource.title for resource in kept if isinstance(resource, sqs.QueuePolicy)]
    if way.between:
        titles = [filtering.title for filtering in rules]
        for topic in way.topics:
            topic.policy.DependsOn = titles if len(titles) > 1 else titles[0]
    else:
        admits += [topic.policy.title for topic in way.topics]
    if admits:
        for filtering in rules:
            filtering.DependsOn = admits


def _topics(settings: Settings, route: Route, shared: Shared) -> list[Topic]:
    between = route.has_state_machine
    why = f"Receives {'messages' if between else 'findings'} from the"
    return topics(
        settings,
        route,
        shared,
        publishers=() if between else (EVENTBRIDGE,),
        why=f"{why} {'state machine' if between else 'rule'}",
    )


def _processor(
    settings: Settings, route: Route, shared: Shared, letters: sqs.Queue | None
) -> Processor:
    name = settings.route_name(route)
    marks = marking(route.source, name, first_alone=route.composes)
    return processor(
        ids=route_ids(route),
        name=name,
        publications=publications(settings, route),
        source=route.source,
        marks=marks if route.notifies_once else None,
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
    sns_topic = way.topics[0].topic
    return target(title=sns_topic.title, arn=Ref(sns_topic), dead_letters=letters)


def _dead_letters(settings: Settings, route: Route, shared: Shared) -> sqs.Queue | None:
    if not settings.dead_letter_queue:
        return None
    name = settings.route_name(route)
    return queue(title=route_ids(route).dead_letters, name=name, key=shared.key, tags=settings.tags)


def _kept(way: _Way, rules: Sequence[events.Rule]) -> list[AWSObject]:
    """Return the queue with its policy, if the file asks for one."""
    if way.letters is None:
        return []
    arns = [rule_arn(filtering.Name) for filtering in rules]
    return [way.letters, queue_policy(way.letters, rule=arns if len(arns) > 1 else arns[0])]


def _alarms(
    settings: Settings, route: Route, rules: Sequence[events.Rule], way: _Way
) -> Iterator[AWSObject]:
    """Yield the alarms of the route, and of each further rule its own."""
    if not settings.alarms:
        return
    for part, filtering in enumerate(rules):
        yield from alarms(
            ids=route_ids(route),
            name=settings.route_name(route),
            subject=f"Route {route.name}{(part and f', rule {part + 1}') or ''}",
            watched=_watched(settings, route, filtering, way)[: 1 if part else None],
            actions=[alarm_topic(channel) for channel in route.channels],
            tags=settings.tags,
            part=_number(part),
        )


def _watched(settings: Settings, route: Route, filtering: events.Rule, way: _Way) -> list[Watched]:
    return watched_on_the_way(
        rule=Ref(filtering),
        machine=way.between and Ref(way.between.machine),
        topics=watched_topics(settings, route),
        queue=way.letters and GetAtt(way.letters, "QueueName"),
    )


def alarms_of(settings: Settings, route: Route) -> list[str]:
    """Return the names of the alarms of a route, without building what they watch."""
    watched = watched_on_the_way(
        rule="",
        machine="" if route.has_state_machine else None,
        topics=watched_topics(settings, route),
        queue="" if settings.dead_letter_queue else None,
    )
    if not settings.alarms:
        return []
    return [
        name
        for part in range(len(_matches(settings, route)))
        for name in alarm_names(
            settings.route_name(route), watched[: 1 if part else None], _number(part)
        )
    ]


def route_ids(route: Route) -> LogicalIds:
    """Return the logical ids of the route's resources."""
    return logical_ids(logical_id(route.name))


def _pattern(route: Route, match: Match) -> dict[str, Any]:
    lists = tunable(match, route.source)
    tuned = {name: Ref(list_parameter(route.name, name)) for name in lists}
    deployed = event_pattern(match, tuned, route.on, route.source)
    if only_new(route):
        workflow = fields_of(route.source)["workflow"].paths[0]
        return only_if(ONLY_NEW, deployed, ("detail", "findings", workflow[0]))
    return deployed
