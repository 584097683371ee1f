"""Cuts a stream into batches of records: lines of NDJSON, or the elements of a JSON document."""

from __future__ import annotations

import codecs
import json
from itertools import chain
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple

from generator.reading.document import InvalidError, Window, elements

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator

BATCH = 1 << 17
"""Bytes in a batch, more or less: so few that lines are parsed while they are in the cache."""

LONGEST_LINE = 4 << 20
"""Bytes. EventBridge's largest event has 256 KB: a longer first line is a whole document."""

_MANY = 256
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
"""PowerShell's `>` writes UTF-16."""


class Lines(NamedTuple):
    """Lines of NDJSON, not parsed, and the number of the first."""

    first: int
    lines: list[bytes]


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
    """Yield what a stream holds, in its order.

    ``within`` names the keys whose lists are read element by element when they stand at the top
    of a document (``Findings``). ``limit`` ends NDJSON after so many bytes, at a line's end.
    """
    head, first = _head(stream)
    if is_lines(head):
        yield Lines(first, [head.removeprefix(codecs.BOM_UTF8)])
        yield from _lines(stream, first + 1, None if limit is None else limit - len(head))
    elif head:
        yield from _grouped(elements(_window(head, first, stream), within))


def is_lines(head: bytes) -> bool:
    """Whether the file that begins with this line is NDJSON: the line stands for itself."""
    if (
        not head
        or head.startswith(_UTF16)
        or head.removeprefix(codecs.BOM_UTF8).lstrip()[:1] == b"["
    ):
        return False
    if len(head) >= LONGEST_LINE:
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


def _head(stream: BinaryIO) -> tuple[bytes, int]:
    """Return the first line that is not blank, or its beginning, and its number."""
    number = 1
    while (line := stream.readline(LONGEST_LINE)) and not line.strip():
        number += line.endswith(b"\n")
    return line, number


def _lines(stream: BinaryIO, first: int, limit: int | None) -> Iterator[Lines]:
    while limit is None or limit > 0:
        # readlines ends after more than so many bytes, and takes 0 for no end at all.
        hint = BATCH if limit is None else min(BATCH, limit - 1)
        lines = stream.readlines(hint) if hint else [stream.readline()]
        if not lines or not lines[0]:
            return
        yield Lines(first, lines)
        first += len(lines)
        limit = None if limit is None else limit - sum(map(len, lines))


def _window(head: bytes, line: int, stream: BinaryIO) -> Window:
    encoding = "utf-16" if head.startswith(_UTF16) else "utf-8-sig"
    decode = codecs.getincrementaldecoder(encoding)("replace").decode
    pieces: Iterable[bytes] = chain([head], iter(lambda: stream.read(BATCH), b""))
    return Window(_texts(decode, pieces), line)


def _texts(decode: Callable[..., str], pieces: Iterable[bytes]) -> Iterator[str]:
    for piece in pieces:
        if text := decode(piece):
            yield text


def _grouped(found: Iterable[tuple[int, Any]]) -> Iterator[Values | Broken]:
    items: list[tuple[int, Any]] = []
    for line, value in found:
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
