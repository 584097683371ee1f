"""Reads files, and then again a few of the findings that were in them."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from codecs import BOM_UTF8
from enum import IntEnum
from io import BytesIO
from itertools import accumulate
from typing import TYPE_CHECKING, Protocol

from generator.findings.batches import Lines
from generator.findings.chunks import Step, is_divisible, label, steps, whole
from generator.findings.input_file import open_input

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path
    from typing import BinaryIO

    from generator.findings.batches import Broken, Values
    from generator.findings.chunks import Part


class Numbering(Protocol):
    """A reader that numbers what it finds; ``number`` is the last one.

    ``only_once`` says that what it reads now will not be read again.
    """

    number: int
    only_once: bool

    def batch(self, batch: Lines | Values | Broken, file: str) -> None:
        """Take in the records of a batch."""

    def broken_off(self, file: str, why: str) -> None:
        """Take in that a file cannot be read on."""


class Inputs:
    """Files that are read as a whole, and then again where something was found.

    Lines of NDJSON are read again. Pipes cannot be, and documents would have to be parsed from
    their beginning: who reads them keeps what is needed.
    """

    def __init__(self, files: Sequence[Path]) -> None:
        """Raise BadInput with all files that cannot be opened."""
        self._read = [_Read(part) for part in whole(files)]
        self.size = sum(read.part.size for read in self._read)

    def steps(self, reader: Numbering) -> Iterator[Step]:
        """Read everything."""
        for read in self._read:
            yield from read.steps(reader)

    def again(self, wanted: Sequence[int], reader: Numbering) -> Iterator[Step]:
        """Read the batches that have these numbers, which are in order; others may be among them.

        What was read only once is left out.
        """
        for read in self._read:
            if batches := read.batches_of(wanted):
                yield from read.again(batches, reader)


class _Kind(IntEnum):
    """What is known of a batch."""

    LINES = 0
    STOPPED = 1
    ONLY_ONCE = 2


class _Read:
    """What is known of a file that was read: the last number and the bytes of each batch."""

    def __init__(self, part: Part) -> None:
        self.part = part
        self._first = 0
        self._lasts = array("Q")
        self._sizes = array("Q")
        self._kinds = bytearray()

    def steps(self, reader: Numbering) -> Iterator[Step]:
        """Read the file."""
        self._first = reader.number
        for step in steps(self.part, _Noting(self, reader)):
            self._sizes.append(step.size)
            yield step

    def is_only_once(self, batch: Lines | Values | Broken) -> bool:
        """Whether a batch will not be read again."""
        return not isinstance(batch, Lines) or not is_divisible(self.part.path)

    def note(self, batch: Lines | Values | Broken, last: int) -> None:
        """Note a batch after it was read."""
        stopped = isinstance(batch, Lines) and batch.stopped is not None
        kind = _Kind.STOPPED if stopped else _Kind.LINES
        self._kinds.append(_Kind.ONLY_ONCE if self.is_only_once(batch) else kind)
        self._lasts.append(last)

    def batches_of(self, wanted: Sequence[int]) -> list[int]:
        """Return which batches have any of these numbers, of those that can be read again."""
        batches, before = [], bisect_left(wanted, self._first + 1)
        for i, last in enumerate(self._lasts):
            end = bisect_left(wanted, last + 1)
            if end > before and self._kinds[i] != _Kind.ONLY_ONCE:
                batches.append(i)
            before = end
        return batches

    def number_before(self, batch: int) -> int:
        """Return the last number before a batch."""
        return self._lasts[batch - 1] if batch else self._first

    def again(self, batches: Sequence[int], reader: Numbering) -> Iterator[Step]:
        """Read these batches: nothing else, where all of the file is whole lines."""
        with open_input(self.part.path) as opened:
            if not any(self._kinds) and not opened.packed:
                yield from self._in_place(opened.stream, batches, reader)
                return
        stopped = (i for i, kind in enumerate(self._kinds) if kind == _Kind.STOPPED)
        skipping = _Skipping(self, reader, {*batches, *stopped})
        for step in steps(self.part, skipping):
            yield step
            if skipping.next_batch > batches[-1]:
                return

    def _in_place(
        self, stream: BinaryIO, batches: Sequence[int], reader: Numbering
    ) -> Iterator[Step]:
        starts = [0, *accumulate(self._sizes)]
        for batch in batches:
            stream.seek(starts[batch])
            data = stream.read(self._sizes[batch]).removeprefix(BOM_UTF8)
            reader.number = self.number_before(batch)
            reader.batch(Lines(1, BytesIO(data).readlines()), label(self.part))
            yield Step(len(data))


class _Noting:
    """Passes batches on, and notes them."""

    def __init__(self, read: _Read, reader: Numbering) -> None:
        self._read = read
        self._reader = reader

    def batch(self, batch: Lines | Values | Broken, file: str) -> None:
        """Take in the records of a batch."""
        self._reader.only_once = self._read.is_only_once(batch)
        self._reader.batch(batch, file)
        self._read.note(batch, self._reader.number)

    def broken_off(self, file: str, why: str) -> None:
        """Take in that a file cannot be read on."""
        self._reader.broken_off(file, why)


class _Skipping:
    """Passes some batches on."""

    def __init__(self, read: _Read, reader: Numbering, batches: set[int]) -> None:
        self.next_batch = 0
        self._read = read
        self._reader = reader
        self._batches = batches

    def batch(self, batch: Lines | Values | Broken, file: str) -> None:
        """Take in the records of a batch, if it is wanted."""
        if self.next_batch in self._batches:
            self._reader.number = self._read.number_before(self.next_batch)
            self._reader.batch(batch, file)
        self.next_batch += 1

    def broken_off(self, file: str, why: str) -> None:
        """Take in nothing: it is known."""
