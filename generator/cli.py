"""The command line: arguments in, text out."""

from __future__ import annotations

import gc
import io
import json
import os
import signal
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from generator.help import EXIT_CODES, Command
from generator.outputs import NOT_COMPARED, ORPHAN, PARAMS, drift, plan, write
from generator.params import BadInput, load, load_all, problem
from generator.report import (
    plural,
    print_bug,
    print_lines,
    print_parts,
    print_previewed,
    print_stopped,
    print_summary,
    print_updates,
    watched,
)
from generator.routing.warnings import advice

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from generator.backtest import Step
    from generator.lint import Finding
    from generator.outputs import Plan
    from generator.params import Loaded
    from generator.updates import Update

OUT = Path("templates_out")
DEBUG = "GENERATOR_DEBUG"
"""Environment variable: set, a bug in this program shows its traceback."""

CORES = os.cpu_count() or 1

app = typer.Typer(
    help="Renders CloudFormation templates that bring AWS Security Hub findings to Slack.",
    epilog=EXIT_CODES,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

ParamsFiles = Annotated[
    list[Path] | None,
    typer.Argument(metavar="[PARAMS]...", help="Params files; left out, all of params/."),
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
        metavar="N", min=1, max=64, help="How many processes read.", show_default="all cores"
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


@app.command(cls=Command, epilog=EXIT_CODES)
def render(params: ParamsFiles = None, out: OutFolder = OUT) -> None:
    """Validate, build and lint everything, then write all of it or nothing."""
    loaded, planned = _plan(params, out)
    found = _linted({str(out / path): file.text for path, file in _templates(planned).items()})
    if any(found.values()):
        _print_findings(found)
        typer.echo("Nothing was written.", err=True)
        raise typer.Exit(1)
    changes = _updates(loaded, planned, out, out)
    written = write(planned, out, whole=not params)
    print_summary(planned, out, written)
    print_updates(changes)


@app.command(cls=Command, epilog=EXIT_CODES)
def check(
    params: ParamsFiles = None,
    out: OutFolder = OUT,
    against: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="Earlier outputs, such as those of the last release: says what an update from"
            " them does to deployed stacks.",
        ),
    ] = None,
) -> None:
    """Name stale, missing and orphan outputs, with a diff; write nothing."""
    loaded, planned = _plan(params, out)
    if against is not None and not _has_templates(against, planned):
        raise BadInput([problem(against, "has no template of these params files to compare with")])
    found = list(drift(planned, out, whole=not params))
    for one in found:
        typer.echo(f"{one.path}: {one.kind}")
        typer.echo(one.diff, nl=False)
    print_updates(_updates(loaded, planned, against or out, out))
    differ = [one for one in found if one.kind != NOT_COMPARED]
    if differ:
        count = f"{plural(len(differ), 'output')} {'differs' if len(differ) == 1 else 'differ'}"
        removed = " and removes the orphans" if any(one.kind == ORPHAN for one in differ) else ""
        typer.echo(f"{count}; `make render` renews them{removed}.", err=True)
        raise typer.Exit(1)
    others = "other " if found else ""
    typer.echo(f"All {others}outputs are as they would be rendered.")


@app.command(cls=Command, epilog=EXIT_CODES)
def lint(
    files: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[FILE]...", help="Templates; left out, all of templates_out/."),
    ] = None,
) -> None:
    """Run cfn-lint and this project's own checks on rendered templates."""
    chosen = files or sorted(OUT.glob("*/*.yaml"))
    if not chosen:
        raise BadInput([problem(OUT, "no templates here; `make render` writes them")])
    found = _linted(_read(chosen))
    if any(found.values()):
        _print_findings(found)
        raise typer.Exit(1)
    typer.echo(f"{len(found)} templates, no findings.")


@app.command(cls=Command, epilog=EXIT_CODES)
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
    from generator.matching import match_events  # noqa: PLC0415  (render does without)

    found = match_events(pattern, events)
    print_lines(found.problems)
    if not found.events:
        raise _nothing([events])
    if as_json:
        typer.echo(json.dumps({"events": found.events, "matched": found.matched}))
    else:
        typer.echo("".join(f"{position}\n" for position in found.matched), nl=False)
        typer.echo(f"{len(found.matched):,} of {found.events:,} events match.", err=True)
    for form, count in found.unwrapped.items():
        typer.echo(f"Unwrapped {plural(count, 'record')} from {form}.", err=True)
    for reason in found.reasons:
        typer.echo(reason, err=True)


@app.command(cls=Command, epilog=EXIT_CODES)
def backtest(  # noqa: PLR0913, PLR0917  (its options)
    params: ParamsFile,
    findings: FindingsFiles,
    as_json: AsJson = False,  # noqa: FBT002
    since: Since = "",
    until: Until = "",
    processes: Processes = CORES,
    fail_on: FailOn = "",
) -> None:
    """Show what each route would have sent of exported findings or recorded events."""
    from generator.backtest import gate, period, report, shown, tallied  # noqa: PLC0415

    loaded = load(params)
    limits, failing = period(since, until), gate(fail_on)
    print_lines(advice(loaded))
    tally = tallied(
        loaded,
        findings,
        period=limits,
        processes=processes,
        watched=failing.rank,
        watch=_watch,
    )
    found = report(loaded, tally)
    if as_json:
        typer.echo(json.dumps(found, indent=2))
    else:
        print_parts(shown(found))
    if tally.empty:
        raise _nothing(findings)
    if why := failing.why(tally):
        typer.echo(why, err=True)
        raise typer.Exit(1)


