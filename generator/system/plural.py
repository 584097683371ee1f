"""Numbers of things, in words."""

from __future__ import annotations


def plural(count: int, what: str) -> str:
    """Return a number of things, in words."""
    return f"{count:,} {what}{'' if count == 1 else 's'}"
