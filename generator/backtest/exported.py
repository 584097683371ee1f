"""Counts exported findings: each is sent once now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from generator.backtest.matched import count_matched
from generator.backtest.unmatched import count_lacking, label_of
from generator.findings.identity import digest
from generator.findings.outline import outline
from generator.findings.records import complete
from generator.routing.missed import RANK, UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Callable

    from generator.backtest.tally import Tally
    from generator.params.choices import Source
    from generator.routing.router import Rules

    CountFinding = Callable[[dict[str, Any]], None]


def counting_of_exports(rules: Rules, tally: Tally, source: Source) -> CountFinding:
    """Return what counts a finding of a product's export."""
    judged, ocsf = rules.finding[source], source == "security_hub"
    twins, digests = tally.twins if rules.both else None, tally.digests
    kind, groups, filled_in = tally.export, tally.export.groups, tally.filled_in
    unmatched, missed, times = kind.unmatched, kind.missed, kind.busiest.times

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
            complete(finding, filled_in)
            label = label if type(label) is str else label_of(known)
        for counting in digests:
            counting.add(finding)
        matched, dropping = judged(finding)
        compliance = known.get("Compliance")
        if type(compliance) is not dict or "Status" not in compliance:
            count_lacking(kind, dropping, matched)
        if not matched:
            unmatched[label] += 1
            if RANK.get(label, UNKNOWN) < missed.bar:
                missed.add(label, finding)
            return
        if twins:
            twins.note(source, matched, known["Id"])
        times[matched].append(known.get("UpdatedAt"))
        group = groups.get((matched, label)) or kind.group(matched, label)
        count_matched(kind, group, known, digest(known["ProductArn"], known["Id"]))

    return count
