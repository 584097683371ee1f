"""The shortest names for the variables of an expression, one name for several if that is safe."""

from __future__ import annotations

import re
from collections import Counter
from itertools import chain, product
from string import ascii_lowercase, ascii_uppercase
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

_VARIABLE = re.compile(r"\$([A-Za-z]\w*)")
_FUNCTION = re.compile(r"function\(|[(){}]")


class _Life(NamedTuple):
    """Where a variable has a value: from here to there, and within these functions."""

    begin: int
    end: int
    functions: frozenset[int]

    def meets(self, other: _Life) -> bool:
        return (self.begin < other.end and other.begin < self.end) or bool(
            self.functions & other.functions
        )


def shortest_names(code: str, functions: Collection[str]) -> dict[str, str]:
    """Return a name for each variable, the shortest for those that are used most.

    ``code`` has no texts in it; ``functions`` are names of JSONata's own. An expression is a list
    of steps. Two variables may have one name if one is used for the last time before the other is
    for the first time, or if one is only used within functions that do not mention the other.
    """
    lives = _lives(code, functions)
    counts = Counter(name for name in _VARIABLE.findall(code) if name in lives)
    given: dict[str, str] = {}
    for name in sorted(counts, key=lambda name: (-counts[name], name)):
        taken = {given[other] for other in given if lives[name].meets(lives[other])}
        given[name] = next(short for short in _names() if short not in {*taken, *functions})
    return given


def _names() -> Iterator[str]:
    letters = [*ascii_lowercase, *ascii_uppercase]
    return chain(letters, map("".join, product(letters, letters)))


def _lives(code: str, functions: Collection[str]) -> dict[str, _Life]:
    extents = list(_extents(code))
    places: dict[str, list[tuple[int, int | None]]] = {}
    for use in _VARIABLE.finditer(code):
        if use[1] not in functions:
            within = (begin for begin, end in extents if begin < use.start() < end)
            places.setdefault(use[1], []).append((use.start(), next(within, None)))
    return {name: _life(uses, len(code)) for name, uses in places.items()}


def _life(uses: list[tuple[int, int | None]], end: int) -> _Life:
    inside = frozenset(function for _, function in uses if function is not None)
    outside = [place for place, function in uses if function is None]
    if not outside:
        return _Life(0, 0, inside)
    # A function may read it whenever it is called.
    return _Life(uses[0][0], end if inside else outside[-1] + 1, inside)


def _extents(code: str) -> Iterator[tuple[int, int]]:
    """Yield where each function begins and ends that is not within another."""
    depth, begin, at = 0, -1, -1
    for sign in _FUNCTION.finditer(code):
        if sign[0] == "function(" and begin < 0:
            begin, at = sign.start(), depth
        depth += 1 if sign[0] in {"function(", "(", "{"} else -1
        if sign[0] == "}" and begin >= 0 and depth == at:
            yield begin, sign.end()
            begin = -1
