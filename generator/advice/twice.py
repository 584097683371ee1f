"""Routes that send one finding to one channel twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.advice.accepted import accepted, of_route
from generator.advice.nothing import matches_nothing
from generator.routing import coverage
from generator.routing.twins import may_be_twins

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.params import Loaded, Problem, Route


def duplicates(loaded: Loaded, i: int) -> Iterator[Problem]:
    """Yield a warning if another route on the same channel matches all that this one matches."""
    routes = loaded.settings.routes
    for j, other in enumerate(routes):
        channel = _shared(other, routes[i])
        if i == j or not channel or _events(other) != _events(routes[i]):
            continue
        if coverage.contains(other.match, routes[i].match, other.source) and not (
            j > i and coverage.contains(routes[i].match, other.match, other.source)
        ):
            message = (
                f"route {other.name} matches all that this one matches, to the same channel"
                f" {channel}: its findings notify twice. Remove one, send it elsewhere, or"
                f" exclude these findings from {other.name}"
            )
            yield of_route(loaded, i, "", message)
            return


def _events(route: Route) -> tuple[str, str]:
    return route.source, route.on


def _shared(other: Route, route: Route) -> str:
    """Return the first channel that both routes send to, or an empty text."""
    return next((name for name in route.channels if name in other.channels), "")


def from_both(loaded: Loaded, i: int) -> Iterator[Problem]:
    """Yield a warning if a route of the other product can send the same findings to the channel."""
    routes = loaded.settings.routes
    if accepted(loaded, ("routes", i), "twice"):
        return
    for other in routes[:i]:
        channel = _shared(other, routes[i])
        if channel and may_be_twins(other, routes[i]) and not any(matches_nothing(other)):
            message = (
                f"both products send many findings, and route {other.name} sends those of the other"
                f" product to the same channel {channel}: they notify twice. Separate the"
                " routes by a key: for example `kinds: [exposure, attack_sequence]` in the route of"
                " security_hub and `products: [aws/securityhub]` in that of security_hub_cspm. If"
                " tags, types or resources separate them, a comment in this route that says twice"
                " hides this warning"
            )
            yield of_route(loaded, i, "", message)
            return
