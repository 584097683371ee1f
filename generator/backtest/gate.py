"""``--fail-on``: a run that fails where severe findings reach no route."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from generator.params import BadInput, problem
from generator.params.problems import did_you_mean
from generator.routing.missed import RANK, SEVERITIES, by_severity

if TYPE_CHECKING:
    from generator.backtest.tally import Tally


class Gate(NamedTuple):
    """The least severe findings that may not be missed, by rank; below 0, any may."""

    rank: int

    def why(self, tally: Tally) -> str:
        """Return why the run fails; nothing where it does not."""
        missed: Counter[str] = Counter()
        for kind in (tally.export, tally.events):
            missed.update({k: n for k, n in kind.missed.open.items() if RANK[k] <= self.rank})
        if not missed:
            return ""
        counts = ", ".join(f"{label} {n:,}" for label, n in by_severity(missed).items())
        return f"Failed: open findings that no route matches: {counts}"


def gate(severity: str) -> Gate:
    """Return the gate of a severity; raise BadInput for any other word. Empty, all pass."""
    if not severity:
        return Gate(-1)
    if severity not in RANK:
        known = ", ".join(SEVERITIES)
        meant = did_you_mean(severity, SEVERITIES)
        message = f"{severity!r} is not one of {known}{meant}"
        raise BadInput([problem("--fail-on", message)])
    return Gate(RANK[severity])
