"""Speed of ``render``, from the shell and lint included, to the cfn-lint command alone."""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import yaml

from goals import Measured

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).parents[2]
PYTHON = sys.executable
RENDER = [PYTHON, "-m", "generator", "render"]
CFN_LINT = str(Path(PYTHON).parent / "cfn-lint")
QUICKSTART = (ROOT / "params" / "quickstart.yaml").read_text("utf-8")

_BUILD = """
import os, sys
from pathlib import Path
from generator.params import load_all
from generator.outputs import plan, write
paths = sorted(Path("params").glob("*.yaml"))[: int(sys.argv[1])]
loaded = list(load_all(paths))
before = sum(os.times()[:4])
write(plan(loaded), Path(sys.argv[2]), whole=False)
print((sum(os.times()[:4]) - before) / len(paths) * 1000)
"""


def measure(runs: int, files: int = 200) -> Iterator[Measured]:
    """Yield the figures of one params file, and of many."""
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        copy_generator(work)
        yield from one_file(work, max(runs, 5))
        yield from many_files(work, files, runs)
        yield from without_lint(work, files, runs)


def copy_generator(work: Path) -> None:
    """Copy what renders, so that its memory of lint results is its own."""
    shutil.copytree(ROOT / "generator", work / "generator")
    shutil.copy(ROOT / "pyproject.toml", work)


def one_file(work: Path, runs: int) -> Iterator[Measured]:
    """Compare one params file with cfn-lint on its templates, with one core and with all."""
    write_params(work, 1)
    pair(work, clock)  # compiles what is compiled once
    what = "one params file, cold, to cfn-lint on its templates"
    with one_core():
        pairs = [pair(work, processor) for _ in range(runs)]
    yield Measured(f"{what}, one core", [cold for cold, _ in pairs], 0.85)
    yield Measured("one params file, unchanged, one core", [warm for _, warm in pairs], 0.3, "s")
    if is_core_free():
        pairs = [pair(work, clock) for _ in range(runs)]
        yield Measured(f"{what}, two cores", [cold for cold, _ in pairs], 0.7)


def many_files(work: Path, count: int, runs: int) -> Iterator[Measured]:
    """Compare many params files with one cfn-lint over all of their templates."""
    write_params(work, count)
    pairs = [pair(work, clock) for _ in range(runs)]
    what = f"{count} params files, cold, to cfn-lint on their templates"
    yield Measured(what, [cold for cold, _ in pairs], 0.5)
    yield Measured(f"{count} params files, unchanged", [warm for _, warm in pairs], 2, "s")


def without_lint(work: Path, count: int, runs: int) -> Iterator[Measured]:
    """Measure what building and writing compute, for a half and for all of the files.

    Where it is linear, each of all needs no more than each of a half.
    """
    pairs = [(build(work, count // 2), build(work, count)) for _ in range(runs)]
    yield Measured(f"build and write, each of {count}", [every for _, every in pairs], 15, "ms")
    linear = [every / half for half, every in pairs]
    yield Measured("build and write, each of all to each of a half", linear, 1)


def pair(work: Path, time_of: Callable[[], float]) -> tuple[float, float]:
    """Return the ratio of a cold render to cfn-lint, and the seconds of a second render.

    Cold is what has linted none of these templates. Code that Python and Jinja have compiled once
    is there, for cfn-lint too.
    """
    for name in ("templates_out", ".cache/lint", ".cache/rendered"):
        shutil.rmtree(work / name, ignore_errors=True)
    cold = seconds(RENDER, work, time_of)
    alone = seconds(cfn_lint(work), work, time_of)
    return cold / alone, seconds(RENDER, work, time_of)


def build(work: Path, count: int) -> float:
    """Return the milliseconds of processor time for each of a number of params files."""
    shutil.rmtree(work / "built", ignore_errors=True)
    command = [PYTHON, "-c", _BUILD, str(count), "built"]
    done = subprocess.run(command, cwd=work, check=True, capture_output=True, encoding="utf-8")
    return float(done.stdout)


def write_params(work: Path, count: int) -> None:
    """Write params files that all differ, with one to three routes."""
    shutil.rmtree(work / "params", ignore_errors=True)
    (work / "params").mkdir()
    for i in range(count):
        data = yaml.safe_load(QUICKSTART)
        data["name"] = f"Findings{i}"
        route = data["routes"][0]
        data["routes"] += [{**route, "name": f"more-{n}"} for n in range(i % 3)]
        (work / "params" / f"p{i:03}.yaml").write_text(yaml.safe_dump(data), "utf-8")


def cfn_lint(work: Path) -> list[str]:
    """Return the command that lints the same templates over the same regions."""
    sys.path.insert(0, str(work))
    from generator.lint.regions import regions_with  # noqa: PLC0415

    regions = regions_with(["AWS::Chatbot::SlackChannelConfiguration"])
    templates = sorted(str(path) for path in (work / "templates_out").glob("*/*.yaml"))
    return [CFN_LINT, "-c", "I", "-e", "--regions", *regions, "--template", *templates]


def seconds(command: list[str], work: Path, time_of: Callable[[], float]) -> float:
    """Return the time that a command needs, which must succeed."""
    before = time_of()
    subprocess.run(command, cwd=work, check=True, capture_output=True)
    return time_of() - before


def clock() -> float:
    """Return the seconds that have gone by."""
    return time.perf_counter()


def processor() -> float:
    """Return the seconds that commands have computed, which others on the machine hardly change."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def is_core_free() -> bool:
    """Whether two processes are done in about the time of one."""
    command = [PYTHON, "-c", "sum(range(20_000_000))"]
    before = clock()
    subprocess.run(command, check=True)
    alone = clock() - before
    before = clock()
    both = [subprocess.Popen(command) for _ in range(2)]
    for process in both:
        process.wait()
    return len(os.sched_getaffinity(0)) > 1 and clock() - before < 1.25 * alone


@contextmanager
def one_core() -> Iterator[None]:
    """Run what is started within on one core."""
    every = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {max(every)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, every)
