"""How long composing messages needs: measured with the first of them, said before the rest."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, TypeVar

from generator.cli.output import show_progress

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

T = TypeVar("T")

_SAMPLE = 100
"""Messages by which the speed is measured."""

_LONG = 10.0
"""Seconds that are announced."""

_MINUTES = 90
"""Seconds from which on minutes are shown."""


def watch_composing(composed: Iterable[T], total: int) -> Iterator[T]:
    """Yield messages as they are composed, with a progress bar if that needs long.

    After the first hundred, a line on standard error says how long the rest needs, if that is long.
    """
    started = time.monotonic()
    shown = show_progress(composed, total=total, label="Composing")
    for done, message in enumerate(shown, start=1):
        if done == _SAMPLE:
            rate = done / (time.monotonic() - started)
            if (total - done) / rate > _LONG:
                sys.stderr.write(f"{announced(total - done, rate)}\n")
        yield message


def announced(left: int, rate: float) -> str:
    """Return how long composing a number of messages needs at a rate a second."""
    seconds = left / rate
    long = f"{seconds / 60:,.0f} min" if seconds > _MINUTES else f"{seconds:,.0f} s"
    return (
        f"Composing {left:,} more messages needs about {long} ({rate:,.0f} a second); lower"
        " --limit to wait less."
    )
