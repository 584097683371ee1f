"""Counts findings in events: each event is a message, on its day."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from generator.backtest.matched import count_matched
from generator.backtest.unmatched import NO_LABEL, count_lacking
from generator.findings.identity import digest
from generator.findings.outline import outline
from generator.findings.period import day_of
from generator.routing.missed import RANK, UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from generator.backtest.tally import Tally
    from generator.params.choices import Source
    from generator.routing.router import Rules, Verdict

    Event = Mapping[str, Any]
    Finding = dict[str, Any]
    CountEvent = Callable[[Event, Finding, Source, Verdict, bool], None]
    """Counts a finding of a product that an event brought, and whether the product sends such
    events by itself: those of imported findings, not what people send by hand."""

BY_ITSELF = True


def counting_of_events(rules: Rules, tally: Tally) -> CountEvent:
    """Return what counts a finding in an event."""
    kind, groups, once, mailed = tally.events, tally.events.groups, rules.once, rules.mailed
    twins, digests = tally.twins if rules.both else None, tally.digests
    unmatched, missed, add_day = kind.unmatched, kind.missed, kind.days.add

    def count(event: Event, finding: Finding, source: Source, verdict: Verdict, own: bool) -> None:  # noqa: FBT001
        known = outline(finding) if source == "security_hub" else finding
        matched, dropping = verdict
        day = day_of(event.get("time")) or day_of(known.get("UpdatedAt"))
        add_day(day)
        for counting in digests:
            counting.add(finding)
        compliance = known.get("Compliance")
        if own and (type(compliance) is not dict or "Status" not in compliance):
            count_lacking(kind, dropping, matched)
        severity = known.get("Severity")
        label = severity.get("Label") if type(severity) is dict else None
        if type(label) is not str:
            label = NO_LABEL
        if not matched:
            unmatched[label] += 1
            if own and RANK.get(label, UNKNOWN) < missed.bar:
                missed.add(label, finding)
            return
        group = groups.get((matched, label)) or kind.group(matched, label)
        group.days[day] += 1
        identity = digest(known["ProductArn"], known["Id"])
        for route in once.intersection(matched) if once else ():
            kind.notify_once(route, identity, day)
        if twins:
            twins.note(source, matched, known["Id"])
        if mailed and mailed.intersection(matched):
            kind.note_time(matched, event.get("time"), known.get("UpdatedAt"))
        count_matched(kind, group, known, identity)

    return count
