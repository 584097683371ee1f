"""What commands that render or lint share."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from generator.advice import advice
from generator.cli.ahead import Ahead, remember
from generator.cli.output import print_lines, show_progress
from generator.outputs import PARAMS, plan
from generator.params import BadInput, load_all, problem

if TYPE_CHECKING:
    from generator.lint import Finding
    from generator.outputs import Plan
    from generator.params import Loaded
    from generator.updates import Update


def plan_of(params: list[Path] | None, out: Path) -> tuple[list[Loaded], Plan]:
    """Load params files, all of them where none is named, and plan their outputs."""
    loaded = list(load_all(dict.fromkeys(params or _all_params())))
    planned = plan(loaded, out)
    for file in loaded:
        print_lines(advice(file))
    return loaded, planned


def updates_of(loaded: list[Loaded], planned: Plan, before: Path, out: Path) -> list[Update]:
    """Return what an update from earlier outputs does to deployed stacks."""
    from generator.updates import updates  # noqa: PLC0415  (compares only what changed)

    names = {file.path.stem: file.settings.name for file in loaded}
    return list(updates(planned, names, before, out))


def _all_params() -> list[Path]:
    endings = (".yaml", ".yml")
    paths = sorted(path for path in Path(PARAMS).glob("[!.]*") if path.suffix.lower() in endings)
    if not paths:
        raise BadInput(
            [problem(PARAMS, "no params files here; name one, or change to the project")]
        )
    return paths


def templates_of(planned: Plan) -> Plan:
    """Return the part of a plan that is templates."""
    return {path: file for path, file in planned.items() if file.template is not None}


def lint_texts(templates: dict[str, str]) -> dict[str, list[Finding]]:
    """Lint templates, given by file and text."""
    from generator.lint import lint_all  # noqa: PLC0415  (check and schema do without)

    linted = lint_all(templates, Ahead.workers)
    by_file = dict(show_progress(linted, total=len(templates), label="Linting"))
    remember()
    return {file: by_file[file] for file in templates}


def print_findings(by_file: dict[str, list[Finding]]) -> None:
    """Print each finding on a line of its own."""
    for findings in by_file.values():
        for finding in findings:
            typer.echo(str(finding), err=True)
