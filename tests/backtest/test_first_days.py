"""The first day of each finding is kept exactly, in little memory, in one process or several."""

from __future__ import annotations

import pickle
from collections import Counter
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from generator.backtest.first_days import FirstDays
from generator.findings.identity import digest

if TYPE_CHECKING:
    from collections.abc import Iterable

Noted = list[tuple[str, str]]
NOTED = st.lists(
    st.tuples(st.sampled_from("abcdef"), st.sampled_from(["2026-01-02", "2026-01-10", "", "soon"])),
    max_size=30,
)


def first_days(noted: Iterable[tuple[str, str]], *, settle: int) -> FirstDays:
    days = FirstDays()
    for finding, day in noted:
        days.note(digest("", finding), day)
        days.settle(most=settle)
    return days


@given(NOTED, NOTED, NOTED)
def test_the_days_are_those_of_a_plain_dict(before: Noted, more: Noted, last: Noted) -> None:
    days = first_days(before, settle=5)
    days.add(pickle.loads(pickle.dumps(first_days(more, settle=0))))  # noqa: S301
    days.counts()
    for finding, day in last:
        days.note(digest("", finding), day)
    first: dict[str, str] = {}
    for finding, day in [*before, *more, *last]:
        first[finding] = min(day, first.get(finding, day))
    assert days.counts() == Counter(first.values())


def test_a_finding_that_comes_on_many_days_needs_no_more_memory() -> None:
    noted = ((str(n % 3_000), f"2026-01-{1 + n % 28:02}") for n in range(300_000))
    days = first_days(noted, settle=1_000)
    days.settle(most=0)
    assert days.counts().total() == 3_000
    assert days.in_use < 100 * 3_000
