"""Matches rules as AWS's engine does: flatten the event, then look for a consistent choice.

Exact for every event, and slow; `fast` is for the common ones. Follows the behaviour of
Event.java, ACFinder.java and NameState.java of https://github.com/aws/event-ruler.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import count
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from generator.eventbridge.matcher.expand import FlatRule
    from generator.eventbridge.matcher.operators import Leaf

Membership = Mapping[int, int]
"""Number of an array in the event -> index of the element that a field is in.

A scalar directly in an array has no index there: arrays of scalars are just several values.
"""


class _Field(NamedTuple):
    value: object
    membership: Membership


def matcher(rules: Sequence[FlatRule]) -> Callable[[Mapping[str, object]], int]:
    """Compile rules to a function from an event to the rules that match: bit n for rule n."""
    in_order = [_in_order(rule) for rule in rules]
    names = frozenset(name for rule in rules for name in rule)
    prefixes = frozenset(name[:end] for name in names for end in range(len(name)))

    def matching(event: Mapping[str, object]) -> int:
        fields: dict[str, list[_Field]] = {name: [] for name in names}
        for name, field in _fields(event, "", {}, prefixes, count()):
            if name in names:
                fields[name].append(field)
        hits = 0
        for number, rule in enumerate(in_order):
            leaves = [(leaf, fields[name]) for name, leaf in rule]
            hits |= _search(leaves, 0, {}) << number
        return hits

    return matching


def _in_order(rule: FlatRule) -> list[tuple[str, Leaf]]:
    """Sort fields by name in UTF-16, as Java sorts strings, for the engine settles them so.

    The order decides what `exists: false` sees: only the array elements settled on before.
    """
    return sorted(rule.items(), key=lambda item: item[0].encode("utf-16-be"))


def _fields(
    node: object, name: str, membership: Membership, prefixes: frozenset[str], arrays: Iterator[int]
) -> Iterator[tuple[str, _Field]]:
    """Walk the event and give every scalar under a name that begins like one in the rule."""
    if isinstance(node, dict):
        if name and name not in prefixes:
            return
        for key, value in node.items():
            child = f"{name}.{key}" if name else key
            yield from _fields(value, child, membership, prefixes, arrays)
    elif isinstance(node, list):
        array = next(arrays)
        for index, element in enumerate(node):
            inside = isinstance(element, (dict, list))
            here = {**membership, array: index} if inside else membership
            yield from _fields(element, name, here, prefixes, arrays)
    else:
        yield name, _Field(node, membership)


def _search(leaves: list[tuple[Leaf, list[_Field]]], at: int, chosen: Membership) -> bool:
    """Choose a field for each leaf from `at` on, all from the same elements of arrays."""
    if at == len(leaves):
        return True
    leaf, fields = leaves[at]
    possible = [field for field in fields if _consistent(chosen, field.membership)]
    if leaf.absent and not possible and _search(leaves, at + 1, chosen):
        return True
    return any(
        _search(leaves, at + 1, {**chosen, **field.membership})
        for field in possible
        if leaf.accepts(field.value)
    )


def _consistent(chosen: Membership, other: Membership) -> bool:
    return all(chosen.get(array, index) == index for array, index in other.items())
