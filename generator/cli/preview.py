"""``preview``: a page of what each channel would show."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from generator.advice import advice
from generator.cli.composing import watch_composing
from generator.cli.inputs import nothing_read, watch_reading
from generator.cli.options import CORES, FindingsFiles, ParamsFile, Processes
from generator.cli.output import print_lines, print_previewed
from generator.messages.texts import too_long
from generator.params import BadInput, load


def preview(
    params: ParamsFile,
    findings: FindingsFiles,
    out: Annotated[
        Path, typer.Option("--out", metavar="FILE.html", help="The page to write.", readable=False)
    ],
    limit: Annotated[
        int,
        typer.Option(
            metavar="N",
            min=1,
            max=100_000,
            help="Show only the newest N messages. Summaries are slow to compose: about a hundred a"
            " second in each process.",
        ),
    ] = 500,
    processes: Processes = CORES,
) -> None:
    """Write a page with the messages that each channel would show."""
    from generator.preview import collect, page, refuse, save  # noqa: PLC0415

    loaded = load(params)
    refuse(out, [params, *findings])
    print_lines(advice(loaded))
    if problems := [loaded.document.problem(*mistake) for mistake in too_long(loaded.settings)]:
        raise BadInput(problems)
    collected = collect(loaded, findings, limit=limit, watch=watch_reading)
    shown = page(loaded, collected, watch_composing, processes)
    save(shown, out)
    print_previewed(out, loaded, collected)
    if collected.empty:
        raise nothing_read(findings)
