"""Counts distinct findings exactly, in little memory.

An entry is a digest of the finding's identity and a bit for each route that matched it; beyond 55
routes a finding may have several entries, each for a block of 55. Entries are one after another in
byte strings, one for each first byte of the digest; doubles are removed whenever such a string has
doubled. So a finding needs 24 bytes, at most about 60 for a while, where a Python set would take
over a hundred.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from generator.findings.identity import DIGEST

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

ENTRY = DIGEST + 8
"""Bytes: a bit for each route of a block, eight for the number of the block, and CONTROL."""

CONTROL = 1 << 63
"""Set where the finding is that of a control, which Security Hub sends again and again."""

BLOCK = 55
_ROUTES, _MOST_BLOCKS = (1 << BLOCK) - 1, 0xFF

_PARTS = 256
_PENDING = 1 << 15
_FEW = 64 * ENTRY


def bits(routes: Iterable[int], *, control: bool) -> tuple[bytes, ...]:
    """Return the routes of a finding, block by block."""
    blocks: dict[int, int] = {}
    for route in routes:
        block = route // BLOCK
        blocks[block] = blocks.get(block, 0) | 1 << route % BLOCK
    return tuple(
        (matched | block << BLOCK | (CONTROL if control else 0)).to_bytes(8, "little")
        for block, matched in blocks.items()
    )


class _Part(NamedTuple):
    data: bytearray
    limit: list[int]


class Distinct:
    """Findings that some route matched. ``pending`` receives new entries; ``settle`` follows."""

    def __init__(self) -> None:
        self.pending: list[bytes] = []
        self._parts = [_Part(bytearray(), [_FEW]) for _ in range(_PARTS)]

    def __getstate__(self) -> list[bytes]:
        """Give what another process needs: plain bytes, far quicker to send than many objects."""
        self.settle(most=0)
        return [bytes(part.data) for part in self._parts]

    def __setstate__(self, state: list[bytes]) -> None:
        self.pending = []
        self._parts = [_Part(bytearray(data), [max(_FEW, 2 * len(data))]) for data in state]

    def settle(self, *, most: int = _PENDING) -> None:
        """Put away the pending entries once there are many."""
        if len(self.pending) <= most:
            return
        for row in set(self.pending):
            self._parts[row[0]].data.extend(row)
        self.pending.clear()
        for part in self._parts:
            _compact(part)

    def add(self, other: Distinct) -> None:
        """Take over all entries of another."""
        other.settle(most=0)
        self.settle(most=0)
        for mine, its in zip(self._parts, other._parts, strict=True):
            mine.data.extend(its.data)
            _compact(mine)

    def count(self, wanted: Sequence[Iterable[int]], *, controls: bool = False) -> list[int]:
        """Return for each group of routes how many findings any of its routes matched.

        ``controls`` counts findings of controls alone.
        """
        self.settle(most=0)
        masks = [sum(2 << route for route in group) for group in wanted]
        counts = [0] * len(masks)
        for part in self._parts:
            for matched, findings in _by_routes(part.data):
                if controls and not matched & 1:
                    continue
                for i, mask in enumerate(masks):
                    counts[i] += findings if matched & mask else 0
        return counts


def _compact(part: _Part) -> None:
    if len(part.data) > part.limit[0]:
        part.data[:] = b"".join(_entries(part.data))
        part.limit[0] = max(_FEW, 2 * len(part.data))


def _entries(data: bytearray) -> set[bytes]:
    return {bytes(data[at : at + ENTRY]) for at in range(0, len(data), ENTRY)}


def _by_routes(data: bytearray) -> Iterator[tuple[int, int]]:
    """Yield each set of routes, as bits, with the number of findings that they matched together.

    The first bit says that the findings are those of controls.
    """
    routes: dict[bytes, int] = {}
    for row in _entries(data):
        identity, block = row[:DIGEST], int.from_bytes(row[DIGEST:], "little")
        matched = (block & _ROUTES) << BLOCK * (block >> BLOCK & _MOST_BLOCKS)
        known = routes.get(identity, 0)
        routes[identity] = known | matched << 1 | bool(block & CONTROL)
    counts: dict[int, int] = {}
    for matched in routes.values():
        counts[matched] = counts.get(matched, 0) + 1
    yield from counts.items()
