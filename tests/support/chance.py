"""Patterns and events by chance: few names and values, so that they meet; arrays and dots."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from random import Random

_VALUES = ("Id", "Type", "b")
_OBJECTS = ("Tags", "a")
_DOTTED = ("a.Id", "a.Tags", "Tags.b", "a.a", "b.Id")
"""Names, of what is mostly a value, mostly an object, and spelled in one key."""
_SCALARS = ("x", "y", "xy", "", "10.0.0.1", 0, 1, 1.5, True, False, None)
_CONDITIONS: tuple[Any, ...] = (
    *("x", "y", "xy", "10.0.0.1", 0, 1, 1.5, True, None),
    {"exists": True},
    *[{"exists": False}] * 4,
    *({"anything-but": "x"}, {"anything-but": ["x", "y"]}, {"anything-but": [0, 1]}),
    *({"anything-but": {"prefix": "x"}}, {"anything-but": {"wildcard": "*y"}}),
    *({"prefix": "x"}, {"suffix": "y"}, {"wildcard": "x*"}, {"equals-ignore-case": "XY"}),
    *({"numeric": [">", 0]}, {"numeric": ["=", 1]}, {"cidr": "10.0.0.0/8"}),
)
_DEEPEST = 3


def pattern(random: Random, depth: int = 0) -> dict[str, Any]:
    """Return a pattern that AWS accepts."""
    if not depth and random.random() < 0.15:
        return {"$or": [pattern(random, 1), pattern(random, 1)]}
    names = _names(random, 1, 3, dotted=0.03)
    return {name: _asked(name, random, depth + 1) for name in names}


def _names(random: Random, least: int, most: int, *, dotted: float) -> list[str]:
    names = random.sample((*_VALUES, *_OBJECTS), random.randint(least, most))
    return [*names, random.choice(_DOTTED)] if random.random() < dotted else names


def _is_object(name: str, random: Random, depth: int) -> bool:
    likely = 0.9 if name.endswith(_OBJECTS) else 0.05
    return depth <= _DEEPEST and random.random() < likely


def _asked(name: str, random: Random, depth: int) -> Any:
    if _is_object(name, random, depth + 1):
        return pattern(random, depth)
    return random.sample(_CONDITIONS, random.randint(1, 4))


def event(random: Random, depth: int = 0) -> dict[str, Any]:
    """Return an object of JSON."""
    names = _names(random, 1, 5, dotted=0.35)
    return {name: _value(name, random, depth + 1) for name in names}


def _value(name: str, random: Random, depth: int) -> Any:
    if random.random() < 0.35:
        return [_value(name, random, depth + 1) for _ in range(random.randint(0, 3))]
    if _is_object(name, random, depth):
        return event(random, depth)
    return random.choice(_SCALARS)
