"""What a home contains for one digest: what counts, what composes and publishes, what starts it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from troposphere import AWSObject, Ref

from generator.blocks.alarms import alarms, watched_of_digest
from generator.blocks.digest_definition import digest_definition
from generator.blocks.logical_ids import LogicalIds, logical_ids
from generator.blocks.schedule import schedule
from generator.blocks.state_machine import Machine, state_machine
from generator.blocks.state_machine_permissions import digest_permissions
from generator.params.naming import logical_id
from generator.params.schedule import longest_gap
from generator.templates.alarm_topics import alarm_actions
from generator.templates.digest_counts import Counts, counts
from generator.templates.pause import runs_expected, state
from generator.templates.shared import role_path
from generator.templates.texts import publications, topics, watched_topics

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.params import Settings
    from generator.params.digests import Digest
    from generator.templates.shared import Shared


def digest_resources(settings: Settings, digest: Digest, shared: Shared) -> list[AWSObject]:
    """Build a digest's resources."""
    counted = counts(settings, digest)
    ids = digest_ids(digest)
    sent = topics(settings, digest, shared, (), "Receives digests from the state machine")
    machine = _machine(settings, digest, shared, counted)
    scheduled = schedule(
        ids=ids,
        name=settings.digest_name(digest),
        expression=digest.schedule,
        timezone=digest.timezone,
        machine=Ref(machine.machine),
        state=state(),
        role_path=role_path(settings),
        tags=settings.tags,
    )
    watching = _alarms(settings, digest, machine, scheduled.group)
    receiving = [resource for topic in sent for resource in topic]
    return [*receiving, *counted.resources, *machine, *scheduled, *watching]


def digest_ids(digest: Digest) -> LogicalIds:
    """Return the logical ids of the digest's resources."""
    return logical_ids(logical_id(digest.name))


def _machine(settings: Settings, digest: Digest, shared: Shared, counted: Counts) -> Machine:
    ids = digest_ids(digest)
    publishing = publications(settings, digest)
    sent = [publication.topic for publication in publishing]
    return state_machine(
        ids=ids,
        name=settings.digest_name(digest),
        kind="STANDARD",
        steps=digest_definition(
            name=digest.name,
            days=longest_gap(digest.schedule),
            steps=counted.steps,
            groups=counted.groups,
            oldest=counted.oldest,
            exceptions=[(e.name, e.until) for e in settings.exceptions],
            publications=publishing,
        ),
        policy="CountAndPublish",
        statements=list(digest_permissions(digest.source, sent, shared.key)),
        key=shared.key,
        role_path=role_path(settings),
        why="Counts, composes the digest, and publishes it.",
        tags=settings.tags,
    )


def _alarms(
    settings: Settings, digest: Digest, machine: Machine, group: AWSObject
) -> Iterator[AWSObject]:
    if not settings.alarms:
        return
    yield from alarms(
        ids=digest_ids(digest),
        name=settings.digest_name(digest),
        subject=f"Digest {digest.name}",
        watched=watched_of_digest(
            machine=Ref(machine.machine),
            topics=watched_topics(settings, [digest]),
            group=Ref(group),
            days=longest_gap(digest.schedule),
        ),
        actions=alarm_actions(settings, digest.channels),
        tags=settings.tags,
        runs_expected=runs_expected(),
    )
