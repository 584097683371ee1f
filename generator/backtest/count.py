"""Counts records. This is the inner loop of a backtest: it saves steps before it saves lines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

from generator.backtest.exported import counting_of_exports
from generator.backtest.sent import BY_ITSELF, counting_of_events
from generator.backtest.tally import Tally
from generator.backtest.unmatched import label_of
from generator.digests import counting_of
from generator.exceptions import ExceptionCounts, acting_of
from generator.findings import Broken, Lines, Values, records
from generator.findings.envelopes import parse_line
from generator.findings.events import IMPORTED, detail_type, wrap
from generator.findings.outline import outline, source_of
from generator.findings.twins import Twins
from generator.routing.missed import Missed
from generator.routing.router import Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping

    from generator.backtest.exported import CountFinding
    from generator.findings.period import Period
    from generator.params.choices import Source
    from generator.routing.router import Rules


class Counting:
    """Counts what it is given, with the rules of one params file.

    Open findings that no route matches are counted down to the severity of rank ``watched``.
    """

    def __init__(self, rules: Rules, period: Period | None, watched: int = 0) -> None:
        self.tally = Tally()
        self.tally.export.missed = Missed(watched)
        self.tally.events.missed = Missed(watched)
        self._rules = rules
        self._period = period
        self.tally.twins = Twins(rules.both)
        self.tally.digests = counting_of(rules.settings)
        self._acting = acting_of(rules.settings)
        self.tally.exceptions = ExceptionCounts([e.name for e in rules.settings.exceptions])
        self._exported: dict[Source, CountFinding] = {
            "security_hub_cspm": counting_of_exports(rules, self.tally, "security_hub_cspm"),
            "security_hub": counting_of_exports(rules, self.tally, "security_hub"),
        }
        self._sent = counting_of_events(rules, self.tally)

    def batch(self, batch: Lines | Values | Broken, file: str) -> None:
        """Count the records of a batch."""
        if isinstance(batch, Lines):
            self._lines(batch, file)
        elif isinstance(batch, Values):
            for line, value in batch.items:
                self._value(value, file, line)
        else:
            self.tally.reject(file, *batch)
        self.tally.export.settle()
        self.tally.events.settle()

    def broken_off(self, file: str, why: str) -> None:
        """Count that a file cannot be read on, as one record after those that could."""
        self.tally.reject(file, self.tally.lines + 1, why)

    def _lines(self, batch: Lines, file: str) -> None:
        loads, count = orjson.loads, self._exported["security_hub_cspm"]
        sent, judged = self._sent, self._rules.finding["security_hub_cspm"]
        at_once = self._period is None and IMPORTED in self._rules.detail_types
        at_once = at_once and self._acting is None
        for number, line in enumerate(batch.lines, start=batch.first):
            try:
                value = loads(line)
                if at_once and "detail" in value:
                    finding = records.only_finding(value)
                    if finding is not None:
                        sent(value, finding, "security_hub_cspm", judged(finding), BY_ITSELF)
                        continue
                elif (
                    at_once
                    and type(value["Id"]) is str
                    and type(value["ProductArn"]) is type(value["AwsAccountId"]) is str
                ):
                    count(value)
                    continue
            except orjson.JSONDecodeError:
                if not line.strip():
                    continue
                try:
                    value = parse_line(line, self.tally.unwrapped)
                except ValueError:
                    batch.stop(number - batch.first)
                    break
            except (KeyError, TypeError, IndexError, RecursionError):
                pass
            self._value(value, file, number)
        stopped = batch.stopped
        self.tally.lines += len(batch.lines) if stopped is None else stopped

    def _value(self, value: Any, file: str, line: int) -> None:
        for record in records.read(value, self.tally.unwrapped, self._rules.detail_types):
            try:
                self._record(record, file, line)
            except RecursionError:
                self.tally.reject(file, line, "nested too deeply")

    def _record(
        self, record: records.Found | records.Other | records.Unfit, file: str, line: int
    ) -> None:
        if isinstance(record, records.Unfit):
            self.tally.reject(file, line, record.why)
        elif isinstance(record, records.Other):
            self.tally.other_events[record.detail_type] += 1
        elif self._inside(outline(record.finding)):
            self._found(record)

    def _found(self, record: records.Found) -> None:
        finding, source = record.finding, source_of(record.finding)
        if self._acting is not None:
            if record.event is None:
                records.complete(finding, self.tally.filled_in)
            self._except(finding, record.event or wrap(finding))
        if record.event is None:
            self._exported[source](finding)
            return
        matched = self._rules.event(record.event)
        verdict = Verdict(matched, self._rules.finding[source](finding).dropping)
        by_itself = record.event["detail-type"] == detail_type(source)
        self._sent(record.event, finding, source, verdict, by_itself)

    def _except(self, finding: dict[str, Any], event: dict[str, Any]) -> None:
        """Let the exceptions act on a finding, and note which would have been sent without."""
        if self._acting is None:
            return
        label, before = label_of(outline(finding)), dict(finding)
        names = self._acting.act(finding)
        self.tally.exceptions.note(outline(finding), label, names)
        if names and not self._rules.event(event):
            alone = [name for name in names if self._is_sent_without(name, before, event)]
            self.tally.exceptions.note_sent(outline(finding), alone)

    def _is_sent_without(self, name: str, finding: dict[str, Any], event: dict[str, Any]) -> bool:
        """Whether some route would match a finding if there were not this exception."""
        acting = self._acting
        detail = {**event["detail"], "findings": [acting.without(finding, name) if acting else {}]}
        return bool(self._rules.event({**event, "detail": detail}))

    def _inside(self, finding: Mapping[str, Any]) -> bool:
        inside = self._period is None or self._period.contains(finding.get("UpdatedAt"))
        self.tally.outside += not inside
        return inside
