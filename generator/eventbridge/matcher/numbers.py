"""Numbers in patterns: equal by value, not by spelling, within the range AWS compares.

Source: ComparableNumber.java of https://github.com/aws/event-ruler.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from generator.eventbridge.matcher.parse import pairs

_LIMIT = 5 * 10**11
_DECIMALS = 6
_Operators = Mapping[str, Callable[[Any, Any], bool]]
_LOWER: _Operators = {">": operator.gt, ">=": operator.ge}
_UPPER: _Operators = {"<": operator.lt, "<=": operator.le}
_ALL: _Operators = {"=": operator.eq, **_LOWER, **_UPPER}

Test = Callable[[object], bool]


def is_number(value: object) -> bool:
    """Whether JSON would call it a number: `True` is none, though Python counts it as one."""
    return isinstance(value, (int, float, Decimal)) and not isinstance(value, bool)


def mentions_numbers(pattern: object) -> bool:
    """Whether a pattern has a number anywhere; without, those of events may be inexact."""
    if isinstance(pattern, Mapping):
        return any(mentions_numbers(value) for _, value in pairs(pattern))
    if isinstance(pattern, list):
        return any(map(mentions_numbers, pattern))
    return is_number(pattern)


def is_comparable(value: object) -> bool:
    """Whether AWS compares the number by value: at most 5e11, at most six decimals."""
    if not isinstance(value, (int, float, Decimal)) or isinstance(value, bool):
        return False
    return -_LIMIT <= value <= _LIMIT and round(value, _DECIMALS) == value


def not_comparable(value: object) -> str:
    """Say what a pattern may have instead."""
    return f"requires numbers from -5e11 to 5e11 with at most {_DECIMALS} decimals, not {value}"


def equals(values: Sequence[object]) -> Test:
    """Test for equality with any of some numbers: 300, 300.0 and 3.0e2 are one."""
    known = frozenset(_plain(value) for value in values)
    return lambda value: type(value) is not bool and value in known


def compare(terms: Sequence[object]) -> Test:
    """Compile the array of a `numeric` operator, such as `[">", 0, "<=", 5]`.

    Raises:
        ValueError: AWS would refuse it.

    """
    bounds = list(zip(terms[::2], terms[1::2], strict=False))
    _check(terms, bounds)
    tests = [(_ALL[str(name)], _plain(bound)) for name, bound in bounds]

    def matches(value: object) -> bool:
        return is_comparable(value) and all(test(value, bound) for test, bound in tests)

    return matches


def _check(terms: Sequence[object], bounds: Sequence[tuple[object, object]]) -> None:
    names = [name for name, _ in bounds]
    known = all(isinstance(name, str) and name in _ALL for name in names)
    if not terms or len(terms) % 2 or not known:
        raise ValueError(f"numeric requires pairs of an operator ({', '.join(_ALL)}) and a number")
    for name, bound in bounds:
        if not is_comparable(bound):
            raise ValueError(f"numeric {name} {not_comparable(bound)}")
    if len(bounds) > 1:
        _check_range(bounds)


def _check_range(bounds: Sequence[tuple[object, object]]) -> None:
    (lower, bottom), (upper, top), *more = bounds
    if more or lower not in _LOWER or upper not in _UPPER:
        raise ValueError("numeric requires one comparison, or > or >= and then < or <=")
    if _plain(bottom) >= _plain(top):
        raise ValueError("a numeric range must end above its beginning")


def _plain(value: object) -> float:
    """Convert a Decimal, which equals no float with the same digits."""
    return float(value) if isinstance(value, Decimal) else value  # type: ignore[return-value]
