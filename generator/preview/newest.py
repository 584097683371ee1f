"""Keeps the newest messages, in little memory: their findings are read again when all are known."""

from __future__ import annotations

import heapq
from typing import TYPE_CHECKING, Any, NamedTuple

from generator.findings.outline import outline

if TYPE_CHECKING:
    from collections.abc import Mapping


class Place(NamedTuple):
    """Where the finding of a route's message is; places sort by time, then as in the input.

    Attributes:
        time: when it is sent, in UTC, as a text that sorts; empty where it is not known.
        number: that of the finding in the input.
        route: its position in the params file.
        key: the digest of the finding's identity.
        marked: whether the finding is NOTIFIED by then, whatever the input says.

    """

    time: str
    number: int
    route: int
    key: bytes
    marked: bool


class Message(NamedTuple):
    """A message of a route, with the event that it is about and its number in the input."""

    time: str
    number: int
    route: int
    event: dict[str, Any]

    @property
    def finding(self) -> dict[str, Any]:
        """The finding that the message is about."""
        finding: dict[str, Any] = self.event["detail"]["findings"][0]
        return finding

    @property
    def outline(self) -> Mapping[str, Any]:
        """The same in the names of ASFF."""
        return outline(self.finding)


class Newest:
    """The most messages: the newest of those added."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._heap: list[Place] = []

    def add(self, place: Place) -> None:
        """Keep a message, and let go of the oldest if there are too many."""
        if len(self._heap) < self._most:
            heapq.heappush(self._heap, place)
        else:
            heapq.heappushpop(self._heap, place)

    def ordered(self) -> list[Place]:
        """Return the messages, the oldest first."""
        return sorted(self._heap)
