"""Runs a command as a process of its own: a copy of this one, which has all modules loaded."""

from __future__ import annotations

import gc
import os
import pkgutil
import signal
import subprocess
import sys
import traceback
import warnings
from functools import cache
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryFile
from types import ModuleType
from typing import IO, TYPE_CHECKING, NamedTuple, NoReturn

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

ROOT = Path(__file__).parents[2]


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
    timeout: int = 300,
) -> Ran:
    """Do the same in a copy of this process, which has nothing to load.

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
            preexec_fn()
            signal.alarm(timeout)
            _become(folder, arguments, environment, (read, out, err))
        _, status = os.waitpid(child, 0)
        out.seek(0)
        err.seek(0)
        code = os.waitstatus_to_exitcode(status)
        return Ran(code, out.read().decode(), err.read().decode())


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


def _become(
    folder: Path,
    arguments: Sequence[str],
    environment: Mapping[str, str],
    streams: Sequence[IO[bytes]],
) -> NoReturn:
    """Be the command, to the end of this process."""
    code = 1
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
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:  # noqa: BLE001
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
