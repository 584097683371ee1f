"""What people mistype in YAML: the line that is wrong, and what would be right.

libyaml says where it could not go on, which is often the line below the slip, in words about its
own grammar.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from generator.params.full_width import in_structure

if TYPE_CHECKING:
    from collections.abc import Sequence

    import yaml

_INDENTED = ("did not find expected key", "did not find expected '-' indicator")
_STARTED = "did not find expected <document start>"
_NO_MAPPING = "mapping values are not allowed in this context"
_NO_SPACE = re.compile(r"\s*(?:- +)?[A-Za-z_][\w-]*:(?=[^\s:/])")
_COMMENT = re.compile(r"\s*(#\S.*)")
_OPENED = {
    "while parsing a flow sequence": "the [ opened here is not closed, or a comma is missing",
    "while parsing a flow mapping": "the { opened here is not closed, or a comma is missing",
    "while scanning a quoted scalar": "the quote opened here is not closed",
}


class Slip(NamedTuple):
    """A place, from 1, and a message."""

    line: int
    column: int
    message: str


def slip(error: yaml.MarkedYAMLError, text: str) -> Slip:
    """Return what is wrong with a text that is not YAML, and where."""
    lines = text.splitlines()
    mark = error.problem_mark or error.context_mark
    line, column = (mark.line, mark.column) if mark else (0, 0)
    return (
        _full_width(lines, line)
        or _tab(lines, line)
        or _opened(error)
        or _no_space(lines, line)
        or _indented(error, lines, line)
        or Slip(line + 1, column + 1, f"{error.problem}{_hint(error, lines, line)}")
    )


def empty(line: str, column: int, location: tuple[str | int, ...]) -> str:
    """Return what to say of a key without a value; line and column are where it would be."""
    comment = _COMMENT.match(line[column - 1 :])
    if comment:
        shown = comment[1].split()[0]
        return f'YAML reads {shown} as a comment: a text that begins with # needs quotes, "{shown}"'
    if len(location) == 2 and location[0] == "channels":  # noqa: PLR2004  (a channel's own place)
        return (
            f"nothing is written here; write `{location[1]}: {{}}` for a channel without settings"
        )
    return "nothing is written here; give a value, or leave the key out"


def _full_width(lines: Sequence[str], line: int) -> Slip | None:
    """Find what an input method for Japanese made of a colon, a bracket or a comma."""
    mistake = in_structure(lines, line + 1)
    return None if mistake is None else Slip(*mistake)


def _tab(lines: Sequence[str], line: int) -> Slip | None:
    """Find a tab in the indentation of the line, or of the one above."""
    for number in (line, line - 1):
        if 0 <= number < len(lines):
            indentation = re.match(r"[ \t]*(?:- *)?[ \t]*", lines[number])
            at = indentation[0].find("\t") if indentation else -1
            if at >= 0:
                return Slip(
                    number + 1,
                    at + 1,
                    "a tab; use spaces: YAML allows nothing else for indentation",
                )
    return None


def _opened(error: yaml.MarkedYAMLError) -> Slip | None:
    message = _OPENED.get(str(error.context))
    if message is None or error.context_mark is None:
        return None
    return Slip(error.context_mark.line + 1, error.context_mark.column + 1, message)


def _indented(error: yaml.MarkedYAMLError, lines: Sequence[str], line: int) -> Slip | None:
    """Find the line that is indented unlike the others: the one above, if those below agree."""
    if line >= len(lines):
        return None
    here, above = _indent(lines[line]), _nearest(lines[:line][::-1])
    if error.problem == _STARTED:
        first = next(i for i, text in enumerate(lines) if _is_written(text))
        return _unlike(first, _indent(lines[first]), [here])
    if error.problem == _NO_MAPPING and above is not None and here > above:
        return _unlike(line, here, [above])
    if error.problem not in _INDENTED or error.context_mark is None:
        return None
    first, block = error.context_mark.line, error.context_mark.column
    if _nearest(lines[line + 1 :]) == here and block < here:
        return _unlike(first, _indent(lines[first]), [here])
    return _unlike(line, here, sorted({block, block if above is None else max(above, block)}))


def _unlike(line: int, column: int, others: Sequence[int]) -> Slip:
    """Say that a line is indented unlike its neighbors, which the others are the columns of."""
    message = (
        f"indented by {_spaces(column)}, and the lines around it by"
        f" {' or '.join(map(str, others))}: the keys of one mapping begin in one column"
    )
    return Slip(line + 1, column + 1, message)


def _nearest(lines: Sequence[str]) -> int | None:
    """Return the indentation of the first line with something in it."""
    return next((_indent(text) for text in lines if _is_written(text)), None)


def _no_space(lines: Sequence[str], line: int) -> Slip | None:
    """Find a key whose colon has no space after it, in the line or in the one above."""
    for number in (line, line - 1):
        match = _NO_SPACE.match(lines[number]) if 0 <= number < len(lines) else None
        if match:
            return Slip(number + 1, match.end() + 1, "write a space after the colon")
    return None


def _hint(error: yaml.MarkedYAMLError, lines: Sequence[str], line: int) -> str:
    if "alphabetic or numeric" in str(error):
        return "; quote a text that begins with *"
    if error.problem == _NO_MAPPING and lines[line].count(": ") > 1:
        return "; quote a text that contains a colon and a space"
    return ""


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _is_written(line: str) -> bool:
    return bool(line.strip()) and not line.lstrip().startswith("#")


def _spaces(count: int) -> str:
    return f"{count} space{'' if count == 1 else 's'}"
