"""Counts distinct findings exactly, in little memory.

An entry is a digest of the finding's identity and a bit for each route that matched it; beyond 55
routes a finding may have several entries, each for a block of 55.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.backtest.rows import Rows
from generator.findings.identity import DIGEST

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

ENTRY = DIGEST + 8
"""Bytes: a bit for each route of a block, eight for the number of the block, and CONTROL."""

CONTROL = 1 << 63
"""Set where the finding is that of a control, which Security Hub sends again and again."""

BLOCK = 55
_ROUTES, _MOST_BLOCKS = (1 << BLOCK) - 1, 0xFF


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


class Distinct(Rows):
    """Findings that some route matched: entries, each a digest and its routes."""

    def __init__(self) -> None:
        super().__init__(ENTRY)

    def __getstate__(self) -> list[bytes]:
        return self.dump()

    def __setstate__(self, state: list[bytes]) -> None:
        super().__init__(ENTRY)
        self.load(state)

    def add(self, other: Distinct) -> None:
        """Take over all entries of another."""
        self.load(other.dump())

    def count(self, wanted: Sequence[Iterable[int]], *, controls: bool = False) -> list[int]:
        """Return for each group of routes how many findings any of its routes matched.

        ``controls`` counts findings of controls alone.
        """
        masks = [sum(2 << route for route in group) for group in wanted]
        counts = [0] * len(masks)
        for entries in self.parts():
            for matched, findings in _by_routes(entries):
                if controls and not matched & 1:
                    continue
                for i, mask in enumerate(masks):
                    counts[i] += findings if matched & mask else 0
        return counts


def _by_routes(entries: Iterable[bytes]) -> Iterator[tuple[int, int]]:
    """Yield each set of routes, as bits, with the number of findings that they matched together.

    The first bit says that the findings are those of controls.
    """
    routes: dict[bytes, int] = {}
    for entry in entries:
        identity, block = entry[:DIGEST], int.from_bytes(entry[DIGEST:], "little")
        matched = (block & _ROUTES) << BLOCK * (block >> BLOCK & _MOST_BLOCKS)
        known = routes.get(identity, 0)
        routes[identity] = known | matched << 1 | bool(block & CONTROL)
    counts: dict[int, int] = {}
    for matched in routes.values():
        counts[matched] = counts.get(matched, 0) + 1
    yield from counts.items()
