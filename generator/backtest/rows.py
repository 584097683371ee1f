"""Keeps very many short byte strings of one length in little more than their bytes.

They are one after another in byte strings, one for each first byte; doubles are removed whenever
such a string has doubled. So a row needs its own size, at most two and a half times that for a
while, where a Python set would need over a hundred bytes more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

_PARTS = 256
PENDING = 1 << 15
_FEW = 64


class Rows:
    """Rows of ``size`` bytes. ``pending`` receives new ones; ``settle`` follows."""

    def __init__(self, size: int) -> None:
        self.pending: list[bytes] = []
        self._size = size
        self._parts = [bytearray() for _ in range(_PARTS)]
        self._limits = [_FEW * size] * _PARTS

    def reduced(self, rows: Iterable[bytes]) -> Collection[bytes]:
        """Return rows that begin with the same byte without doubles."""
        return frozenset(rows)

    def settle(self, *, most: int = PENDING) -> None:
        """Put away the pending rows once there are many."""
        if len(self.pending) > most:
            for row in set(self.pending):
                self._parts[row[0]].extend(row)
            self.pending.clear()
            self._compact()

    def dump(self) -> list[bytes]:
        """Return all rows as plain bytes: far quicker to send to a process than many objects."""
        self.settle(most=0)
        return [bytes(part) for part in self._parts]

    def load(self, parts: Iterable[bytes]) -> None:
        """Add what another one dumped."""
        for mine, its in zip(self._parts, parts, strict=True):
            mine.extend(its)
        self._compact()

    def parts(self) -> Iterator[Collection[bytes]]:
        """Yield all rows without doubles, those that begin with the same byte together."""
        self.settle(most=0)
        for part in self._parts:
            yield self.reduced(self._rows(part))

    @property
    def in_use(self) -> int:
        """How many bytes the rows need now."""
        return sum(map(len, self._parts))

    def _compact(self) -> None:
        for at, part in enumerate(self._parts):
            if len(part) > self._limits[at]:
                part[:] = b"".join(self.reduced(self._rows(part)))
                self._limits[at] = max(_FEW * self._size, 2 * len(part))

    def _rows(self, part: bytearray) -> Iterator[bytes]:
        return (bytes(part[at : at + self._size]) for at in range(0, len(part), self._size))
