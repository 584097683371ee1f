"""The most severe findings that no route matches, and how many of those are still open."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, get_args

from generator.findings.outline import outline
from generator.params.choices import Severity

if TYPE_CHECKING:
    from collections.abc import Mapping

MOST = 10
SEVERITIES = get_args(Severity)
RANK = {label: rank for rank, label in enumerate(SEVERITIES)}
UNKNOWN = len(SEVERITIES)
_WATCHED = RANK["HIGH"]
"""Open findings are counted down to this severity, and further down where a run asks for it."""

Key = tuple[str, str]


class Missed:
    """Notes findings; ``bar`` says from which rank on a finding is of no interest."""

    def __init__(self, watched: int = _WATCHED) -> None:
        self.watched = max(watched, _WATCHED)
        self.bar = UNKNOWN + 1
        self.open: Counter[str] = Counter()
        self._held: dict[Key, tuple[int, bool, dict[str, Any]]] = {}
        self._worst = (UNKNOWN + 1, True)

    def add(self, label: str, finding: dict[str, Any]) -> None:
        """Take note of a finding that no route matches; call it for ranks below the bar."""
        rank = RANK.get(label, UNKNOWN)
        handled = not is_open(outline(finding))
        if rank <= self.watched and not handled:
            self.open[label] += 1
        if (rank, handled) < self._worst:
            self._hold(rank, handled, finding)

    def _hold(self, rank: int, handled: bool, finding: dict[str, Any]) -> None:  # noqa: FBT001
        known = outline(finding)
        key = (known["ProductArn"], known["Id"])
        before = self._held.get(key)
        if before is not None and before[:2] <= (rank, handled):
            return
        self._held[key] = (rank, handled, finding)
        if len(self._held) > MOST:
            # The last of the least severe: of those alike, the first ones stay.
            worst = max(held[:2] for held in self._held.values())
            last = [key for key, held in self._held.items() if held[:2] == worst][-1]
            del self._held[last]
            self._worst = max(held[:2] for held in self._held.values())
            self.bar = max(self.watched, self._worst[0]) + 1

    def merge(self, other: Missed) -> None:
        """Add what another one noted of the input that follows."""
        self.watched = max(self.watched, other.watched)
        self.open.update(other.open)
        for rank, handled, finding in other._held.values():
            if (rank, handled) < self._worst:
                self._hold(rank, handled, finding)

    def findings(self) -> list[dict[str, Any]]:
        """Return the findings: the most severe first, and of those alike the open ones."""
        return [held[2] for held in sorted(self._held.values(), key=lambda held: held[:2])]


def by_severity(counts: Counter[str]) -> dict[str, int]:
    """Return counts by severity, the most severe first, and then whatever else there is."""
    known = [label for label in SEVERITIES if label in counts]
    others = sorted(label for label in counts if label not in RANK)
    return {label: counts[label] for label in [*known, *others]}


def is_open(finding: Mapping[str, Any]) -> bool:
    """Whether a finding is active, has not passed, and nobody has dealt with it so far."""
    compliance, workflow = finding.get("Compliance"), finding.get("Workflow")
    if type(compliance) is dict and compliance.get("Status") == "PASSED":
        return False
    if type(workflow) is dict and workflow.get("Status", "") not in ("", "NEW"):
        return False
    return bool(finding.get("RecordState", "ACTIVE") == "ACTIVE")
