"""Which findings go to the home: whatever any route there matches."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from troposphere import Ref

from generator.cloudformation.limits import pattern_length
from generator.eventbridge.algebra import either
from generator.eventbridge.union import union
from generator.params.naming import list_parameter
from generator.routing.event_pattern import event_pattern, only_new, tunable
from generator.routing.rule_parts import known_texts
from generator.templates.route import ONLY_NEW

if TYPE_CHECKING:
    from generator.eventbridge.algebra import Pattern
    from generator.params import Route, Settings


def forwarding_pattern(settings: Settings) -> dict[str, Any]:
    """Return the pattern; it follows the stack's parameters as the routes' own rules do."""
    new = _union(settings, as_new=True)
    if not any(only_new(route) for route in settings.routes):
        return new
    return either(ONLY_NEW, new, _union(settings, as_new=False))


def _union(settings: Settings, *, as_new: bool) -> dict[str, Any]:
    lists = {
        list_parameter(route.name, key): known_texts(key, route.source)
        for route in settings.routes
        for key in tunable(route.match, route.source)
    }
    patterns = [_pattern(route, as_new=as_new) for route in settings.routes]
    # The parameters may be given every value there is, and the pattern must still fit.
    longest = union(
        patterns, lambda pattern: pattern_length(_with(pattern, lists)), settings.pattern_length
    )
    pattern: dict[str, Any] = _with(longest, {name: Ref(name) for name in lists})
    return pattern


def _pattern(route: Route, *, as_new: bool) -> Pattern:
    match = route.match
    if only_new(route) and not as_new:
        match = match.model_copy(update={"workflow": None})
    tuned = {key: list_parameter(route.name, key) for key in tunable(match, route.source)}
    return event_pattern(match, tuned, route.on, route.source)


def _with(part: Any, lists: dict[str, Any]) -> Any:
    """Return a pattern with the names of lists, which are in place of its leaves, replaced."""
    if isinstance(part, str):
        return lists[part]
    if isinstance(part, list):
        return part
    return {
        key: [_with(branch, lists) for branch in inner] if key == "$or" else _with(inner, lists)
        for key, inner in part.items()
    }
