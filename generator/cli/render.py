"""``render``: params files in, templates and all that goes with them out."""

from __future__ import annotations

import typer

from generator.cli.options import OUT, OutFolder, ParamsFiles
from generator.cli.output import print_summary, print_updates
from generator.cli.planning import lint_texts, plan_of, print_findings, templates_of, updates_of
from generator.outputs import write


def render(params: ParamsFiles = None, out: OutFolder = OUT) -> None:
    """Validate, build and lint everything, then write all of it or nothing."""
    loaded, planned = plan_of(params, out)
    by_file = lint_texts(
        {str(out / path): file.text for path, file in templates_of(planned).items()}
    )
    if any(by_file.values()):
        print_findings(by_file)
        typer.echo("Nothing was written.", err=True)
        raise typer.Exit(1)
    changes = updates_of(loaded, planned, out, out)
    written = write(planned, out, whole=not params)
    print_summary(planned, out, written)
    print_updates(changes)
