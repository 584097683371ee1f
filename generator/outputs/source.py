"""Which params file an output folder was made from: only what has lost its own is an orphan."""

from __future__ import annotations

import re
from pathlib import Path

from generator.outputs import manifest

PARAMS = "params"
"""The folder whose params files are rendered when none is named."""

_ELSEWHERE = "..."
"""Begins the name of a source in a folder of another project that is called params too."""

_NAMED = re.compile(r"Generated from (\S.*?) by ")
_HEADED = ("standalone.yaml", "git-sync.yml", "DEPLOY.md")


def source_of(params: Path, out: Path | None) -> str:
    """Return what outputs call their params file.

    The folder's own name and no more of the path, so that every machine writes the same bytes.
    """
    folder = params.resolve().parent
    here = folder in {Path(PARAMS).resolve(), out.resolve().parent / PARAMS} if out else True
    before = "" if here or folder.name != PARAMS else f"{_ELSEWHERE}/"
    return f"{before}{folder.name}/{params.name}"


def header_of(source: str, command: str) -> str:
    """Return the line with which an output begins."""
    return f'Generated from {source} by "{command}": edit that file, not this one.'


def made_here(out: Path) -> set[str]:
    """Return the folders that render made from files in params/, or no longer says from what."""
    return {folder for folder in manifest.folders(out) if not made_elsewhere(out / folder)}


def made_elsewhere(folder: Path) -> str:
    """Return the params file of a folder where it is not one in params/; else nothing."""
    for name in _HEADED:
        try:
            with (folder / name).open(encoding="utf-8", errors="replace") as file:
                named = _NAMED.search(file.readline())
        except OSError:
            continue
        if named:
            return "" if named[1].startswith(f"{PARAMS}/") else named[1]
    return ""
