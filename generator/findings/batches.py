"""Cuts a stream into batches of records: lines of NDJSON, or the elements of a JSON document."""

from __future__ import annotations

import codecs
import json
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple

from generator.findings.csv_rows import is_csv, rows
from generator.findings.json_documents import InvalidError, Window, elements, next_value
from generator.findings.yaml_text import is_yaml, load

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator

BATCH = 1 << 17
"""Bytes in a batch, more or less: so few that lines are parsed while they are in the cache."""

LONGEST_LINE = 4 << 20
"""Bytes. EventBridge's largest event has 256 KB: a longer first line is a whole document."""

_MANY = 256
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
"""PowerShell's `>` writes UTF-16."""


class TornError(Exception):
    """A part of a file has more than lines that are whole values: it cannot be read alone."""


@dataclass(slots=True)
class Lines:
    """Lines of NDJSON, not parsed, and the number of the first."""

    first: int
    lines: list[bytes]
    stopped: int | None = None

    def stop(self, at: int) -> None:
        """Say that the line at this index is not a whole value: it is read as text."""
        self.stopped = at


class Values(NamedTuple):
    """Parsed elements of a document, each with the line that it begins in."""

    items: list[tuple[int, Any]]


class Broken(NamedTuple):
    """What could not be read."""

    line: int
    why: str


def batches(
    stream: BinaryIO, within: Collection[str], limit: int | None = None
) -> Iterator[Lines | Values | Broken]:
    """Yield the content of a stream, in its order.

    ``within`` names the keys whose lists are read element by element at the top of a document
    (``Findings``). ``limit`` ends NDJSON after that number of bytes, at a line's end; where a line
    is not a whole value, TornError is raised then, since its value may go on behind.
    """
    source = Source(stream)
    head, first = _head(source)
    if is_yaml(head):
        yield _of_yaml(head + b"".join(iter(lambda: stream.read(BATCH), b"")), first)
    elif is_csv(head):
        yield from _group(rows(chain([head], iter(stream.readline, b"")), first))
    elif is_lines(head):
        source.push(head.removeprefix(codecs.BOM_UTF8))
        yield from _lines(source, first, within, limit)
    elif head:
        yield from _group(elements(_window(head, first, source), within))


def is_lines(head: bytes) -> bool:
    """Whether the file that begins with this line is NDJSON: the line is a whole value."""
    if (
        not head
        or head.startswith(_UTF16)
        or head.removeprefix(codecs.BOM_UTF8).lstrip()[:1] == b"["
    ):
        return False
    if len(head) >= LONGEST_LINE or is_yaml(head) or is_csv(head):
        return False
    text = head.decode("utf-8-sig", "replace").strip()
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        # Where the line breaks off between two words of JSON, the next line goes on.
        return not text.startswith("{") or error.pos < len(text)
    except (ValueError, RecursionError):
        return True
    return True


def _of_yaml(text: bytes, first: int) -> Values | Broken:
    try:
        return Values([(first, load(text))])
    except ValueError as error:
        return Broken(first, f"not YAML: {error}")


class Source:
    """A stream that accepts back what was read too far."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._pushed: list[bytes] = []

    def push(self, data: bytes) -> None:
        """Put back what comes next."""
        if data:
            self._pushed.append(data)

    def read(self, size: int) -> bytes:
        """Return some bytes; none at the end."""
        return self._pushed.pop() if self._pushed else self._stream.read(size)

    def readline(self, limit: int = -1) -> bytes:
        """Return a line, or as many bytes of it."""
        return self._stream.readline(limit)

    def readlines(self, hint: int) -> list[bytes]:
        """Return whole lines of about that number of bytes; none at the end."""
        if not self._pushed:
            # readlines reads 0 as no limit.
            return self._stream.readlines(hint) if hint else [self._stream.readline()]
        lines = self._pushed.pop().splitlines(keepends=True)
        if not lines[-1].endswith(b"\n"):
            lines[-1] += self._pushed.pop() if self._pushed else self._stream.readline()
        return lines


def _head(stream: Source) -> tuple[bytes, int]:
    """Return the first line that is not blank, or its beginning, and its number."""
    number = 1
    while (line := stream.readline(LONGEST_LINE)) and not line.strip():
        number += line.endswith(b"\n")
    return line, number


def _lines(
    source: Source, first: int, within: Collection[str], limit: int | None
) -> Iterator[Lines | Values | Broken]:
    while limit is None or limit > 0:
        # readlines ends after more than that number of bytes.
        lines = source.readlines(BATCH if limit is None else min(BATCH, limit - 1))
        if not lines or not lines[0]:
            return
        batch = Lines(first, lines)
        yield batch
        if batch.stopped is None:
            first += len(lines)
            limit = None if limit is None else limit - sum(map(len, lines))
            continue
        if limit is not None:
            raise TornError
        first += batch.stopped
        source.push(b"".join(lines[batch.stopped :]))
        window = _window(b"", first, source)
        yield from _group(next_value(window, within))
        first = window.line()
        source.push(window.rest().encode())


def _window(head: bytes, line: int, stream: Source) -> Window:
    encoding = "utf-16" if head.startswith(_UTF16) else "utf-8-sig"
    decode = codecs.getincrementaldecoder(encoding)("replace").decode
    pieces: Iterable[bytes] = chain([head], iter(lambda: stream.read(BATCH), b""))
    return Window(_texts(decode, pieces), line)


def _texts(decode: Callable[..., str], pieces: Iterable[bytes]) -> Iterator[str]:
    for piece in pieces:
        if text := decode(piece):
            yield text


def _group(numbered: Iterable[tuple[int, Any]]) -> Iterator[Values | Broken]:
    items: list[tuple[int, Any]] = []
    for line, value in numbered:
        if isinstance(value, InvalidError):
            yield Values(items)
            items = []
            yield Broken(line, str(value))
            continue
        items.append((line, value))
        if len(items) == _MANY:
            yield Values(items)
            items = []
    yield Values(items)
