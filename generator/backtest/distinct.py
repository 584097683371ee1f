"""Counts distinct findings exactly, in little memory.

An entry is a digest of the finding's identity and a bit for each route that matched it. Entries are
one after another in byte strings, one for each first byte of the digest; doubles are removed
whenever such a string has doubled. So a finding needs 24 bytes, at most about 60 for a while,
where a Python set would take over a hundred.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from generator.findings.identity import DIGEST, digest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

ENTRY = DIGEST + 8
"""Bytes; a params file has at most 60 routes, a bit each, and the last bit is CONTROL."""

CONTROL = 1 << (8 * (ENTRY - DIGEST) - 1)
"""Set where the finding is that of a control, which Security Hub sends again and again."""

_PARTS = 256
_PENDING = 1 << 15
_FEW = 64 * ENTRY


def entry(product: str, finding: str, routes: bytes) -> bytes:
    """Return the entry of a finding: an id is unique within its product's ARN alone."""
    return digest(product, finding) + routes


def bits(routes: Iterable[int], *, control: bool) -> bytes:
    """Return the routes of an entry."""
    matched = sum(1 << route for route in routes) | (CONTROL if control else 0)
    return matched.to_bytes(ENTRY - DIGEST, "little")


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
        masks = [sum(1 << route for route in group) for group in wanted]
        counts = [0] * len(masks)
        for part in self._parts:
            for matched, findings in _by_routes(part.data):
                if controls and not matched & CONTROL:
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
    """Yield each set of routes, as bits, with the number of findings that they matched together."""
    routes: dict[bytes, int] = {}
    for row in _entries(data):
        digest = row[:DIGEST]
        routes[digest] = routes.get(digest, 0) | int.from_bytes(row[DIGEST:], "little")
    counts: dict[int, int] = {}
    for matched in routes.values():
        counts[matched] = counts.get(matched, 0) + 1
    yield from counts.items()
