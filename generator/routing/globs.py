"""Texts in which ``*`` stands for anything: whether one takes a text, or all that another does."""

from __future__ import annotations

import re
from functools import cache

_ANYTHING = "\x00"
"""A character that no glob of a params file has: what takes this in a star's place takes all."""


def takes(glob: str, text: str) -> bool:
    """Whether a glob takes a text."""
    return _compiled(glob).fullmatch(text) is not None


def contains(glob: str, other: str) -> bool:
    """Whether a glob takes all that another takes."""
    return takes(glob, other.replace("*", _ANYTHING))


def overlap(one: str, other: str) -> bool:
    """Whether some text is taken by both."""
    # ends[i]: the beginning of `one` so far and the first i characters of `other` overlap.
    ends = [not other[:i].strip("*") for i in range(len(other) + 1)]
    for char in one:
        row = [ends[0] and char == "*"]
        for i, its in enumerate(other, start=1):
            # A star stands for nothing, or for the other's character and more.
            starred = "*" in (char, its)
            row.append(ends[i] or row[i - 1] if starred else ends[i - 1] and char == its)
        ends = row
    return ends[-1]


@cache
def _compiled(glob: str) -> re.Pattern[str]:
    return re.compile(".*".join(map(re.escape, glob.split("*"))), re.DOTALL)
