"""The program: its commands, and how it ends."""

from __future__ import annotations

import gc
import io
import os
import signal
import sys
from contextlib import suppress
from typing import Annotated

import typer

from generator.cli.backtest import backtest
from generator.cli.check import check
from generator.cli.doctor import doctor
from generator.cli.help import EXIT_CODES, Command
from generator.cli.init import init
from generator.cli.lint import lint
from generator.cli.match import match
from generator.cli.output import print_bug, print_lines, print_stopped
from generator.cli.preview import preview
from generator.cli.render import render
from generator.cli.schema import schema
from generator.params import BadInput
from generator.system.version import PROGRAM, version

DEBUG = "GENERATOR_DEBUG"
"""Environment variable: set, a bug in this program shows its traceback."""

_SOON = 0.01
"""Seconds: by then, what Ctrl-C was lost in has ended."""

app = typer.Typer(
    help="Renders CloudFormation templates that bring AWS Security Hub findings to Slack.",
    epilog=EXIT_CODES,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def _print_version(asked: bool) -> None:  # noqa: FBT001  (typer calls it)
    if asked:
        typer.echo(f"{PROGRAM} {version()}")
        raise typer.Exit


@app.callback()
def _program(
    *,
    _: Annotated[
        bool,
        typer.Option(
            "--version", help="Print the version.", callback=_print_version, is_eager=True
        ),
    ] = False,
) -> None:
    """Options of the program itself."""


for _command in (init, render, check, lint, match, backtest, preview, doctor, schema):
    app.command(cls=Command, epilog=EXIT_CODES)(_command)


def main() -> None:
    """Run a command; whatever a user may cause ends in one line, never in a traceback."""
    # A short run builds much that lives to its end: looking for garbage in it at Python's usual
    # pace would need a third of the time of linting.
    gc.set_threshold(200_000, 20, 100)
    if isinstance(sys.stdout, io.TextIOWrapper):
        # A terminal that knows no other characters gets a question mark, and not an error.
        sys.stdout.reconfigure(errors="replace")
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGALRM, signal.default_int_handler)
    sys.unraisablehook = _unraisable
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
        for number in (signal.SIGINT, signal.SIGALRM):
            signal.signal(number, _end)


def _unraisable(unraisable: sys.UnraisableHookArgs) -> None:
    """Raise again what Ctrl-C raised where Python drops it: in the end of an object, for one."""
    if unraisable.exc_type is KeyboardInterrupt:
        signal.setitimer(signal.ITIMER_REAL, _SOON)
    else:
        sys.__unraisablehook__(unraisable)


def _end(*_: object) -> None:
    with suppress(OSError, ValueError):
        sys.stdout.flush()
    os._exit(130)
