"""Checks between the parts of a params file.

They read the plain data, not the models, so that a mistyped severity and a missing channel are
told in the same run. What has the wrong type is passed over here: the models say so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from generator.cloudformation.limits import LONGEST_RULE_NAME
from generator.params import deployment_checks
from generator.params.naming import FORWARDED_ALARMS, TO_HOME, logical_id, physical_name
from generator.params.problems import Location, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Found = tuple[Location, str]
_Routes = list[tuple[Location, dict[str, Any]]]


def check(data: Any) -> Iterator[Found]:
    """Yield a location and a message for everything that does not fit together."""
    if not isinstance(data, dict):
        return
    routes: _Routes = [
        (("routes", i), route) for i, route in _items(data.get("routes")) if isinstance(route, dict)
    ]
    channels = data.get("channels")
    names = [key for key in channels if isinstance(key, str)] if isinstance(channels, dict) else []
    for rule in _RULES:
        yield from rule(data, routes, names)
    yield from deployment_checks.check(data)


def _items(value: Any) -> Iterator[tuple[int, Any]]:
    yield from enumerate(value if isinstance(value, list) else [])


def _known_channels(_: dict[str, Any], routes: _Routes, channels: list[str]) -> Iterator[Found]:
    for location, route in routes:
        named = route.get("channel")
        if isinstance(named, str) and channels and named not in channels:
            known = ", ".join(channels)
            meant = did_you_mean(named, channels)
            yield (*location, "channel"), f"no channel {named!r}; channels: {known}{meant}"


def _distinct_names(_: dict[str, Any], routes: _Routes, channels: list[str]) -> Iterator[Found]:
    named = [((*at, "name"), r["name"]) for at, r in routes if isinstance(r.get("name"), str)]
    yield from _distinct("route", named)
    yield from _distinct("channel", [(("channels", name), name) for name in channels])


def _distinct(kind: str, named: list[tuple[Location, str]]) -> Iterator[Found]:
    seen: dict[str, str] = {}
    for location, name in named:
        first = seen.setdefault(logical_id(name), name)
        if first == name and named.index((location, name)) != _first(named, name):
            yield location, f"a second {kind} {name!r}; names are unique"
        elif first != name:
            same = logical_id(name)
            yield location, f"{name!r} and {first!r} would both be {same} in the template"


def _first(named: list[tuple[Location, str]], name: str) -> int:
    return next(i for i, (_, other) in enumerate(named) if other == name)


def _distinct_slack_channels(
    data: dict[str, Any], _: _Routes, channels: list[str]
) -> Iterator[Found]:
    seen: dict[str, str] = {}
    for name in channels:
        channel = data["channels"][name]
        slack_id = channel.get("channel_id") if isinstance(channel, dict) else None
        if isinstance(slack_id, str) and seen.setdefault(slack_id, name) != name:
            message = (
                f"{seen[slack_id]!r} already has {slack_id}; AWS allows one chat configuration"
                " for each Slack channel in an account: send both routes to one channel"
            )
            yield ("channels", name, "channel_id"), message


def _short_names(data: dict[str, Any], routes: _Routes, _: list[str]) -> Iterator[Found]:
    name = data.get("name")
    for i, (location, route) in enumerate(routes):
        if isinstance(name, str) and isinstance(route.get("name"), str):
            full = physical_name(name, route["name"], first=i == 0)
            if len(full) > LONGEST_RULE_NAME and len(name) <= LONGEST_RULE_NAME:
                message = f"the rule's name {full!r} has {len(full)} characters; at most"
                yield (*location, "name"), f"{message} {LONGEST_RULE_NAME}: shorten it or `name`"


def _free_names(_: dict[str, Any], routes: _Routes, channels: list[str]) -> Iterator[Found]:
    """Refuse names that a route would share with what stands beside the routes."""
    taken = {"alarms", FORWARDED_ALARMS, TO_HOME}
    taken |= {f"{channel}-{word}" for channel in channels for word in ("alarm", "alarms")}
    for location, route in routes:
        name = route.get("name")
        if isinstance(name, str) and name in taken:
            message = f"{name!r} names a part of the template itself; choose another name"
            yield (*location, "name"), message


def _once_only_of_new(_: dict[str, Any], routes: _Routes, __: list[str]) -> Iterator[Found]:
    for location, route in routes:
        match = route.get("match")
        workflow = match.get("workflow") if isinstance(match, dict) else None
        if route.get("notify") != "once" or workflow == ["NEW"]:
            continue
        message = (
            "`notify: once` sets what it published to NOTIFIED, and Security Hub sends that change"
            " as an event again: only `workflow: [NEW]` keeps the route from notifying of its own"
            " mark, over and over"
        )
        yield (
            (*location, *(("match", "workflow") if workflow is not None else ("notify",))),
            message,
        )


def _only_on_custom_actions(_: dict[str, Any], routes: _Routes, __: list[str]) -> Iterator[Found]:
    for location, route in routes:
        match = route.get("match")
        by_hand = route.get("on") == "custom_action"
        if isinstance(match, dict) and "actions" in match and not by_hand:
            message = "custom actions are events of their own: add `on: custom_action` to the route"
            yield (*location, "match", "actions"), message
        if route.get("notify") == "once" and by_hand:
            message = (
                "a person sends it each time on purpose, so that there is nothing to hold back:"
                " leave `notify` out with `on: custom_action`"
            )
            yield (*location, "notify"), message


_RULES: tuple[Callable[[dict[str, Any], _Routes, list[str]], Iterator[Found]], ...] = (
    _known_channels,
    _distinct_names,
    _distinct_slack_channels,
    _short_names,
    _free_names,
    _once_only_of_new,
    _only_on_custom_actions,
)
