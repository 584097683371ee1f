"""``backtest``: what each route would have sent."""

from __future__ import annotations

import json

import typer

from generator.advice import advice
from generator.cli.inputs import nothing_read, watch_reading
from generator.cli.options import (
    CORES,
    AsJson,
    FailOn,
    FindingsFiles,
    ParamsFile,
    Processes,
    Since,
    Until,
)
from generator.cli.output import print_lines, print_parts
from generator.params import load


def backtest(  # noqa: PLR0913, PLR0917  (its options)
    params: ParamsFile,
    findings: FindingsFiles,
    as_json: AsJson = False,  # noqa: FBT002
    since: Since = "",
    until: Until = "",
    processes: Processes = CORES,
    fail_on: FailOn = "",
) -> None:
    """Report what each route would have sent for exported findings or recorded events."""
    from generator.backtest import count_files, gate, period, report  # noqa: PLC0415
    from generator.cli.backtest_report import shown  # noqa: PLC0415

    loaded = load(params)
    limits, failing = period(since, until), gate(fail_on)
    print_lines(advice(loaded))
    tally = count_files(
        loaded,
        findings,
        period=limits,
        processes=processes,
        watched=failing.rank,
        watch=watch_reading,
    )
    results = report(loaded, tally)
    if as_json:
        typer.echo(json.dumps(results, indent=2))
    else:
        print_parts(shown(results))
    if tally.empty:
        raise nothing_read(findings)
    if why := failing.why(tally):
        typer.echo(why, err=True)
        raise typer.Exit(1)
