"""Arguments and options that commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from generator.system.processes import cores

OUT = Path("templates_out")
CORES = cores()

ParamsFiles = Annotated[
    list[Path] | None,
    typer.Argument(metavar="[PARAMS]...", help="Params files; default: all of params/."),
]
OutFolder = Annotated[
    Path, typer.Option("--out", metavar="DIR", help="The output folder.", readable=False)
]


FindingsFiles = Annotated[
    list[Path],
    typer.Argument(
        metavar="FINDINGS...",
        help="Exported findings or recorded events; - for standard input.",
    ),
]
ParamsFile = Annotated[Path, typer.Argument(metavar="PARAMS", help="A params file.")]
Since = Annotated[
    str, typer.Option(metavar="DAY", help="Only findings updated on this day or later.")
]
Until = Annotated[
    str, typer.Option(metavar="DAY", help="Only findings updated on this day or earlier.")
]
Processes = Annotated[
    int,
    typer.Option(
        metavar="N", min=1, max=64, help="Number of worker processes.", show_default="all cores"
    ),
]
FailOn = Annotated[
    str,
    typer.Option(
        metavar="SEVERITY",
        help="Exit with 1 if an open finding of this severity or above reaches no route.",
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for other programs.")]
