"""What render wrote into a folder: only that is ever removed or replaced."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

NAME = ".generated"

Listed = set[tuple[str, str]]
"""SHA-256 and name of each file. After a killed render a name may be listed with two."""


def read(folder: Path) -> Listed:
    """Return what a folder's manifest lists; nothing, where there is none."""
    try:
        lines = (folder / NAME).read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return set()
    pairs = {(sha, name) for sha, _, name in (line.partition("  ") for line in lines)}
    # A manifest never names what is outside its own folder.
    return {(sha, name) for sha, name in pairs if name and "/" not in name and name != ".."}


def text(listed: Listed) -> str:
    """Return the manifest's text, which ``sha256sum --check`` reads."""
    return "".join(
        f"{sha}  {name}\n" for sha, name in sorted(listed, key=lambda entry: entry[::-1])
    )


def names(listed: Listed) -> set[str]:
    """Return the names of the files listed."""
    return {name for _, name in listed}


def is_ours(path: Path, listed: Listed) -> bool:
    """Whether a file is listed and still what render wrote."""
    try:
        return (digest(path.read_bytes()), path.name) in listed
    except OSError:
        return False


def folders(out: Path) -> set[str]:
    """Return the folders below the output folder that render wrote."""
    if not out.is_dir():
        return set()
    return {child.name for child in out.iterdir() if (child / NAME).is_file()}


def digest(content: bytes) -> str:
    """Return the SHA-256 of a file's content, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()
