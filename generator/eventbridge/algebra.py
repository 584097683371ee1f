"""Puts patterns together: both of two, any of several, one under a condition of a template."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from troposphere import If, NoValue

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Pattern = dict[str, Any]


def nest(path: Sequence[str], leaf: Any) -> Pattern:
    """Return a pattern that asks for one leaf at the end of a path."""
    inner = leaf
    for step in reversed(path):
        inner = {step: inner}
    return dict(inner)


def any_of(alternatives: list[Pattern]) -> Pattern:
    """Return a pattern that matches what any of these matches, its ``$or`` as deep as it can be."""
    if len(alternatives) == 1:
        return alternatives[0]
    keys = {key for alternative in alternatives for key in alternative}
    if len(keys) == 1:
        key = keys.pop()
        inner = [alternative[key] for alternative in alternatives]
        if all(isinstance(branch, dict) for branch in inner):
            return {key: any_of(inner)}
    return {"$or": alternatives}


def both(pattern: Pattern, other: Pattern) -> Pattern:
    """Return a pattern that matches what both of these match."""
    merged = dict(pattern)
    for key, value in other.items():
        if key not in merged:
            merged[key] = value
        elif key == "$or":
            merged[key] = [both(a, b) for a in merged[key] for b in value]
        else:
            merged[key] = both(merged[key], value)
    return merged


def only_if(condition: str, pattern: Mapping[str, Any], path: Sequence[str]) -> dict[str, Any]:
    """Return the pattern with one of its keys there only under a condition.

    What has no other key goes with it, since EventBridge refuses empty objects.
    """
    key, *rest = path
    if rest and not _holds_only(pattern[key], rest):
        return {**pattern, key: only_if(condition, pattern[key], rest)}
    return {**pattern, key: If(condition, pattern[key], NoValue)}


def either(condition: str, pattern: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    """Return a pattern that is the one under a condition and the other without it."""
    keys = [*pattern, *(key for key in other if key not in pattern)]
    return {
        key: _either(condition, pattern.get(key, NoValue), other.get(key, NoValue)) for key in keys
    }


def _either(condition: str, value: Any, other: Any) -> Any:
    if value == other:
        return value
    if isinstance(value, dict) and isinstance(other, dict):
        return either(condition, value, other)
    return If(condition, value, other)


def _holds_only(pattern: Mapping[str, Any], path: Sequence[str]) -> bool:
    key, *rest = path
    return len(pattern) == 1 and (not rest or _holds_only(pattern[key], rest))
