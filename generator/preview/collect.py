"""Finds out which messages each channel would get, and keeps the newest of them."""

from __future__ import annotations

import sqlite3
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from generator.digests import Counting, counting_of
from generator.exceptions import acting_of
from generator.findings import Broken, Lines, records
from generator.findings.chunks import steps, whole
from generator.findings.envelopes import parse_line
from generator.findings.events import detail_type, whole_event
from generator.findings.identity import digest
from generator.findings.outline import outline, source_of
from generator.findings.period import in_utc
from generator.findings.rejects import MOST_SHOWN, Reject
from generator.findings.twins import Twins
from generator.findings.values import values
from generator.params import BadInput, problem
from generator.preview.newest import Message, Newest
from generator.preview.timeline import Notified, Timed, Timeline
from generator.routing.missed import RANK, UNKNOWN, Missed
from generator.routing.router import compile_routes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    from generator.findings import Values
    from generator.findings.chunks import Step
    from generator.params import Loaded

    Watch = Callable[[Iterable[Step], int], Iterable[Step]]


@dataclass(slots=True)
class Collected:
    """The newest messages, and the counts of everything.

    ``sent`` and ``kept_back`` are by route: messages, and updates that ``notify: once`` kept back.
    ``unmatched`` is by severity, an empty one where a finding has none. ``again`` are messages of
    exported findings that were given before: an export has states, and each finding counts once.
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
    parts = whole(files)
    reader = _Collecting(loaded, limit)
    read = (step for part in parts for step in steps(part, reader))
    try:
        for _ in watch(read, sum(part.size for part in parts)):
            pass
        return reader.finished()
    except sqlite3.OperationalError as error:
        message = f"no room to sort what `notify: once` needs sorted ({error}); TMPDIR moves it"
        raise BadInput([problem("temporary files", message)]) from None


class _Collecting:
    """Reads findings and events; the messages are known once all are read."""

    def __init__(self, loaded: Loaded, limit: int) -> None:
        routes = loaded.settings.routes
        self._rules = compile_routes(loaded)
        self._once = {i for i, route in enumerate(routes) if route.notifies_once}
        self._timeline = Timeline() if self._once else None
        self._notified = Notified()
        self._newest = Newest(limit)
        self._exported: set[tuple[int, bytes]] = set()
        self._found = Collected(twins=Twins(self._rules.both), digests=counting_of(loaded.settings))
        self._acting = acting_of(loaded.settings)
        self._at = ("", 0)

    def batch(self, batch: Lines | Values | Broken, file: str) -> None:
        """Take in the records of a batch."""
        for line, value in values(batch, self._parse):
            self._at = (file, line)
            if isinstance(value, Broken):
                self._reject(value.why)
                continue
            for record in records.read(value, self._found.unwrapped, self._rules.detail_types):
                try:
                    self._record(record)
                except RecursionError:
                    self._reject("nested too deeply")

    def _parse(self, line: bytes) -> Any:
        return parse_line(line, self._found.unwrapped)

    def broken_off(self, file: str, why: str) -> None:
        """Take in that a file cannot be read on."""
        self._at = (file, self._at[1] + 1 if self._at[0] == file else 1)
        self._reject(why)

    def finished(self) -> Collected:
        """Return what was found."""
        for timed in self._timeline.ordered() if self._timeline else ():
            self._follow(timed)
        self._found.messages = self._newest.ordered()
        return self._found

    def _reject(self, why: str) -> None:
        self._found.rejected += 1
        if len(self._found.rejects) < MOST_SHOWN:
            self._found.rejects.append(Reject(*self._at, why))

    def _record(self, record: records.Found | records.Other | records.Unfit) -> None:
        if isinstance(record, records.Unfit):
            self._reject(record.why)
        elif isinstance(record, records.Other):
            self._found.other_events[record.detail_type] += 1
        else:
            self._finding(record)

    def _finding(self, record: records.Found) -> None:
        if record.event is None:
            records.complete(record.finding, self._found.filled_in)
        if self._acting is not None:
            self._found.excepted.update(self._acting.act(record.finding))
        for counting in self._found.digests:
            counting.add(record.finding)
        event = record.event or whole_event(record.finding)
        self._found.findings += 1
        time = in_utc(event.get("time")) or in_utc(outline(record.finding).get("UpdatedAt"))
        timed = Timed(time, self._found.findings, event)
        if self._timeline:
            self._timeline.add(timed)
        else:
            self._send(timed, self._rules.event(event))

    def _follow(self, timed: Timed) -> None:
        """Send what is sent while findings that were sent once are NOTIFIED."""
        matched = self._rules.event(timed.event)
        if self._is_again(timed) and matched:
            self._send(timed, matched)
            return
        if self._notified.seen(timed.outline):
            timed.mark()
            still = self._rules.event(timed.event)
            self._found.kept_back.update(set(matched) - set(still))
            if matched and not still:
                return
            matched = still
        elif self._once.intersection(matched):
            self._notified.mark(timed.outline)
        self._send(timed, matched)

    def _send(self, timed: Timed, matched: Sequence[int]) -> None:
        if not matched:
            self._miss(timed)
        known = timed.outline
        self._found.twins.note(source_of(timed.finding), matched, known["Id"])
        exported = digest(known["ProductArn"], known["Id"]) if timed.exported else b""
        for route in matched:
            message = Message(timed.time, timed.place, route, timed.event)
            if exported and (route, exported) in self._exported:
                self._found.again[route] += 1
                self._newest.renew(message)
                continue
            if exported:
                self._exported.add((route, exported))
            self._found.sent[route] += 1
            self._newest.add(message)

    def _is_again(self, timed: Timed) -> bool:
        """Whether an exported finding was sent before, by any route."""
        if not timed.exported:
            return False
        key = digest(timed.outline["ProductArn"], timed.outline["Id"])
        return any((route, key) in self._exported for route in self._once)

    def _miss(self, timed: Timed) -> None:
        label = severity(timed.outline)
        self._found.unmatched[label] += 1
        by_itself = timed.event["detail-type"] == detail_type(source_of(timed.finding))
        if by_itself and RANK.get(label, UNKNOWN) < self._found.missed.bar:
            self._found.missed.add(label, timed.finding)


def severity(finding: Mapping[str, Any]) -> str:
    """Return the label of a finding's severity; nothing if it has none."""
    severity = finding.get("Severity")
    label = severity.get("Label") if isinstance(severity, dict) else None
    return label if isinstance(label, str) else ""
