"""Reads findings again: those that are shown, once it is known which they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from generator.exceptions import acting_of
from generator.findings.identity import digest
from generator.findings.outline import outline
from generator.params import BadInput, problem
from generator.preview.numbered import Events, Numbered

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from generator.findings import records
    from generator.findings.chunks import Step
    from generator.findings.inputs import Inputs
    from generator.findings.kept import Kept
    from generator.routing.router import Rules

    Watch = Callable[[Iterable[Step], int], Iterable[Step]]


def read_again(
    wanted: Mapping[int, bytes], rules: Rules, inputs: Inputs, kept: Kept, watch: Watch
) -> dict[int, dict[str, Any]]:
    """Return the events with these numbers, as rules see them.

    ``wanted`` has by number the digest of the finding's identity. Raise BadInput where a file has
    changed.
    """
    numbers = sorted(wanted)
    sink = _Wanted(wanted, Events(acting_of(rules.settings)))
    for _ in watch(inputs.again(numbers, Numbered(sink, rules.detail_types)), 0):
        pass
    sink.events.update(kept.some(numbers))
    if sink.events.keys() < wanted.keys():
        message = "changed while they were read: run the command again"
        raise BadInput([problem("findings", message)])
    return sink.events


class _Wanted:
    """Receives the events that are wanted."""

    def __init__(self, wanted: Mapping[int, bytes], events: Events) -> None:
        self.events: dict[int, dict[str, Any]] = {}
        self._wanted = wanted
        self._events = events

    def finding(self, record: records.Found, number: int) -> None:
        if number not in self._wanted:
            return
        event, known = self._events.event(record), outline(record.finding)
        if digest(known["ProductArn"], known["Id"]) == self._wanted[number]:
            self.events[number] = event

    def other(self, detail_type: str) -> None:
        """Take in nothing: it was counted."""

    def reject(self, file: str, line: int, why: str) -> None:
        """Take in nothing: it was counted."""
