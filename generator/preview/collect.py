"""Finds out which messages each channel would get, and keeps the newest of them."""

from __future__ import annotations

import sqlite3
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from generator.backtest.busiest import Busiest
from generator.findings.inputs import Inputs
from generator.findings.kept import Kept
from generator.findings.twins import Twins
from generator.params import BadInput, problem
from generator.preview.again import read_again
from generator.preview.newest import Message, Place
from generator.preview.noting import Noting
from generator.preview.sending import Sending
from generator.preview.timeline import Timeline
from generator.preview.verdicts import marked
from generator.routing.missed import Missed
from generator.routing.router import compile_routes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from generator.digests import Counting
    from generator.findings.chunks import Step
    from generator.findings.rejects import Reject
    from generator.params import Loaded

    Watch = Callable[[Iterable[Step], int], Iterable[Step]]


@dataclass(slots=True)
class Collected:
    """The newest messages, and the counts of everything.

    ``sent`` and ``kept_back`` are by route: messages, and updates that ``notify: once`` kept back.
    ``unmatched`` is by severity, an empty one where a finding has none. ``again`` are messages of
    exported findings that were given before: an export has states, and each finding counts once.
    ``busiest`` has the messages of each minute.
    ``twins`` are the findings that both products send to the same channel; ``digests`` what each
    digest counts; ``excepted`` counts by exception the findings and events that it matches.
    """

    messages: list[Message] = field(default_factory=list)
    findings: int = 0
    sent: Counter[int] = field(default_factory=Counter)
    kept_back: Counter[int] = field(default_factory=Counter)
    again: Counter[int] = field(default_factory=Counter)
    unmatched: Counter[str] = field(default_factory=Counter)
    missed: Missed = field(default_factory=Missed)
    filled_in: Counter[str] = field(default_factory=Counter)
    unwrapped: Counter[str] = field(default_factory=Counter)
    other_events: Counter[str] = field(default_factory=Counter)
    busiest: Busiest = field(default_factory=Busiest)
    twins: Twins = field(default_factory=lambda: Twins({}))
    digests: list[Counting] = field(default_factory=list)
    excepted: Counter[str] = field(default_factory=Counter)
    rejected: int = 0
    rejects: list[Reject] = field(default_factory=list)

    @property
    def empty(self) -> bool:
        """Whether no finding and no event was read, whatever came of it."""
        return not self.findings and not self.other_events

    @property
    def left_out(self) -> int:
        """How many older messages are not among ``messages``."""
        return sum(self.sent.values()) - len(self.messages)


def collect(
    loaded: Loaded,
    files: Sequence[Path],
    *,
    limit: int,
    watch: Watch = lambda steps, _: steps,
) -> Collected:
    """Collect the messages of files, at most ``limit``. ``watch`` sees every step."""
    rules, found, inputs = compile_routes(loaded), Collected(), Inputs(files)
    sending = Sending(found, limit)
    try:
        with closing(Timeline()) as timeline, closing(Kept()) as kept:
            noting = Noting(rules, found, sending, timeline, kept)
            for _ in watch(inputs.steps(noting.reader), inputs.size):
                pass
            noting.finish()
            events = read_again(sending.wanted(), rules, inputs, kept, watch)
    except sqlite3.OperationalError as error:
        message = f"no room to note what was read ({error}); TMPDIR moves it"
        raise BadInput([problem("temporary files", message)]) from None
    found.messages = [_message(place, events[place.number]) for place in sending.newest.ordered()]
    for late in sending.late():
        found.missed.add(late.severity, events[late.number]["detail"]["findings"][0])
    return found


def _message(place: Place, event: dict[str, Any]) -> Message:
    shown = marked(event) if place.marked else event
    return Message(place.time, place.number, place.route, shown)
