"""Puts events in the order of time, whatever their number, and follows ``notify: once`` in it."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, NamedTuple

from generator.findings.events import EXPORTED
from generator.findings.outline import WORKFLOWS, is_ocsf, outline

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_FAILING = ("FAILED", "WARNING", "NOT_AVAILABLE")


class Timed(NamedTuple):
    """An event of one finding, its time as a text that sorts, and its place in the input."""

    time: str
    place: int
    event: dict[str, Any]

    @property
    def exported(self) -> bool:
        """Whether the finding was given without the event that brought it."""
        return self.event.get("id") == EXPORTED

    @property
    def finding(self) -> dict[str, Any]:
        """The finding of the event."""
        finding: dict[str, Any] = self.event["detail"]["findings"][0]
        return finding

    @property
    def outline(self) -> Mapping[str, Any]:
        """The finding in the names of ASFF."""
        return outline(self.finding)

    def mark(self) -> None:
        """Set the finding to what a route that notifies once has set it to."""
        if is_ocsf(self.finding):
            self.finding["status"] = WORKFLOWS["NOTIFIED"][0]
        else:
            self.finding["Workflow"] = {**self.finding["Workflow"], "Status": "NOTIFIED"}


class Timeline:
    """Events on disk, until all are there: what is sent once depends on what came before."""

    def __init__(self) -> None:
        # No name: a file that SQLite makes when memory does not suffice, and then removes.
        self._database = sqlite3.connect("", isolation_level=None)
        self._database.execute("PRAGMA journal_mode = OFF")
        self._database.execute("CREATE TABLE events (time TEXT, place INTEGER, event TEXT)")

    def add(self, timed: Timed) -> None:
        """Keep an event."""
        row = (timed.time, timed.place, json.dumps(timed.event))
        self._database.execute("INSERT INTO events VALUES (?, ?, ?)", row)

    def ordered(self) -> Iterator[Timed]:
        """Yield all events in the order of time, and let go of them."""
        with closing(self._database) as database:
            rows = database.execute("SELECT * FROM events ORDER BY time, place")
            for time, place, event in rows:
                yield Timed(time, place, json.loads(event))


class _State(NamedTuple):
    """What decides whether Security Hub makes a finding NEW again."""

    compliance: str
    record: str
    workflow: str


class Notified:
    """The findings that are NOTIFIED, since a route that notifies once has sent them."""

    def __init__(self) -> None:
        # A million findings are little memory: an id is a digest, and states that are the same
        # are one.
        self._states: dict[bytes, _State] = {}
        self._same: dict[_State, _State] = {}

    def seen(self, finding: Mapping[str, Any]) -> bool:
        """Take in an update; return whether the finding is NOTIFIED where the input says NEW."""
        key, now = _key(finding), self._state(finding)
        before = self._states.get(key)
        if before is None:
            return False
        if _new_again(before, now):
            del self._states[key]
            return False
        self._states[key] = now
        return now.workflow == "NEW"

    def mark(self, finding: Mapping[str, Any]) -> None:
        """Take in that a finding was sent by a route that notifies once."""
        self._states[_key(finding)] = self._state(finding)

    def _state(self, finding: Mapping[str, Any]) -> _State:
        now = _state(finding)
        return self._same.setdefault(now, now)


def _key(finding: Mapping[str, Any]) -> bytes:
    both = f"{finding['ProductArn']}\n{finding['Id']}"
    return blake2b(both.encode("utf-8", "surrogatepass"), digest_size=12).digest()


def _state(finding: Mapping[str, Any]) -> _State:
    record = finding.get("RecordState")
    return _State(_status(finding, "Compliance"), str(record), _status(finding, "Workflow"))


def _status(finding: Mapping[str, Any], key: str) -> str:
    value = finding.get(key)
    return str(value.get("Status")) if isinstance(value, dict) else ""


def _new_again(before: _State, now: _State) -> bool:
    """Whether a finding is NEW again: it regressed, or somebody set it back.

    https://docs.aws.amazon.com/securityhub/latest/userguide/finding-workflow-status.html
    """
    return (
        (before.compliance == "PASSED" and now.compliance in _FAILING)
        or (before.record == "ARCHIVED" and now.record == "ACTIVE")
        or (before.workflow != "NEW" and now.workflow == "NEW")
    )
