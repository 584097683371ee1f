"""Puts what was noted of events in the order of findings and time, whatever their number."""

from __future__ import annotations

import sqlite3
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.preview.verdicts import Verdict

_TOGETHER = 4_096
"""Rows that are inserted at once."""


class Noted(NamedTuple):
    """An event of one finding: little enough to note a million of them.

    Attributes:
        key: the digest of the finding's identity.
        time: in UTC, as a text that sorts; empty where it is not known.
        number: that of the finding in the input.
        verdict: what the rules say of it.
        id: the finding's id, where both products send to a channel; else empty.

    """

    key: bytes
    time: str
    number: int
    verdict: Verdict
    id: str


class Timeline:
    """Rows on disk: what is sent once depends on what came before, and that may be read later."""

    def __init__(self) -> None:
        # No name: a file that SQLite makes when memory does not suffice, and then removes.
        self._database = sqlite3.connect("", isolation_level=None)
        self._database.execute("PRAGMA journal_mode = OFF")
        self._database.execute(
            "CREATE TABLE events (key BLOB, time BLOB, number INTEGER, verdict INTEGER, id BLOB)"
        )
        self._pending: list[tuple[bytes, bytes, int, int, bytes]] = []
        # There are few different verdicts: a row has the position of its own.
        self._verdicts: dict[Verdict, int] = {}

    def add(self, noted: Noted) -> None:
        """Keep an event; raise sqlite3.OperationalError where there is no room."""
        key, time, number, verdict, id_ = noted
        position = self._verdicts.setdefault(verdict, len(self._verdicts))
        self._pending.append((key, _bytes(time), number, position, _bytes(id_)))
        if len(self._pending) >= _TOGETHER:
            self._insert()

    def findings(self) -> Iterator[Iterator[Noted]]:
        """Yield the events of each finding, in the order of time."""
        self._insert()
        verdicts = list(self._verdicts)
        rows = self._database.execute("SELECT * FROM events ORDER BY key, time, number")
        for key, events in groupby(rows, itemgetter(0)):
            yield (
                Noted(key, _text(time), number, verdicts[verdict], _text(id_))
                for _, time, number, verdict, id_ in events
            )

    def close(self) -> None:
        """Let go of everything."""
        self._database.close()

    def _insert(self) -> None:
        self._database.executemany("INSERT INTO events VALUES (?, ?, ?, ?, ?)", self._pending)
        self._pending.clear()


def _bytes(text: str) -> bytes:
    """Return a text as bytes that sort alike, whatever characters it has."""
    return text.encode("utf-8", "surrogatepass")


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogatepass")
