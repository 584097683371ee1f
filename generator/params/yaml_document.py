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
from generator.params.yaml_mistakes import empty, slip

if TYPE_CHECKING:
    from pathlib import Path

MOST_VALUES = 20_000
"""More values than any real file has: aliases that multiply each other end here."""

DEEPEST = 32
"""Levels of nesting; the format itself has eight."""

LARGEST_FILE = 1_000_000
"""Bytes. A params file is a page of text; whatever is larger was named by mistake."""


_PLAIN = ("tag:yaml.org,2002:map", "tag:yaml.org,2002:seq")
_CONTROL = "a line break or another control character; write the text on one line, without |"


class Place(NamedTuple):
    """Where a value begins, and the key before it; lines and columns from 1."""

    line: int
    column: int
    key_line: int
    key_column: int
    text: str | None
    """What is written there, for a single value (numbers lose leading zeros when parsed)."""


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
    reading = _Reading(file, lines)
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
            raise BadInput([Problem(file, *_start(event), (), message)])


def _one_line(error: object) -> str:
    return " ".join(str(error).split())


class _Reading:
    """One walk over the nodes of a file, which collects values, places and problems."""

    def __init__(self, file: str, lines: tuple[str, ...]) -> None:
        self.file = file
        self.lines = lines
        self.places: dict[Location, Place] = {}
        self.problems: list[Problem] = []
        self._open: set[int] = set()

    def value(self, node: yaml.Node, location: Location, key: yaml.Node) -> Any:
        """Return the plain value of a node and remember its place."""
        scalar = node.value if isinstance(node, yaml.ScalarNode) else None
        self.places[location] = Place(*_start(node), *_start(key), scalar)
        if id(node) in self._open:
            raise BadInput(
                [self._at(node, location, "this alias refers to a value that contains it")]
            )
        if len(self.places) > MOST_VALUES:
            message = f"more than {MOST_VALUES:,} values (an alias counts as all that it refers to)"
            raise BadInput([self._at(node, location, message)])
        if isinstance(node, yaml.ScalarNode):
            return self._scalar(node, location)
        if node.tag not in _PLAIN:
            self._meaningless(node, location)
        self._open.add(id(node))
        plain = (
            self._mapping(node, location)
            if isinstance(node, yaml.MappingNode)
            else [self.value(item, (*location, i), item) for i, item in enumerate(node.value)]
        )
        self._open.discard(id(node))
        return plain

    def _mapping(self, node: yaml.MappingNode, location: Location) -> dict[str, Any]:
        mapping: dict[str, Any] = {}
        for key, value in node.value:
            name = str(key.value)
            if not isinstance(key, yaml.ScalarNode):
                self.problems.append(self._at(key, location, "a key must be a plain word"))
            elif not name.isprintable():
                self.problems.append(self._at(key, (*location, name), _CONTROL))
            elif name in mapping:
                first = self.places[(*location, name)].key_line
                message = f"the key {name!r} is already given in line {first}"
                self.problems.append(self._at(key, (*location, name), message))
            else:
                mapping[name] = self.value(value, (*location, name), key)
        return mapping

    def _scalar(self, node: yaml.ScalarNode, location: Location) -> Any:
        kind = node.tag.removeprefix("tag:yaml.org,2002:")
        match kind:
            case "str":
                if unusable := _unusable(node.value):
                    self.problems.append(self._at(node, location, unusable))
                return node.value
            case "null":
                line, column = _start(node)
                written = self.lines[line - 1] if line <= len(self.lines) else ""
                message = empty(written, column, location)
                self.problems.append(self._at(node, location, message))
                return None
            case "bool":
                return node.value.lower() == "true"
            case "int" | "float":
                return self._number(node, location)
        return self._meaningless(node, location)

    def _number(self, node: yaml.ScalarNode, location: Location) -> Any:
        try:
            if node.tag.endswith(":float"):
                return float(node.value)
            return int(node.value, 0) if node.value[:2] in ("0x", "0o") else int(node.value)
        except ValueError:
            self.problems.append(self._at(node, location, "not a valid number"))
            return None

    def _meaningless(self, node: yaml.Node, location: Location) -> None:
        self.problems.append(self._at(node, location, f"the tag {node.tag} has no meaning here"))

    def _at(self, node: yaml.Node, location: Location, message: str) -> Problem:
        return Problem(self.file, *_start(node), location, message)


def _unusable(text: str) -> str | None:
    """Say why no value may contain this text, if so."""
    if not text.isprintable():
        return _CONTROL
    if "${" in text or "{{resolve:" in text:
        return "CloudFormation would interpret ${ and {{resolve: here; write the value itself"
    return None


def _start(node: Any) -> tuple[int, int]:
    """Return the line and column of a node or event, from 1."""
    return node.start_mark.line + 1, node.start_mark.column + 1
