"""Keeps values of what cannot be read again, such as a pipe: packed, in memory while small."""

from __future__ import annotations

import pickle
import zlib
from bisect import bisect_left
from tempfile import SpooledTemporaryFile
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_IN_MEMORY = 8 << 20
"""Bytes that need no file."""

_BLOCK = 1 << 20
"""Bytes that are packed together."""


class _Block(NamedTuple):
    """Where a block is in the file, and the number of its last value."""

    start: int
    size: int
    last: int


class Kept:
    """Parsed values by their numbers, which only rise.

    ``add`` and ``some`` raise OSError where the temporary folder is full or broken.
    """

    def __init__(self) -> None:
        self._file = SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115  (closed by close)
        self._blocks: list[_Block] = []
        self._pending: list[tuple[int, bytes]] = []
        self._size = 0

    def add(self, number: int, value: Any) -> None:
        """Keep a value."""
        # JSON would not do: YAML has other types, and texts may have halves of characters.
        self._pending.append((number, pickle.dumps(value)))
        self._size += len(self._pending[-1][1])
        if self._size > _BLOCK:
            self._pack()

    def some(self, wanted: Sequence[int]) -> Iterator[tuple[int, Any]]:
        """Yield the values of these numbers, which are in order, as far as they are kept."""
        self._pack()
        first = 0
        for block in self._blocks:
            end = bisect_left(wanted, block.last + 1)
            if end > first:
                asked = set(wanted[first:end])
                yield from ((n, pickle.loads(v)) for n, v in self._values(block) if n in asked)  # noqa: S301  (written by this process)
            first = end

    def _pack(self) -> None:
        if not self._pending:
            return
        packed = zlib.compress(pickle.dumps(self._pending), 1)
        start = self._blocks[-1].start + self._blocks[-1].size if self._blocks else 0
        self._file.write(packed)
        self._blocks.append(_Block(start, len(packed), self._pending[-1][0]))
        self._pending, self._size = [], 0

    def _values(self, block: _Block) -> list[tuple[int, bytes]]:
        self._file.seek(block.start)
        packed = zlib.decompress(self._file.read(block.size))
        values: list[tuple[int, bytes]] = pickle.loads(packed)  # noqa: S301  (as above)
        return values

    def close(self) -> None:
        """Let go of everything."""
        self._file.close()
