"""Reads a params file as plain data that remembers where each value is.

YAML 1.2's core schema decides the types, as in the editors that check params files against
``params/schema.json``: ``no`` and ``on`` are texts, ``012345678901`` is a number.
"""

from __future__ import annotations

import codecs
import re
from typing import TYPE_CHECKING, Any, NamedTuple

import yaml

from generator.params.full_width import in_indentation, in_structure
from generator.params.problems import BadInput, Location, Problem, problem
from generator.params.yaml_mistakes import slip
from generator.params.yaml_nodes import DEEPEST, Place, Reading, start

if TYPE_CHECKING:
    from pathlib import Path

LARGEST_FILE = 1_000_000
"""Bytes. A params file is a page of text; whatever is larger was named by mistake."""


class Document(NamedTuple):
    """A parsed file, and what is wrong with it whatever the format says."""

    file: str
    data: Any
    places: dict[Location, Place]
    problems: list[Problem]
    lines: tuple[str, ...] = ()
    """The lines as they are written, with the comments that YAML leaves out."""

    def problem(self, location: Location, message: str, *, at_key: bool = False) -> Problem:
        """Place a message at a value, or at the nearest value around it that is written."""
        known = location
        while known not in self.places and known:
            known, at_key = known[:-1], False
        place = self.places.get(known, Place(1, 1, 1, 1, None))
        line, column = (place.key_line, place.key_column) if at_key else (place.line, place.column)
        return Problem(self.file, line, column, location, message)


class _CoreSchema(yaml.CSafeLoader):
    """PyYAML with YAML 1.2's types instead of 1.1's."""


_CoreSchema.yaml_implicit_resolvers = {}
for _tag, _pattern, _first in (
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    ("int", r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+", "-+0123456789"),
    ("float", r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", "-+.0123456789"),
):
    _CoreSchema.add_implicit_resolver(
        f"tag:yaml.org,2002:{_tag}", re.compile(rf"^(?:{_pattern})$"), list(_first)
    )


def read(path: Path) -> Document:
    """Read one params file; raise BadInput when it cannot be read as YAML without doubt."""
    text = _text(path)
    file = str(path)
    lines = tuple(text.splitlines())
    if indented := in_indentation(lines):
        raise BadInput([Problem(file, line, column, (), why) for line, column, why in indented])
    try:
        _refuse_depth(text, file)
        node = yaml.compose(text, _CoreSchema)
    except yaml.MarkedYAMLError as error:
        mistake = slip(error, text)
        message = f"not valid YAML: {mistake.message}"
        raise BadInput([Problem(file, mistake.line, mistake.column, (), message)]) from None
    except yaml.YAMLError as error:
        raise BadInput([problem(file, f"not valid YAML: {_one_line(error)}")]) from None
    if node is None:
        raise BadInput([problem(file, "the file is empty; params/quickstart.yaml is an example")])
    if isinstance(node, yaml.ScalarNode) and (typed := in_structure(lines, len(lines))):
        raise BadInput([Problem(file, *typed[:2], (), typed.message)])
    reading = Reading(file, lines)
    data = reading.value(node, (), node)
    return Document(file, data, reading.places, reading.problems, lines)


def _text(path: Path) -> str:
    try:
        if path.is_dir():
            raise BadInput([problem(path, "is a directory; name a params file in it")])
        if path.exists() and not path.is_file():
            raise BadInput([problem(path, "is not a regular file")])
        with path.open("rb") as file:
            content = file.read(LARGEST_FILE + 1)
        if len(content) > LARGEST_FILE:
            raise BadInput([problem(path, f"is larger than {LARGEST_FILE:,} bytes")])
        return content.decode("utf-8-sig")
    except FileNotFoundError:
        raise BadInput([problem(path, "no such file")]) from None
    except UnicodeDecodeError as error:
        utf16 = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
        hint = ", but UTF-16, as PowerShell writes it: save it as UTF-8" if utf16 else ""
        message = f"not UTF-8 at byte {error.start + 1}{hint}"
        raise BadInput([problem(path, message)]) from None
    except OSError as error:
        raise BadInput([problem(path, f"cannot be read: {error.strerror}")]) from None


def _refuse_depth(text: str, file: str) -> None:
    """Look at the nesting first: libyaml's composer overflows the C stack on a deep file."""
    depth = 0
    for event in yaml.parse(text, _CoreSchema):
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            message = f"nested more than {DEEPEST} levels deep"
            raise BadInput([Problem(file, *start(event), (), message)])


def _one_line(error: object) -> str:
    return " ".join(str(error).split())
