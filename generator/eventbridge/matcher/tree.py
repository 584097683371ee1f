"""What is known of rules before the first event: their fields as a tree, by path."""

from __future__ import annotations

from functools import reduce
from itertools import takewhile
from operator import or_
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from generator.eventbridge.matcher.expand import FlatRule
    from generator.eventbridge.matcher.operators import Leaf

Mask = int
"""Bit n set: rule n can still match."""


class Tree(NamedTuple):
    """The fields of all rules below one path, by the name they have there, then by rule."""

    leaves: dict[str, dict[Mask, Leaf]]
    subtrees: dict[str, Tree]


def tree(rules: Sequence[FlatRule]) -> Tree:
    """Return the fields of rules, of which none is mixed."""
    root = Tree({}, {})
    for number, rule in enumerate(rules):
        for name, leaf in rule.items():
            _insert(root, name.split("."), 1 << number, leaf)
    return root


def _insert(node: Tree, path: Sequence[str], rule: Mask, leaf: Leaf) -> None:
    *keys, last = path
    for key in keys:
        node = node.subtrees.setdefault(key, Tree({}, {}))
    node.leaves.setdefault(last, {})[rule] = leaf


def is_mixed(rule: FlatRule) -> bool:
    """Whether a rule wants both a value and fields below it at one path."""
    return any(name[:end] in rule for name in rule for end in _dots(name))


def _dots(name: str) -> list[int]:
    return [position for position, char in enumerate(name) if char == "."]


def union(masks: Iterable[Mask]) -> Mask:
    """Return the rules of several masks."""
    return reduce(or_, masks, 0)


def below(node: Tree, before: str = "") -> Iterator[tuple[str, Mask, Leaf]]:
    """Yield all leaves below a path, with their names from there and their rules."""
    for key, leaves in node.leaves.items():
        for rule, leaf in leaves.items():
            yield before + key, rule, leaf
    for key, child in node.subtrees.items():
        yield from below(child, f"{before}{key}.")


def wanting(node: Tree) -> Mask:
    """Return the rules with fields below a path."""
    return union(rule for _, rule, _ in below(node))


def needing(node: Tree) -> Mask:
    """Return the rules with a field below a path that must be there."""
    return union(rule for _, rule, leaf in below(node) if not leaf.absent)


def sparing(node: Tree) -> Mask:
    """Return the rules with a field below a path that may be absent."""
    return union(rule for _, rule, leaf in below(node) if leaf.absent)


def dotted_names(key: str, node: Tree) -> frozenset[str]:
    """Return every path from a key down to below it, whole or cut short, as a name with dots."""
    return frozenset(
        f"{key}.{name[:end]}" for name, _, _ in below(node) for end in (*_dots(name), len(name))
    )


def unsettled(node: Tree) -> dict[Mask, list[list[str]]]:
    """Return by rule the paths of its fields that AWS looks for before one that must be there.

    AWS settles fields in the order of their names. The first that is there at all in an array
    settles on an element: what is absent then is absent in that element. Rules whose first field
    must be there are left out: they match where an element matches.
    """
    fields: dict[Mask, list[tuple[bytes, str, Leaf]]] = {}
    for name, rule, leaf in below(node):
        # As Java sorts strings.
        fields.setdefault(rule, []).append((name.encode("utf-16-be"), name, leaf))
    before = {
        rule: [name.split(".") for _, name, _ in takewhile(_may_be_absent, sorted(asked))]
        for rule, asked in fields.items()
    }
    return {rule: paths for rule, paths in before.items() if paths}


def _may_be_absent(field: tuple[bytes, str, Leaf]) -> bool:
    return field[2].absent
