"""A bar chart of messages a day, or a week or month where there are many days."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from rich.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

MOST = 35
"""Bars: what a person takes in at a glance, and a month has at most so many days."""

WIDTH = 50
"""Columns of the longest bar: with day and number it fits 80."""
_EIGHTHS = " ▏▎▍▌▋▊▉"


def bars(days: Mapping[str, int], *, blocks: bool = True) -> Iterator[Text]:
    """Yield a line for each day; ``days`` has every day, in order.

    Without ``blocks``, bars are of ASCII, for terminals that know nothing else.
    """
    unit, sums = _grouped(days)
    if unit:
        yield Text(f"(by {unit}, since there are {len(days):,} days)")
    most = max(sums.values(), default=0)
    digits = len(f"{most:,}")
    for label, messages in sums.items():
        yield Text(
            f"{label}  {messages:>{digits},}  {_bar(messages, most, blocks=blocks)}".rstrip()
        )


def _grouped(days: Mapping[str, int]) -> tuple[str, dict[str, int]]:
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


def _bar(messages: int, most: int, *, blocks: bool) -> str:
    if not blocks:
        return "#" * (round(WIDTH * messages / most) if most else 0)
    eighths = round(8 * WIDTH * messages / most) if most else 0
    return "█" * (eighths // 8) + _EIGHTHS[eighths % 8].strip()
