"""``match``: which events of a file a pattern matches."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from generator.cli.inputs import nothing_read
from generator.cli.options import AsJson
from generator.cli.output import plural, print_lines


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

    found = match_events(pattern, events)
    print_lines(found.problems)
    if not found.events:
        raise nothing_read([events])
    if as_json:
        typer.echo(json.dumps({"events": found.events, "matched": found.matched}))
    else:
        typer.echo("".join(f"{position}\n" for position in found.matched), nl=False)
        typer.echo(f"{len(found.matched):,} of {found.events:,} events match.", err=True)
    for form, count in found.unwrapped.items():
        typer.echo(f"Unwrapped {plural(count, 'record')} from {form}.", err=True)
    for reason in found.reasons:
        typer.echo(reason, err=True)
