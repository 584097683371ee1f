"""A wave of findings on paper: how many are marked when more come than calls are accepted.

Nothing here waits: time is a number. What the services do is what they document; how long a call
takes is not documented, and is a parameter.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random
from typing import NamedTuple

from generator.blocks.marker_definition import GOES_ON, MARK, PAUSE, RECEIVED_AT_ONCE
from generator.blocks.marking import MOST_AT_ONCE
from generator.blocks.states import Attempts

CALLS_A_SECOND, BURST = 10, 30
"""Of BatchUpdateFindings, in an account and Region.
https://docs.aws.amazon.com/securityhub/1.0/APIReference/Welcome.html
"""
MINUTE = 60.0
PUBLISHED_IN = 1.0
"""Seconds from the event to the published message."""

ONE_BY_ONE = Attempts(timeout=5, retries=5, interval=2, backoff=2)
"""How often each execution tried to mark its own finding, before there were batches."""


class Outcome(NamedTuple):
    """What became of a wave: calls and findings; ``last`` is when the last was marked, in seconds.

    Each finding is published once; those that are not marked are published again the next day.
    """

    findings: int
    calls: int
    refused: int
    marked: int
    last: float

    @property
    def repeated(self) -> int:
        """How many messages come again the next day."""
        return self.findings - self.marked


@dataclass
class Throttle:
    """A bucket of tokens, which a call takes one of."""

    tokens: float = BURST
    at: float = 0.0
    calls: int = 0
    refused: int = 0

    def accepts(self, now: float) -> bool:
        """Count a call; return whether it is accepted."""
        self.tokens = min(BURST, self.tokens + (now - self.at) * CALLS_A_SECOND)
        self.at = now
        self.calls += 1
        if self.tokens < 1:
            self.refused += 1
            return False
        self.tokens -= 1
        return True


def chance(seed: int) -> Random:
    """Return what draws the same each time."""
    return Random(seed)  # noqa: S311  (no secret depends on it)


def arrivals(count: int, random: Random, within: float = MINUTE) -> list[float]:
    """Return when findings arrive: at random within a time."""
    return sorted(random.uniform(0, within) for _ in range(count))


def pauses(attempts: Attempts, random: Random) -> Iterator[float]:
    """Yield the pauses between attempts, of any length up to the longest: JitterStrategy FULL."""
    for i in range(attempts.retries):
        yield random.uniform(0, attempts.interval * attempts.backoff**i)


def one_by_one(times: list[float], random: Random, *, call: float = 0.05) -> Outcome:
    """Return what becomes of findings that each mark themselves; ``call`` is a call's seconds."""
    throttle, marked, last = Throttle(), 0, 0.0
    waiting = [(at + PUBLISHED_IN, i, pauses(ONE_BY_ONE, random)) for i, at in enumerate(times)]
    heapq.heapify(waiting)
    while waiting:
        now, i, left = heapq.heappop(waiting)
        if throttle.accepts(now):
            marked, last = marked + 1, max(last, now + call)
        elif (pause := next(left, None)) is not None:
            heapq.heappush(waiting, (now + call + pause, i, left))
    return Outcome(len(times), throttle.calls, throttle.refused, marked, last)


@dataclass
class Queue:
    """Findings that wait to be marked: from when on each is visible, and whether it can be."""

    visible: list[tuple[float, bool]] = field(default_factory=list)

    def receive(self, now: float) -> list[bool]:
        """Take as many as one call gives; return which can be marked."""
        taken: list[bool] = []
        while len(taken) < RECEIVED_AT_ONCE and self.visible and self.visible[0][0] <= now:
            taken.append(heapq.heappop(self.visible)[1])
        return taken

    def hide(self, batch: list[bool], until: float) -> None:
        """Give back what was received, to be visible from a time on."""
        for markable in batch:
            heapq.heappush(self.visible, (until, markable))


def in_batches(
    times: list[float],
    random: Random,
    *,
    call: float = 0.05,
    hidden: float = 330.0,
    unmarkable: float = 0.0,
) -> Outcome:
    """Return what becomes of findings that are marked together, by executions each minute.

    ``unmarkable`` is the share of findings that Security Hub always leaves unprocessed.
    """
    throttle = Throttle()
    queue = Queue([(at + PUBLISHED_IN, random.random() >= unmarkable) for at in times])
    heapq.heapify(queue.visible)
    marked, last, starts = 0, 0.0, MINUTE
    while queue.visible:
        now, again = starts, 0
        while now - starts < GOES_ON and again < MOST_AT_ONCE:
            batch, now = _received(queue, now, call)
            if not batch:
                break
            now, accepted = _mark(throttle, now, call, random)
            if not accepted:
                queue.hide(batch, now + hidden)
                break
            marked, last = marked + sum(batch), now if any(batch) else last
            again += len(batch) - sum(batch)
            now += call * -(-len(batch) // RECEIVED_AT_ONCE)
        if again:
            now += PAUSE
            for _ in range(-(-again // MOST_AT_ONCE)):
                now, _ = _mark(throttle, now, call, random)
        # The next minute's, even if this one is not over: an execution less is the careful guess.
        starts = max(starts + MINUTE, now)
    return Outcome(len(times), throttle.calls, throttle.refused, marked, last)


def _received(queue: Queue, now: float, call: float) -> tuple[list[bool], float]:
    batch: list[bool] = []
    while len(batch) <= MOST_AT_ONCE - RECEIVED_AT_ONCE:
        now += call
        received = queue.receive(now)
        batch += received
        if not received:
            return batch, now + 1  # SQS is asked to wait a second
    return batch, now


def _mark(throttle: Throttle, now: float, call: float, random: Random) -> tuple[float, bool]:
    for pause in (*pauses(MARK, random), None):
        now += call
        if throttle.accepts(now):
            return now, True
        if pause is not None:
            now += pause
    return now, False
