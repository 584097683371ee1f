"""Counts what is sent, and keeps where the newest of it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from generator.findings.period import MINUTE
from generator.preview.newest import Newest, Place
from generator.routing.missed import MOST, RANK, UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Iterable

    from generator.preview.collect import Collected
    from generator.preview.follow import Step
    from generator.preview.timeline import Noted


class Late(NamedTuple):
    """A finding of which only its other events say that no route matches it; the worst is first."""

    rank: int
    closed: bool
    number: int
    severity: str


class Sending:
    """What is sent of one finding after the other."""

    def __init__(self, found: Collected, limit: int) -> None:
        self.newest = Newest(limit)
        self._found = found
        self._late: dict[bytes, Late] = {}

    def finding(self, steps: Iterable[Step]) -> None:
        """Take in what becomes of the events of a finding, or of one event."""
        latest: dict[int, Place] = {}
        for step in steps:
            if step.routes:
                self._send(step, latest)
            elif not step.kept_back and step.noted.verdict.may_be_sent:
                self._miss(step.noted)
            if step.kept_back:
                self._found.kept_back.update(step.kept_back)
        for place in latest.values():
            self._keep(place)

    def wanted(self) -> dict[int, bytes]:
        """Return the numbers of the findings that are shown, with the digests of their identity."""
        missed = {late.number: key for key, late in self._late.items()}
        return missed | {place.number: place.key for place in self.newest.ordered()}

    def late(self) -> list[Late]:
        """Return the worst findings that no route matches, of those that one might have matched."""
        return sorted(self._late.values())

    def _send(self, step: Step, latest: dict[int, Place]) -> None:
        """Count messages; those of an export go into ``latest``: it has each finding once."""
        noted, found = step.noted, self._found
        found.twins.note(noted.verdict.source, step.routes, noted.id)
        for route in step.routes:
            counts = found.again if route in step.again else found.sent
            counts[route] += 1
            place = Place(noted.time, noted.number, route, noted.key, step.marked)
            if noted.verdict.exported:
                latest[route] = place
            else:
                self._keep(place)

    def _keep(self, place: Place) -> None:
        self._found.busiest.add((place.route,), place.time[:MINUTE], 1)
        self.newest.add(place)

    def _miss(self, noted: Noted) -> None:
        verdict = noted.verdict
        self._found.unmatched[verdict.severity] += 1
        if not verdict.by_itself:
            return
        rank = RANK.get(verdict.severity, UNKNOWN)
        late = Late(rank, verdict.closed, noted.number, verdict.severity)
        self._late[noted.key] = min(late, self._late.get(noted.key, late))
        if len(self._late) > MOST:
            del self._late[max(self._late, key=lambda key: self._late[key])]
