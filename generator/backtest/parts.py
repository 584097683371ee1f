"""Divides the input into parts that processes can count by themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from generator.reading import STDIN, is_lines, named, opened
from generator.settings import BadInput

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path
    from typing import BinaryIO

    from generator.settings import Problem

PART = 16 << 20
"""Bytes of NDJSON in a part."""


class Part(NamedTuple):
    """A file, or a run of whole lines of one. ``end`` is None for the end of the file."""

    path: Path
    start: int = 0
    end: int | None = None
    size: int = 0


def whole(paths: Sequence[Path]) -> list[Part]:
    """Return each file as one part; raise BadInput with all that cannot be opened."""
    parts: list[Part] = []
    problems: list[Problem] = []
    for path in paths:
        try:
            parts.append(Part(path, size=_size(path)))
        except BadInput as error:
            problems += error.problems
    if problems:
        raise BadInput(problems)
    return parts


def divided(paths: Sequence[Path]) -> list[Part]:
    """Return the parts of files: plain NDJSON is cut at line ends, all else stays whole."""
    return [part for one in whole(paths) for part in _parts(one.path, one.size)]


def _size(path: Path) -> int:
    if str(path) == STDIN:
        return 0
    with opened(path):
        return path.stat().st_size


def _parts(path: Path, size: int) -> Iterator[Part]:
    if size <= PART:
        yield Part(path, size=size)
        return
    with opened(path) as file:
        if file.packed or not is_lines(file.stream.readline(PART)):
            yield Part(path, size=size)
            return
        start = 0
        while start < size:
            end = _line_end(file.stream, min(start + PART, size))
            yield Part(path, start, end, end - start)
            start = end


def _line_end(stream: BinaryIO, near: int) -> int:
    stream.seek(near)
    stream.readline()
    return stream.tell()


def label(part: Part) -> str:
    """Return what messages call the file of a part."""
    return named(part.path)
