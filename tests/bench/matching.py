"""Speed of the matcher, as ratios within one run: ``python tests/bench/matching.py [RUNS]``.

Processor time of one process, which other programs on the machine hardly change. ``parse`` is
reading the same lines with orjson alone; matching includes it.
"""

from __future__ import annotations

import gc
import json
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import orjson

import large_files
from generator.cli import matching as command
from generator.eventbridge import matcher
from generator.params import load
from generator.routing.event_pattern import default_pattern
from goals import Measured

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Matches = Callable[[Any], object]

GOALS = {
    "one pattern": ("quickstart", 1.45),
    "20 patterns": ("twenty", 1.6),
    "filters.yaml": ("filters", 1.85),
}
HARD, ONE = "195 patterns", "one pattern"


def measure(runs: int = 5) -> Iterator[Measured]:
    """Yield the figures of matching, and of the command ``match``."""
    gc.disable()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        lines = large_files.write(folder)
        patterns = _patterns(folder)
        for kind, path in lines._asdict().items():
            yield from _of_lines(kind, path, patterns, runs)
        yield _of_command(folder, lines.events, patterns[ONE][0], runs)
    gc.enable()


def _patterns(folder: Path) -> dict[str, list[Any]]:
    files = {
        "quickstart": large_files.shipped("quickstart"),
        "filters": large_files.shipped("filters"),
        "twenty": large_files.of_matches(folder / "twenty.yaml", large_files.twenty()),
    }
    found = {what: _of_params(files[name]) for what, (name, _) in GOALS.items()}
    # A params file has fewer routes than this at most.
    hard = (large_files.of_matches(folder / "hard.yaml", [match]) for match in large_files.hard())
    return {**found, HARD: [pattern for path in hard for pattern in _of_params(path)]}


def _of_params(path: Path) -> list[Any]:
    return [default_pattern(route) for route in load(path).settings.routes]


def _of_lines(
    kind: str, path: Path, patterns: dict[str, list[Any]], runs: int
) -> Iterator[Measured]:
    if kind == "findings":
        patterns = {w: [p["detail"]["findings"] for p in some] for w, some in patterns.items()}
    parsing: list[float] = []
    matching: dict[str, list[float]] = {what: [] for what in patterns}
    for _ in range(runs):
        parsing.append(seconds(path, None))
        for what, some in patterns.items():
            matching[what].append(seconds(path, matcher.compile_all(some)))
    for what, (_, goal) in GOALS.items():
        yield Measured(f"{kind}: {what}, to parse", ratios(matching[what], parsing), goal)
    hard = ratios(matching[HARD], matching[ONE])
    yield Measured(f"{kind}: {HARD}, to {ONE}", hard, 1.6)


def _of_command(folder: Path, events: Path, pattern: Any, runs: int) -> Measured:
    (folder / "pattern.json").write_text(json.dumps(pattern), "utf-8")
    quick, exact = [], []
    for _ in range(runs):
        quick.append(_match_seconds(folder, events))
        with patch.object(matcher, "mentions_numbers", return_value=True):
            exact.append(_match_seconds(folder, events))
    return Measured("events: the command match, to reading with json", ratios(quick, exact), 0.65)


def _match_seconds(folder: Path, events: Path) -> float:
    before = time.process_time()
    command.match_events(folder / "pattern.json", events)
    return time.process_time() - before


def seconds(path: Path, matches: Matches | None) -> float:
    """Return the processor time of reading lines, and of matching each."""
    loads = orjson.loads
    with path.open("rb") as lines:
        before = time.process_time()
        if matches is None:
            for line in lines:
                loads(line)
        else:
            for line in lines:
                matches(loads(line))
        return time.process_time() - before


def ratios(ours: list[float], theirs: list[float]) -> list[float]:
    """Return the ratios of what was measured one after the other."""
    return [a / b for a, b in zip(ours, theirs, strict=True)]


if __name__ == "__main__":
    for measured in measure(int(sys.argv[1]) if sys.argv[1:] else 5):
        print(measured.line(), flush=True)
