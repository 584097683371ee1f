"""How long this machine needs for a known task, so that a goal in seconds means the same on any."""

from __future__ import annotations

import statistics
import sys
import tempfile
from pathlib import Path

import render

REFERENCE = 1.08
"""Seconds of the cfn-lint command on the templates of one params file, where the goals were set.

Two shared cores of 2.6 GHz, Python 3.11.7; the median of seven runs.
"""
_RUNS = 3


def pace() -> float:
    """Return how many times as long this machine needs; 1 where it is faster than the reference."""
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        render.copy_generator(work)
        render.write_params(work, 1)
        render.seconds(render.RENDER, work, render.clock)
        command = render.cfn_lint(work)
        alone = [render.seconds(command, work, render.clock) for _ in range(_RUNS)]
    needed = statistics.median(alone)
    times = max(1.0, needed / REFERENCE)
    print(
        f"cfn-lint needs {needed:.2f} s for what took {REFERENCE} s where the goals were set:"
        f" those in seconds are multiplied by {times:.2f}",
        file=sys.stderr,
        flush=True,
    )
    return times
