"""From a pattern to flat rules: `$or` multiplied out, nested names joined by dots."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from generator.eventbridge.matcher.errors import PatternError
from generator.eventbridge.matcher.operators import OPERATORS, Leaf, read_leaf
from generator.eventbridge.matcher.parse import pairs

FlatRule = Mapping[str, Leaf]
"""Full field name -> what its value must satisfy; all fields must match.

AWS joins names with dots before it compares, so `{"a": {"b": ..}}` and `{"a.b": ..}` are the same,
in patterns and in events (README of https://github.com/aws/event-ruler, "JSON keys with dots").
"""

_MAX_FIELDS = 256  # event-ruler, GenericMachine.java
_MAX_RULES = 1000
_OR = "$or"
_RESERVED = frozenset(OPERATORS) | {
    *("=", "<", "<=", ">", ">=", "html", "regex", "not-wildcard", "not-equals-ignore-case"),
    *("date-after", "date-on-or-after", "date-before", "date-on-or-before", "in-date-range"),
    *("ip-address-in-range", "ip-address-not-in-range"),
}


class _Place(NamedTuple):
    """Where in the pattern the reader is.

    `name` is the field's name in events, without `$or`; `where` is for messages, with it.
    """

    name: str = ""
    where: str = ""
    in_or: bool = False

    def field(self, key: str) -> _Place:
        return _Place(_join(self.name, key), _join(self.where, key), self.in_or)

    def branch(self, index: int) -> _Place:
        return _Place(self.name, f"{_join(self.where, _OR)}[{index}]", in_or=True)


def expand(pattern: object) -> list[FlatRule]:
    """Turn a pattern into flat rules, of which an event must match any one.

    Raises:
        PatternError: AWS would refuse the pattern.

    """
    if not isinstance(pattern, Mapping):
        raise PatternError("", "an event pattern must be a JSON object")
    try:
        return _object(pattern, _Place(), [{}], ors=True)
    except PatternError as error:
        return _without_ors(pattern, error)


def _without_ors(pattern: Mapping[str, object], error: PatternError) -> list[FlatRule]:
    """Read every `$or` as the name of a field.

    AWS does so for the sake of earlier rules where the pattern is in error otherwise (README of
    https://github.com/aws/event-ruler, on using "$or" as a field name).
    """
    try:
        return _object(pattern, _Place(), [{}], ors=False)
    except PatternError:
        raise error from None


def _object(
    node: Mapping[str, object], place: _Place, rules: list[FlatRule], *, ors: bool
) -> list[FlatRule]:
    if not node:
        raise PatternError(place.where, "an object must not be empty")
    for key, value in pairs(node):
        if ors and key == _OR:
            rules = _or(value, place, rules)
        else:
            rules = _field(key, value, place, rules, ors=ors)
    return rules


def _field(
    key: str, value: object, place: _Place, rules: list[FlatRule], *, ors: bool
) -> list[FlatRule]:
    here = place.field(key)
    if place.in_or and key in _RESERVED:
        raise PatternError(here.where, f"{key} is reserved: no field of this name within {_OR}")
    if isinstance(value, Mapping):
        return _object(value, here, rules, ors=ors)
    if not isinstance(value, list):
        raise PatternError(here.where, "must be an object or an array")
    leaf = read_leaf(value, here.where)
    # A field given twice, by repeated keys or inside and outside of `$or`: the later one counts.
    rules = [{**rule, here.name: leaf} for rule in rules]
    if len(rules[0]) > _MAX_FIELDS:
        raise PatternError("", f"an event pattern must not have more than {_MAX_FIELDS} fields")
    return rules


def _or(branches: object, place: _Place, rules: list[FlatRule]) -> list[FlatRule]:
    where = _join(place.where, _OR)
    if not isinstance(branches, list) or len(branches) < 2:  # noqa: PLR2004
        raise PatternError(where, f"{_OR} needs an array of at least two objects")
    expanded: list[FlatRule] = []
    for index, branch in enumerate(branches):
        here = place.branch(index)
        if not isinstance(branch, Mapping):
            raise PatternError(here.where, f"{_OR} requires objects only")
        expanded += _object(branch, here, rules, ors=True)
        if len(expanded) > _MAX_RULES:
            raise PatternError(where, f"{_OR} multiplies out to more than {_MAX_RULES} rules")
    return expanded


def _join(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key
