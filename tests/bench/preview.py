"""Time, memory and temporary files of ``preview``, as whole commands.

``python tests/bench/preview.py [--events 1000000] [--runs 3]``, or ``measure`` from elsewhere. The
goals of time and files are for a million events, and in proportion for fewer; that of memory is
for any number. What one process does is measured by its processor time, which other programs
hardly change; summaries, which several compose, by the clock. The events are those of the public
corpus where it is, else of the tests' own fixtures, with other ids, accounts and times.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import suppress
from itertools import cycle
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import orjson
import yaml

from goals import Measured

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ROOT = Path(__file__).parents[2]
CORPUS = ROOT.parent / "shared" / "corpus" / "findings.ndjson"
FIXTURE = ROOT / "tests" / "fixtures" / "backtest" / "findings.ndjson"
EVENTS = 200_000
SUMMARIES = 500
_EVERY = 0.02
"""Seconds between two looks at the temporary files."""


class Used(NamedTuple):
    """What a command needed: seconds, and the most bytes of memory and of temporary files."""

    clock: float
    cpu: float
    memory: float
    temporary: float


def measure(runs: int, events: int = EVENTS) -> Iterator[Measured]:
    """Measure a large file with ``notify: once``, and the default number of summaries."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_events(folder / "events.ndjson", events)
        write_params(folder, "once", match={"workflow": ["NEW"]}, notify="once")
        used = [preview(folder, "once", "events.ndjson") for _ in range(runs)]
        share = events / 1e6
        said = f"preview, {events:,} events with once"
        yield Measured(f"{said}: processor", [run.cpu for run in used], 40 * share, "s")
        yield Measured(f"{said}: files", [run.temporary / 1e6 for run in used], 300 * share, "MB")
        yield Measured(f"{said}: memory", [run.memory / 1e6 for run in used], 100, "MB")
        yield summaries(folder, runs)


def summaries(folder: Path, runs: int) -> Measured:
    """Measure what summaries add to a page of messages that are not composed."""
    write_events(folder / "some.ndjson", SUMMARIES)
    write_params(folder, "summary", message="summary")
    write_params(folder, "native", message="native")
    added = [
        preview(folder, "summary", "some.ndjson").clock
        - preview(folder, "native", "some.ndjson").clock
        for _ in range(runs)
    ]
    return Measured(f"preview, {SUMMARIES} summaries, {os.cpu_count()} cores", added, 2.5, "s")


def write_events(path: Path, count: int) -> None:
    """Write events of as many findings, on the days of three months, in no order."""
    source = CORPUS if CORPUS.exists() else FIXTURE
    samples = [orjson.loads(line) for line in source.read_bytes().splitlines()]
    with path.open("wb") as file:
        for i, finding in zip(range(count), cycle(samples), strict=False):
            time = f"2026-{1 + i % 3:02d}-{1 + i % 28:02d}T{i % 24:02d}:{i % 60:02d}:00Z"
            account = f"{111100000000 + i % 97:012d}"
            changed = {
                **finding,
                "Id": f"{finding['Id']}/{i}",
                "AwsAccountId": account,
                "UpdatedAt": time,
                "Workflow": {"Status": "NEW"},
            }
            event = {
                "id": f"{i:032x}",
                "source": "aws.securityhub",
                "detail-type": "Security Hub Findings - Imported",
                "account": account,
                "time": time,
                "detail": {"findings": [changed]},
            }
            file.write(orjson.dumps(event) + b"\n")


def write_params(folder: Path, name: str, **route: object) -> None:
    """Write a params file with one route."""
    routes = [{"name": "all", "channel": "red", **route}]
    data = {"name": "Some", "channels": {"red": {}}, "routes": routes}
    (folder / f"{name}.yaml").write_text(yaml.safe_dump(data), "utf-8")


def preview(folder: Path, params: str, events: str) -> Used:
    """Run the command, and watch it."""
    command = [sys.executable, "-m", "generator", "preview", str(folder / f"{params}.yaml")]
    command += [str(folder / events), "--out", str(folder / "page.html")]
    temporary = folder / "temporary"
    temporary.mkdir(exist_ok=True)
    started = time.perf_counter()
    with subprocess.Popen(
        command, cwd=ROOT, env=_environment(temporary), stdout=subprocess.DEVNULL
    ) as process:
        watch = _Watch(process.pid, temporary)
        # The usage of this child alone, which subprocess does not give.
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    clock = time.perf_counter() - started
    watch.end()
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return Used(clock, usage.ru_utime + usage.ru_stime, watch.peak, watch.most_files)


def _environment(temporary: Path) -> Mapping[str, str]:
    return {**os.environ, "TMPDIR": str(temporary), "SQLITE_TMPDIR": str(temporary)}


class _Watch(threading.Thread):
    """Watches a process: its peak memory, and the files that it has open in a folder.

    Those files have no names any more. What ``wait4`` says of memory is at least the peak of the
    process that started it, which is this one. Both are 0 where the system does not say.
    """

    def __init__(self, process: int, folder: Path) -> None:
        super().__init__(daemon=True)
        self.peak = 0
        self.most_files = 0
        self._process = Path(f"/proc/{process}")
        self._folder = str(folder)
        self._ended = threading.Event()
        self.start()

    def run(self) -> None:
        while not self._ended.wait(_EVERY):
            # The process, or one of its files, may be gone.
            with suppress(OSError, IndexError):
                self.most_files = max(self.most_files, sum(self._sizes()))
                status = (self._process / "status").read_text()
                self.peak = int(status.partition("VmHWM:")[2].split()[0]) * 1024

    def end(self) -> None:
        """Watch no longer."""
        self._ended.set()
        self.join()

    def _sizes(self) -> Iterator[int]:
        for file in (self._process / "fd").iterdir():
            if str(file.readlink()).startswith(self._folder):
                yield file.stat().st_size


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--events", type=int, default=EVENTS, help="of the large file")
    arguments.add_argument("--runs", type=int, default=3, help="runs of each (default 3)")
    chosen = arguments.parse_args()
    for measured in measure(chosen.runs, chosen.events):
        print(measured.line(), flush=True)
