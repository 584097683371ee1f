"""Where more messages come at once than a channel or the chat service accepts, and what helps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from generator.backtest.suggestions import to_send_once
from generator.cloudformation.limits import (
    CHAT_MESSAGES_A_MINUTE,
    CHAT_MESSAGES_AN_HOUR,
    CHAT_SERVICE_EVENTS_A_MINUTE,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from generator.backtest.busiest import Busiest, Peak
    from generator.params import Loaded

Help = Literal["once", "match", "digest"]
"""`notify: once`, a narrower match, a digest in place of messages."""

Per = Literal["minute", "hour"]


class Flooding(NamedTuple):
    """A route, its messages in that minute or hour, and what makes them fewer."""

    route: str
    messages: int
    helps: list[Help]


class Flood(NamedTuple):
    """More messages in a minute or an hour than are accepted.

    ``channel`` is empty for all channels of the chat service together; their messages are counted
    once for each channel. ``at`` is in UTC.
    """

    channel: str
    per: Per
    at: str
    messages: int
    limit: int
    routes: list[Flooding]

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain data."""
        return {**self._asdict(), "routes": [route._asdict() for route in self.routes]}


def routes_of(loaded: Loaded, channel: str) -> list[int]:
    """Return the positions of the routes to a channel."""
    return [i for i, route in enumerate(loaded.settings.routes) if channel in route.channels]


def floods(loaded: Loaded, busiest: Busiest) -> Iterator[Flood]:
    """Yield where messages are lost: channel by channel, and then all of them."""
    together: list[int] = []
    for name, channel in loaded.settings.channels.items():
        if channel.kind == "email":
            continue
        routes = routes_of(loaded, name)
        together += routes
        peaks = busiest.peaks(routes)
        checks: tuple[tuple[Per, Peak, int], ...] = (
            ("minute", peaks.minute, CHAT_MESSAGES_A_MINUTE),
            ("hour", peaks.hour, CHAT_MESSAGES_AN_HOUR),
        )
        for per, peak, limit in checks:
            if peak.messages > limit:
                flooding = _flooding(loaded, busiest, routes, per, peak.at)
                yield Flood(name, per, peak.at, peak.messages, limit, flooding)
    peak, limit = busiest.peaks(together).minute, CHAT_SERVICE_EVENTS_A_MINUTE
    if peak.messages > limit:
        flooding = _flooding(loaded, busiest, together, "minute", peak.at)
        yield Flood("", "minute", peak.at, peak.messages, limit, flooding)


def _flooding(
    loaded: Loaded, busiest: Busiest, routes: Collection[int], per: Per, at: str
) -> list[Flooding]:
    """Return the routes that sent anything in a minute or an hour, those that sent most first."""
    sent = busiest.by_route(routes, at, whole_hour=per == "hour")
    return [
        Flooding(loaded.settings.routes[route].name, messages, list(_helps(loaded, route)))
        for route, messages in sorted(sent.items(), key=lambda item: (-item[1], item[0]))
    ]


def _helps(loaded: Loaded, route: int) -> Iterator[Help]:
    """Yield what a route can do about it."""
    if to_send_once(loaded, route):
        yield "once"
    yield "match"
    if loaded.settings.routes[route].on == "imported":
        yield "digest"
