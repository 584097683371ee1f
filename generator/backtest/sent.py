"""Counts findings in events: each event is a message, on its day."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from generator.backtest.matched import count_matched
from generator.backtest.unmatched import count_lacking, label_of
from generator.findings.identity import digest
from generator.findings.outline import outline
from generator.findings.period import DAY, minute_of
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
    kind, groups, once = tally.events, tally.events.groups, rules.once
    twins, digests = tally.twins if rules.both else None, tally.digests
    unmatched, missed, times = kind.unmatched, kind.missed, kind.busiest.times

    def count(event: Event, finding: Finding, source: Source, verdict: Verdict, own: bool) -> None:  # noqa: FBT001
        known = outline(finding) if source == "security_hub" else finding
        matched, dropping = verdict
        time, minute = _sent(event, known)
        day = minute[:DAY]
        kind.days.add(day)
        for counting in digests:
            counting.add(finding)
        compliance = known.get("Compliance")
        if own and (type(compliance) is not dict or "Status" not in compliance):
            count_lacking(kind, dropping, matched)
        label = label_of(known)
        if not matched:
            unmatched[label] += 1
            if own and RANK.get(label, UNKNOWN) < missed.bar:
                missed.add(label, finding)
            return
        group = groups.get((matched, label)) or kind.group(matched, label)
        group.days[day] += 1
        identity = digest(known["ProductArn"], known["Id"])
        if marking := once.intersection(matched):
            for route in marking:
                kind.notify_once(route, identity, minute)
            times[tuple(route for route in matched if route not in marking)].append(time)
        else:
            times[matched].append(time)
        if twins:
            twins.note(source, matched, known["Id"])
        count_matched(kind, group, known, identity)

    return count


def _sent(event: Event, known: Mapping[str, Any]) -> tuple[object, str]:
    """Return when an event was sent, as it is written, and the minute of UTC."""
    time = event.get("time")
    if minute := minute_of(time):
        return time, minute
    time = known.get("UpdatedAt")
    return time, minute_of(time)
