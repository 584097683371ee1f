"""Matches many rules at once by walking the event along their fields, without flattening it.

Each rule is a bit. The mask of the rules that are still possible goes down the walk: at each
field it loses those that the value does not satisfy, a subtree that no rule of it cares for is
not entered, and where no rule is left the walk ends. Twenty rules cost about as much as one.

The walk agrees with `exact` whenever it answers, and raises UnsureError where it cannot know:

- A rule has failed at a key, or accepts that a field below it is absent, and another key of the
  event spells the name of a wanted field below that key: AWS joins names with dots.
- A rule wants both a value and fields below it at one path.

Everything else is a question to one subtree at a time: two fields share an array exactly when
they share the path to it, so "in the same element" is "an element that satisfies the subtree".

This is the inner loop of a backtest: it saves steps before it saves lines.
"""

from __future__ import annotations

from itertools import compress
from typing import TYPE_CHECKING, NamedTuple, Protocol

from generator.eventbridge.matcher.tree import (
    Mask,
    Tree,
    dotted_names,
    is_mixed,
    needing,
    sparing,
    tree,
    union,
    unsettled,
    wanting,
)
from generator.eventbridge.matcher.values import MISSING, field, has

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from generator.eventbridge.matcher.bounded import Bounded
    from generator.eventbridge.matcher.expand import FlatRule


class OfDict(Protocol):
    """From an object of an event and the rules possible so far to those that are so still."""

    def __call__(self, here: dict[str, object], possible: Mask = ..., /) -> Mask:
        """Left out, all rules are possible."""


class OfNode(Protocol):
    """The same for any node; None where there is none."""

    def __call__(self, here: object, possible: Mask, /) -> Mask:
        """Return what an OfDict does."""


class UnsureError(Exception):
    """Only `exact` knows."""


class _Value(NamedTuple):
    """A field that is directly in an object, and the rules that want it."""

    key: str
    rules: Mask
    of_text: Bounded[str, Mask]
    of_node: Callable[[object], Mask]


class _OneValue(NamedTuple):
    """A key under which all rules want the same one field, such as `Severity.Label`.

    ``absent`` are the rules that accept its absence, ``dotted`` is its name in one key.
    """

    key: str
    name: str
    of_text: Bounded[str, Mask]
    of_value: Callable[[object], Mask]
    of_node: OfNode
    absent: Mask
    dotted: str


class _Subtree(NamedTuple):
    """A key under which rules want several fields. ``names`` are theirs in one key."""

    key: str
    rules: Mask
    of_dict: OfDict
    of_node: OfNode
    absent: Mask
    names: frozenset[str]


def matcher(rules: Sequence[FlatRule]) -> OfDict:
    """Compile rules to a function from an event to the rules that match it.

    The function raises UnsureError, on every event if a rule wants both a value and fields below
    it at one path.
    """
    if any(is_mixed(rule) for rule in rules):
        return _unsure
    return _of_dict(tree(rules), (1 << len(rules)) - 1)


def _unsure(_event: object, _possible: Mask = 0, /) -> Mask:
    raise UnsureError


def _of_dict(node: Tree, every: Mask) -> OfDict:  # noqa: C901  (one loop of each kind)
    """Compile what is below a path for an object: what may end the walk soonest comes first."""
    values, ones, subtrees = _values(node, every), _ones(node, every), _subtrees(node, every)

    def of_dict(here: dict[str, object], possible: Mask = every) -> Mask:  # noqa: C901
        for key, name, of_text, of_value, of_node, absent, dotted in ones:
            before, inner = possible, here.get(key)
            if type(inner) is dict:
                value = inner.get(name, MISSING)
                possible &= of_text[value] if type(value) is str else of_value(value)
            else:
                possible = of_node(inner, possible)
            if (possible != before or before & absent) and dotted in here:
                raise UnsureError
            if not possible:
                return 0
        for key, rules, of_text, of_value in values:
            if not possible & rules:
                continue
            value = here.get(key, MISSING)
            possible &= of_text[value] if type(value) is str else of_value(value)
            if not possible:
                return 0
        for key, rules, of_inner, of_node, absent, names in subtrees:
            if not possible & rules:
                continue
            before, inner = possible, here.get(key)
            if type(inner) is list and len(inner) == 1:
                inner = inner[0]
            possible = of_inner(inner, before) if type(inner) is dict else of_node(inner, before)
            if (possible != before or before & absent) and not here.keys().isdisjoint(names):
                raise UnsureError
        return possible

    return of_dict


