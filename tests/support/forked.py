"""Runs a command: in this process, in a copy of it, or in a new Python.

All give the same. A copy costs 10 ms, and as much again for each 1,500 pages of memory that it
writes to; a new Python costs half a second.
"""

from __future__ import annotations

import gc
import os
import pkgutil
import signal
import subprocess
import sys
import traceback
import warnings
from contextlib import contextmanager
from functools import cache
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryFile
from types import ModuleType
from typing import IO, TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

ROOT = Path(__file__).parents[2]
DEADLINE = 300
"""Seconds after which a command that hangs is ended."""


class Ran(NamedTuple):
    """What a command left behind."""

    code: int
    out: str
    err: str


def started(
    folder: Path,
    arguments: Sequence[str],
    environment: Mapping[str, str],
    input: str = "",  # noqa: A002
) -> Ran:
    """Run ``python -m generator`` in a folder, in a new Python."""
    done = subprocess.run(
        [sys.executable, "-m", "generator", *arguments],
        cwd=folder,
        env={"PYTHONPATH": str(ROOT), **environment},
        input=input,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    return Ran(done.returncode, done.stdout, done.stderr)


def forked(
    folder: Path,
    arguments: Sequence[str],
    environment: Mapping[str, str],
    input: str = "",  # noqa: A002
    preexec_fn: Callable[[], object] = lambda: None,
    timeout: int = DEADLINE,
) -> Ran:
    """Do the same in a copy of this process, which ends with it.

    Arguments are named as those of ``subprocess.run``.
    """
    _loaded()
    with TemporaryFile() as read, TemporaryFile() as out, TemporaryFile() as err:
        read.write(input.encode())
        read.seek(0)
        with warnings.catch_warnings():
            # The copy uses no thread of this process.
            warnings.simplefilter("ignore", DeprecationWarning)
            child = os.fork()
        if not child:
            try:
                preexec_fn()
                signal.alarm(timeout)
                os._exit(_command(folder, arguments, environment, (read, out, err)))
            finally:
                os._exit(1)
        _, status = os.waitpid(child, 0)
        out.seek(0)
        err.seek(0)
        code = os.waitstatus_to_exitcode(status)
        return Ran(code, out.read().decode(), err.read().decode())


def called(
    folder: Path,
    arguments: Sequence[str],
    environment: Mapping[str, str],
    input: str = "",  # noqa: A002
) -> Ran:
    """Do the same in this process, and leave it as it was."""
    _loaded()
    with TemporaryFile() as read, TemporaryFile() as out, TemporaryFile() as err:
        read.write(input.encode())
        read.seek(0)
        with _as_it_was():
            signal.alarm(DEADLINE)
            code = _command(folder, arguments, environment, (read, out, err))
        out.seek(0)
        err.seek(0)
        return Ran(code, out.read().decode(), err.read().decode())


@contextmanager
def _as_it_was() -> Iterator[None]:
    """Put back what a command changes of its process."""
    streams = sys.stdin, sys.stdout, sys.stderr
    for stream in streams[1:]:
        stream.flush()
    kept = [os.dup(number) for number in range(3)]
    folder, environment, arguments = Path.cwd(), dict(os.environ), sys.argv
    main, unraisable = sys.modules["__main__"], sys.unraisablehook
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGALRM)}
    try:
        yield
    finally:
        signal.alarm(0)
        for caught, handler in handlers.items():
            signal.signal(caught, handler)
        sys.modules["__main__"], sys.unraisablehook = main, unraisable
        sys.argv = arguments
        os.environ.clear()
        os.environ.update(environment)
        os.chdir(folder)
        sys.stdin, sys.stdout, sys.stderr = streams
        for number, copy in enumerate(kept):
            os.dup2(copy, number)
            os.close(copy)


@cache
def _loaded() -> None:
    """Load what commands load, once for all copies."""
    import generator  # noqa: PLC0415
    from generator.lint import cfn  # noqa: PLC0415

    for module in pkgutil.walk_packages(generator.__path__, "generator."):
        if module.name != "generator.__main__":
            import_module(module.name)
    cfn.warm_up()
    for package in ("guide.deploy", "messages.template", "preview.page"):
        jinja = sys.modules[f"generator.{package}"]._environment()
        for name in jinja.list_templates(extensions=["j2"]):
            jinja.get_template(name)
    # A copy shares this memory until it writes there, as looking for garbage does.
    gc.collect()
    gc.freeze()


def _command(
    folder: Path,
    arguments: Sequence[str],
    environment: Mapping[str, str],
    streams: Sequence[IO[bytes]],
) -> int:
    """Be the command; return its exit code."""
    try:
        for number, stream in enumerate(streams):
            os.dup2(stream.fileno(), number)
        os.chdir(folder)
        os.environ.clear()
        os.environ.update(environment)
        sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115
        sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
        sys.stderr = open(2, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
        sys.argv = [str(ROOT / "generator" / "__main__.py"), *arguments]
        sys.modules["__main__"] = ModuleType("__main__")
        sys.modules["__main__"].__package__ = "generator"
        from generator.cli.app import main  # noqa: PLC0415

        main()
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:  # noqa: BLE001
        traceback.print_exc()
        return 1
    else:
        return 0
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
