"""Matches many rules at once by walking the event along their fields, without flattening it.

Each rule is a bit. A table for each field says which rules match a value, and a rule matches an
event if its bit survives every table: twenty rules cost about as many lookups as one.

The walk agrees with `exact` whenever it answers, and raises UnsureError where it cannot know:

- A rule has failed, or wants a field to be absent, and a key of the event has dots and spells the
  name of a wanted field: AWS joins names with dots.
- An array of several elements is above a field that may be absent. What counts as absent then
  depends on the choices made for other fields.

Everything else is a question to one subtree at a time: two fields share an array exactly when
they share the path to it, so "in the same element" is "an element that satisfies the subtree".

This is the inner loop of a backtest: it saves steps before it saves lines.
"""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from generator.eventbridge.matcher.expand import FlatRule
    from generator.eventbridge.matcher.operators import Leaf, Test

Mask = int
"""Bit n set: rule n can still match."""

_MISSING = object()


class UnsureError(Exception):
    """Only `exact` knows."""


class _Subtree(NamedTuple):
    """The fields of all rules below one path, by the name they have there, then by rule."""

    leaves: dict[str, dict[Mask, Leaf]]
    subtrees: dict[str, _Subtree]


def matcher(rules: Sequence[FlatRule]) -> Callable[[dict[str, object]], Mask]:
    """Compile rules to a function from an event to the rules that match it.

    The function raises UnsureError, on every event if a rule wants both a value and fields below
    it at one path.
    """
    if any(_is_mixed(rule) for rule in rules):
        return _unsure
    root = _Subtree({}, {})
    for number, rule in enumerate(rules):
        for name, leaf in rule.items():
            _insert(root, name.split("."), 1 << number, leaf)
    return _dict(root, (1 << len(rules)) - 1)


def _unsure(_event: object) -> Mask:
    raise UnsureError


def _is_mixed(rule: FlatRule) -> bool:
    return any(name[:end] in rule for name in rule for end in _dots(name))


def _dots(name: str) -> list[int]:
    return [position for position, char in enumerate(name) if char == "."]


def _insert(subtree: _Subtree, path: Sequence[str], rule: Mask, leaf: Leaf) -> None:
    *keys, last = path
    for key in keys:
        subtree = subtree.subtrees.setdefault(key, _Subtree({}, {}))
    subtree.leaves.setdefault(last, {})[rule] = leaf


def _below(subtree: _Subtree) -> list[tuple[Mask, Leaf]]:
    """Give all leaves below a subtree, with the rules they belong to."""
    own = [item for leaves in subtree.leaves.values() for item in leaves.items()]
    return own + [item for child in subtree.subtrees.values() for item in _below(child)]


def _names(subtree: _Subtree) -> set[str]:
    """Give every path below a subtree, whole or cut short, as a name with dots."""
    names = {*subtree.leaves, *subtree.subtrees}
    for key, child in subtree.subtrees.items():
        names |= {f"{key}.{name}" for name in _names(child)}
    return names


def _union(masks: Iterable[Mask]) -> Mask:
    return reduce(or_, masks, 0)


class _Field(NamedTuple):
    """One field in all rules.

    Attributes:
        strings: string -> rules that take it as such.
        others: rules that do not care for this field, and so pass whatever it is.
        tested: every test of every rule that has any.
        absent: rules that pass where the field is absent.

    """

    strings: Mapping[str, Mask]
    others: Mask
    tested: Sequence[tuple[Mask, Test]]
    absent: Mask


def _field(leaves: Mapping[Mask, Leaf], every: Mask) -> _Field:
    others = every & ~_union(leaves)
    texts = {text for leaf in leaves.values() for text in leaf.strings}
    return _Field(
        strings={
            text: others | _union(rule for rule, leaf in leaves.items() if text in leaf.strings)
            for text in texts
        },
        others=others,
        tested=[(rule, test) for rule, leaf in leaves.items() for test in leaf.tests],
        absent=others | _union(rule for rule, leaf in leaves.items() if leaf.absent),
    )


