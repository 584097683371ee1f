"""Writes the page in one piece: nobody ever sees half of it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from generator.params import BadInput, problem

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


def refuse(out: Path, inputs: Sequence[Path]) -> None:
    """Raise BadInput where the page cannot be written, before anything is read."""
    if out.is_dir():
        raise BadInput([problem(out, "is a folder; name a file in it")])
    if not out.parent.is_dir():
        raise BadInput([problem(out.parent, "no such folder")])
    if out.exists() and any(source.exists() and out.samefile(source) for source in inputs):
        raise BadInput([problem(out, "is one of the inputs; name another file for the page")])


def save(text: str, out: Path) -> None:
    """Write a text to a file, over whatever was in it."""
    try:
        if out.exists() and not out.is_file():  # a pipe, such as /dev/stdout
            out.write_text(text, "utf-8")
            return
        target = out.resolve()
        staged = target.with_name(f".{target.name}.{os.getpid()}")
        try:
            staged.write_text(text, "utf-8", newline="\n")
            staged.replace(target)
        finally:
            staged.unlink(missing_ok=True)
    except OSError as error:
        raise BadInput([problem(out, f"cannot be written: {error.strerror}")]) from None
