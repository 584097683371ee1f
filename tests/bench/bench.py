"""``make bench``: speed and memory, each figure with its goal.

It ends with 1 where a goal is missed by more than the tolerance of goals.py. Both sides of a ratio
are measured one right after the other, so that a ratio depends little on the machine; a goal in
seconds grows with what a known task needs on this one.
"""

from __future__ import annotations

import argparse
import os
import sys
from functools import partial
from typing import TYPE_CHECKING, Any

import backtest
import matching
import pace
import preview
import render
import suites

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from goals import Measured

MODULES: dict[str, Any] = {
    "render": render,
    "matching": matching,
    "backtest": backtest,
    "preview": preview,
    "suites": suites,
}
"""What has ``measure(runs)``, by the name that ``--only`` gives."""

ALONE = {"suites"}
"""What is measured only where ``--only`` asks for it: it takes longer than all the rest."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print a line for each figure, and return the exit code."""
    chosen = _parser().parse_args(arguments)
    print(f"{os.cpu_count()} cores, Python {sys.version.split()[0]}", flush=True)
    measures = {name: module.measure for name, module in MODULES.items()}
    if chosen.files:
        measures["render"] = partial(measures["render"], files=chosen.files)
    times = pace.pace()
    figures = (figure for name in chosen.only for figure in measures[name](chosen.runs))
    return judge(figure.at(times) for figure in figures)


def judge(figures: Iterable[Measured]) -> int:
    """Print each figure as soon as it is known; return 1 if a goal is missed, else 0."""
    missed = 0
    for figure in figures:
        print(figure.line(), flush=True)
        missed += figure.missed
    print(f"{missed} missed by more than a tenth" if missed else "all met, or within a tenth")
    return 1 if missed else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, help="params files that render gets (default 200)")
    parser.add_argument("--runs", type=int, default=3, help="runs of each (default 3)")
    usual = [name for name in MODULES if name not in ALONE]
    parser.add_argument(
        "--only", nargs="+", choices=list(MODULES), default=usual, help="measure only these"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
