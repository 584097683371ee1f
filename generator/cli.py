"""The command line: arguments in, text out."""

from __future__ import annotations

import gc
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from generator.outputs import drift, plan, write
from generator.report import print_bug, print_problems, print_stopped, print_summary, watched
from generator.settings import BadInput, load_all, problem

if TYPE_CHECKING:
    from generator.lint import Finding
    from generator.outputs import Plan

PARAMS = Path("params")
OUT = Path("templates_out")
DEBUG = "GENERATOR_DEBUG"
"""Environment variable: set, a bug in this program shows its traceback."""

app = typer.Typer(
    help="Renders CloudFormation templates that bring AWS Security Hub findings to Slack.",
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


@app.command()
def render(params: ParamsFiles = None, out: OutFolder = OUT) -> None:
    """Validate, build and lint everything, then write all of it or nothing."""
    planned = _plan(params)
    found = _linted({str(out / path): file.text for path, file in _templates(planned).items()})
    if any(found.values()):
        _print_findings(found)
        typer.echo("Nothing was written.", err=True)
        raise typer.Exit(1)
    written = write(planned, out, whole=not params)
    print_summary(planned, out, written)


@app.command()
def check(params: ParamsFiles = None, out: OutFolder = OUT) -> None:
    """Name stale, missing and orphan outputs, with a diff; write nothing."""
    found = list(drift(_plan(params), out, whole=not params))
    for one in found:
        typer.echo(f"{one.path}: {one.kind}")
        typer.echo(one.diff, nl=False)
    if found:
        typer.echo(f"{len(found)} outputs differ; `make render` renews them.", err=True)
        raise typer.Exit(1)
    typer.echo("All outputs are as they would be rendered.")


@app.command()
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


@app.command()
def schema() -> None:
    """Print the JSON Schema of the params format (params/schema.json)."""
    from generator.settings.schema import schema_text  # noqa: PLC0415  (rarely needed)

    typer.echo(schema_text(), nl=False)


def main() -> None:
    """Run a command; whatever a user may cause ends in one line, never in a traceback."""
    # A short run builds much that lives to its end: looking for garbage in it at Python's usual
    # pace takes a third of the time that linting does.
    gc.set_threshold(200_000, 20, 100)
    try:
        app()
    except BadInput as error:
        print_problems(error)
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


def _plan(params: list[Path] | None) -> Plan:
    return plan(list(load_all(dict.fromkeys(params or _all_params()))))


def _all_params() -> list[Path]:
    found = sorted(path for path in PARAMS.glob("[!.]*") if path.suffix in (".yaml", ".yml"))
    if not found:
        raise BadInput(
            [problem(PARAMS, "no params files here; name one, or change to the project")]
        )
    return found


def _templates(planned: Plan) -> Plan:
    return {path: file for path, file in planned.items() if file.template is not None}


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
