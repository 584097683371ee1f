"""Findings and matches as filters of Security Hub CSPM meet them."""

from __future__ import annotations

from collections import Counter
from typing import Any

from generator.eventbridge import matcher
from generator.findings.events import wrap
from generator.findings.records import complete
from generator.params import Match, Route
from generator.routing.event_pattern import default_pattern
from generator.routing.field_values import named


def matches(match: Match, finding: dict[str, Any]) -> bool:
    """Whether a route with this match matches the finding."""
    pattern = default_pattern(Route(name="r", channel=("c",), match=match))
    return matcher.compile(pattern)(wrap(finding))


def whole(finding: dict[str, Any]) -> dict[str, Any]:
    """Return a finding as Security Hub has it: with a product's name, and controls in one place."""
    finding = {**finding}
    complete(finding, Counter())
    fields = finding.pop("ProductFields", {})
    control = fields.get("ControlId")
    if control and "SecurityControlId" not in finding.get("Compliance", {}):
        finding["Compliance"] = {**finding.get("Compliance", {}), "SecurityControlId": control}
    return dict(named(finding))
