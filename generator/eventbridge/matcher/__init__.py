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

from generator.eventbridge.matcher import exact, fast
from generator.eventbridge.matcher.errors import EventError, PatternError
from generator.eventbridge.matcher.expand import FlatRule, expand
from generator.eventbridge.matcher.parse import loads

__all__ = ["EventError", "Matcher", "PatternError", "compile", "compile_all", "loads"]

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
    matching = _matching(expand(pattern))
    return lambda event: matching(event) != 0


def compile_all(
    patterns: Sequence[Mapping[str, object]],
) -> Callable[[Mapping[str, object]], list[int]]:
    """Compile several patterns into one function, far faster than calling one for each.

    Returns:
        A function from one whole event to the positions, from 0, of the patterns that take it.

    Raises:
        PatternError: AWS would refuse one of them.

    """
    rules: list[FlatRule] = []
    masks: list[tuple[int, fast.Mask]] = []
    for position, pattern in enumerate(patterns):
        expanded = expand(pattern)
        masks.append((position, ((1 << len(expanded)) - 1) << len(rules)))
        rules += expanded
    matching = _matching(rules)

    def matching_rules(event: Mapping[str, object]) -> list[int]:
        hits = matching(event)
        return [position for position, mask in masks if hits & mask] if hits else []

    return matching_rules


def _matching(rules: Sequence[FlatRule]) -> Callable[[Mapping[str, object]], fast.Mask]:
    quick = fast.matcher(rules)
    slow = exact.matcher(rules)

    def matching(event: Mapping[str, object]) -> fast.Mask:
        if type(event) is not dict:
            raise EventError
        try:
            return quick(event)
        except fast.UnsureError:
            return slow(event)

    return matching