def _of_node(node: Tree, every: Mask, of_dict: OfDict) -> OfNode:
    """Compile what is below a path for a node that is not simply an object."""
    without, paths = every & ~needing(node), unsettled(node)
    open_rules = union(paths)

    def of_node(here: object, possible: Mask) -> Mask:
        if type(here) is dict:
            return of_dict(here, possible)
        if type(here) is not list or not here:
            return possible & without
        if len(here) == 1:
            return of_node(here[0], possible)
        if possible & open_rules:
            return _of_settled(here, [of_node(element, possible) for element in here], paths)
        mask = 0
        for element in here:
            is_dict = type(element) is dict
            mask |= of_dict(element, possible) if is_dict else of_node(element, possible)
            if mask == possible:
                break
        return mask

    return of_node


def _of_array_of_one(node: Tree, every: Mask, of_node: OfNode) -> OfNode:
    """Do as ``of_node`` where one field is below, without a call for each object of an array."""
    ((name, _, of_text, of_value),) = _values(node, every)
    settles = not unsettled(node)

    def of_array(here: object, possible: Mask) -> Mask:
        if type(here) is not list or not settles:
            return of_node(here, possible)
        mask = 0 if here else of_node(here, possible)
        for element in here:
            if type(element) is dict:
                value = element.get(name, MISSING)
                mask |= of_text[value] if type(value) is str else of_value(value)
            else:
                mask |= of_node(element, possible)
        return mask & possible

    return of_array


def _of_settled(
    here: list[object], masks: list[Mask], paths: Mapping[Mask, list[list[str]]]
) -> Mask:
    """Return the rules that an array satisfies, from those that each element does.

    A rule with ``paths`` settles on the elements that have the first of these.
    """
    mask = union(masks)
    for rule, fields in paths.items():
        if mask & rule:
            having = ([has(element, path) for element in here] for path in fields)
            settled = next(filter(any, having), None)
            if settled and not rule & union(compress(masks, settled)):
                mask &= ~rule
    return mask


def _values(node: Tree, every: Mask) -> list[_Value]:
    fields = sorted(node.leaves.items(), key=lambda item: -len(item[1]))
    return [_Value(key, union(leaves), *field(leaves, every)) for key, leaves in fields]


def _ones(node: Tree, every: Mask) -> list[_OneValue]:
    return [
        _OneValue(
            key,
            value.key,
            value.of_text,
            value.of_node,
            _of_array_of_one(child, every, _of_node(child, every, _of_dict(child, every))),
            sparing(child),
            f"{key}.{value.key}",
        )
        for key, child in _by_rules(node)
        if _has_one_value(child)
        for value in _values(child, every)
    ]


def _subtrees(node: Tree, every: Mask) -> list[_Subtree]:
    return [
        _Subtree(
            key,
            wanting(child),
            of_dict := _of_dict(child, every),
            _of_node(child, every, of_dict),
            sparing(child),
            dotted_names(key, child),
        )
        for key, child in _by_rules(node)
        if not _has_one_value(child)
    ]


def _has_one_value(node: Tree) -> bool:
    return len(node.leaves) == 1 and not node.subtrees


def _by_rules(node: Tree) -> list[tuple[str, Tree]]:
    """Return the subtrees, that of most rules first: it may end the walk."""
    return sorted(node.subtrees.items(), key=lambda item: -wanting(item[1]).bit_count())
