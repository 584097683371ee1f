"""One field in all rules: which of them a value satisfies."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from generator.eventbridge.matcher.bounded import Bounded
from generator.eventbridge.matcher.tree import Mask, union

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from generator.eventbridge.matcher.operators import Leaf

MISSING = object()
"""The value of a field that an object does not have."""


class Field(NamedTuple):
    """What rules say of a field.

    Attributes:
        of_text: the rules that a string satisfies, remembered: most fields have few values, and
            each then costs one lookup, however many rules test it. Rules without this field are
            among them.
        of_node: the same for any node of an event, and for MISSING.

    """

    of_text: Bounded[str, Mask]
    of_node: Callable[[object], Mask]


def field(leaves: Mapping[Mask, Leaf], every: Mask) -> Field:
    """Compile a field. Only scalars are values, in arrays of any depth."""
    of_scalar = _of_scalar(leaves, every)
    absent = every & ~union(rule for rule, leaf in leaves.items() if not leaf.absent)
    of_text = Bounded[str, Mask](of_scalar)

    def of_node(node: object) -> Mask:
        if node is MISSING or type(node) is dict:
            return absent
        if type(node) is not list:
            return of_scalar(node)
        mask, empty = 0, True
        for element in node:
            if type(element) is str:
                mask |= of_text[element]
                empty = False
            else:
                for value in _scalars(element):
                    mask |= of_scalar(value)
                    empty = False
        return absent if empty else mask

    return Field(of_text, of_node)


def _of_scalar(leaves: Mapping[Mask, Leaf], every: Mask) -> Callable[[object], Mask]:
    others = every & ~union(leaves)
    texts = {text for leaf in leaves.values() for text in leaf.strings}
    strings = {
        text: others | union(rule for rule, leaf in leaves.items() if text in leaf.strings)
        for text in texts
    }
    tested = [(rule, test) for rule, leaf in leaves.items() for test in leaf.tests]

    def satisfied(value: object) -> Mask:
        mask = strings.get(value, others) if type(value) is str else others
        for rule, test in tested:
            if test(value):
                mask |= rule
        return mask

    return satisfied


def _scalars(node: object) -> Iterator[object]:
    if type(node) is list:
        for element in node:
            yield from _scalars(element)
    elif type(node) is not dict:
        yield node


def has(node: object, path: Sequence[str]) -> bool:
    """Whether there is a value at the end of a path, in arrays or under keys with dots as well."""
    if type(node) is list:
        return any(has(element, path) for element in node)
    if type(node) is dict:
        keys = ((".".join(path[:end]), end) for end in range(1, len(path) + 1))
        return any(has(node[key], path[end:]) for key, end in keys if key in node)
    return not path
