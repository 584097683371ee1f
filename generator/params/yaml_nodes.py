"""From YAML's nodes to plain data, with the place where each value is written."""

from __future__ import annotations

from typing import Any, NamedTuple

import yaml

from generator.params.problems import BadInput, Location, Problem
from generator.params.yaml_mistakes import empty

MOST_VALUES = 100_000
"""More values than any real file has: aliases that multiply each other end here."""

DEEPEST = 32
"""Levels of nesting; the format itself has eight."""

FREE = "x-"
"""Begins a top-level key that is the author's own: a place for anchors.

As in Compose files: https://docs.docker.com/reference/compose-file/extension/
"""

_MERGE = "<<"
"""Merges mappings into the one that it is in: https://yaml.org/type/merge.html"""

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


class _Entry(NamedTuple):
    key: yaml.ScalarNode
    value: yaml.Node


class Reading:
    """One walk over the nodes of a file, which collects values, places and problems.

    What several parts of a file share, by an alias or a merge key, is read for each of them.
    """

    def __init__(self, file: str, lines: tuple[str, ...]) -> None:
        self.file = file
        self.lines = lines
        self.places: dict[Location, Place] = {}
        self.problems: list[Problem] = []
        self._open: set[int] = set()
        self._visited = 0

    def value(self, node: yaml.Node, location: Location, key: yaml.Node) -> Any:
        """Return the plain value of a node and remember its place."""
        scalar = node.value if isinstance(node, yaml.ScalarNode) else None
        self.places[location] = Place(*start(node), *start(key), scalar)
        self._visit(node, location)
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

    def _visit(self, node: yaml.Node, location: Location) -> None:
        """Refuse what aliases and merge keys could make endless, or nearly so."""
        self._visited += 1
        if id(node) in self._open:
            message = "this alias refers to a value that contains it"
        elif self._visited > MOST_VALUES:
            message = f"more than {MOST_VALUES:,} values (an alias counts as all that it refers to)"
        elif len(self._open) > DEEPEST:
            message = f"nested more than {DEEPEST} levels deep by aliases"
        else:
            return
        raise BadInput([self._at(node, location, message)])

    def _mapping(self, node: yaml.MappingNode, location: Location) -> dict[str, Any]:
        return {
            name: self.value(entry.value, (*location, name), entry.key)
            for name, entry in self._entries(node, location).items()
            if location or not name.startswith(FREE)
        }

    def _entries(self, node: yaml.MappingNode, location: Location) -> dict[str, _Entry]:
        """Return what a mapping holds by key, in the order of the text.

        Its own keys win over what it merges, before or after it.
        """
        entries: dict[str, _Entry] = {}
        own: dict[str, int] = {}
        for key, value in node.value:
            name = str(key.value)
            if not isinstance(key, yaml.ScalarNode):
                self.problems.append(self._at(key, location, "a key must be a plain word"))
            elif not name.isprintable():
                self.problems.append(self._at(key, (*location, name), _CONTROL))
            elif name in own:
                message = f"the key {name!r} is already given in line {own[name]}"
                self.problems.append(self._at(key, (*location, name), message))
            else:
                own[name] = start(key)[0]
                if name != _MERGE or key.style:
                    entries[name] = _Entry(key, value)
                    continue
                for merged, entry in self._merged(key, value, location).items():
                    entries.setdefault(merged, entry)
        return entries

    def _merged(
        self, key: yaml.ScalarNode, value: yaml.Node, location: Location
    ) -> dict[str, _Entry]:
        """Return what a merge key brings; of several mappings the earlier one wins."""
        several = isinstance(value, yaml.SequenceNode)
        entries: dict[str, _Entry] = {}
        for mapping in value.value if several else [value]:
            self._visit(mapping, location)
            if not isinstance(mapping, yaml.MappingNode):
                message = "<< merges a mapping, or a list of mappings: name an anchor, <<: *anchor"
                self.problems.append(self._at(key, (*location, _MERGE), message))
                continue
            self._open.add(id(mapping))
            brought = self._entries(mapping, location)
            self._open.discard(id(mapping))
            self._visited += len(brought)
            for name, entry in brought.items():
                entries.setdefault(name, entry)
        return entries

    def _scalar(self, node: yaml.ScalarNode, location: Location) -> Any:
        kind = node.tag.removeprefix("tag:yaml.org,2002:")
        match kind:
            case "str":
                if unusable := _unusable(node.value):
                    self.problems.append(self._at(node, location, unusable))
                return node.value
            case "null":
                line, column = start(node)
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
        return Problem(self.file, *start(node), location, message)


def _unusable(text: str) -> str | None:
    """Say why no value may contain this text, if so."""
    if not text.isprintable():
        return _CONTROL
    if "${" in text or "{{resolve:" in text:
        return "CloudFormation would interpret ${ and {{resolve: here; write the value itself"
    return None


def start(node: Any) -> tuple[int, int]:
    """Return the line and column of a node or event, from 1."""
    return node.start_mark.line + 1, node.start_mark.column + 1
