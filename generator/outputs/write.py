"""Writes a plan: all of it or nothing, and never half a file.

New files are staged next to the output and then moved into place. Before the first one moves, the
manifest lists old and new files alike, so that a render that is killed in between leaves only
files that the next one knows as its own.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from contextlib import contextmanager
from filecmp import cmp
from itertools import chain, count
from typing import TYPE_CHECKING, NamedTuple

from generator.outputs import manifest
from generator.outputs.filled_in import EDITED, settle
from generator.outputs.plan import Plan, folders
from generator.outputs.source import PARAMS, made_elsewhere, made_here
from generator.params import BadInput, problem

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

STAGING = ".render-staging"


class Written(NamedTuple):
    """What a render changed, as paths below the output folder."""

    written: list[str]
    removed: list[str]
    kept: list[str]
    """Earlier outputs that somebody has edited since: left where they are."""
    notes: list[str]
    """What to say of files that somebody filled in."""
    edited: dict[str, str]
    """Outputs that somebody edited and that were replaced, each with its copy."""


def write(plan: Plan, out: Path, *, whole: bool) -> Written:
    """Bring the output folder to the plan.

    ``whole`` says that the plan is of all params files, so that other folders which render
    once wrote are outputs of none. Raises BadInput when the folder cannot be written.
    """
    try:
        with _locked(out):
            return _write(plan, out, whole=whole)
    except OSError as error:
        reason = error.strerror or str(error)
        raise BadInput([problem(error.filename or out, f"cannot be written: {reason}")]) from None


@contextmanager
def _locked(out: Path) -> Iterator[None]:
    """Let one render at a time into the folder."""
    out.mkdir(parents=True, exist_ok=True)
    handle = os.open(out, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _write(plan: Plan, out: Path, *, whole: bool) -> Written:
    shutil.rmtree(out / STAGING, ignore_errors=True)
    targets = folders(plan) | (made_here(out) if whole else set())
    _refuse_locked(sorted(targets), out)
    listed = {folder: manifest.read(out / folder) for folder in targets}
    plan, notes, edited, unknown = settle(plan, out, listed)
    notes += [f"{out / path}: {reason}" for path, reason in unknown.items()]
    notes += elsewhere(plan, out) if whole else []
    changed = [path for path, planned in plan.items() if _differs(out / path, planned.text)]
    _refuse_strangers(changed, out, listed)
    try:
        _stage(plan, changed, out)
        _announce(plan, changed, out, listed)
        copies = {path: _copy(path, out) for path in edited}
        files = [path for path in changed if not path.endswith(manifest.NAME)]
        _move(files, out)
        removed, kept = _remove_orphans(plan, out, listed)
        _move([path for path in changed if path not in files], out)
    finally:
        shutil.rmtree(out / STAGING, ignore_errors=True)
    return Written(files, removed, kept, notes, copies)


def _differs(path: Path, text: str) -> bool:
    try:
        return path.read_bytes() != text.encode()
    except FileNotFoundError:
        return True


def _refuse_strangers(changed: list[str], out: Path, listed: dict[str, manifest.Listed]) -> None:
    """Refuse to overwrite a file that render did not write."""
    problems = []
    for path in changed:
        folder, _, name = path.partition("/")
        if (
            name != manifest.NAME
            and name not in manifest.names(listed[folder])
            and (out / path).exists()
        ):
            message = "exists but was not created by render; move it, or choose another --out"
            problems.append(problem(out / path, message))
    if problems:
        raise BadInput(problems)


def _refuse_locked(targets: list[str], out: Path) -> None:
    """Refuse before the first file moves what would fail when a later one does."""
    locked = [out / name for name in targets if (out / name).exists()]
    locked = [path for path in locked if not (path.is_dir() and os.access(path, os.W_OK | os.X_OK))]
    if locked:
        raise BadInput(
            [problem(path, "cannot be written: not a folder, or locked") for path in locked]
        )


def _stage(plan: Plan, changed: list[str], out: Path) -> None:
    for path in changed:
        staged = out / STAGING / path
        staged.parent.mkdir(parents=True, exist_ok=True)
        staged.write_bytes(plan[path].text.encode())


def _announce(
    plan: Plan, changed: list[str], out: Path, listed: dict[str, manifest.Listed]
) -> None:
    """List what is there and what is coming, before any of it comes."""
    for folder in sorted(folders(changed)):
        coming = {
            (manifest.digest(plan[path].text.encode()), path.partition("/")[2])
            for path in plan
            if path.startswith(f"{folder}/") and not path.endswith(manifest.NAME)
        }
        staged = out / STAGING / folder / f"{manifest.NAME}-announced"
        staged.parent.mkdir(parents=True, exist_ok=True)
        staged.write_text(manifest.text(listed[folder] | coming), "utf-8")
        _replace(staged, out / folder / manifest.NAME)


def _copy(path: str, out: Path) -> str:
    """Copy an edited output next to itself, over no earlier copy; return the copy's path."""
    numbered = (f"{path}{EDITED}.{number}" for number in count(2))
    copy = next(
        name
        for name in chain([f"{path}{EDITED}"], numbered)
        if not os.path.lexists(out / name) or cmp(out / path, out / name, shallow=False)
    )
    shutil.copyfile(out / path, out / copy)
    return copy


def _move(paths: list[str], out: Path) -> None:
    for path in paths:
        _replace(out / STAGING / path, out / path)


def _replace(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    source.replace(target)


def _remove_orphans(
    plan: Plan, out: Path, listed: dict[str, manifest.Listed]
) -> tuple[list[str], list[str]]:
    removed, kept = [], []
    for path in orphans(plan, listed):
        if manifest.is_ours(out / path, listed[path.partition("/")[0]]):
            (out / path).unlink()
            removed.append(path)
        elif (out / path).exists():
            kept.append(path)
    for folder in sorted(set(listed) - folders(plan)):
        (out / folder / manifest.NAME).unlink(missing_ok=True)
        if not any((out / folder).iterdir()):
            (out / folder).rmdir()
    return removed, kept


def elsewhere(plan: Plan, out: Path) -> list[str]:
    """Return what to say of folders that were made from params files outside params/."""
    sources = {folder: made_elsewhere(out / folder) for folder in sorted(manifest.folders(out))}
    return [
        f"{out / folder} is left as it is: it was rendered from {source}, which is not in {PARAMS}/"
        for folder, source in sources.items()
        if source and folder not in folders(plan)
    ]


def orphans(plan: Plan, listed: dict[str, manifest.Listed]) -> list[str]:
    """Return what is listed but no longer planned."""
    paths = {
        f"{folder}/{name}" for folder, files in listed.items() for name in manifest.names(files)
    }
    return sorted(paths - set(plan))
