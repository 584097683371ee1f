"""EventBridge event patterns: checked as AWS checks them, compiled once, matched fast.

    matches = compile(loads('{"source": ["aws.securityhub"]}'))
    matches({"source": "aws.securityhub", "detail": {}})   # True

AWS documents the operators at
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html;
where the documentation is silent, AWS's open engine (https://github.com/aws/event-ruler) decides.

`expand` turns a pattern into flat rules (dotted field name -> `operators.Leaf`), `fast` matches
them by walking the event, `exact` as the engine does, slowly, for the events on which the walk
cannot be sure.

One limit of AWS is not known offline: the service refuses some patterns with many `*` as too
complex.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from generator.eventbridge.matcher import exact, fast
from generator.eventbridge.matcher.bounded import Bounded
from generator.eventbridge.matcher.errors import EventError, PatternError
from generator.eventbridge.matcher.expand import FlatRule, expand
from generator.eventbridge.matcher.numbers import mentions_numbers
from generator.eventbridge.matcher.parse import loads
from generator.eventbridge.matcher.tree import Mask

__all__ = [
    "EventError",
    "Matcher",
    "PatternError",
    "compile",
    "compile_all",
    "compile_answers",
    "loads",
    "mentions_numbers",
]

T = TypeVar("T")

Matcher = Callable[[Mapping[str, object]], bool]


def compile(pattern: Mapping[str, object]) -> Matcher:  # noqa: A001
    """Compile an event pattern.

    Args:
        pattern: the pattern as parsed JSON, best from `loads`, which also sees repeated keys.

    Returns:
        A function from one whole event, a dict of parsed JSON, to whether the pattern matches it.
        It raises `EventError` for anything but a dict.

    Raises:
        PatternError: AWS would refuse the pattern; the message says where and why.

    """
    return compile_answers([pattern], bool)


def compile_all(
    patterns: Sequence[Mapping[str, object]],
) -> Callable[[Mapping[str, object]], tuple[int, ...]]:
    """Compile several patterns into one function, far faster than calling one for each.

    Returns:
        A function from one whole event to the positions, from 0, of the patterns that match it.

    Raises:
        PatternError: AWS would refuse one of them.

    """
    return compile_answers(patterns, lambda positions: positions)


def compile_answers(
    patterns: Sequence[Mapping[str, object]], answer: Callable[[tuple[int, ...]], T]
) -> Callable[[Mapping[str, object]], T]:
    """Do as `compile_all`, and return what ``answer`` makes of the positions.

    Most events are answered by what was answered before: nobody may change an answer.
    """
    rules: list[FlatRule] = []
    masks: list[tuple[int, Mask]] = []
    for position, pattern in enumerate(patterns):
        expanded = expand(pattern)
        masks.append((position, ((1 << len(expanded)) - 1) << len(rules)))
        rules += expanded
    quick, slow = fast.matcher(rules), exact.matcher(rules)
    answers = Bounded[Mask, T](
        lambda hits: answer(tuple(position for position, mask in masks if hits & mask))
    )

    def answered(event: Mapping[str, object]) -> T:
        if type(event) is not dict:
            raise EventError
        try:
            return answers[quick(event)]
        except fast.UnsureError:
            return answers[slow(event)]

    return answered
