"""Speed and memory of the backtest: ``python tests/bench/backtest.py [RUNS]``.

What one process does is compared by its processor time with reading the same lines with orjson
alone, which other programs on the machine hardly change; what two do, by the clock.
"""

from __future__ import annotations

import gc
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

import large_files
from generator.backtest import count_files, report
from generator.params import load
from goals import Measured
from matching import ratios, seconds

if TYPE_CHECKING:
    from collections.abc import Iterator

GOALS = {
    ("quickstart", "findings"): 1.5,
    ("quickstart", "events"): 1.7,
    ("production", "findings"): 1.6,
    ("production", "events"): 1.6,
    ("filters", "findings"): 1.9,
    ("filters", "events"): 1.9,
}
TIMES = 4
"""How often two processes read the file: longer than it takes to start them."""

DISTINCT = 1_000_000
_EVENT = (
    b'{"version":"0","id":"%032x","detail-type":"Security Hub Findings - Imported","source":'
    b'"aws.securityhub","account":"111122223333","time":"2026-01-%02dT08:00:00Z","region":'
    b'"eu-west-1","resources":[],"detail":{"findings":[{"Id":"arn:aws:securityhub:eu-west-1:'
    b'111122223333:finding/%032x","ProductArn":"arn:aws:securityhub:eu-west-1::product/aws/'
    b'securityhub","AwsAccountId":"111122223333","GeneratorId":"security-control/S3.8","Region":'
    b'"eu-west-1","UpdatedAt":"2026-01-%02dT08:00:00Z","Severity":{"Label":"HIGH"},"Workflow":'
    b'{"Status":"NEW"},"RecordState":"ACTIVE","Compliance":{"Status":"FAILED",'
    b'"SecurityControlId":"S3.8"},"Resources":[{"Type":"AwsS3Bucket","Id":"%032x"}]}]}}\n'
)
_PEAK = """
import sys
from pathlib import Path
from generator.backtest import count_files, report
from generator.params import load
loaded = load(Path(sys.argv[1]))
found = report(loaded, count_files(loaded, [Path("-")], processes=1))
assert found["events"]["taken"] == int(sys.argv[2]) == found["events"]["routes"][0]["messages"]
status = Path("/proc/self/status").read_text()
print(int(status.partition("VmHWM:")[2].split()[0]) * 1024 / 1e6)
"""
"""Prints its own peak: what getrusage says is at least that of the process that started it."""


def measure(runs: int = 5) -> Iterator[Measured]:
    """Yield the figures of one process, of two, and of memory."""
    gc.disable()
    with tempfile.TemporaryDirectory() as name:
        lines = large_files.write(Path(name))
        for kind, path in lines._asdict().items():
            yield from _of_lines(kind, path, runs)
        for kind, path in lines._asdict().items():
            yield _of_two(kind, path, runs)
        yield _of_memory(Path(name))
    gc.enable()


def _of_lines(kind: str, path: Path, runs: int) -> Iterator[Measured]:
    goals = {params: goal for (params, of), goal in GOALS.items() if of == kind}
    parsing: list[float] = []
    counting: dict[str, list[float]] = {params: [] for params in goals}
    for _ in range(runs):
        parsing.append(seconds(path, None))
        for params in goals:
            before = time.process_time()
            _backtest(params, [path])
            counting[params].append(time.process_time() - before)
    for params, goal in goals.items():
        yield Measured(f"{kind}: {params}, to parse", ratios(counting[params], parsing), goal)


def _backtest(params: str, files: list[Path], processes: int = 1) -> None:
    loaded = load(large_files.shipped(params))
    report(loaded, count_files(loaded, files, processes=processes))


def _of_two(kind: str, path: Path, runs: int) -> Measured:
    """Compare two processes with one, and say what orjson alone gains by two."""
    one, two, alone = [], [], []
    for _ in range(runs):
        one.append(_clock(path, 1))
        two.append(_clock(path, 2))
        alone.append(_gain_of_parsing(path))
    machine = f"orjson alone: {median(alone):.2f}"
    return Measured(
        f"{kind}: quickstart, two processes ({machine})", ratios(one, two), 1.7, bound="at least"
    )


def _clock(path: Path, processes: int) -> float:
    before = time.perf_counter()
    _backtest("quickstart", [path] * TIMES, processes)
    return time.perf_counter() - before


def _gain_of_parsing(path: Path) -> float:
    """Return how much quicker two processes parse the file twice: what other programs leave."""
    before = time.perf_counter()
    _parse(path)
    alone = time.perf_counter() - before
    with ThreadPoolExecutor(2) as pool:
        before = time.perf_counter()
        list(pool.map(_parse, [path, path]))
        return 2 * alone / (time.perf_counter() - before)


def _parse(path: Path) -> None:
    code = (
        "import sys, orjson\n"
        f"for _ in range({TIMES}):\n"
        "    for line in open(sys.argv[1], 'rb'): orjson.loads(line)\n"
    )
    subprocess.run([sys.executable, "-c", code, str(path)], check=True)


def _of_memory(folder: Path) -> Measured:
    """Feed a process as many findings through a pipe, since the file would have 700 MB."""
    usual = {"severity": ["HIGH"], "workflow": ["NEW"]}
    params = large_files.of_matches(folder / "once.yaml", [usual], notify="once")
    command = [sys.executable, "-c", _PEAK, str(params), str(DISTINCT)]
    with subprocess.Popen(
        command, cwd=large_files.ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdin
        assert process.stdout
        with process.stdin as events:
            for n in range(DISTINCT):
                day = 1 + n % 28
                events.write(_EVENT % (n, day, n, day, n))
        peak = float(process.stdout.read())
    return Measured("peak memory, 1,000,000 findings with notify once", [peak], 120, "MB")


def main(runs: int = 5) -> None:
    """Measure and print a line for each goal."""
    for measured in measure(runs):
        print(measured.line(), flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else 5)
