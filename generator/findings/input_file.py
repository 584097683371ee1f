"""Opens files and standard input, compressed or not."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import sys
import zlib
from contextlib import contextmanager
from typing import TYPE_CHECKING, BinaryIO, NamedTuple, cast

from generator.params import BadInput, problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

STDIN = "-"
_GZIP = b"\x1f\x8b"
_PACKED: dict[bytes, Callable[[BinaryIO], object]] = {
    _GZIP: lambda raw: gzip.GzipFile(fileobj=raw),
    b"BZh": bz2.BZ2File,
    b"\xfd7zXZ\x00": lzma.LZMAFile,
}
"""How compressed content begins, and what reads it: what Python has without further packages."""

_UNREAD = {
    b"\x28\xb5\x2f\xfd": ("zstd", "zstd -dc FILE"),
    b"PK\x03\x04": ("zip", "unzip -p FILE"),
    b"\x04\x22\x4d\x18": ("lz4", "lz4 -dc FILE"),
}
"""How content begins that is not read: what it is, and the command that unpacks it."""

_MAGIC = 6
_BUFFER = 1 << 20
_LONGEST = 1_000
"""Bytes of a line that say what a file is."""

UNREADABLE = (OSError, EOFError, zlib.error, lzma.LZMAError)
"""What reading may raise once a file is open: a broken disk, a compressed file that was cut off."""


class Opened(NamedTuple):
    """A stream of plain bytes, how far the file below it has been read, whether it is packed."""

    stream: BinaryIO
    done: Callable[[], int]
    packed: bool


def display_name(path: Path) -> str:
    """Return what messages call a file."""
    return "standard input" if str(path) == STDIN else str(path)


def first_line(path: Path) -> str | None:
    """Return how a file begins; None where it can be read only once, as a pipe."""
    if str(path) == STDIN or not path.is_file():
        return None
    with open_input(path) as file:
        try:
            return file.stream.readline(_LONGEST).decode("utf-8", "replace")
        except UNREADABLE:
            return None


@contextmanager
def open_input(path: Path) -> Iterator[Opened]:
    """Open a file, or standard input for ``-``; raise BadInput when that is impossible.

    The content decides whether it is compressed, since standard input has no name.
    """
    try:
        if path.is_dir():
            raise BadInput([problem(path, "is a directory; name the files in it")])
        if str(path) == STDIN and sys.stdin.closed:
            raise BadInput(
                [problem(display_name(path), "named a second time; it can be read once")]
            )
        raw = sys.stdin.buffer if str(path) == STDIN else path.open("rb", _BUFFER)
        begins = cast("io.BufferedReader", raw).peek(_MAGIC)[:_MAGIC]
    except FileNotFoundError:
        raise BadInput([problem(path, "no such file")]) from None
    except OSError as error:
        raise BadInput([problem(display_name(path), f"cannot be read: {error.strerror}")]) from None
    with raw:
        _refuse(path, begins)
        unpack = next((read for magic, read in _PACKED.items() if begins.startswith(magic)), None)
        plain = io.BufferedReader(cast("io.RawIOBase", unpack(raw)), _BUFFER) if unpack else raw
        done = raw.tell if raw.seekable() else lambda: 0
        yield Opened(cast("BinaryIO", plain), done, unpack is not None)


def _refuse(path: Path, begins: bytes) -> None:
    """Raise BadInput for a file that is compressed in a way that is not read here."""
    for magic, (what, command) in _UNREAD.items():
        if begins.startswith(magic):
            how = f"{command.replace('FILE', display_name(path))} | ... -"
            raise BadInput(
                [problem(display_name(path), f"is a {what} file: unpack it first, as in {how}")]
            )
