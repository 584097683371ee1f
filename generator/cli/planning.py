"""What commands that render or lint share."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from generator.cli.output import print_lines, show_progress
from generator.outputs import PARAMS, plan
from generator.params import BadInput, load_all, problem
from generator.routing.warnings import advice

if TYPE_CHECKING:
    from generator.lint import Finding
    from generator.outputs import Plan
    from generator.params import Loaded
    from generator.updates import Update


def plan_of(params: list[Path] | None, out: Path) -> tuple[list[Loaded], Plan]:
    """Load params files, all of them where none is named, and plan their outputs."""
    loaded = list(load_all(dict.fromkeys(params or _all_params())))
    planned = plan(loaded, out)
    for one in loaded:
        print_lines(advice(one))
    return loaded, planned


def updates_of(loaded: list[Loaded], planned: Plan, before: Path, out: Path) -> list[Update]:
    """Return what an update from earlier outputs does to deployed stacks."""
    from generator.updates import updates  # noqa: PLC0415  (compares only what changed)

    names = {one.path.stem: one.settings.name for one in loaded}
    return list(updates(planned, names, before, out))


def _all_params() -> list[Path]:
    endings = (".yaml", ".yml")
    found = sorted(one for one in Path(PARAMS).glob("[!.]*") if one.suffix.lower() in endings)
    if not found:
        raise BadInput(
            [problem(PARAMS, "no params files here; name one, or change to the project")]
        )
    return found


def templates_of(planned: Plan) -> Plan:
    """Return the part of a plan that is templates."""
    return {path: file for path, file in planned.items() if file.template is not None}


def lint_texts(templates: dict[str, str]) -> dict[str, list[Finding]]:
    """Lint templates, given by file and text."""
    from generator.lint import lint_all  # noqa: PLC0415  (check and schema do without)

    found = dict(show_progress(lint_all(templates), total=len(templates), label="Linting"))
    return {file: found[file] for file in templates}


def print_findings(found: dict[str, list[Finding]]) -> None:
    """Print each finding on a line of its own."""
    for findings in found.values():
        for finding in findings:
            typer.echo(str(finding), err=True)
