"""Opens files and standard input, gzipped or not."""

from __future__ import annotations

import gzip
import io
import sys
import zlib
from contextlib import contextmanager
from typing import TYPE_CHECKING, BinaryIO, NamedTuple, cast

from generator.settings import BadInput, problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

STDIN = "-"
_GZIP = b"\x1f\x8b"
_BUFFER = 1 << 20
_LONGEST = 1_000
"""Bytes of a line that say what a file is."""

UNREADABLE = (OSError, EOFError, zlib.error)
"""What reading may raise once a file is open: a broken disk, a gzip file that was cut off."""


class Opened(NamedTuple):
    """A stream of plain bytes, how far the file below it has been read, whether it is gzipped."""

    stream: BinaryIO
    done: Callable[[], int]
    packed: bool


def named(path: Path) -> str:
    """Return what messages call a file."""
    return "standard input" if str(path) == STDIN else str(path)


def first_line(path: Path) -> str | None:
    """Return how a file begins; None where it can be read only once, as a pipe."""
    if str(path) == STDIN or not path.is_file():
        return None
    with opened(path) as file:
        try:
            return file.stream.readline(_LONGEST).decode("utf-8", "replace")
        except UNREADABLE:
            return None


@contextmanager
def opened(path: Path) -> Iterator[Opened]:
    """Open a file, or standard input for ``-``; raise BadInput when that is impossible.

    The content decides whether it is gzipped, since standard input has no name.
    """
    try:
        if path.is_dir():
            raise BadInput([problem(path, "is a directory; name the files in it")])
        if str(path) == STDIN and sys.stdin.closed:
            raise BadInput([problem(named(path), "named a second time; it can be read once")])
        raw = sys.stdin.buffer if str(path) == STDIN else path.open("rb", _BUFFER)
        packed = _peek(raw) == _GZIP
    except FileNotFoundError:
        raise BadInput([problem(path, "no such file")]) from None
    except OSError as error:
        raise BadInput([problem(named(path), f"cannot be read: {error.strerror}")]) from None
    with raw:
        plain = io.BufferedReader(_unpacked(raw), _BUFFER) if packed else raw
        yield Opened(cast("BinaryIO", plain), raw.tell if raw.seekable() else lambda: 0, packed)


def _peek(raw: BinaryIO) -> bytes:
    return cast("io.BufferedReader", raw).peek(2)[:2]


def _unpacked(raw: BinaryIO) -> io.RawIOBase:
    return cast("io.RawIOBase", gzip.GzipFile(fileobj=raw))
