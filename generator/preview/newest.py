"""Keeps the newest messages, in little memory."""

from __future__ import annotations

import heapq
from typing import TYPE_CHECKING, Any, NamedTuple

from generator.findings.outline import outline

if TYPE_CHECKING:
    from collections.abc import Mapping


class Message(NamedTuple):
    """A message of a route; messages sort by time, then as their findings are in the input."""

    time: str
    place: int
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
        self._heap: list[Message] = []

    def add(self, message: Message) -> None:
        """Keep a message, and let go of the oldest if there are too many."""
        # Time, place and route distinguish any two: their events are never compared.
        if len(self._heap) < self._most:
            heapq.heappush(self._heap, message)
        else:
            heapq.heappushpop(self._heap, message)

    def renew(self, message: Message) -> None:
        """Put a later state of a finding in the place of the one that is kept, if it is."""
        for i, kept in enumerate(self._heap):
            if kept.route == message.route and _identity(kept) == _identity(message):
                self._heap[i] = max(kept, message)
                heapq.heapify(self._heap)
                return

    def ordered(self) -> list[Message]:
        """Return the messages, the oldest first."""
        return sorted(self._heap)


def _identity(message: Message) -> tuple[str, str]:
    return message.outline["ProductArn"], message.outline["Id"]
