"""Numbers the findings of an input: the same numbers however often it is read."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Protocol

from generator.findings import Broken, Lines, records
from generator.findings.envelopes import parse_line
from generator.findings.events import whole_event
from generator.findings.values import values

if TYPE_CHECKING:
    from collections.abc import Collection

    from generator.exceptions import Acting
    from generator.findings import Values


class Sink(Protocol):
    """Receives what is read."""

    def finding(self, record: records.Found, number: int) -> None:
        """Take in a finding; RecursionError says that it is nested too deeply."""

    def other(self, detail_type: str) -> None:
        """Take in an event of a kind that no rule matches."""

    def reject(self, file: str, line: int, why: str) -> None:
        """Take in a record that is neither."""


class Numbered:
    """Reads batches; ``number`` is that of the last finding."""

    def __init__(self, sink: Sink, detail_types: Collection[str]) -> None:
        self.number = 0
        self.only_once = False
        self.unwrapped: Counter[str] = Counter()
        self._sink = sink
        self._detail_types = detail_types
        self._at = ("", 0)

    def batch(self, batch: Lines | Values | Broken, file: str) -> None:
        """Take in the records of a batch."""
        for line, value in values(batch, self._parse):
            self._at = (file, line)
            if isinstance(value, Broken):
                self._sink.reject(file, line, value.why)
                continue
            for record in records.read(value, self.unwrapped, self._detail_types):
                self._record(record)

    def broken_off(self, file: str, why: str) -> None:
        """Take in that a file cannot be read on."""
        self._at = (file, self._at[1] + 1 if self._at[0] == file else 1)
        self._sink.reject(*self._at, why)

    def _parse(self, line: bytes) -> Any:
        return parse_line(line, self.unwrapped)

    def _record(self, record: records.Found | records.Other | records.Unfit) -> None:
        if isinstance(record, records.Unfit):
            self._sink.reject(*self._at, record.why)
        elif isinstance(record, records.Other):
            self._sink.other(record.detail_type)
        else:
            self.number += 1
            try:
                self._sink.finding(record, self.number)
            except RecursionError:
                self._sink.reject(*self._at, "nested too deeply")


class Events:
    """Makes of records the events that rules see."""

    def __init__(self, acting: Acting | None) -> None:
        self._acting = acting
        self.filled_in: Counter[str] = Counter()
        self.excepted: Counter[str] = Counter()

    def event(self, record: records.Found) -> dict[str, Any]:
        """Return the event of a record, with what Security Hub and exceptions do to it."""
        if record.event is None:
            records.complete(record.finding, self.filled_in)
        if self._acting is not None:
            self.excepted.update(self._acting.act(record.finding))
        return record.event or whole_event(record.finding)
