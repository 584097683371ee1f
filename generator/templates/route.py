"""What a home contains for one route: where its findings go, and the rule that sends them there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from troposphere import AWSObject, GetAtt, Ref, sqs

from generator.blocks.alarms import alarms, watched_queue, watched_rules
from generator.blocks.dead_letters import queue, queue_policy
from generator.blocks.logical_ids import LogicalIds, logical_ids
from generator.blocks.rule import rule
from generator.blocks.rule_target import target, with_topics
from generator.blocks.topic import EVENTBRIDGE, Topic
from generator.cloudformation.limits import LONGEST_RULE_NAME
from generator.eventbridge.algebra import only_if
from generator.params.naming import list_parameter, logical_id
from generator.routing.event_pattern import event_pattern, only_new, tunable
from generator.routing.fields import fields_of
from generator.routing.rule_parts import TooLongError, parts
from generator.templates.alarm_topics import alarm_actions, has_many_channels
from generator.templates.errors import UnbuildableError
from generator.templates.pause import state
from generator.templates.texts import topics, watched_topics

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from troposphere import events

    from generator.params import Match, Route, Settings
    from generator.templates.kinds import Kind
    from generator.templates.shared import Shared

ONLY_NEW = "OnlyNewFindings"


class Sending(NamedTuple):
    """Where a route's rules send, and the queue policy that admits them, by logical id."""

    target: events.Target
    admitted: tuple[str, ...]


def route_resources(
    settings: Settings, route: Route, shared: Shared, kind: Kind | None
) -> list[AWSObject]:
    """Build a route's resources, in the order of a finding's way back from the channel.

    ``kind`` says whose state machine the route has; None, that it has none.
    """
    receiving = _topics(settings, route, shared, kind)
    letters = None if kind else _dead_letters(settings, route, shared)
    names = rule_names(settings, route)
    sending = [_sending(settings, name, receiving, kind, letters) for name in names]
    rules = _rules(settings, route, sending)
    if kind:
        _publish_after(receiving, rules)
    kept = [letters, queue_policy(letters, rules=names)] if letters else []
    watching = _alarms(settings, route, rules, letters, kind)
    return [*(resource for topic in receiving for resource in topic), *rules, *kept, *watching]


def _matches(settings: Settings, route: Route) -> list[Match]:
    """Return the match of each rule of the route."""
    try:
        return parts(route, settings.pattern_length)
    except TooLongError as error:
        location = ("routes", settings.routes.index(route), "match", error.key)
        raise UnbuildableError((location, error.message)) from None


def rule_names(settings: Settings, route: Route) -> list[str]:
    """Return the names of a route's rules: several, where one pattern would be too long."""
    count = len(_matches(settings, route))
    names = [
        settings.route_name(route) + (number and f"-Part{number}")
        for number in map(_number, range(count))
    ]
    if len(names[-1]) > LONGEST_RULE_NAME:
        message = (
            f"this route's match needs {count} rules, and the name {names[-1]!r} has"
            f" {len(names[-1])} characters; at most {LONGEST_RULE_NAME}: shorten it or `name`"
        )
        raise UnbuildableError((("routes", settings.routes.index(route), "name"), message))
    return names


def rule_ids(settings: Settings, route: Route) -> list[str]:
    """Return the logical ids of a route's rules."""
    first = route_ids(route).rule
    return [f"{first}{_number(part)}" for part in range(len(_matches(settings, route)))]


def _number(part: int) -> str:
    """Return what ends the names of a route's second rule and of those after it."""
    return str(part + 1) if part else ""


def _rules(settings: Settings, route: Route, sending: Sequence[Sending]) -> list[events.Rule]:
    matches = _matches(settings, route)
    return [
        rule(
            title=title,
            name=name,
            description=f"{settings.description} ({route.name}{_of_several(part, len(matches))})",
            pattern=_pattern(route, match),
            target=where.target,
            why="The filter: which findings are sent.",
            tags=settings.tags,
            state=state(),
            after=where.admitted,
        )
        for part, (title, name, match, where) in enumerate(
            zip(
                rule_ids(settings, route),
                rule_names(settings, route),
                matches,
                sending,
                strict=True,
            )
        )
    ]


def _of_several(part: int, count: int) -> str:
    return f", part {part + 1} of {count}" if count > 1 else ""


def _sending(
    settings: Settings,
    name: str,
    receiving: Sequence[Topic],
    kind: Kind | None,
    letters: sqs.Queue | None,
) -> Sending:
    """Return where a rule sends.

    A rule sends nothing before it is admitted: refusals are not tried again. A state machine
    publishes by its own role, so there the topics' policies wait for the rule, and not it for them.
    """
    titles = [each.topic.title for each in receiving]
    if kind:
        ids = kind.ids
        sent = target(
            title=ids.state_machine,
            arn=Ref(ids.state_machine),
            role=GetAtt(ids.start_role, "Arn"),
            dead_letters=GetAtt(ids.dead_letters, "Arn") if settings.dead_letter_queue else None,
            transformer=with_topics(rule=name, topics=titles),
        )
        return Sending(sent, (f"{ids.dead_letters}Policy",) if settings.dead_letter_queue else ())
    # No role: the topic's own policy admits EventBridge, and a role is documented to fail with
    # encrypted topics.
    kept = letters and GetAtt(letters, "Arn")
    sent = target(title=titles[0], arn=Ref(titles[0]), dead_letters=kept)
    policies = [f"{letters.title}Policy"] if letters else []
    return Sending(sent, (*policies, *(each.policy.title for each in receiving)))


def _publish_after(receiving: Sequence[Topic], rules: Sequence[events.Rule]) -> None:
    """See to it that EventBridge stays admitted to topics until the rules send elsewhere.

    So a route to which a state machine comes with an update loses nothing.
    """
    titles = [filtering.title for filtering in rules]
    for each in receiving:
        each.policy.DependsOn = titles if len(titles) > 1 else titles[0]


def _topics(settings: Settings, route: Route, shared: Shared, kind: Kind | None) -> list[Topic]:
    why = f"Receives {'messages' if kind else 'findings'} from the"
    return topics(
        settings,
        route,
        shared,
        publishers=() if kind else (EVENTBRIDGE,),
        why=f"{why} {'state machine' if kind else 'rule'}",
    )


def _dead_letters(settings: Settings, route: Route, shared: Shared) -> sqs.Queue | None:
    if not settings.dead_letter_queue:
        return None
    name = settings.route_name(route)
    return queue(title=route_ids(route).dead_letters, name=name, key=shared.key, tags=settings.tags)


def _alarms(
    settings: Settings,
    route: Route,
    rules: Sequence[events.Rule],
    letters: sqs.Queue | None,
    kind: Kind | None,
) -> Iterator[AWSObject]:
    """Yield the alarms of what the route shares with no other."""
    if not settings.alarms:
        return
    watched = [] if kind and has_many_channels(settings) else watched_topics(settings, [route])
    if not kind:
        names = [Ref(filtering) for filtering in rules]
        watched = [*watched_rules(names, goes_to="topic", keeps=letters is not None), *watched]
    if letters:
        watched.append(watched_queue(GetAtt(letters, "QueueName")))
    yield from alarms(
        ids=route_ids(route),
        name=settings.route_name(route),
        subject=f"Route {route.name}",
        watched=watched,
        actions=alarm_actions(settings, route.channels),
        tags=settings.tags,
    )


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
