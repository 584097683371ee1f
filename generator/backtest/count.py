"""Counts records. This is the inner loop of a backtest: it saves steps before it saves lines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

from generator.backtest.distinct import entry
from generator.backtest.tally import MANY, Tally
from generator.digests import counting_of
from generator.exceptions import ExceptionCounts, acting_of
from generator.findings import Broken, Lines, Values, records
from generator.findings.envelopes import parse_line
from generator.findings.events import IMPORTED, detail_type, wrap
from generator.findings.identity import digest
from generator.findings.outline import outline, source_of
from generator.findings.period import Period, day_of, minute_of
from generator.findings.twins import Twins
from generator.routing.missed import RANK, UNKNOWN, Missed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from generator.backtest.tally import Group, Kind
    from generator.params.choices import Source
    from generator.routing.router import Rules

    Count = Callable[[dict[str, Any]], None]

SECURITY_HUB = (":product/aws/securityhub", ":productv2/aws/securityhub")
"""The ends of the product's ARN that all findings of controls have."""

CONSOLIDATED = "security-control/"
"""How the GeneratorId of a control begins where all standards share one finding of it.

https://docs.aws.amazon.com/securityhub/latest/userguide/controls-findings-create-update.html
"""

NO_LABEL = "without a label"
_SEVERAL = tuple(map(str, range(MANY)))
"""Counted in place of the resources of findings that concern several at once."""


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
        self._count: dict[Source, Count] = {
            "security_hub_cspm": _of_exports(rules, self.tally, "security_hub_cspm"),
            "security_hub": _of_exports(rules, self.tally, "security_hub"),
        }

    def batch(self, batch: Lines | Values | Broken, file: str) -> None:
        """Count the records of a batch."""
        if isinstance(batch, Lines):
            self._lines(batch, file)
        elif isinstance(batch, Values):
            for line, value in batch.items:
                self._value(value, file, line)
        else:
            self.tally.reject(file, *batch)
        self.tally.export.distinct.settle()
        self.tally.events.distinct.settle()

    def broken_off(self, file: str, why: str) -> None:
        """Count that a file cannot be read on, as one record after those that could."""
        self.tally.reject(file, self.tally.lines + 1, why)

    def _lines(self, batch: Lines, file: str) -> None:
        loads, count = orjson.loads, self._count["security_hub_cspm"]
        at_once = self._period is None and IMPORTED in self._rules.detail_types
        at_once = at_once and self._acting is None
        for number, line in enumerate(batch.lines, start=batch.first):
            try:
                value = loads(line)
                if (
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
            self._count[source](finding)
        else:
            self._sent(record.event, finding)

    def _except(self, finding: dict[str, Any], event: dict[str, Any]) -> None:
        """Let the exceptions act on a finding, and note which would have been sent without."""
        if self._acting is None:
            return
        label, before = _label(outline(finding)), dict(finding)
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

    def _sent(self, event: dict[str, Any], finding: dict[str, Any]) -> None:
        kind, known, source = self.tally.events, outline(finding), source_of(finding)
        day = day_of(event.get("time")) or day_of(known.get("UpdatedAt"))
        kind.days[day] += 1
        matched = self._rules.event(event)
        by_itself = event["detail-type"] == detail_type(source)
        for counting in self.tally.digests:
            counting.add(finding)
        if by_itself and lacks_compliance(known):
            _without_compliance(kind, self._rules.finding[source](finding).dropping, matched)
        label = _label(known)
        if not matched:
            kind.unmatched[label] += 1
            if by_itself and RANK.get(label, UNKNOWN) < kind.missed.bar:
                kind.missed.add(label, finding)
            return
        group = kind.group(matched, label)
        group.days[day] += 1
        for route in self._rules.once.intersection(matched):
            kind.notify_once(route, digest(known["ProductArn"], known["Id"]), day)
        self.tally.twins.note(source, matched, known["Id"])
        if self._rules.mailed.intersection(matched):
            minute = minute_of(event.get("time")) or minute_of(known.get("UpdatedAt"))
            kind.minutes[matched, minute] += 1
        _take(kind, group, known)

    def _inside(self, finding: Mapping[str, Any]) -> bool:
        inside = self._period is None or self._period.contains(finding.get("UpdatedAt"))
        self.tally.outside += not inside
        return inside


def _of_exports(rules: Rules, tally: Tally, source: Source) -> Count:
    """Return what counts a finding of a product's export."""
    judged = rules.finding[source]
    ocsf, twins = source == "security_hub", tally.twins if rules.both else None
    digests, mailed = tally.digests, rules.mailed
    kind, filled_in = tally.export, tally.filled_in
    unmatched, groups, missed = kind.unmatched, kind.groups, kind.missed

    def count(finding: dict[str, Any]) -> None:
        known = outline(finding) if ocsf else finding
        severity = known.get("Severity")
        label = severity.get("Label") if type(severity) is dict else None
        if (
            type(label) is not str
            or "Workflow" not in known
            or "Region" not in known
            or "RecordState" not in known
        ):
            records.complete(finding, filled_in)
            label = _label(known)
        for counting in digests:
            counting.add(finding)
        matched, dropping = judged(finding)
        compliance = known.get("Compliance")
        if type(compliance) is not dict or "Status" not in compliance:
            _without_compliance(kind, dropping, matched)
        if matched:
            if twins:
                twins.note(source, matched, known["Id"])
            if mailed and mailed.intersection(matched):
                kind.minutes[matched, minute_of(known.get("UpdatedAt"))] += 1
            _take(kind, groups.get((matched, label)) or kind.group(matched, label), known)
        else:
            unmatched[label] += 1
            if RANK.get(label, UNKNOWN) < missed.bar:
                missed.add(label, finding)

    return count


def _label(finding: Mapping[str, Any]) -> str:
    severity = finding.get("Severity")
    label = severity.get("Label") if type(severity) is dict else None
    return label if type(label) is str else NO_LABEL


def lacks_compliance(finding: Mapping[str, Any]) -> bool:
    """Whether a finding has no Compliance, as those of most products but Security Hub itself."""
    compliance = finding.get("Compliance")
    return type(compliance) is not dict or "Status" not in compliance


def _without_compliance(kind: Kind, dropping: Sequence[int], matched: Sequence[int]) -> None:
    kind.without_compliance += 1
    for route in dropping:
        kind.dropped[route] += 1
    kind.lost += bool(dropping and not matched)


def _take(kind: Kind, group: Group, finding: Mapping[str, Any]) -> None:
    group.messages += 1
    group.accounts[finding["AwsAccountId"]] += 1
    group.products[finding["ProductArn"]] += 1
    product = finding["ProductArn"]
    routes = group.routes_of_controls if product.endswith(SECURITY_HUB) else group.routes
    kind.distinct.pending.append(entry(product, finding["Id"], routes))
    try:
        if routes is group.routes_of_controls:
            kind.by_standard += not finding.get("GeneratorId", CONSOLIDATED).startswith(
                CONSOLIDATED
            )
        compliance = finding.get("Compliance")
        control = compliance.get("SecurityControlId") if compliance else None
        if control is None and "ProductFields" in finding:
            fields = finding["ProductFields"]
            control = fields.get("ControlId") or fields.get("RuleId")
        resources = finding["Resources"]
        if control is not None:
            group.controls[control] += 1
            _place(group.places, control, resources)
        if len(resources) == 1:
            group.resource_types[(resources[0]["Type"],)] += 1
        else:
            group.resource_types[tuple(sorted({resource["Type"] for resource in resources}))] += 1
    except (AttributeError, KeyError, TypeError, IndexError):
        # A finding whose control or resources are not what they should be still counts.
        return


def _place(places: dict[str, set[str]], control: str, resources: list[dict[str, Any]]) -> None:
    """Note a resource of a control, while there are few; one of several cannot be excepted."""
    known = places.get(control)
    if known is None:
        known = places[control] = set()
    if len(known) < MANY:
        known.update(_SEVERAL if len(resources) > 1 else [resources[0]["Id"]])
