"""Speed of ``render``, from the shell and lint included, to the cfn-lint command alone."""

from __future__ import annotations

import os
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
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
PYTHON = sys.executable
RENDER = [PYTHON, "-m", "generator", "render"]
CFN_LINT = str(Path(PYTHON).parent / "cfn-lint")
QUICKSTART = (ROOT / "params" / "quickstart.yaml").read_text("utf-8")

_BUILD = """
import sys, time
from pathlib import Path
from generator.params import load_all
from generator.outputs import plan, write
paths = sorted(Path("params").glob("*.yaml"))[: int(sys.argv[1])]
loaded = list(load_all(paths))
before = time.perf_counter()
write(plan(loaded), Path(sys.argv[2]), whole=False)
print((time.perf_counter() - before) / len(paths) * 1000)
"""


def measure(runs: int, files: int = 200) -> Iterator[Measured]:
    """Yield the figures of one params file, and of many."""
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        # A copy, so that its memory of lint results is its own.
        shutil.copytree(ROOT / "generator", work / "generator")
        shutil.copy(ROOT / "pyproject.toml", work)
        yield from one_file(work, max(runs, 5))
        yield from many_files(work, files, runs)
        yield from without_lint(work, files, runs)


def one_file(work: Path, runs: int) -> Iterator[Measured]:
    """Compare one params file with cfn-lint on its templates, with one core and with all."""
    write_params(work, 1)
    what = "one params file, cold, to cfn-lint on its templates"
    with one_core():
        yield Measured(f"{what}, one core", [pair(work)[0] for _ in range(runs)], 0.85)
    if len(os.sched_getaffinity(0)) > 1:
        yield Measured(f"{what}, two cores", [pair(work)[0] for _ in range(runs)], 0.7)
    warm = [seconds(RENDER, work) for _ in range(runs)]
    yield Measured("one params file, unchanged", warm, 0.3, "s")


def many_files(work: Path, count: int, runs: int) -> Iterator[Measured]:
    """Compare many params files with one cfn-lint over all of their templates."""
    write_params(work, count)
    figures = [pair(work) for _ in range(runs)]
    what = f"{count} params files, cold, to cfn-lint on their templates"
    yield Measured(what, [ratio for ratio, _ in figures], 0.5)
    yield Measured(f"{count} params files, unchanged", [warm for _, warm in figures], 2, "s")


def without_lint(work: Path, count: int, runs: int) -> Iterator[Measured]:
    """Measure building and writing alone, for a half and for all of the files: is it linear?"""
    pairs = [(build(work, count // 2), build(work, count)) for _ in range(runs)]
    yield Measured(f"build and write, each of {count}", [every for _, every in pairs], 15, "ms")
    linear = [every / half for half, every in pairs]
    yield Measured("build and write, each of all to each of a half", linear, 1)


def pair(work: Path) -> tuple[float, float]:
    """Return the ratio of a cold render to cfn-lint, and the seconds of a second render."""
    for name in ("templates_out", ".cache"):
        shutil.rmtree(work / name, ignore_errors=True)
    cold = seconds(RENDER, work)
    alone = seconds(cfn_lint(work), work)
    return cold / alone, seconds(RENDER, work)


def build(work: Path, count: int) -> float:
    """Return the milliseconds of one of a number of params files, to an empty folder."""
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
    from generator.lint.cfn import regions_with  # noqa: PLC0415

    regions = regions_with(["AWS::Chatbot::SlackChannelConfiguration"])
    templates = sorted(str(path) for path in (work / "templates_out").glob("*/*.yaml"))
    return [CFN_LINT, "-c", "I", "-e", "--regions", *regions, "--template", *templates]


def seconds(command: list[str], work: Path) -> float:
    """Return the wall time of a command that must succeed."""
    started = time.perf_counter()
    subprocess.run(command, cwd=work, check=True, capture_output=True)
    return time.perf_counter() - started


@contextmanager
def one_core() -> Iterator[None]:
    """Run what is started within on one core."""
    every = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {max(every)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, every)
