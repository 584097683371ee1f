"""Reads findings and events, and notes of each what the rules say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from generator.digests import counting_of
from generator.exceptions import acting_of
from generator.findings.identity import digest
from generator.findings.outline import outline
from generator.findings.period import in_utc
from generator.findings.rejects import MOST_SHOWN, Reject
from generator.findings.twins import Twins
from generator.params import BadInput, problem
from generator.preview.follow import Step, follow
from generator.preview.numbered import Events, Numbered
from generator.preview.timeline import Noted, Timeline
from generator.preview.verdicts import judge
from generator.routing.missed import RANK, UNKNOWN

if TYPE_CHECKING:
    from generator.findings import records
    from generator.findings.kept import Kept
    from generator.preview.collect import Collected
    from generator.preview.sending import Sending
    from generator.preview.verdicts import Verdict
    from generator.routing.router import Rules


class Noting:
    """Counts what is read; ``finish`` follows once all is read.

    ``kept`` gets the events that cannot be read again, ``timeline`` what was noted.
    """

    def __init__(
        self, rules: Rules, found: Collected, sending: Sending, timeline: Timeline, kept: Kept
    ) -> None:
        self.reader = Numbered(self, rules.detail_types)
        self._kept = kept
        self._rules = rules
        self._events = Events(acting_of(rules.settings))
        self._timeline = timeline
        self._found = found
        self._sending = sending
        found.twins, found.digests = Twins(rules.both), counting_of(rules.settings)
        found.unwrapped = self.reader.unwrapped
        found.filled_in, found.excepted = self._events.filled_in, self._events.excepted

    def finding(self, record: records.Found, number: int) -> None:
        """Take in a finding: an event is sent at once, if nothing depends on what came before."""
        event = self._events.event(record)
        known = outline(record.finding)
        for counting in self._found.digests:
            counting.add(record.finding)
        self._found.findings += 1
        verdict = judge(self._rules, event, known)
        if not verdict.may_be_sent:
            self._miss(verdict, record.finding)
            if not self._rules.once:
                return
        elif self.reader.only_once:
            self._keep(number, event)
        key = digest(known["ProductArn"], known["Id"])
        time = in_utc(event.get("time")) or in_utc(known.get("UpdatedAt"))
        noted = Noted(key, time, number, verdict, known["Id"] if self._rules.both else "")
        if self._rules.once or verdict.exported:
            self._timeline.add(noted)
        else:
            self._sending.finding([Step(noted, verdict.matched)])

    def other(self, detail_type: str) -> None:
        """Count an event of a kind that no rule matches."""
        self._found.other_events[detail_type] += 1

    def reject(self, file: str, line: int, why: str) -> None:
        """Count a record that is neither, and keep the first of them."""
        self._found.rejected += 1
        if len(self._found.rejects) < MOST_SHOWN:
            self._found.rejects.append(Reject(file, line, why))

    def finish(self) -> None:
        """Send what depends on what came before, now that all of it is known."""
        for events in self._timeline.findings():
            self._sending.finding(follow(events, self._rules.once))

    def _keep(self, number: int, event: dict[str, Any]) -> None:
        try:
            self._kept.add(number, event)
        except OSError as error:
            message = f"no room to keep what can be read only once ({error.strerror})"
            raise BadInput([problem("temporary files", f"{message}; TMPDIR moves them")]) from None

    def _miss(self, verdict: Verdict, finding: dict[str, Any]) -> None:
        label, missed = verdict.severity, self._found.missed
        self._found.unmatched[label] += 1
        if verdict.by_itself and RANK.get(label, UNKNOWN) < missed.bar:
            missed.add(label, finding)
