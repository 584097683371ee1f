"""The first minute of each finding is kept exactly, in little memory, in one process or several."""

from __future__ import annotations

import pickle
from collections import Counter
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from generator.backtest.first_minutes import FirstMinutes
from generator.findings.identity import digest

if TYPE_CHECKING:
    from collections.abc import Iterable

Noted = list[tuple[str, str]]
NOTED = st.lists(
    st.tuples(
        st.sampled_from("abcdef"),
        st.sampled_from(["2026-01-02T08:00", "2026-01-02T10:00", "", "soon"]),
    ),
    max_size=30,
)


def first_minutes(noted: Iterable[tuple[str, str]], *, settle: int) -> FirstMinutes:
    minutes = FirstMinutes()
    for finding, minute in noted:
        minutes.note(digest("", finding), minute)
        minutes.settle(most=settle)
    return minutes


@given(NOTED, NOTED, NOTED)
def test_the_minutes_are_those_of_a_plain_dict(before: Noted, more: Noted, last: Noted) -> None:
    minutes = first_minutes(before, settle=5)
    minutes.add(pickle.loads(pickle.dumps(first_minutes(more, settle=0))))  # noqa: S301
    minutes.counts()
    for finding, minute in last:
        minutes.note(digest("", finding), minute)
    first: dict[str, str] = {}
    for finding, minute in [*before, *more, *last]:
        first[finding] = min(minute, first.get(finding, minute))
    assert minutes.counts() == Counter(first.values())


def test_a_finding_that_comes_in_many_minutes_needs_no_more_memory() -> None:
    noted = ((str(n % 3_000), f"2026-01-{1 + n % 28:02}T08:{n % 60:02}") for n in range(300_000))
    minutes = first_minutes(noted, settle=1_000)
    minutes.settle(most=0)
    assert minutes.counts().total() == 3_000
    assert minutes.in_use < 100 * 3_000
