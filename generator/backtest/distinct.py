"""Counts distinct findings exactly, in little memory.

An entry is a digest of the finding's identity and a bit for each route that matched it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.backtest.rows import Rows
from generator.findings.identity import DIGEST

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

ENTRY = DIGEST + 8
"""Bytes; a params file has at most 60 routes, a bit each, and the last bit is CONTROL."""

CONTROL = 1 << (8 * (ENTRY - DIGEST) - 1)
"""Set where the finding is that of a control, which Security Hub sends again and again."""


def bits(routes: Iterable[int], *, control: bool) -> bytes:
    """Return the routes of an entry."""
    matched = sum(1 << route for route in routes) | (CONTROL if control else 0)
    return matched.to_bytes(ENTRY - DIGEST, "little")


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
        masks = [sum(1 << route for route in group) for group in wanted]
        counts = [0] * len(masks)
        for entries in self.parts():
            for matched, findings in _by_routes(entries):
                if controls and not matched & CONTROL:
                    continue
                for i, mask in enumerate(masks):
                    counts[i] += findings if matched & mask else 0
        return counts


def _by_routes(entries: Iterable[bytes]) -> Iterator[tuple[int, int]]:
    """Yield each set of routes, as bits, with the number of findings that they matched together."""
    routes: dict[bytes, int] = {}
    for entry in entries:
        digest = entry[:DIGEST]
        routes[digest] = routes.get(digest, 0) | int.from_bytes(entry[DIGEST:], "little")
    counts: dict[int, int] = {}
    for matched in routes.values():
        counts[matched] = counts.get(matched, 0) + 1
    yield from counts.items()
