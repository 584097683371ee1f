"""Exceptions that end soon, or have ended."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from generator.params.values import NEVER

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.params import Loaded, Problem
    from generator.params.models import AcceptedFindings

_SOON = 14
"""Days before its end from which on an exception is warned of."""


def ending(loaded: Loaded, today: date) -> Iterator[Problem]:
    """Yield exceptions that have ended, or will within two weeks."""
    for i, accepted in enumerate(loaded.settings.exceptions):
        if accepted.until == NEVER:
            continue
        left = (date.fromisoformat(accepted.until) - today).days
        if left < 0:
            message = f"warning: ended {-left} day{'s' * (left != -1)} ago: {_then(accepted)}"
        elif left <= _SOON:
            message = f"warning: ends in {left} day{'s' * (left != 1)}; extend it, or let it end"
        else:
            continue
        yield loaded.document.problem(("exceptions", i, "until"), message)


def _then(accepted: AcceptedFindings) -> str:
    """Return what becomes of the findings of an exception that has ended."""
    if accepted.needs_end:
        return "its findings are set to NEW again. Extend it, or remove it once they are"
    return "its findings stay as it has set them. Extend it, or set them to New and remove it"
