"""A new standard brings thousands of findings within a minute: what marks them keeps up."""

from __future__ import annotations

import pytest

from conftest import ROOT
from wave_model import Outcome, arrivals, chance, in_batches, one_by_one

CALLS = pytest.mark.parametrize("call", [0.02, 0.05, 0.15])
"""Seconds of a call, which no page says."""


def wave(count: int, call: float = 0.05, seed: int = 1) -> tuple[Outcome, Outcome]:
    """Return what becomes of findings that mark themselves, and of those marked in batches."""
    times = arrivals(count, chance(seed))
    before = one_by_one(times, chance(seed), call=call)
    return before, in_batches(times, chance(seed), call=call)


@CALLS
def test_in_batches_all_of_ten_thousand_are_marked_within_minutes(call: float) -> None:
    _, after = wave(10_000, call)
    assert (after.marked, after.repeated) == (10_000, 0)
    assert after.calls <= 110
    assert after.last < 10 * 60


@pytest.mark.parametrize("share", [0.001, 0.01, 0.05])
def test_findings_that_cannot_be_marked_do_not_hold_back_the_others(share: float) -> None:
    times = arrivals(10_000, chance(1))
    every = in_batches(times, chance(1))
    some = in_batches(times, chance(1), unmarkable=share)
    assert some.repeated == pytest.approx(10_000 * share, rel=0.5)
    assert some.last < every.last + 4 * 60


@CALLS
def test_one_by_one_most_of_ten_thousand_came_again_the_next_day(call: float) -> None:
    before, _ = wave(10_000, call)
    assert before.repeated > 8_000


def test_a_few_findings_are_marked_either_way() -> None:
    before, after = wave(100)
    assert (before.repeated, after.repeated) == (0, 0)
    assert after.last < 2 * 60


@pytest.mark.parametrize("page", ["en", "ja"])
@pytest.mark.parametrize("count", [100, 1_000, 10_000])
def test_the_page_has_the_figures_of_the_model(count: int, page: str) -> None:
    before, after = wave(count)
    text = (ROOT / "docs" / page / "thousand-accounts.md").read_text("utf-8")
    cells = (
        count,
        before.calls,
        before.refused,
        before.repeated,
        after.calls,
        after.refused,
        after.repeated,
    )
    minutes = f"{after.last / 60:.1f}"
    assert f"| {' | '.join(f'{cell:,}' for cell in cells)} | {minutes} |" in text


@pytest.mark.parametrize("page", ["en", "ja"])
@pytest.mark.parametrize("call", [0.02, 0.15])
def test_the_page_says_how_much_depends_on_the_time_of_a_call(call: float, page: str) -> None:
    _, after = wave(10_000, call)
    text = (ROOT / "docs" / page / "thousand-accounts.md").read_text("utf-8")
    figure = f"{after.last / 60:.1f}"
    assert (f"after {figure}" in text) or (f"{figure} 分後" in text)


@pytest.mark.parametrize("page", ["en", "ja"])
def test_the_page_says_how_little_depends_on_findings_that_cannot_be_marked(page: str) -> None:
    after = in_batches(arrivals(10_000, chance(1)), chance(1), unmarkable=0.01)
    text = (ROOT / "docs" / page / "thousand-accounts.md").read_text("utf-8")
    figure = f"{after.last / 60:.1f}"
    assert f"after {figure} minutes. Only" in text or f"残りは {figure} 分後に" in text
