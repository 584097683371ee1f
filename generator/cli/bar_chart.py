"""A bar chart of messages a day, or a week or month where there are many days."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from rich.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

MOST = 35
"""Bars: what a person sees at a glance, and a month has at most this many days."""

WIDTH = 50
"""Columns of the longest bar."""
_GAP = 2
_EIGHTHS = " ▏▎▍▌▋▊▉"


def bars(days: Mapping[str, int], columns: int, *, blocks: bool = True) -> Iterator[Text]:
    """Yield a line for each day, of at most this many columns; ``days`` has every day, in order.

    Without ``blocks``, bars are of ASCII, for terminals that know nothing else.
    """
    unit, sums = _group(days)
    if unit:
        yield Text(f"(by {unit}, since there are {len(days):,} days)")
    most = max(sums.values(), default=0)
    digits = len(f"{most:,}")
    room = columns - max(map(len, sums), default=0) - digits - 2 * _GAP
    width = max(1, min(WIDTH, room))
    for label, messages in sums.items():
        bar = _bar(messages / most if most else 0, width, blocks=blocks)
        yield Text(f"{label}  {messages:>{digits},}  {bar}".rstrip())


def _group(days: Mapping[str, int]) -> tuple[str, dict[str, int]]:
    """Return the smallest unit of which there are few enough, and its sums."""
    for unit, first in (("", str), ("week", _monday), ("month", _month)):
        sums = _sums(days, first)
        if len(sums) <= MOST:
            return unit, sums
    return "year", _sums(days, _year)


def _sums(days: Mapping[str, int], first: Callable[[str], str]) -> dict[str, int]:
    sums: dict[str, int] = {}
    for day, messages in days.items():
        sums[first(day)] = sums.get(first(day), 0) + messages
    return sums


def _monday(day: str) -> str:
    then = date.fromisoformat(day)
    return (then - timedelta(then.weekday())).isoformat()


def _month(day: str) -> str:
    return day[:7]


def _year(day: str) -> str:
    return day[:4]


def _bar(share: float, width: int, *, blocks: bool) -> str:
    if not blocks:
        return "#" * round(width * share)
    eighths = round(8 * width * share)
    return "█" * (eighths // 8) + _EIGHTHS[eighths % 8].strip()
