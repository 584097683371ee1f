"""Checks between the parts of a params file, on what of it is valid.

So a mistyped severity and a missing channel are reported in the same run.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.cloudformation.limits import LONGEST_RULE_NAME
from generator.params import (
    channel_checks,
    deployment_checks,
    digest_checks,
    exception_checks,
    source_checks,
)
from generator.params.naming import FORWARDED_ALARMS, MARKER, SHARED, TO_HOME, logical_id
from generator.params.problems import Location, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from generator.params.choices import Source
    from generator.params.digests import Digest
    from generator.params.partial import Validated
    from generator.params.routes import Route
    from generator.params.settings import Settings

Found = tuple[Location, str]


def check(valid: Validated) -> Iterator[Found]:
    """Yield a location and a message for everything that does not fit together."""
    if valid.settings is not None:
        for rule in _RULES:
            yield from rule(valid.settings, valid)
        yield from channel_checks.check(valid.settings, valid)
        yield from deployment_checks.check(valid.settings, valid)
        yield from source_checks.check(valid.settings, valid)
        yield from digest_checks.check(valid.settings, valid)
        yield from exception_checks.check(valid.settings, valid)


def _routes(settings: Settings, valid: Validated, *keys: str) -> Iterator[tuple[Location, Route]]:
    """Yield the routes of which none of these keys was refused, and where they are."""
    for i, route in enumerate(settings.routes):
        location = ("routes", i)
        if all(valid.sound(*location, key) for key in keys):
            yield location, route


def _parts(
    settings: Settings, valid: Validated, key: str
) -> Iterator[tuple[Location, Route | Digest]]:
    """Yield the routes and digests of which this key was not refused, and where they are."""
    yield from _routes(settings, valid, key)
    for i, digest in enumerate(settings.digests):
        if valid.sound("digests", i, key):
            yield ("digests", i), digest


def _known_channels(settings: Settings, valid: Validated) -> Iterator[Found]:
    channels = settings.channels
    for location, part in _parts(settings, valid, "channel"):
        for i, channel in enumerate(part.channels):
            at = (*location, "channel", i)
            if channel in part.channels[:i]:
                yield at, f"{channel!r} is listed twice"
            elif channel not in channels and valid.sound("channels"):
                known = ", ".join(channels)
                meant = did_you_mean(channel, channels)
                yield at, f"no channel {channel!r}; channels: {known}{meant}"


def _distinct_names(settings: Settings, valid: Validated) -> Iterator[Found]:
    named = [((*at, "name"), part.name) for at, part in _parts(settings, valid, "name")]
    yield from _distinct("route or digest" if settings.digests else "route", named)
    yield from _distinct("channel", [(("channels", name), name) for name in settings.channels])


def _distinct(kind: str, named: list[tuple[Location, str]]) -> Iterator[Found]:
    seen: dict[str, tuple[Location, str]] = {}
    for location, name in named:
        first_at, first = seen.setdefault(logical_id(name), (location, name))
        if first != name:
            same = logical_id(name)
            yield location, f"{name!r} and {first!r} would both be {same} in the template"
        elif first_at != location:
            yield location, f"a second {kind} {name!r}; names are unique"


def _distinct_topics(settings: Settings, valid: Validated) -> Iterator[Found]:
    """Yield the parts one of whose topics has the name of another's second topic, or is one."""
    seen: dict[str, tuple[str, str]] = {}
    for location, part in _parts(settings, valid, "name"):
        owners = set()
        for ending in settings.topic_endings(part):
            for name in (logical_id(part.name) + ending, settings.topic_name(part, ending)):
                owner, theirs = seen.setdefault(name, (part.name, ending))
                owners |= {owner} if owner != part.name and (ending or theirs) else set()
        if owners:
            message = f"{min(owners)!r} has a topic of this name, for its other chat"
            yield (*location, "name"), f"{message}: rename one of them"


def _short_names(settings: Settings, valid: Validated) -> Iterator[Found]:
    if not valid.sound("name"):
        return
    for location, route in _routes(settings, valid, "name"):
        full = settings.route_name(route)
        if len(full) > LONGEST_RULE_NAME:
            message = f"the rule's name {full!r} has {len(full)} characters; at most"
            yield (*location, "name"), f"{message} {LONGEST_RULE_NAME}: shorten it or `name`"


def _free_names(settings: Settings, valid: Validated) -> Iterator[Found]:
    """Refuse names that a route or digest would share with the other parts of the template."""
    reserved = {"alarms", FORWARDED_ALARMS, TO_HOME, MARKER, f"{MARKER}-v2"}
    reserved |= {
        f"{channel}-{word}" for channel in settings.channels for word in ("alarm", "alarms")
    }
    for location, part in _parts(settings, valid, "name"):
        if part.name in reserved or part.name.startswith(f"{SHARED}-"):
            message = f"{part.name!r} is the name of another part of the template"
            yield (*location, "name"), f"{message}; choose another name"


def _once_only_of_new(settings: Settings, valid: Validated) -> Iterator[Found]:
    for location, route in _routes(settings, valid, "notify", "match"):
        if not route.notifies_once or route.match.workflow == ("NEW",):
            continue
        message = (
            "`notify: once` requires `workflow: [NEW]`. Setting a finding to"
            f" {_MARKED[route.source]} sends another event; any other filter would match it and"
            " notify again"
        )
        given = route.match.workflow is not None
        yield (*location, *(("match", "workflow") if given else ("notify",))), message


def _only_on_custom_actions(settings: Settings, valid: Validated) -> Iterator[Found]:
    for location, route in _routes(settings, valid, "on"):
        if route.source == "security_hub":
            # It has no custom actions at all: the checks of its source say so.
            continue
        by_hand = route.on == "custom_action"
        if route.match.actions is not None and not by_hand:
            message = "custom actions are events of their own: add `on: custom_action` to the route"
            yield (*location, "match", "actions"), message
        if route.notifies_once and by_hand:
            message = (
                "a custom action is sent on purpose each time: leave `notify` out with"
                " `on: custom_action`"
            )
            yield (*location, "notify"), message


_MARKED: dict[Source, str] = {"security_hub_cspm": "NOTIFIED", "security_hub": "In Progress"}

_RULES: tuple[Callable[[Settings, Validated], Iterator[Found]], ...] = (
    _known_channels,
    _distinct_names,
    _distinct_topics,
    _short_names,
    _free_names,
    _once_only_of_new,
    _only_on_custom_actions,
)
