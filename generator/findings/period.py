"""Times of findings: the day of one, and the period that a run is limited to."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import NamedTuple

from generator.params import BadInput, problem

_TIME = re.compile(r"\d{4}-\d\d-\d\d(?:T\d\d(?::\d\d(?::\d\d(?:\.\d+)?)?)?(?:Z|[+-]\d\d:\d\d)?)?")
_DAY, _MINUTE = 10, 16


def in_utc(text: object) -> str:
    """Return an ISO 8601 time in UTC, as a text that sorts; nothing if it is none."""
    if type(text) is not str:
        return ""
    if text.endswith("Z"):
        return text[:-1]
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        return ""
    if time.tzinfo is None:
        return text
    return time.astimezone(UTC).replace(tzinfo=None).isoformat()


def day_of(text: object) -> str:
    """Return the day, in UTC, of an ISO 8601 time; nothing if it is none."""
    if type(text) is str and len(text) > _DAY and text[-1] == "Z":
        return text[:_DAY]
    return in_utc(text)[:_DAY]


def minute_of(text: object) -> str:
    """Return the minute of a time, in UTC; nothing if it is none."""
    return in_utc(text)[:_MINUTE]


class Period(NamedTuple):
    """From when to when, both included: a bound that is a day includes the whole of it."""

    since: str = ""
    until: str = ""

    def contains(self, updated: object) -> bool:
        """Whether an UpdatedAt is in the period; one that is not a time is not."""
        time = in_utc(updated)
        late = self.until and time[: len(self.until)] > self.until
        return bool(time) and time >= self.since and not late


def period(since: str, until: str) -> Period | None:
    """Return the period of two options, of which each may be empty; raise BadInput if it is none.

    None means no limit at all, so that findings without UpdatedAt are not left out.
    """
    if not since and not until:
        return None
    limits, problems = [], []
    for option, text in (("--since", since), ("--until", until)):
        try:
            limits.append(_bound(text))
        except ValueError as error:
            problems.append(problem(option, str(error)))
    if problems:
        raise BadInput(problems)
    return Period(*limits)


def _bound(text: str) -> str:
    """Return a bound as it is compared; raise ValueError where it is not a time."""
    if not text:
        return ""
    if not _TIME.fullmatch(text):
        raise ValueError(
            f"{text!r} is not a date or time; write 2026-01-31 or 2026-01-31T08:00:00Z"
        )
    datetime.fromisoformat(text)
    return in_utc(text)
