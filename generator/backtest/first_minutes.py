"""The first minute of each of very many findings, in little memory.

With ``notify: once`` it is that of its message.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from generator.backtest.rows import PENDING, Rows
from generator.findings.identity import DIGEST

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

_NUMBER = 4
"""Bytes of a minute's number: its place among those that came."""


class FirstMinutes(Rows):
    """Minutes of findings by their digests: rows of a digest and a minute's number."""

    def __init__(self) -> None:
        super().__init__(DIGEST + _NUMBER)
        self._minutes: list[str] = []
        self._numbers: dict[str, bytes] = {}
        self._counts: Counter[str] | None = None

    def __getstate__(self) -> tuple[list[str], list[bytes]]:
        return self._minutes, self.dump()

    def __setstate__(self, state: tuple[list[str], list[bytes]]) -> None:
        super().__init__(DIGEST + _NUMBER)
        self._minutes, self._numbers, self._counts = [], {}, None
        for minute in state[0]:
            self._number(minute)
        self.load(state[1])

    def reduced(self, rows: Iterable[bytes]) -> Collection[bytes]:
        """Return of each finding the row with its first minute."""
        first: dict[bytes, bytes] = {}
        for row in rows:
            known = first.setdefault(row[:DIGEST], row)
            if known is not row and self._minute(row) < self._minute(known):
                first[row[:DIGEST]] = row
        return first.values()

    def note(self, finding: bytes, minute: str) -> None:
        """Note a minute of a finding."""
        number = self._numbers.get(minute) or self._number(minute)
        self.pending.append(finding + number)

    def settle(self, *, most: int = PENDING) -> None:
        """Do as all rows do."""
        self._counts = None
        super().settle(most=most)

    def add(self, other: FirstMinutes) -> None:
        """Add what another one noted; its numbers are of its own."""
        for rows in other.parts():
            for row in rows:
                self.note(row[:DIGEST], other._minute(row))
            self.settle()

    def counts(self) -> Counter[str]:
        """Return how many findings have each minute as their first."""
        if self.pending or self._counts is None:
            counts: Counter[str] = Counter()
            for rows in self.parts():
                counts.update(map(self._minute, rows))
            self._counts = counts
        return self._counts

    def _number(self, minute: str) -> bytes:
        number = self._numbers[minute] = len(self._minutes).to_bytes(_NUMBER, "big")
        self._minutes.append(minute)
        return number

    def _minute(self, row: bytes) -> str:
        return self._minutes[int.from_bytes(row[DIGEST:], "big")]
