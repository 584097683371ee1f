"""``check``: whether the outputs are what ``render`` would write."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from generator.cli.inputs import nothing_read
from generator.cli.options import OUT, OutFolder, ParamsFiles
from generator.cli.output import print_parts, print_updates
from generator.cli.planning import plan_of, templates_of, updates_of
from generator.outputs import NOT_COMPARED, ORPHAN, Difference, Plan, compare
from generator.params import BadInput, Loaded, problem
from generator.system.plural import plural
from generator.system.version import command


def check(
    params: ParamsFiles = None,
    out: OutFolder = OUT,
    against: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="Earlier outputs, such as those of the last release: reports what an"
            " update from them does to deployed stacks.",
        ),
    ] = None,
    findings: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="FILE",
            help="Exported findings: reports what the exceptions of the params files silence.",
        ),
    ] = None,
) -> None:
    """Show which outputs are stale, missing or orphaned, with a diff. Writes nothing."""
    loaded, planned = plan_of(params, out)
    if against is not None and not _has_templates(against, planned):
        raise BadInput([problem(against, "has no template of these params files to compare with")])
    differences = list(compare(planned, out, whole=not params))
    for difference in differences:
        typer.echo(f"{difference.path}: {difference.kind}")
        typer.echo(difference.diff, nl=False)
    print_updates(updates_of(loaded, planned, against or out, out))
    if findings:
        _print_exceptions(loaded, findings)
    _conclude(differences)


def _conclude(differences: list[Difference]) -> None:
    """Say whether outputs are stale; exit with 1 if any is."""
    differ = [difference for difference in differences if difference.kind != NOT_COMPARED]
    if differ:
        count = f"{plural(len(differ), 'output')} {'differs' if len(differ) == 1 else 'differ'}"
        removed = (
            " and removes the orphans"
            if any(difference.kind == ORPHAN for difference in differ)
            else ""
        )
        typer.echo(f"{count}; `{command('render')}` renews them{removed}.", err=True)
        raise typer.Exit(1)
    others = "other " if differences else ""
    typer.echo(f"All {others}outputs are as they would be rendered.")


def _print_exceptions(loaded: list[Loaded], findings: list[Path]) -> None:
    """Print what the exceptions of params files match of the findings given."""
    from generator.backtest import count_files, report  # noqa: PLC0415  (reads findings)
    from generator.cli.backtest_report import exceptions_shown  # noqa: PLC0415  (prints them)
    from generator.findings.chunks import is_divisible  # noqa: PLC0415  (reads findings)

    files = [file for file in loaded if file.settings.exceptions]
    if not files:
        typer.echo("No exceptions in these params files: the findings were not read.")
    if len(files) > 1 and not all(map(is_divisible, findings)):
        why = f"can be read once, and {len(files)} params files have exceptions: name one of them"
        raise BadInput([problem("--findings", why)])
    for file in files:
        tally = count_files(file, findings)
        if tally.empty:
            raise nothing_read(findings)
        print_parts(exceptions_shown(report(file, tally)["exceptions"], f"in {file.path}"))


def _has_templates(folder: Path, planned: Plan) -> bool:
    return any((folder / path).is_file() for path in templates_of(planned))