@app.command(cls=Command, epilog=EXIT_CODES)
def preview(
    params: ParamsFile,
    findings: FindingsFiles,
    out: Annotated[
        Path, typer.Option("--out", metavar="FILE.html", help="The page to write.", readable=False)
    ],
    limit: Annotated[
        int,
        typer.Option(metavar="N", min=1, max=100_000, help="At most so many messages, the newest."),
    ] = 500,
) -> None:
    """Write a page that shows what each channel would show, message by message."""
    from generator.preview import collected, page, refuse, save  # noqa: PLC0415

    loaded = load(params)
    refuse(out, [params, *findings])
    print_lines(advice(loaded))
    found = collected(loaded, findings, limit=limit, watch=_watch)
    shown = page(loaded, found, lambda some: watched(some, total=len(some), label="Composing"))
    save(shown, out)
    print_previewed(out, found)
    if found.empty:
        raise _nothing(findings)


@app.command(cls=Command, epilog=EXIT_CODES)
def schema() -> None:
    """Print the JSON Schema of the params format (params/schema.json)."""
    from generator.params.schema import schema_text  # noqa: PLC0415  (rarely needed)

    typer.echo(schema_text(), nl=False)


def main() -> None:
    """Run a command; whatever a user may cause ends in one line, never in a traceback."""
    # A short run builds much that lives to its end: looking for garbage in it at Python's usual
    # pace takes a third of the time that linting does.
    gc.set_threshold(200_000, 20, 100)
    if isinstance(sys.stdout, io.TextIOWrapper):
        # A terminal that knows no other characters gets a question mark, and not an error.
        sys.stdout.reconfigure(errors="replace")
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        app()
    except BadInput as error:
        print_lines(error.problems)
        raise SystemExit(2) from None
    except KeyboardInterrupt:
        raise SystemExit(130) from None
    except OSError as error:
        print_stopped(error)
        raise SystemExit(74) from None
    except Exception as error:
        if os.environ.get(DEBUG):
            raise
        print_bug(error, f"{DEBUG}=1")
        raise SystemExit(70) from None
    finally:
        # All is done but for Python's own end, which Ctrl-C would fill with a traceback.
        signal.signal(signal.SIGINT, _end)


def _end(*_: object) -> None:
    with suppress(OSError, ValueError):
        sys.stdout.flush()
    os._exit(130)


def _plan(params: list[Path] | None, out: Path) -> tuple[list[Loaded], Plan]:
    loaded = list(load_all(dict.fromkeys(params or _all_params())))
    planned = plan(loaded, out)
    for one in loaded:
        print_lines(advice(one))
    return loaded, planned


def _updates(loaded: list[Loaded], planned: Plan, before: Path, out: Path) -> list[Update]:
    from generator.updates import updates  # noqa: PLC0415  (compares only what changed)

    names = {one.path.stem: one.settings.name for one in loaded}
    return list(updates(planned, names, before, out))


def _nothing(files: list[Path]) -> BadInput:
    """Return what to say of files in which nothing could be read."""
    from generator.findings import first_line, looks_like, named  # noqa: PLC0415

    return BadInput(
        [
            problem(named(one), f"nothing here could be read: {looks_like(first_line(one))}")
            for one in files
        ]
    )


def _watch(steps: Iterable[Step], total: int) -> Iterator[Step]:
    return watched(steps, total=total, label="Reading", size=lambda step: step.size)


def _all_params() -> list[Path]:
    endings = (".yaml", ".yml")
    found = sorted(one for one in Path(PARAMS).glob("[!.]*") if one.suffix.lower() in endings)
    if not found:
        raise BadInput(
            [problem(PARAMS, "no params files here; name one, or change to the project")]
        )
    return found


def _templates(planned: Plan) -> Plan:
    return {path: file for path, file in planned.items() if file.template is not None}


def _has_templates(folder: Path, planned: Plan) -> bool:
    return any((folder / path).is_file() for path in _templates(planned))


def _linted(templates: dict[str, str]) -> dict[str, list[Finding]]:
    from generator.lint import lint_all  # noqa: PLC0415  (check and schema do without)

    found = dict(watched(lint_all(templates), total=len(templates), label="Linting"))
    return {file: found[file] for file in templates}


def _read(files: list[Path]) -> dict[str, str]:
    texts, problems = {}, []
    for file in files:
        try:
            texts[str(file)] = file.read_text("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            reason = getattr(error, "strerror", None) or "not UTF-8"
            problems.append(problem(file, f"cannot be read: {reason}"))
    if problems:
        raise BadInput(problems)
    return texts


def _print_findings(found: dict[str, list[Finding]]) -> None:
    for findings in found.values():
        for finding in findings:
            typer.echo(str(finding), err=True)
