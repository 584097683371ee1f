"""``lint``: cfn-lint and this project's own checks on templates."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from generator.cli.options import OUT
from generator.cli.planning import lint_texts, print_findings
from generator.params import BadInput, problem
from generator.system.version import command


def lint(
    files: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[FILE]...", help="Templates; default: all of templates_out/."),
    ] = None,
) -> None:
    """Run cfn-lint, with this project's rules, on rendered templates."""
    chosen = files or sorted(OUT.glob("*/*.yaml"))
    if not chosen:
        raise BadInput([problem(OUT, f"no templates here; `{command('render')}` writes them")])
    by_file = lint_texts(_read(chosen))
    if any(by_file.values()):
        print_findings(by_file)
        raise typer.Exit(1)
    typer.echo(f"{len(by_file)} templates, no findings.")


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