def _leaf(field: _Field) -> Callable[[object], Mask]:
    """Compile a field for a node of any kind: only scalars are values, in arrays of any depth."""
    strings, others, tested, absent = field

    def matched(value: object) -> Mask:
        mask = strings.get(value, others) if type(value) is str else others
        for rule, test in tested:
            if test(value):
                mask |= rule
        return mask

    def matches(node: object) -> Mask:
        if type(node) is list:
            values = _scalars(node)
            return _union(map(matched, values)) if values else absent
        if node is _MISSING or type(node) is dict:
            return absent
        return matched(node)

    return matches


def _scalars(node: object) -> list[object]:
    if isinstance(node, list):
        return [value for element in node for value in _scalars(element)]
    return [] if isinstance(node, dict) else [node]


def _object(subtree: _Subtree, every: Mask) -> Callable[[object], Mask]:
    """Compile a subtree for a node that is not simply a dict."""
    in_dict = _dict(subtree, every)
    below = _below(subtree)
    needs_presence = _union(rule for rule, leaf in below if not leaf.absent)
    without = every & ~needs_presence
    one_may_be_absent = any(leaf.absent for _, leaf in below)

    def matches(node: object) -> Mask:
        if type(node) is dict:
            return in_dict(node)
        if type(node) is not list or not node:
            return without
        if len(node) == 1:
            return matches(node[0])
        if one_may_be_absent:
            raise UnsureError
        return _union(map(matches, node))

    return matches


def _dict(subtree: _Subtree, every: Mask) -> Callable[[dict[str, object]], Mask]:
    """Compile a subtree for a dict: cheap tests first."""
    in_leaves = _leaves(subtree, every)
    if not subtree.subtrees:
        return in_leaves
    objects = [
        (key, _dict(child, every), _object(child, every)) for key, child in subtree.subtrees.items()
    ]
    dotted = frozenset(name for name in _names(subtree) if "." in name)
    may_be_absent = any(leaf.absent for _, leaf in _below(subtree))

    def matches(node: dict[str, object]) -> Mask:
        mask = possible = in_leaves(node)
        if not mask:
            return 0
        for key, in_dict, general in objects:
            value = node.get(key)
            if type(value) is list and len(value) == 1:
                value = value[0]
            mask &= in_dict(value) if type(value) is dict else general(value)
            if not mask:
                break
        if (mask != possible or may_be_absent) and not node.keys().isdisjoint(dotted):
            raise UnsureError
        return mask

    return matches


def _leaves(subtree: _Subtree, every: Mask) -> Callable[[dict[str, object]], Mask]:
    """Compile the fields that lie directly in a dict."""
    fields = {key: _field(leaves, every) for key, leaves in subtree.leaves.items()}
    strings = [
        (key, field.strings, field.others, _leaf(field))
        for key, field in fields.items()
        if not field.tested
    ]
    tested = [(key, _leaf(field)) for key, field in fields.items() if field.tested]
    if len(strings) == 1 and not tested:
        return _only_string(*strings[0])

    def matches(node: dict[str, object]) -> Mask:
        mask = every
        for key, texts, others, general in strings:
            value = node.get(key, _MISSING)
            mask &= texts.get(value, others) if type(value) is str else general(value)
        for key, general in tested:
            mask &= general(node.get(key, _MISSING))
        return mask

    return matches


def _only_string(
    key: str, texts: Mapping[str, Mask], others: Mask, general: Callable[[object], Mask]
) -> Callable[[dict[str, object]], Mask]:
    """Compile the commonest dict, one field with strings, such as `Severity.Label`."""

    def matches(node: dict[str, object]) -> Mask:
        value = node.get(key, _MISSING)
        return texts.get(value, others) if type(value) is str else general(value)

    return matches
