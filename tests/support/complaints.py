"""What a check complains of when one answer of AWS is another than the healthy one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from generator.doctor.check import Outcome
from healthy import CALLER, Place, look
from stubbed import Answer, Answers


def complaint(
    there: Place, name: str, changes: Answers | None = None, *, caller: str = CALLER
) -> Outcome:
    """Return the one thing that a check finds."""
    outcomes = look(there, name, changes, caller=caller)
    assert len(outcomes) == 1, outcomes
    return outcomes[0]


def assert_says(outcome: Outcome, verdict: str, *texts: str, remedy: str = "") -> None:
    """The outcome has this verdict, and these words in both languages or the English text."""
    assert outcome.verdict == verdict, outcome
    for text in texts:
        assert text in outcome.text.en
    assert remedy in outcome.remedy.en


def but(
    call: str, change: Callable[[dict[str, Any]], Answer | None], usual: Answers
) -> dict[str, Answer]:
    """Return a call's usual answer to all requests but those that ``change`` answers."""
    before = usual[call]

    def answer(request: dict[str, Any]) -> Answer:
        other = change(request)
        if other is not None:
            return other
        return before(request) if callable(before) else before

    return {call: answer}
