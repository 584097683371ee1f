"""Speed and memory of the backtest, as ratios within one run.

``python tests/bench/backtest.py [GIGABYTES]``, or ``main(1.0, 3)`` from another benchmark.
The findings come from the public corpus where it is, else from the tests' own fixtures, with
other ids, accounts and days; the file is deleted afterwards. Nothing here passes or fails.

What one process does is compared by its processor time, which other programs on the machine
hardly change; what two do, by the clock.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import orjson
import yaml

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parents[2]
CORPUS = ROOT.parent / "shared" / "corpus" / "findings.ndjson"
FIXTURE = ROOT / "tests" / "fixtures" / "backtest" / "findings.ndjson"
GIGABYTE = 10**9

_PARSE = """
import sys, orjson, time
with open(sys.argv[1], "rb") as lines:
    before = time.process_time()
    for line in lines:
        orjson.loads(line)
    print(time.process_time() - before)
"""
_TALLY = """
import json, resource, sys, time
from pathlib import Path
from generator.backtest import report, count_files
from generator.params import load
loaded = load(Path(sys.argv[1]))
before = time.perf_counter(), time.process_time()
tally = count_files(loaded, [Path(sys.argv[2])], processes=int(sys.argv[3]))
found = report(loaded, tally)
seconds = time.perf_counter() - before[0], time.process_time() - before[1]
own, children = (resource.getrusage(who).ru_maxrss * 1024 for who in
                 (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
read, matched = found["read"]["findings"], found["export"]["taken"]
print(json.dumps([*seconds, max(own, children), read, matched]))
"""


class Measured(NamedTuple):
    """Seconds without imports, peak memory of a process, findings, and distinct ones matched."""

    clock: float
    cpu: float
    peak: float
    findings: int
    distinct: int


class Round(NamedTuple):
    """What is measured one right after the other."""

    parse: float
    one: Measured
    two: Measured
    twenty: Measured
    machine: float


def main(gigabytes: float = 1.0, runs: int = 3) -> None:
    """Measure and print a line for each goal."""
    with tempfile.TemporaryDirectory() as folder:
        findings = Path(folder) / "findings.ndjson"
        count = generate(findings, int(gigabytes * GIGABYTE))
        one, twenty, anything = params(Path(folder))
        print(f"{findings.stat().st_size:,} bytes, {count:,} findings, {os.cpu_count()} cores")
        rounds = [
            Round(
                parse(findings),
                tally(one, findings),
                tally(one, findings, 2),
                tally(twenty, findings),
                two_at_once(findings),
            )
            for _ in range(runs)
        ]
        report(rounds)
        for name, used in (("one process", rounds[0].one), ("two processes", rounds[0].two)):
            memory(name, used)
        memory("every finding matched", tally(anything, findings))


def report(rounds: list[Round]) -> None:
    """Print the ratios."""
    said: tuple[tuple[str, str, Callable[[Round], float]], ...] = (
        ("one process, to orjson.loads alone", "at most 1.5", lambda r: r.one.cpu / r.parse),
        ("one process, to two", "at least 1.6", lambda r: r.one.clock / r.two.clock),
        ("  what orjson.loads alone gains by two", "the machine", lambda r: r.machine),
        ("twenty routes, to one", "at most 3", lambda r: r.twenty.cpu / r.one.cpu),
    )
    for what, goal, ratio in said:
        say(what, [ratio(one) for one in rounds], goal)


def generate(path: Path, size: int) -> int:
    """Write a number of bytes of findings; return how many they are."""
    source = CORPUS if CORPUS.exists() else FIXTURE
    samples = [orjson.loads(line) for line in source.read_bytes().splitlines()]
    written = count = 0
    with path.open("wb") as file:
        for finding in cycle(samples):
            if written >= size:
                return count
            count += 1
            changed = {
                **finding,
                "Id": f"{finding['Id']}/{count}",
                "AwsAccountId": f"{111100000000 + count % 97:012d}",
                "UpdatedAt": f"2026-{1 + count % 3:02d}-{1 + count % 28:02d}T08:00:00.000Z",
            }
            written += file.write(orjson.dumps(changed) + b"\n")
    return count


def params(folder: Path) -> tuple[Path, Path, Path]:
    """Write params files of one route, of twenty, and of a route that matches all."""
    quickstart = yaml.safe_load((ROOT / "params" / "quickstart.yaml").read_text("utf-8"))
    usual = quickstart["routes"][0]["match"]
    narrowed: list[dict[str, Any]] = [
        *({"accounts": [f"11110000000{i}"]} for i in range(6)),
        *({"regions": [region]} for region in ("eu-*", "us-east-1", "ap-*", "us-west-2")),
        *({"products": [name]} for name in ("aws/securityhub", "guardduty", "prowler/*", "macie")),
        *({"controls": {"not": [name]}} for name in ("S3.*", "EC2.8", "IAM.6")),
        *({"resource_types": [name]} for name in ("AwsS3Bucket", "AwsEc2*", "AwsIam*")),
    ]
    routes = [
        {"name": f"route-{i}", "channel": "security", "match": {**usual, **one}}
        for i, one in enumerate(narrowed)
    ]
    texts = {
        "one": quickstart,
        "twenty": {**quickstart, "routes": routes},
        "all": {**quickstart, "routes": [{"name": "all", "channel": "security"}]},
    }
    paths = []
    for name, data in texts.items():
        paths.append(folder / f"{name}.yaml")
        paths[-1].write_text(yaml.safe_dump(data), "utf-8")
    return paths[0], paths[1], paths[2]


def parse(findings: Path) -> float:
    """Return the seconds that reading the lines and orjson.loads take."""
    return float(_python(_PARSE, str(findings)))


def two_at_once(findings: Path) -> float:
    """Return how much quicker two processes parse the file twice: what other programs leave."""
    before = time.perf_counter()
    parse(findings)
    alone = time.perf_counter() - before
    with ThreadPoolExecutor(2) as pool:
        before = time.perf_counter()
        list(pool.map(parse, [findings, findings]))
        return 2 * alone / (time.perf_counter() - before)


def tally(params: Path, findings: Path, processes: int = 1) -> Measured:
    """Run a backtest in a Python of its own."""
    return Measured(*json.loads(_python(_TALLY, str(params), str(findings), str(processes))))


def memory(name: str, measured: Measured) -> None:
    """Print peak memory and its limit."""
    goal = 200 + 100 * measured.distinct / 1e6
    peak = measured.peak / 1e6
    print(f"{f'peak memory, {name}':45} {peak:7.0f} MB   (goal: at most {goal:.0f} MB)", flush=True)


def say(what: str, ratios: list[float], goal: str) -> None:
    """Print the median of ratios, and all of them."""
    every = ", ".join(f"{ratio:.2f}" for ratio in ratios)
    middle = statistics.median(ratios)
    print(f"{what:45} {middle:7.2f}      (goal: {goal}; runs: {every})", flush=True)


def _python(code: str, *arguments: str) -> str:
    command = [sys.executable, "-c", code, *arguments]
    return subprocess.run(
        command, cwd=ROOT, check=True, capture_output=True, encoding="utf-8"
    ).stdout


if __name__ == "__main__":
    main(float(sys.argv[1]) if sys.argv[1:] else 1.0)
