"""What `make bench` measures, each with its goal, and the verdict.

A module of this folder has ``measure(runs) -> Iterator[Measured]``. Ratios are of two things that
were measured one right after the other; goals in seconds are those of the machine in pace.py.
"""

from __future__ import annotations

import statistics
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

TOLERANCE = 0.1
"""How much of a goal may be missed before it counts."""


class Measured(NamedTuple):
    """A figure in each run, and what its median should be.

    Attributes:
        what: what was measured, and to what it is compared.
        runs: the figure in each run.
        goal: the most that it should be, or the least.
        unit: "", "s", "ms" or "MB"; a ratio has none.
        bound: whether the goal is an upper or a lower bound.

    """

    what: str
    runs: Sequence[float]
    goal: float
    unit: Literal["", "s", "ms", "MB"] = ""
    bound: Literal["at most", "at least"] = "at most"

    @property
    def median(self) -> float:
        """The figure that counts."""
        return statistics.median(self.runs)

    @property
    def missed(self) -> bool:
        """Whether the goal is missed by more than the tolerance."""
        if self.bound == "at most":
            return self.median > self.goal * (1 + TOLERANCE)
        return self.median < self.goal * (1 - TOLERANCE)

    def at(self, pace: float) -> Measured:
        """Return it with its goal for a machine that needs so many times as long."""
        return self._replace(goal=self.goal * pace) if self.unit in {"s", "ms"} else self

    def line(self) -> str:
        """Return the line that shows it."""
        every = ", ".join(f"{figure:.2f}" for figure in self.runs)
        unit = f" {self.unit}" if self.unit else ""
        verdict = "MISSED" if self.missed else "met"
        goal = f"{self.bound} {self.goal:.3g}{unit}"
        return f"{self.what:62} {self.median:8.2f}{unit:3}  {goal:>15}  {verdict:6}  ({every})"
