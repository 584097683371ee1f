"""``make bench`` says which goal is missed; what it measures is no test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

import bench
import pace
from goals import Measured

MET = Measured("a ratio", [0.7, 0.9, 0.8], 0.85)
WITHIN = Measured("a ratio that is nearly met", [0.93], 0.85)
MISSED = Measured("a gain that is too small", [1.2], 1.6, bound="at least")


class Fake:
    """Stands for a module of tests/bench."""

    def __init__(self, figure: Measured) -> None:
        self._figure = figure

    def measure(self, runs: int) -> Iterator[Measured]:
        yield self._figure._replace(what=f"{self._figure.what}, {runs} runs")


@pytest.fixture(autouse=True)
def modules(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench, "MODULES", {"good": Fake(MET), "bad": Fake(MISSED)})
    monkeypatch.setattr(pace, "pace", lambda: 2.0)


@pytest.mark.parametrize(
    ("figure", "missed"),
    [
        (MET, False),
        (WITHIN, False),
        (Measured("too slow", [0.94], 0.85), True),
        (Measured("a median, and no mean", [0.1, 0.1, 9], 0.85), False),
        (MISSED, True),
        (MISSED._replace(runs=[1.45]), False),
        (MISSED._replace(runs=[2]), False),
    ],
)
def test_a_goal_is_missed_by_more_than_a_tenth(figure: Measured, missed: bool) -> None:  # noqa: FBT001
    assert figure.missed is missed
    assert bench.judge([figure]) == int(missed)


def test_a_goal_in_seconds_grows_on_a_slower_machine_and_a_ratio_does_not(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    slow = Measured("a time", [1.9], 1, "s")
    large = Measured("a ratio that is too large", [1.9], 1)
    monkeypatch.setattr(bench, "MODULES", {"good": Fake(slow), "bad": Fake(large)})
    assert bench.main(["--only", "good"]) == 0
    assert "at most 2 s" in capsys.readouterr().out
    assert bench.main(["--only", "bad"]) == 1


def test_every_figure_is_printed_also_after_one_that_is_missed(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert bench.judge([MISSED, MET]) == 1
    first, second, last = capsys.readouterr().out.splitlines()
    assert " ".join(first.split()) == "a gain that is too small 1.20 at least 1.6 MISSED (1.20)"
    assert "0.80" in second
    assert "at most 0.85  met" in second
    assert last == "1 missed by more than a tenth"


def test_all_is_measured_where_nothing_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert bench.main(["--runs", "4"]) == 1
    printed = capsys.readouterr().out
    assert "a ratio, 4 runs" in printed
    assert "too small, 4 runs" in printed


def test_only_what_is_named_is_measured(capsys: pytest.CaptureFixture[str]) -> None:
    assert bench.main(["--only", "good"]) == 0
    assert "too small" not in capsys.readouterr().out


def test_a_name_that_does_not_exist_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        bench.main(["--only", "god"])
    assert ended.value.code == 2
    assert "invalid choice: 'god'" in capsys.readouterr().err
