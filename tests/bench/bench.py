"""``make bench``: speed as ratios, both sides measured in one run on one machine.

Every figure is the median of a few runs of whole commands. Nothing here passes or fails: the
goal is printed next to the figure.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[2]
PYTHON = sys.executable
CFN_LINT = str(Path(sys.executable).parent / "cfn-lint")
QUICKSTART = (ROOT / "params" / "quickstart.yaml").read_text("utf-8")


def main() -> None:
    """Measure everything and print a line for each goal."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--files", type=int, default=200, help="params files (default 200)")
    arguments.add_argument("--runs", type=int, default=3, help="runs of each (default 3)")
    chosen = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        # A copy, so that its memory of lint results is its own.
        shutil.copytree(ROOT / "generator", work / "generator")
        one_file(work, chosen.runs)
        many_files(work, chosen.files, chosen.runs)
        without_lint(work, chosen.files)


def one_file(work: Path, runs: int) -> None:
    """Compare one params file, from the shell and lint included, with cfn-lint alone."""
    write_params(work, 1)
    render = [PYTHON, "-m", "generator", "render"]
    ours, theirs = [], []
    for _ in range(max(runs, 5)):
        forget(work)
        ours.append(seconds(render, work))
        theirs.append(seconds(cfn_lint(work), work))
    say("one params file, cold, to cfn-lint on its templates", ours, theirs, "at most 1.3")


def many_files(work: Path, count: int, runs: int) -> None:
    """Compare many params files, cold and warm, with one cfn-lint over their templates."""
    write_params(work, count)
    render = [PYTHON, "-m", "generator", "render"]
    ours, theirs, warm = [], [], []
    for _ in range(runs):
        forget(work)
        ours.append(seconds(render, work))
        theirs.append(seconds(cfn_lint(work), work))
        warm.append(seconds(render, work))
    say(f"{count} params files, cold, to cfn-lint on theirs", ours, theirs, "at most 0.65")
    say(f"{count} params files, unchanged", warm, theirs, "at most 2 s or 0.02")


def without_lint(work: Path, count: int) -> None:
    """Measure building and writing alone, for a half and for all of the files: is it linear?"""
    script = (
        "import sys, time; from pathlib import Path;"
        "from generator.params import load_all; from generator.outputs import plan, write;"
        "paths = sorted(Path('params').glob('*.yaml'))[: int(sys.argv[1])];"
        "loaded = list(load_all(paths)); start = time.perf_counter();"
        "write(plan(loaded), Path(sys.argv[2]), whole=False);"
        "print((time.perf_counter() - start) / len(paths) * 1000)"
    )
    per_template = []
    for share in (count // 2, count):
        done = subprocess.run(
            [PYTHON, "-c", script, str(share), f"out{share}"],
            cwd=work,
            check=True,
            capture_output=True,
            encoding="utf-8",
        )
        per_template.append(float(done.stdout))
        print(f"build and write, {share} templates: {per_template[-1]:.1f} ms each (at most 15)")
    ratio = per_template[1] / per_template[0]
    print(f"build and write, all to half of them, each: ratio {ratio:.2f} (linear: about 1)")


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


def forget(work: Path) -> None:
    """Remove outputs and what is remembered of lint."""
    for name in ("templates_out", ".cache"):
        shutil.rmtree(work / name, ignore_errors=True)


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
    subprocess.run(command, cwd=work, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - started


def say(what: str, ours: list[float], theirs: list[float], goal: str) -> None:
    """Print the medians, and the median of the ratios pair by pair."""
    ratio = statistics.median(a / b for a, b in zip(ours, theirs, strict=True))
    print(
        f"{what}: {statistics.median(ours):.2f} s to {statistics.median(theirs):.2f} s,"
        f" ratio {ratio:.3f} ({goal})",
        flush=True,
    )


if __name__ == "__main__":
    import backtest

    print(f"{os.cpu_count()} cores, Python {sys.version.split()[0]}", flush=True)
    main()
    backtest.main()
