"""Reads a JSON document of any size element by element, holding one element at a time.

Python's own decoder finds where a value ends while it parses it, so nothing is read twice: the
window is moved on and enlarged only where a value reaches over its edge.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

LONGEST_VALUE = 16 << 20
"""Characters. A finding has at most 240 KB; whatever is longer is not worth waiting for."""

_SPACE = re.compile(r"[ \t\r\n]*")
_BLANK = re.compile(r"[ \t\r]*")
_RESUME = re.compile(r"\n[{\[]")
_GOES_ON = re.compile(r"[0-9.eE+-]*")
_EDGE = 20
"""An error so near the window's edge may only mean that the rest is not there yet."""


class InvalidError(ValueError):
    """The text is not JSON."""


def _refuse(constant: str) -> Any:
    raise InvalidError(f"not JSON: {constant}")


_SCAN = json.JSONDecoder(parse_constant=_refuse).scan_once  # type: ignore[attr-defined]


class Window:
    """The part of a text that is being read, and the number of its line."""

    def __init__(self, pieces: Iterator[str], line: int) -> None:
        self._pieces = pieces
        self._line = line
        self._counted = 0
        self._at = 0
        self._text = ""
        self._grow()

    def line(self) -> int:
        """Return the number of the line that is read now."""
        self._line += self._text.count("\n", self._counted, self._at)
        self._counted = self._at
        return self._line

    def peek(self) -> str:
        """Return the next character that is not white space; nothing at the end."""
        while True:
            self._at = _SPACE.match(self._text, self._at).end()  # type: ignore[union-attr]
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._grow():
                return ""

    def take(self, char: str) -> bool:
        """Go past this character if it is the next one."""
        is_next = self.peek() == char
        self._at += is_next
        return is_next

    def expect(self, char: str) -> None:
        """Go past this character; raise InvalidError if it is not the next one."""
        if not self.take(char):
            raise InvalidError(f"not JSON: expected {char}" if self.peek() else _cut_off())

    def value(self) -> Any:
        """Return the value that begins here."""
        while True:
            self.peek()
            try:
                value, end = _SCAN(self._text, self._at)
            except StopIteration as error:
                self._grow_or_refuse(error.value, "expecting a value")
            except json.JSONDecodeError as error:
                at = len(self._text) if error.msg.startswith("Unterminated") else error.pos
                self._grow_or_refuse(at, error.msg[:1].lower() + error.msg[1:])
            except RecursionError:
                raise InvalidError("nested too deeply") from None
            else:
                # A number that reaches the edge may go on behind it.
                if not _GOES_ON.fullmatch(self._text, end) or not self._grow():
                    self._at = end
                    return value

    def resume(self) -> bool:
        """Go to the next line that begins like a value; return whether there is one."""
        while not (match := _RESUME.search(self._text, self._at)):
            self.line()
            self._at = max(self._at, len(self._text) - 1)
            if not self._grow():
                return False
        self._at = match.start() + 1
        return True

    def rest(self) -> str:
        """Return what has been read from the input and not been read."""
        return self._text[self._at :]

    def next_line(self) -> None:
        """Go to the beginning of the next line."""
        while (end := self._text.find("\n", self._at)) < 0:
            self.line()
            self._at = len(self._text)
            if not self._grow():
                return
        self._at = end + 1

    def ends_line(self) -> bool:
        """Go past white space up to the end of this line; return whether the line ends there."""
        while True:
            self._at = _BLANK.match(self._text, self._at).end()  # type: ignore[union-attr]
            if self._at < len(self._text):
                ends = self._text[self._at] == "\n"
                self._at += ends
                return ends
            if not self._grow():
                return True

    def _grow_or_refuse(self, at: int, why: str) -> None:
        if at + _EDGE < len(self._text):
            raise InvalidError(f"not JSON: {why}")
        if len(self._text) - self._at > LONGEST_VALUE:
            raise InvalidError(f"a value of more than {LONGEST_VALUE:,} characters")
        if not self._grow():
            raise InvalidError(_cut_off() if at >= len(self._text.rstrip()) else f"not JSON: {why}")

    def _grow(self) -> bool:
        """Read on, at least as much again as there is; let go of what has been read."""
        line = self.line()
        pieces = [self._text[self._at :]]
        wanted = len(pieces[0]) or 1
        while wanted > 0 and (piece := next(self._pieces, "")):
            pieces.append(piece)
            wanted -= len(piece)
        self._text, self._at, self._counted, self._line = "".join(pieces), 0, 0, line
        return len(pieces) > 1


def _cut_off() -> str:
    return "the document ends in the middle of a value"


def next_value(window: Window, within: Collection[str]) -> Iterator[tuple[int, Any]]:
    """Yield the elements of documents up to the end of a line: what follows may be lines again."""
    began = window.line()
    while window.peek():
        try:
            yield from _document(window, within)
        except InvalidError as error:
            line = window.line()
            yield line, error
            if line == began:
                window.next_line()
            else:
                window.resume()
            return
        if window.ends_line():
            return
        window.take(",")


def elements(window: Window, within: Collection[str]) -> Iterator[tuple[int, Any]]:
    """Yield each element with its line; an InvalidError for what cannot be read, and then go on.

    Elements are those of top-level arrays and of the lists that top-level objects have under a
    key of ``within``; any other object is an element itself. Documents may follow each other.
    """
    while window.peek():
        try:
            yield from _document(window, within)
        except InvalidError as error:
            yield window.line(), error
            if not window.resume():
                return
        window.take(",")


def _document(window: Window, within: Collection[str]) -> Iterator[tuple[int, Any]]:
    char = window.peek()
    if char == "[":
        yield from _array(window)
    elif char == "{":
        yield from _object(window, within)
    else:
        yield window.line(), window.value()


def _array(window: Window) -> Iterator[tuple[int, Any]]:
    window.expect("[")
    while not window.take("]"):
        yield window.line(), window.value()
        if window.peek() != "]":
            window.expect(",")


def _object(window: Window, within: Collection[str]) -> Iterator[tuple[int, Any]]:
    line = window.line()
    others: dict[str, Any] = {}
    listed = False
    window.expect("{")
    while not window.take("}"):
        if window.peek() != '"':
            raise InvalidError("not JSON: expected a key" if window.peek() else _cut_off())
        key = window.value()
        window.expect(":")
        # Next to other keys, findings are an export; alone they are the detail of an event.
        if (key in within or (key == "findings" and others)) and window.peek() == "[":
            listed = True
            yield from _array(window)
        else:
            others[key] = window.value()
        if window.peek() != "}":
            window.expect(",")
    if not listed:
        yield line, others
