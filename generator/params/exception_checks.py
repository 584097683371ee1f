"""Checks of exceptions: names, dates, notes, and how many automation rules they make."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import TYPE_CHECKING

from generator.cloudformation.limits import MOST_AUTOMATION_RULES
from generator.params.naming import logical_id
from generator.params.values import NEVER

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.params.exceptions import AcceptedFindings
    from generator.params.partial import Validated
    from generator.params.problems import Location
    from generator.params.settings import Settings

LONGEST_NOTE = 512
"""https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_NoteUpdate.html"""

_FIRST, _LAST = "2000-01-01", "2099-12-31"
"""Ends that somebody may mean; rules begin in 1970, and the last date of a filter is in 9999."""

Found = tuple["Location", str]


def check(settings: Settings, valid: Validated) -> Iterator[Found]:
    """Yield a location and a message for everything that is wrong with an exception."""
    seen: set[str] = set()
    for i, accepted in enumerate(settings.exceptions):
        for at, message in _wrong(accepted, seen):
            if valid.sound("exceptions", i, at[0]):
                yield ("exceptions", i, *at), message
    rules = Counter[str]()
    for accepted in settings.exceptions:
        rules[accepted.source] += 2 if accepted.needs_end else 1
    if max(rules.values(), default=0) > MOST_AUTOMATION_RULES:
        message = (
            f"these exceptions need {max(rules.values())} automation rules, two for each that ends"
            f" in Security Hub CSPM, and AWS allows {MOST_AUTOMATION_RULES}: put several into one,"
            " with a longer list"
        )
        yield ("exceptions",), message


def _wrong(accepted: AcceptedFindings, seen: set[str]) -> Iterator[Found]:
    if logical_id(accepted.name) in seen:
        yield ("name",), f"a second exception {accepted.name!r}; names are unique"
    seen.add(logical_id(accepted.name))
    if accepted.until != NEVER:
        yield from _wrong_date(accepted)
    if len(accepted.note) > LONGEST_NOTE:
        over = len(accepted.note) - LONGEST_NOTE
        message = (
            f"the note with this reason is {over} characters longer than Security Hub accepts:"
        )
        message += " shorten the reason"
        yield ("reason",), message
    if accepted.match.actions is not None:
        yield ("match", "actions"), "an exception is for findings, not for what somebody sends"


def _wrong_date(accepted: AcceptedFindings) -> Iterator[Found]:
    try:
        date.fromisoformat(accepted.until)
    except ValueError:
        yield ("until",), f"{accepted.until} is not a day of the calendar"
        return
    if not _FIRST <= accepted.until <= _LAST:
        message = f"{accepted.until} is not a day between {_FIRST} and {_LAST}: write `never`"
        yield ("until",), message
    if accepted.sets_severity:
        message = (
            "a severity cannot be set back when the exception ends, since the first one is not"
            " known then: write `until: never`"
        )
        yield ("until",), message
