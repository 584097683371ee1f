"""The busiest minute and hour of channels, which accept a limited number of messages in them."""

from __future__ import annotations

import re
from array import array
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any, NamedTuple

from generator.findings.period import MINUTE, minute_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from generator.backtest.tally import Routes

_MANY = 1 << 14
"""Times that are put away at once: counts by hour and minute, of which a year has few megabytes."""

_HOUR = len("2026-01-31T08")
_KNOWN = re.compile(r"\d{4}-\d\d-\d\dT\d\d")
_NONE = array("Q", bytes(60 * 8))


class Peak(NamedTuple):
    """When most messages were sent, in UTC (``2026-01-31T08:00``), and how many they were.

    The time is empty where none was sent, or none at a time that is known.
    """

    at: str = ""
    messages: int = 0


class Peaks(NamedTuple):
    """The busiest minute and the busiest hour of the clock; of several alike, the first."""

    minute: Peak
    hour: Peak


class Busiest:
    """Counts messages by minute, by the routes that send them together.

    ``times`` receives the time of each message, as it is written; ``settle`` follows.
    """

    def __init__(self) -> None:
        self.times: defaultdict[Routes, list[Any]] = defaultdict(list)
        self._hours: dict[tuple[Routes, str], array[int]] = {}

    def __getstate__(self) -> dict[tuple[Routes, str], array[int]]:
        """Give what another process needs."""
        self.settle(most=0)
        return self._hours

    def __setstate__(self, state: dict[tuple[Routes, str], array[int]]) -> None:
        self.times = defaultdict(list)
        self._hours = state

    def add(self, routes: Routes, minute: str, messages: int) -> None:
        """Count messages that these routes send in a minute of UTC, ``2026-01-31T08:00``."""
        self._minutes(routes, minute[:_HOUR])[_in_hour(minute)] += messages

    def settle(self, *, most: int = _MANY) -> None:
        """Put the times away where there are many."""
        for routes, times in self.times.items():
            if len(times) > most:
                for minute, messages in _by_minute(times).items():
                    self.add(routes, minute, messages)
                times.clear()

    def merge(self, other: Busiest) -> None:
        """Add the counts of another one."""
        other.settle(most=0)
        for (routes, hour), minutes in other._hours.items():
            mine = self._minutes(routes, hour)
            for i, messages in enumerate(minutes):
                mine[i] += messages

    def peaks(self, routes: Iterable[int]) -> Peaks:
        """Return when these routes together sent most.

        Two that match a finding send two messages; so does one that is named twice.
        """
        minute = hour = Peak()
        for at, minutes in sorted(self._of(routes).items()):
            most, total = max(minutes), sum(minutes)
            if most > minute.messages:
                minute = Peak(f"{at}:{minutes.index(most):02}", most)
            if total > hour.messages:
                hour = Peak(f"{at}:00", total)
        return Peaks(minute, hour)

    def by_route(self, routes: Iterable[int], at: str, *, whole_hour: bool) -> dict[int, int]:
        """Return how many messages each of these routes sent in a minute or hour, if any."""
        counts: Counter[int] = Counter()
        for route in routes:
            minutes = self._of([route]).get(at[:_HOUR], _NONE)
            counts[route] += sum(minutes) if whole_hour else minutes[_in_hour(at)]
        return {route: messages for route, messages in counts.items() if messages}

    def _of(self, routes: Iterable[int]) -> dict[str, list[int]]:
        """Return the messages of the minutes of each hour; without those of no known time."""
        self.settle(most=0)
        asked, hours = Counter(routes), dict[str, list[int]]()
        for (together, hour), minutes in self._hours.items():
            times = sum(asked[route] for route in together)
            if times and _KNOWN.fullmatch(hour):
                known = hours.get(hour, _NONE)
                hours[hour] = [a + times * b for a, b in zip(known, minutes, strict=True)]
        return hours

    def _minutes(self, routes: Routes, hour: str) -> array[int]:
        minutes = self._hours.get((routes, hour))
        if minutes is None:
            minutes = self._hours[routes, hour] = _NONE[:]
        return minutes


def _by_minute(times: list[Any]) -> Counter[str]:
    try:
        # Nearly all times are in UTC and end with Z: this saves a call for each.
        return Counter([t[:MINUTE] if t[-1] == "Z" else minute_of(t) for t in times])
    except (TypeError, IndexError, KeyError):
        return Counter(map(minute_of, times))


def _in_hour(minute: str) -> int:
    """Return which minute of its hour this is; the first where the time has none."""
    text = minute[_HOUR + 1 :]
    return int(text) % 60 if text.isdecimal() else 0
