"""The first day of each of very many findings, in little memory.

With ``notify: once`` it is the day of its message.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from generator.backtest.rows import PENDING, Rows
from generator.findings.identity import DIGEST

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

_DAY = 4
"""Bytes of a day's number: its place among those that came."""


class FirstDays(Rows):
    """Days of findings by their digests: rows of a digest and a day's number."""

    def __init__(self) -> None:
        super().__init__(DIGEST + _DAY)
        self._days: list[str] = []
        self._numbers: dict[str, bytes] = {}
        self._counts: Counter[str] | None = None

    def __getstate__(self) -> tuple[list[str], list[bytes]]:
        return self._days, self.dump()

    def __setstate__(self, state: tuple[list[str], list[bytes]]) -> None:
        super().__init__(DIGEST + _DAY)
        self._days, self._numbers, self._counts = [], {}, None
        for day in state[0]:
            self._number(day)
        self.load(state[1])

    def reduced(self, rows: Iterable[bytes]) -> Collection[bytes]:
        """Return of each finding the row with its first day."""
        first: dict[bytes, bytes] = {}
        for row in rows:
            known = first.setdefault(row[:DIGEST], row)
            if known is not row and self._day(row) < self._day(known):
                first[row[:DIGEST]] = row
        return first.values()

    def note(self, finding: bytes, day: str) -> None:
        """Note a day of a finding."""
        number = self._numbers.get(day) or self._number(day)
        self.pending.append(finding + number)

    def settle(self, *, most: int = PENDING) -> None:
        """Do as all rows do."""
        self._counts = None
        super().settle(most=most)

    def add(self, other: FirstDays) -> None:
        """Add what another one noted; its numbers are of its own."""
        for rows in other.parts():
            for row in rows:
                self.note(row[:DIGEST], other._day(row))
            self.settle()

    def counts(self) -> Counter[str]:
        """Return how many findings have each day as their first."""
        if self.pending or self._counts is None:
            counts: Counter[str] = Counter()
            for rows in self.parts():
                counts.update(map(self._day, rows))
            self._counts = counts
        return self._counts

    def _number(self, day: str) -> bytes:
        number = self._numbers[day] = len(self._days).to_bytes(_DAY, "big")
        self._days.append(day)
        return number

    def _day(self, row: bytes) -> str:
        return self._days[int.from_bytes(row[DIGEST:], "big")]
