"""Why a pattern matches none of the events it was tried on, field by field."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from generator.eventbridge import matcher
from generator.params.problems import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Path = tuple[str, ...]

_MOST_VALUES = 3
_MANY = 1_000
_LONGEST = 60
_WITHOUT_WILDCARDS = ("prefix", "suffix")


class _Leaf(NamedTuple):
    """A field that the pattern asks for, what it may be, and whether an alternative may do."""

    path: Path
    conditions: Any
    optional: bool


@dataclass(slots=True)
class _Seen:
    """What the events have at a leaf: how often it matched, is there, is an object; and values.

    ``found`` is as far as the path leads in some event; ``keys`` are those that are there instead
    of the next one.
    """

    matched: int = 0
    present: int = 0
    objects: int = 0
    values: Counter[str] = field(default_factory=Counter)
    found: int = 0
    keys: set[str] = field(default_factory=set)


class Diagnosis:
    """Looks at events that do not match."""

    def __init__(self, pattern: Mapping[str, Any]) -> None:
        self._leaves = list(_leaves(pattern, (), optional=False))
        self._matching = matcher.compile_all([_alone(leaf) for leaf in self._leaves])
        self._seen = [_Seen() for _ in self._leaves]
        self._events = 0

    def see(self, event: Any) -> None:
        """Take note of an event that does not match."""
        self._events += 1
        for position in self._matching(event):
            self._seen[position].matched += 1
        for leaf, seen in zip(self._leaves, self._seen, strict=True):
            _look(event, leaf.path, 0, seen)

    def reasons(self) -> Iterator[str]:
        """Yield a line for each field that matches no event; one in all where each matches some."""
        if not self._events:
            return
        pairs = list(zip(self._leaves, self._seen, strict=True))
        never = [(leaf, seen) for leaf, seen in pairs if not seen.matched]
        required = [(leaf, seen) for leaf, seen in never if not leaf.optional]
        for leaf, seen in required or never:
            yield f"{'.'.join(leaf.path)}: {self._why(leaf, seen)}"
        if not required:
            counts = ", ".join(
                f"{'.'.join(leaf.path)} {seen.matched:,}" for leaf, seen in pairs if seen.matched
            )
            yield f"each field matches by itself, but never all in one event: {counts}"

    def _why(self, leaf: _Leaf, seen: _Seen) -> str:
        if not seen.present:
            missing = leaf.path[seen.found]
            where = ".".join(leaf.path[: seen.found + 1])
            return f"no event has the field {where}{did_you_mean(missing, seen.keys)}"
        if seen.objects == seen.present:
            every = "every event" if seen.objects >= self._events else "the events that have it"
            fields = ", ".join(sorted(seen.keys)[:_MOST_VALUES]) or "empty"
            return f"is an object in {every} ({fields}): the pattern has to name a field in it"
        common = ", ".join(value for value, _ in seen.values.most_common(_MOST_VALUES))
        more = ", ..." if len(seen.values) > _MOST_VALUES else ""
        return f"no event has such a value; they have {common}{more}{_wildcard(leaf.conditions)}"


def _leaves(node: Any, path: Path, *, optional: bool) -> Iterator[_Leaf]:
    for key, value in node.items():
        if key == "$or" and isinstance(value, list):
            for alternative in value:
                yield from _leaves(alternative, path, optional=True)
        elif isinstance(value, dict):
            yield from _leaves(value, (*path, key), optional=optional)
        else:
            yield _Leaf((*path, key), value, optional)


def _alone(leaf: _Leaf) -> dict[str, Any]:
    pattern: Any = leaf.conditions
    for step in reversed(leaf.path):
        pattern = {step: pattern}
    return dict(pattern)


def _look(node: Any, path: Path, depth: int, seen: _Seen) -> None:
    """Note what is at a path, through arrays on the way."""
    if isinstance(node, list):
        for element in node:
            _look(element, path, depth, seen)
    elif depth == len(path):
        seen.present += 1
        if isinstance(node, dict):
            seen.objects += 1
            seen.keys.update(node)
        elif len(seen.values) < _MANY or _shown(node) in seen.values:
            seen.values[_shown(node)] += 1
    elif isinstance(node, dict):
        if depth > seen.found:
            seen.found, seen.keys = depth, set()
        if path[depth] in node:
            _look(node[path[depth]], path, depth + 1, seen)
        elif depth == seen.found and not seen.present:
            seen.keys.update(node)


def _shown(value: Any) -> str:
    text = repr(value) if isinstance(value, str) else str(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."


def _wildcard(conditions: Any) -> str:
    """Say that a ``*`` means itself, where one is written."""
    for condition in conditions:
        if isinstance(condition, str) and "*" in condition:
            return f'; {condition!r} is an exact value: write {{"wildcard": ...}} for a wildcard'
        if isinstance(condition, dict):
            for operator in _WITHOUT_WILDCARDS:
                text = condition.get(operator)
                if isinstance(text, str) and "*" in text:
                    return f"; in a {operator}, * is not a wildcard: leave it out"
    return ""
