"""What a home contains between rules and topics: state machines, and what marks findings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from troposphere import AWSObject, GetAtt, Ref

from generator.blocks.alarms import (
    alarms,
    watched_machine,
    watched_many_rules,
    watched_marker,
    watched_queue,
    watched_rules,
)
from generator.blocks.dead_letters import SUFFIX, queue, queue_policy
from generator.blocks.logical_ids import LogicalIds, logical_ids
from generator.blocks.marker import Marker, marker
from generator.blocks.marking import identifiers, marking
from generator.blocks.state_machine import processor
from generator.blocks.state_machine_definition import ToMark
from generator.cloudformation.limits import LONGEST_QUEUE_NAME, LONGEST_RULE_NAME
from generator.messages.texts import texts_of
from generator.params.naming import MARKER, logical_id
from generator.templates.alarm_topics import alarm_actions, has_many_channels
from generator.templates.errors import UnbuildableError
from generator.templates.route import rule_ids, rule_names
from generator.templates.shared import role_path
from generator.templates.texts import publications, text_ids, watched_topics

if TYPE_CHECKING:
    from collections.abc import Iterator

    from troposphere import sqs

    from generator.params import Settings
    from generator.params.choices import Source
    from generator.templates.kinds import Kind
    from generator.templates.shared import Shared


def _refuse_long(settings: Settings, name: str, most: int, what: str, remedy: str) -> None:
    """Refuse a name that AWS would; policies know what is ours by how its name begins."""
    if len(name) > most:
        message = (
            f"{what} {name!r} has {len(name)} characters; at most {most}: shorten `name` to"
            f" {most - len(name) + len(settings.name)}{remedy}"
        )
        raise UnbuildableError((("name",), message))


def kind_resources(
    settings: Settings, kind: Kind, shared: Shared, markers: dict[Source, Marker]
) -> list[AWSObject]:
    """Build what the routes of a kind share: state machine, dead-letter queue, alarms."""
    remedy = ", or write `isolation: route`" if settings.isolation == "kind" else ""
    queue_name = f"{kind.name}{SUFFIX}" if settings.dead_letter_queue else kind.name
    _refuse_long(settings, queue_name, LONGEST_QUEUE_NAME, "the name", remedy)
    letters = _dead_letters(settings, kind, shared)
    first = kind.routes[0]
    to_mark = None
    if first.notifies_once:
        named = identifiers(kind.source, first_alone=first.composes)
        to_mark = ToMark(markers[kind.source].queue, named)
    between = processor(
        ids=kind.ids,
        name=kind.name,
        publications=publications(settings, first),
        topics=_topics(settings, kind),
        source=kind.source,
        to_mark=to_mark,
        queue=letters,
        key=shared.key,
        role_path=role_path(settings),
        tags=settings.tags,
    )
    kept = []
    if letters:
        names = [name for route in kind.routes for name in rule_names(settings, route)]
        kept = [letters, queue_policy(letters, rules=names)]
    return [*between, *kept, *_alarms(settings, kind, letters)]


def _topics(settings: Settings, kind: Kind) -> list[Ref]:
    return [
        Ref(text_ids(route, text).topic)
        for route in kind.routes
        for text in texts_of(settings, route)
    ]


def _dead_letters(settings: Settings, kind: Kind, shared: Shared) -> sqs.Queue | None:
    if not settings.dead_letter_queue:
        return None
    title = kind.ids.dead_letters
    return queue(title=title, name=kind.name, key=shared.key, tags=settings.tags)


def _alarms(settings: Settings, kind: Kind, letters: sqs.Queue | None) -> Iterator[AWSObject]:
    if not settings.alarms:
        return
    rules = [Ref(title) for route in kind.routes for title in rule_ids(settings, route)]
    many = has_many_channels(settings)
    if many and letters:
        watching = watched_many_rules(rules)
    else:
        watching = watched_rules(rules, goes_to="machine", keeps=letters is not None)
    watched = [*watching, watched_machine(Ref(kind.ids.state_machine))]
    if many:
        watched += watched_topics(settings, kind.routes)
    if letters:
        watched.append(watched_queue(GetAtt(letters, "QueueName")))
    yield from alarms(
        ids=kind.ids,
        name=kind.name,
        subject=kind.label,
        watched=watched,
        actions=alarm_actions(settings, kind.channels),
        tags=settings.tags,
    )


def marker_of(settings: Settings, source: Source, shared: Shared) -> Marker:
    """Build what marks the published findings of a product."""
    name = marker_name(settings, source)
    _refuse_long(settings, name, LONGEST_RULE_NAME, "the name of what marks findings,", "")
    return marker(
        ids=marker_ids(source),
        name=name,
        marks=marking(source, name),
        key=shared.key,
        role_path=role_path(settings),
        tags=settings.tags,
    )


def marker_alarms(settings: Settings, source: Source, marking: Marker) -> Iterator[AWSObject]:
    """Yield the alarms of what marks the findings of a product."""
    if not settings.alarms:
        return
    once = [route for route in settings.routes if route.notifies_once and route.source == source]
    yield from alarms(
        ids=marker_ids(source),
        name=marker_name(settings, source),
        subject="Marking",
        watched=watched_marker(
            machine=Ref(marking.machine), queue=GetAtt(marking.queue, "QueueName")
        ),
        actions=alarm_actions(settings, [name for route in once for name in route.channels]),
        tags=settings.tags,
    )


def marker_ids(source: Source) -> LogicalIds:
    """Return the logical ids of what marks the findings of a product."""
    return logical_ids(logical_id(_MARKERS[source]))


def marker_name(settings: Settings, source: Source) -> str:
    """Return the name in AWS of the queue, state machine and rule that mark findings."""
    return f"{settings.name}-{_MARKERS[source]}"


_MARKERS: dict[Source, str] = {"security_hub_cspm": MARKER, "security_hub": f"{MARKER}-v2"}
