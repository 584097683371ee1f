"""The program: its commands, and how it ends."""

from __future__ import annotations

import io
import os
import signal
import sys
from contextlib import suppress
from importlib import import_module
from typing import TYPE_CHECKING, Annotated

import typer

from generator.cli.help import EXIT_CODES, Command
from generator.cli.output import print_bug, print_lines, print_stopped
from generator.params import BadInput
from generator.system.version import PROGRAM, version

if TYPE_CHECKING:
    from collections.abc import Iterable

COMMANDS = ("init", "render", "check", "lint", "match", "backtest", "preview", "doctor", "schema")
"""Each is a function in a module of its name."""

DEBUG = "GENERATOR_DEBUG"
"""Environment variable: set, a bug in this program shows its traceback."""

_SOON = 0.01
"""Seconds: by then, what Ctrl-C was lost in has ended."""


def program(names: Iterable[str] = COMMANDS) -> typer.Typer:
    """Return the program with the commands of these names, and with what they import."""
    app = typer.Typer(
        help="Renders CloudFormation templates that bring AWS Security Hub findings to Slack.",
        epilog=EXIT_CODES,
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )
    app.callback()(_program)
    for name in names:
        command = getattr(import_module(f"generator.cli.{name}"), name)
        app.command(cls=Command, epilog=EXIT_CODES)(command)
    return app


def _print_version(asked: bool) -> None:  # noqa: FBT001  (typer calls it)
    if asked:
        typer.echo(f"{PROGRAM} {version()}")
        raise typer.Exit


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


def main() -> None:
    """Run a command; whatever a user may cause ends in one line, never in a traceback."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        # A terminal that knows no other characters gets a question mark, and not an error.
        sys.stdout.reconfigure(errors="replace")
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGALRM, signal.default_int_handler)
    sys.unraisablehook = _unraisable
    try:
        # The first word is a command in all but a few cases, which need all of them.
        program([name for name in sys.argv[1:2] if name in COMMANDS] or COMMANDS)()
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
