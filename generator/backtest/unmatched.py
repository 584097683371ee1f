"""What routes may drop a finding for: its severity, and that it lacks Compliance."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from generator.backtest.tally import Kind

NO_LABEL = "without a label"


def label_of(finding: Mapping[str, Any]) -> str:
    """Return the severity of a finding's outline."""
    severity = finding.get("Severity")
    label = severity.get("Label") if type(severity) is dict else None
    return label if type(label) is str else NO_LABEL


def count_lacking(kind: Kind, dropping: Sequence[int], matched: Sequence[int]) -> None:
    """Count a finding that has no Compliance, and the routes that drop it for that alone."""
    kind.without_compliance += 1
    for route in dropping:
        kind.dropped[route] += 1
    kind.lost += bool(dropping and not matched)
