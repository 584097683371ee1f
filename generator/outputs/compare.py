"""What ``check`` reports: where the outputs on disk differ from what render would write."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, NamedTuple

from generator.outputs import manifest
from generator.outputs.filled_in import settle
from generator.outputs.plan import Plan, folders
from generator.outputs.source import made_here
from generator.outputs.write import orphans
from generator.params import BadInput, problem

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


NOT_COMPARED = "not compared"
ORPHAN = "orphan"


class Difference(NamedTuple):
    """One file that is not as render would leave it."""

    kind: str
    """``stale``, ``missing``, ``orphan`` or ``not compared``."""
    path: Path
    diff: str
    """For an orphan, and a file that is not compared, a line of what to know."""


def compare(plan: Plan, out: Path, *, whole: bool) -> list[Difference]:
    """Return every difference; ``whole`` as in ``write``.

    Raises BadInput where an output cannot be read.
    """
    try:
        return list(_drift(plan, out, whole=whole))
    except OSError as error:
        raise BadInput(
            [problem(error.filename or out, f"cannot be read: {error.strerror}")]
        ) from None


def _drift(plan: Plan, out: Path, *, whole: bool) -> Iterator[Difference]:
    targets = folders(plan) | (made_here(out) if whole else set())
    listed = {folder: manifest.read(out / folder) for folder in targets}
    # What people fill in is theirs: only what render owns in it can be stale.
    settled = settle(plan, out, listed)
    for name, reason in settled.unknown.items():
        yield Difference(NOT_COMPARED, out / name, f"  {reason}\n")
    for name, planned in settled.plan.items():
        path = out / name
        try:
            on_disk = path.read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            yield Difference("missing", path, "")
            continue
        if on_disk != planned.text.encode():
            yield Difference("stale", path, _diff(path, on_disk, planned.text))
    for name in orphans(plan, listed):
        if manifest.is_ours(out / name, listed[name.partition("/")[0]]):
            yield Difference(
                ORPHAN, out / name, "  no params file produces it: render would remove it\n"
            )
        elif (out / name).exists():
            yield Difference(
                ORPHAN,
                out / name,
                "  no params file produces it; render keeps it, since it was edited\n",
            )


def _diff(path: Path, on_disk: bytes, planned: str) -> str:
    lines = difflib.unified_diff(
        on_disk.decode("utf-8", "replace").splitlines(keepends=True),
        planned.splitlines(keepends=True),
        str(path),
        f"{path} as it would be rendered",
    )
    return "".join(line if line.endswith("\n") else f"{line}\n" for line in lines)
