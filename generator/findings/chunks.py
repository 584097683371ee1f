"""Divides the input into parts that processes can read by themselves, and reads one."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

from generator.findings import STDIN, UNREADABLE, batches, display_name, is_lines, open_input
from generator.findings.envelopes import WITHIN
from generator.params import BadInput

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path
    from typing import BinaryIO

    from generator.findings import Broken, Lines, Values
    from generator.params import Problem

PART = 16 << 20
"""Bytes of NDJSON in a part."""


class Part(NamedTuple):
    """A file, or a run of whole lines of one. ``end`` is None for the end of the file."""

    path: Path
    start: int = 0
    end: int | None = None
    size: int = 0


class Step(NamedTuple):
    """Bytes that have been read."""

    size: int


class Reader(Protocol):
    """Receives the batches of a part."""

    def batch(self, batch: Lines | Values | Broken, file: str) -> None:
        """Take in the records of a batch."""

    def broken_off(self, file: str, why: str) -> None:
        """Take in that a file cannot be read on."""


def steps(part: Part, reader: Reader) -> Iterator[Step]:
    """Read a part; what cannot be read on ends it, and is reported."""
    file, limit = label(part), None if part.end is None else part.end - part.start
    with open_input(part.path) as (stream, done, _):
        if part.start:
            stream.seek(part.start)
        before = done()
        try:
            for batch in batches(stream, WITHIN, limit):
                reader.batch(batch, file)
                yield Step(done() - before)
                before = done()
        except UNREADABLE as error:
            reader.broken_off(file, f"cannot be read further: {error}")


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


def divide(paths: Sequence[Path]) -> list[Part]:
    """Return the parts of files: plain NDJSON is cut at line ends, all else stays whole."""
    return [part for file in whole(paths) for part in _parts(file.path, file.size)]


def _size(path: Path) -> int:
    """Return the size of a file; 0 where it is read as it comes.

    A pipe is not opened here: what was read of it then would be lost.
    """
    if str(path) == STDIN or path.is_fifo() or path.is_char_device() or path.is_socket():
        return 0
    with open_input(path):
        return path.stat().st_size


def is_divisible(path: Path) -> bool:
    """Whether processes can read a file, and read it twice."""
    return str(path) != STDIN and path.is_file()


def _parts(path: Path, size: int) -> Iterator[Part]:
    if size <= PART:
        yield Part(path, size=size)
        return
    with open_input(path) as file:
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
    return display_name(part.path)
