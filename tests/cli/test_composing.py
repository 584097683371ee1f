"""How long composing takes is measured, and said before it is long."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from generator.cli.composing import watch_composing


def composing(monkeypatch: pytest.MonkeyPatch, messages: int, seconds_each: float) -> list[int]:
    """Compose some messages, each in so many seconds of a clock of our own."""
    clock = [0.0]

    def work() -> Iterator[int]:
        for number in range(messages):
            clock[0] += seconds_each
            yield number

    monkeypatch.setattr(time, "monotonic", lambda: clock[0])
    return list(watch_composing(work(), messages))


@pytest.mark.parametrize(
    ("messages", "seconds_each", "said"),
    [
        (100_000, 0.01, "Composing 99,900 more messages needs about 17 min (100 a second)"),
        (2_100, 0.02, "Composing 2,000 more messages needs about 40 s (50 a second)"),
        (500, 0.01, ""),
        (99, 10.0, ""),
    ],
)
def test_how_long_the_rest_takes_is_said_after_the_first_hundred(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    messages: int,
    seconds_each: float,
    said: str,
) -> None:
    assert composing(monkeypatch, messages, seconds_each) == list(range(messages))
    told = capsys.readouterr().err
    assert told == (f"{said}; lower --limit to wait less.\n" if said else "")
