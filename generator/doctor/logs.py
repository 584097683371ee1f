"""Reads what services logged."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable


def latest(events: Iterable[dict[str, Any]]) -> str:
    """Return the message of the newest event, or nothing."""
    ordered = sorted(events, key=lambda event: event.get("timestamp", 0))
    return str(ordered[-1].get("message", "")) if ordered else ""
