"""The values of one field in a pattern: literals and operators, each compiled to a test."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from generator.eventbridge.matcher import numbers, strings
from generator.eventbridge.matcher.errors import PatternError
from generator.eventbridge.matcher.parse import pairs

Test = Callable[[object], bool]
"""A test of one scalar of an event: str, int, float, bool or None."""

Operator = Callable[[object, str], Test]
"""Receives an operator's operand and its place in the pattern; raises PatternError."""


class Leaf(NamedTuple):
    """What the value of a field must satisfy: any one of these.

    Attributes:
        strings: equal to one of these.
        tests: passes one of these.
        absent: the event has no such field.

    """

    strings: frozenset[str]
    tests: tuple[Test, ...]
    absent: bool

    def accepts(self, value: object) -> bool:
        """Whether a scalar that is there satisfies the leaf."""
        if type(value) is str and value in self.strings:
            return True
        return any(test(value) for test in self.tests)


def read_leaf(values: Sequence[object], where: str) -> Leaf:
    """Compile the array of values of one field.

    Raises:
        PatternError: AWS would refuse it.

    """
    if not values:
        raise PatternError(where, "an array must not be empty")
    for value in values:
        if isinstance(value, list):
            raise PatternError(where, "arrays must not be nested")
    operators = [_operator(value, where) for value in values if isinstance(value, Mapping)]
    return Leaf(
        strings=frozenset(value for value in values if isinstance(value, str)),
        tests=tuple(test for test in [*_literals(values), *operators] if test is not _never),
        absent=_never in operators,
    )


def _literals(values: Sequence[object]) -> list[Test]:
    tests: list[Test] = []
    known = [value for value in values if numbers.is_number(value)]
    if known:
        tests.append(numbers.equals(known))
    constants = [value for value in values if value is None or isinstance(value, bool)]
    if constants:
        tests.append(lambda value: any(value is constant for constant in constants))
    # An address matches in whatever way the event writes it: event-ruler, CIDR.java.
    texts = [value for value in values if isinstance(value, str)]
    tests += [strings.same_address(text) for text in texts if strings.is_address(text)]
    return tests


def _operator(node: Mapping[str, object], where: str) -> Test:
    name, operand = _only(node, where)
    if name not in OPERATORS:
        raise PatternError(where, f"there is no operator {name}")
    return OPERATORS[name](operand, where)


def _only(node: Mapping[str, object], where: str) -> tuple[str, object]:
    entries = list(pairs(node))
    if len(entries) != 1:
        raise PatternError(where, "an object with an operator must have exactly one key")
    return entries[0]


def _exists(operand: object, where: str) -> Test:
    if not isinstance(operand, bool):
        raise PatternError(where, "exists requires true or false")
    return _always if operand else _never


def _always(_value: object) -> bool:
    return True


def _never(_value: object) -> bool:
    """Means `{"exists": false}`: no value matches."""
    return False


def _of_text(name: str, build: Callable[[str], Test]) -> Operator:
    def operator(operand: object, where: str) -> Test:
        if not isinstance(operand, str):
            raise PatternError(where, f"{name} requires a string")
        return _build(build, operand, where)

    return operator


def _build(build: Callable[[str], Test], operand: str, where: str) -> Test:
    try:
        return build(operand)
    except ValueError as error:
        raise PatternError(where, str(error)) from None


def _with_ignore_case(name: str, build: Callable[[str], Test], folded: Operator) -> Operator:
    """Let prefix and suffix also take `{"equals-ignore-case": ...}`."""
    plain = _of_text(name, build)

    def operator(operand: object, where: str) -> Test:
        if not isinstance(operand, Mapping):
            return plain(operand, where)
        inner, text = _only(operand, where)
        if inner != "equals-ignore-case":
            raise PatternError(
                where, f"{name} requires a string or equals-ignore-case, not {inner}"
            )
        return folded(text, where)

    return operator


def _numeric(operand: object, where: str) -> Test:
    if not isinstance(operand, list):
        raise PatternError(where, "numeric requires an array")
    try:
        return numbers.compare(operand)
    except ValueError as error:
        raise PatternError(where, str(error)) from None


def _anything_but(operand: object, where: str) -> Test:
    if isinstance(operand, Mapping):
        return _negation(_any_of_text(operand, where))
    values = operand if isinstance(operand, list) else [operand]
    if values and all(isinstance(value, str) for value in values):
        unwanted = frozenset(values)
        return lambda value: type(value) is not str or value not in unwanted
    if values and all(numbers.is_number(value) for value in values):
        return _negation(_numbers(values, where))
    raise PatternError(where, "anything-but requires strings or numbers, alone or in one array")


def _numbers(values: Sequence[object], where: str) -> Test:
    for value in values:
        if not numbers.is_comparable(value):
            raise PatternError(where, f"anything-but {numbers.not_comparable(value)}")
    return numbers.equals(values)


def _any_of_text(node: Mapping[str, object], where: str) -> Test:
    name, operand = _only(node, where)
    if name not in _NEGATABLE:
        raise PatternError(where, f"anything-but does not accept {name}")
    texts = operand if isinstance(operand, list) else [operand]
    if not texts:
        raise PatternError(where, "an array must not be empty")
    if name in {"prefix", "suffix"} and "" in texts:
        raise PatternError(where, f"anything-but {name} accepts no empty string")
    operator = _of_text(f"anything-but {name}", _NEGATABLE[name])
    tests = [operator(text, where) for text in texts]
    return lambda value: any(test(value) for test in tests)


def _negation(test: Test) -> Test:
    return lambda value: not test(value)


_NEGATABLE: Mapping[str, Callable[[str], Test]] = {
    "prefix": strings.prefix,
    "suffix": strings.suffix,
    "equals-ignore-case": strings.equals_ignore_case,
    "wildcard": strings.wildcard,
}

OPERATORS: Mapping[str, Operator] = {
    "exactly": _of_text("exactly", strings.exactly),
    "prefix": _with_ignore_case(
        "prefix",
        strings.prefix,
        _of_text("equals-ignore-case", strings.prefix_ignore_case),
    ),
    "suffix": _with_ignore_case(
        "suffix",
        strings.suffix,
        _of_text("equals-ignore-case", strings.suffix_ignore_case),
    ),
    "equals-ignore-case": _of_text("equals-ignore-case", strings.equals_ignore_case),
    "wildcard": _of_text("wildcard", strings.wildcard),
    "cidr": _of_text("cidr", strings.cidr),
    "numeric": _numeric,
    "exists": _exists,
    "anything-but": _anything_but,
}
