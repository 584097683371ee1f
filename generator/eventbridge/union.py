"""The pattern that matches whatever any of several patterns matches.

Forwarding sends each event once, however many routes want it, so it needs one pattern for all.
EventBridge's ``$or`` can say exactly that, but a pattern has at most 2,048 characters. When the
exact union is longer, the two branches that differ least become one branch, which matches a little
more than both, and so on until the pattern fits: the home filters again in any case.

A branch is a flat pattern: the path of each field, and what the field may be. ``$or`` within the
patterns is multiplied out into branches first.
"""

from __future__ import annotations

import json
from itertools import combinations
from typing import TYPE_CHECKING, Any

from generator.cloudformation.limits import LONGEST_PATTERN, pattern_length
from generator.eventbridge.algebra import any_of, both, nest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from generator.eventbridge.algebra import Pattern

Path = tuple[str, ...]
Leaf = tuple[str, ...]
"""What a field may be: each value as JSON, and names of lists that are known later."""
Branch = dict[Path, Leaf]

_MOST_BRANCHES = 100
"""More would never fit: the shortest branch has about twenty characters."""


def union(
    patterns: Sequence[Pattern],
    weigh: Callable[[Pattern], int] | None = None,
    limit: int = LONGEST_PATTERN,
) -> Pattern:
    """Return a pattern of limited length that matches what any of the patterns matches.

    A leaf may be a list, or a text: the name, with a capital letter, of a list that is known
    later. ``weigh`` returns how long a pattern with such names can grow.
    """
    weigh = weigh or pattern_length
    branches = _simplify(branch for pattern in patterns for branch in _branches(pattern))
    if len(branches) > _MOST_BRANCHES:
        branches = _simplify(_merge_all(_branches(pattern)) for pattern in patterns)
    while weigh(_pattern(branches)) > limit:
        branches = _shorten(branches)
    return _pattern(branches)


def _branches(pattern: Pattern, path: Path = ()) -> list[Branch]:
    """Multiply out a pattern, as EventBridge does."""
    branches: list[Branch] = [{}]
    for key, value in pattern.items():
        if key == "$or":
            inner = [branch for alternative in value for branch in _branches(alternative, path)]
        elif isinstance(value, dict):
            inner = _branches(value, (*path, key))
        else:
            inner = [{(*path, key): _leaf(value)}]
        branches = [{**branch, **other} for branch in branches for other in inner]
    return branches


def _leaf(value: Any) -> Leaf:
    return (value,) if isinstance(value, str) else tuple(map(json.dumps, value))


def _forms(leaf: Leaf) -> list[Any]:
    """Return the names, and the list of the values, that a leaf is made of."""
    names = [item for item in leaf if item[0].isupper()]
    values = [json.loads(item) for item in leaf if not item[0].isupper()]  # as in all JSON
    return [*names, *([values] if values else [])]


def _pattern(branches: Sequence[Branch]) -> Pattern:
    """Return the pattern of branches; what all of them ask for is said once."""
    first, *others = branches
    common = {
        path: leaf
        for path, leaf in first.items()
        if all(other.get(path) == leaf for other in others)
    }
    pattern = _said(common)
    if not others:
        return pattern
    rests = [{path: branch[path] for path in branch if path not in common} for branch in branches]
    return both(pattern, any_of([_pattern(group) for group in _group(rests)]))


def _group(branches: list[Branch]) -> list[list[Branch]]:
    """Return groups of branches, such that what those of a group share saves most characters."""
    saved: dict[str, int] = {}
    keys = [set(map(json.dumps, branch.items())) for branch in branches]
    for fields in keys:
        for key in sorted(fields):
            saved[key] = saved.get(key, -len(key)) + len(key)
    best = max(saved, key=lambda key: saved[key])
    if not saved[best]:
        return [[branch] for branch in branches]
    sharing = [branch for branch, named in zip(branches, keys, strict=True) if best in named]
    others = [branch for branch, named in zip(branches, keys, strict=True) if best not in named]
    return [sharing, *_group(others)] if others else [sharing]


def _said(branch: Branch) -> Pattern:
    pattern: Pattern = {}
    for path, leaf in branch.items():
        pattern = both(pattern, any_of([nest(path, values) for values in _forms(leaf)]))
    return pattern


def _simplify(branches: Iterable[Branch]) -> list[Branch]:
    """Leave out what another branch matches anyway, and merge what can be merged without loss."""
    kept: list[Branch] = []
    for branch in branches:
        _add(kept, branch)
    return kept


def _add(kept: list[Branch], branch: Branch) -> None:
    for other in kept:
        if _covers(other, branch):
            return
        if _covers(branch, other) or _loss(branch, other) == (0, 1):
            kept.remove(other)
            _add(kept, _merge(other, branch))
            return
    kept.append(branch)


def _covers(wide: Branch, narrow: Branch) -> bool:
    return all(path in narrow and set(narrow[path]) <= set(leaf) for path, leaf in wide.items())


def _loss(branch: Branch, other: Branch) -> tuple[int, int]:
    """Return how many fields a merger would lose, and how many it would widen.

    Nothing lost and one field widened loses nothing: then the merger is exact.
    """
    shared = branch.keys() & other.keys()
    widened = sum(
        branch[path] != other[path] and set(branch[path]) != set(other[path]) for path in shared
    )
    return len(branch) + len(other) - 2 * len(shared), widened


def _merge(branch: Branch, other: Branch) -> Branch:
    """Return a branch that matches what both match: the fields that both ask for, widened."""
    return {path: _join(leaf, other[path]) for path, leaf in branch.items() if path in other}


def _merge_all(branches: Iterable[Branch]) -> Branch:
    first, *others = branches
    for other in others:
        first = _merge(first, other)
    return first


def _join(leaf: Leaf, other: Leaf) -> Leaf:
    """Return what either leaf allows, in the first one's order."""
    return tuple(dict.fromkeys((*leaf, *other)))


def _shorten(branches: list[Branch]) -> list[Branch]:
    """Return branches that are fewer, or one that asks for less."""
    if len(branches) == 1:
        (only,) = branches
        longest = max(only, key=lambda path: (len(path) > 1, len("".join(only[path]))))
        return [{path: leaf for path, leaf in only.items() if path != longest}]
    first, other = min(combinations(branches, 2), key=lambda pair: _loss(*pair))
    rest = [branch for branch in branches if branch is not first and branch is not other]
    return _simplify([*rest, _merge(first, other)])
