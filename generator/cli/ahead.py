"""Loads cfn-lint while ``render`` still builds: with two cores, it is there when it is needed."""

from __future__ import annotations

from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from generator.system.processes import CAN_FORK, cores
from generator.system.version import cache_folder
from generator.system.workers import Workers

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


class Ahead:
    """What is loaded ahead of a command, and the mark of the params files that it renders."""

    workers: Workers | None = None
    mark: Path | None = None


def start(arguments: Sequence[str]) -> None:
    """Start processes where ``render`` will probably lint, and a core has nothing else to do.

    It does so by the command line alone, before anything is imported. Where it is wrong, only time
    is lost: what is linted does not depend on it.
    """
    if list(arguments[:1]) != ["render"] or "--help" in arguments or not CAN_FORK or cores() == 1:
        return
    with suppress(OSError):
        Ahead.mark = _mark([Path(name) for name in arguments[1:] if name.endswith(_ENDINGS)])
        if not Ahead.mark.exists():
            Ahead.workers = Workers(min(cores(), _MOST), _load)


def remember() -> None:
    """Keep in mind that all templates of these params files are linted."""
    if Ahead.mark:
        with suppress(OSError):
            Ahead.mark.parent.mkdir(parents=True, exist_ok=True)
            Ahead.mark.touch()


def stop() -> None:
    """End what was started: all is done, or it is not needed."""
    if Ahead.workers:
        Ahead.workers.stop()


_ENDINGS = (".yaml", ".yml")
_MOST = 8
"""Processes: each has cfn-lint's 150 MB, most of them shared."""


def _mark(files: list[Path]) -> Path:
    named = files or sorted(path for path in Path("params").glob("*") if path.suffix in _ENDINGS)
    digest = sha256(b"".join(file.read_bytes() for file in named)).hexdigest()
    return cache_folder() / "rendered" / digest


def _load() -> Callable[[Any], Any]:
    from generator.lint.run import lint_one, warm_up  # noqa: PLC0415  (in the other process)

    warm_up()
    return lint_one
