"""Records that are not findings: each is counted, and the first of them are shown."""

from __future__ import annotations

from typing import NamedTuple

MOST_SHOWN = 20
"""Records that are not findings, of which each is counted and some are shown."""


class Reject(NamedTuple):
    """A record that is not a finding."""

    file: str
    line: int
    why: str
