"""Schedules of EventBridge Scheduler: what is wrong with one, and how far apart its days are.

https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, timedelta
from itertools import pairwise
from math import ceil
from typing import NamedTuple
from zoneinfo import available_timezones

from generator.params.problems import did_you_mean

_RATE = re.compile(r"rate\((\d+) +(minutes?|hours?|days?)\)")
_CRON = re.compile(r"cron\(([^()]*)\)")
_MINUTES = {"minute": 1, "hour": 60, "day": 1_440}
_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_WEEKDAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
_FROM, _YEARS = 2024, 9
"""The years over which a schedule is looked at: the same whenever somebody renders."""

_EXAMPLES = "write cron(0 9 ? * MON *) for Mondays at nine, or rate(1 day)"


class _Part(NamedTuple):
    """A part of a cron expression: its name, the least and most, and names for its values."""

    name: str
    least: int
    most: int
    names: tuple[str, ...] = ()
    special: str = ""


_MINUTE, _HOUR = _Part("minutes", 0, 59), _Part("hours", 0, 23)
_DAY = _Part("day of the month", 1, 31, special=r"\?|L|LW|\d{1,2}W")
_MONTH = _Part("month", 1, 12, _MONTHS)
_WEEKDAY = _Part("day of the week", 1, 7, _WEEKDAYS, special=r"\?|L|[1-7A-Z]+L|[1-7A-Z]+#[1-5]")
_YEAR = _Part("year", 1970, 2199)
_PARTS = (_MINUTE, _HOUR, _DAY, _MONTH, _WEEKDAY, _YEAR)


def refusal(expression: str) -> str:
    """Return what is wrong with a schedule; nothing if AWS accepts it and it repeats."""
    rate = _RATE.fullmatch(expression)
    if rate:
        return "" if int(rate[1]) else "a rate is at least 1"
    if expression.startswith("at("):
        return f"at(...) happens once, and a digest is sent again and again: {_EXAMPLES}"
    cron = _CRON.fullmatch(expression)
    if not cron:
        return f"{expression!r} is not a schedule: {_EXAMPLES}"
    return _cron_refusal(cron[1].split())


def timezone_refusal(name: str) -> str:
    """Return what is wrong with a time zone; nothing if it is one of the IANA names."""
    known = available_timezones()
    if name in known:
        return ""
    return f"{name!r} is not a time zone such as Asia/Tokyo{did_you_mean(name, known)}"


def longest_gap(expression: str) -> int:
    """Return the most days from one time of a valid schedule to the next, at least 1."""
    rate = _RATE.fullmatch(expression)
    if rate:
        return max(1, ceil(int(rate[1]) * _MINUTES[rate[2].removesuffix("s")] / _MINUTES["day"]))
    days = _days(expression)
    gaps = [(later - day).days for day, later in pairwise(days)]
    return max(gaps, default=1)


def gaps_differ(expression: str) -> bool:
    """Whether some days of a schedule follow sooner than others: Monday to Friday, for example."""
    if _RATE.fullmatch(expression):
        return False
    days = _days(expression)
    gaps = {(later - day).days for day, later in pairwise(days)}
    months = {28, 29, 30, 31}
    return len(gaps) > 1 and not gaps <= months


def _cron_refusal(fields: list[str]) -> str:
    if len(fields) != len(_PARTS):
        names = ", ".join(part.name for part in _PARTS)
        return f"a cron expression has six parts ({names}), this one has {len(fields)}"
    for part, field in zip(_PARTS, fields, strict=True):
        if why := _field_refusal(part, field):
            return why
    day, weekday = fields[2], fields[4]
    if (day == "?") == (weekday == "?"):
        return (
            "AWS wants a ? for the day of the month or for the day of the week, and not for both:"
            f" {_EXAMPLES}"
        )
    return "" if _days(f"cron({' '.join(fields)})") else "there is no such day: this never happens"


def _field_refusal(part: _Part, field: str) -> str:
    wrong = f"{field!r} cannot be the {part.name} of a cron expression"
    if part.special and re.fullmatch(part.special, field):
        return ""
    for item in field.split(","):
        span, _, step = item.partition("/")
        bounds = span.split("-") if span != "*" else []
        if "/" in item and not (step.isdecimal() and int(step)):
            return f"{wrong}: / is followed by a number"
        numbers = [_number(part, bound) for bound in bounds]
        if len(bounds) > 2 or None in numbers:  # noqa: PLR2004  (from - to)
            return f"{wrong}: expected {part.least} to {part.most}{_names(part)}"
    return ""


def _names(part: _Part) -> str:
    return f", or {part.names[0]} to {part.names[-1]}" if part.names else ""


def _number(part: _Part, text: str) -> int | None:
    if text in part.names:
        return part.names.index(text) + 1
    number = int(text) if text.isdecimal() and text.isascii() else -1
    return number if part.least <= number <= part.most else None


def _days(expression: str) -> list[date]:
    """Return the days of a cron expression, each once, whatever its hours."""
    cron = _CRON.fullmatch(expression)
    if cron is None:
        raise ValueError(expression)
    _, _, day, month, weekday, year = cron[1].split()
    months, years = _values(_MONTH, month), _values(_YEAR, year)
    first = _FROM if years & set(range(_FROM, _FROM + _YEARS)) else min(years)
    start, end = date(first, 1, 1), date(first + _YEARS, 1, 1)
    every = (start + timedelta(offset) for offset in range((end - start).days))
    return [
        one_day
        for one_day in every
        if one_day.month in months
        and one_day.year in years
        and (_is_day(one_day, day) if weekday == "?" else _is_weekday(one_day, weekday))
    ]


def _is_day(day: date, field: str) -> bool:
    last = monthrange(day.year, day.month)[1]
    if field == "L":
        return day.day == last
    if field.endswith("W"):
        wanted = last if field == "LW" else min(int(field[:-1]), last)
        return day == _nearest_workday(day.replace(day=wanted))
    return day.day in _values(_DAY, field)


def _nearest_workday(day: date) -> date:
    """Return the workday nearest to a day, in the same month."""
    shift = {5: -1, 6: 1}.get(day.weekday(), 0)
    nearest = day + timedelta(shift)
    return nearest if nearest.month == day.month else day - timedelta(2 * shift)


def _is_weekday(day: date, field: str) -> bool:
    number = day.isoweekday() % 7 + 1
    if field == "L":
        return number == len(_WEEKDAYS)
    if field.endswith("L"):
        last = monthrange(day.year, day.month)[1]
        return number == _number(_WEEKDAY, field[:-1]) and day.day > last - len(_WEEKDAYS)
    name, which, nth = field.partition("#")
    if which:
        week = (day.day - 1) // len(_WEEKDAYS) + 1
        return number == _number(_WEEKDAY, name) and week == int(nth)
    return number in _values(_WEEKDAY, field)


def _values(part: _Part, field: str) -> set[int]:
    values: set[int] = set()
    for item in field.split(","):
        span, _, step = item.partition("/")
        bounds = [part.least, part.most] if span == "*" else _bounds(part, span, step)
        low, high = bounds
        inside = range(low, high + 1) if low <= high else _around(part, low, high)
        values.update(list(inside)[:: int(step or 1)])
    return values


def _bounds(part: _Part, span: str, step: str) -> list[int]:
    numbers = [_number(part, bound) or 0 for bound in span.split("-")]
    return numbers if len(numbers) > 1 else [numbers[0], part.most if step else numbers[0]]


def _around(part: _Part, low: int, high: int) -> list[int]:
    """Return a span that goes over the end: FRI-MON."""
    return [*range(low, part.most + 1), *range(part.least, high + 1)]
