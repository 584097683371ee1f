"""Texts with ``*`` as a wildcard: whether one matches a text, or all that another matches."""

from __future__ import annotations

import re
from functools import cache

_ANYTHING = "\x00"
"""A character that no glob of a params file has: matching it is matching anything."""


def matches(glob: str, text: str) -> bool:
    """Whether a glob matches a text."""
    return _compile(glob).fullmatch(text) is not None


def contains(glob: str, other: str) -> bool:
    """Whether a glob matches all that another matches."""
    return matches(glob, other.replace("*", _ANYTHING))


def overlap(glob: str, other: str) -> bool:
    """Whether some text is matched by both."""
    # ends[i]: the beginning of `glob` so far and the first i characters of `other` overlap.
    ends = [not other[:i].strip("*") for i in range(len(other) + 1)]
    for char in glob:
        row = [ends[0] and char == "*"]
        for i, its in enumerate(other, start=1):
            # A star matches nothing, or the other's character and more.
            starred = "*" in (char, its)
            row.append(ends[i] or row[i - 1] if starred else ends[i - 1] and char == its)
        ends = row
    return ends[-1]


@cache
def _compile(glob: str) -> re.Pattern[str]:
    return re.compile(".*".join(map(re.escape, glob.split("*"))), re.DOTALL)
