"""``match``: which events of a file a pattern matches."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from generator.cli.inputs import nothing_read
from generator.cli.options import AsJson
from generator.cli.output import print_lines
from generator.system.plural import plural


def match(
    pattern: Annotated[
        Path,
        typer.Argument(
            metavar="PATTERN",
            help="An event pattern, in JSON or YAML, or as describe-rule prints it.",
        ),
    ],
    events: Annotated[
        Path, typer.Argument(metavar="EVENTS", help="NDJSON or a JSON array; - for standard input.")
    ],
    as_json: AsJson = False,  # noqa: FBT002  (a flag of the command line)
) -> None:
    """Print which events a pattern matches, as EventBridge would."""
    from generator.cli.matching import match_events  # noqa: PLC0415  (render does without)

    result = match_events(pattern, events)
    print_lines(result.problems)
    if not result.events:
        raise nothing_read([events])
    if as_json:
        typer.echo(json.dumps({"events": result.events, "matched": result.matched}))
    else:
        typer.echo("".join(f"{position}\n" for position in result.matched), nl=False)
        typer.echo(f"{len(result.matched):,} of {result.events:,} events match.", err=True)
    for form, count in result.unwrapped.items():
        typer.echo(f"Unwrapped {plural(count, 'record')} from {form}.", err=True)
    for reason in result.reasons:
        typer.echo(reason, err=True)
