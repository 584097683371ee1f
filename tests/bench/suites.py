"""Time of ``make test`` and ``make e2e``, each run once: by its name alone, never with the others.

The goals are those of two cores that do nothing else, as fast as those in pace.py.
"""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from goals import Measured

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
GOALS = {"test": 75, "e2e": 240}
"""The most seconds that each target should need."""


def measure(_runs: int) -> Iterator[Measured]:
    """Yield the seconds of each suite; raise CalledProcessError where a test fails."""
    # What a target builds once, its environment, is not part of its time.
    _run("make", ".venv/.ready")
    _run("python3", "tests/e2e/environment.py")
    for target, goal in GOALS.items():
        began = time.monotonic()
        _run("make", target)
        yield Measured(f"make {target}, run once", [time.monotonic() - began], goal, "s")


def _run(*command: str) -> None:
    # The figures alone are for standard output.
    subprocess.run(command, cwd=ROOT, check=True, stdout=sys.stderr)
