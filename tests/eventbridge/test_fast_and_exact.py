"""The walk along an event against the engine's own way, on patterns and events by chance."""

from __future__ import annotations

import os
from random import Random
from typing import TYPE_CHECKING, Any

import chance
from generator.eventbridge import matcher
from generator.eventbridge.matcher import exact, fast
from generator.eventbridge.matcher.expand import expand

if TYPE_CHECKING:
    from collections.abc import Iterator

PAIRS = int(os.environ.get("FUZZED_PAIRS", "10000"))
"""Of a pattern and an event; after a change of the matcher, try 300,000."""

EVENTS = 10
"""Matched by the same patterns, since these remember the values that they have seen."""

Drawn = tuple[list[dict[str, Any]], list[dict[str, Any]]]


def drawn(seed: int) -> Iterator[Drawn]:
    """Yield patterns, and events to match them with, until there are enough pairs."""
    random, pairs = Random(seed), 0  # noqa: S311  (not a secret)
    while pairs < PAIRS:
        patterns = [chance.pattern(random) for _ in range(random.randint(1, 4))]
        yield patterns, [chance.event(random) for _ in range(EVENTS)]
        pairs += len(patterns) * EVENTS


def test_the_walk_answers_as_the_engine_does_and_nearly_always() -> None:
    events = unsure = matched = 0
    for patterns, drawn_events in drawn(1):
        rules = [rule for pattern in patterns for rule in expand(pattern)]
        walk, engine = fast.matcher(rules), exact.matcher(rules)
        for event in drawn_events:
            expected = engine(event)
            try:
                assert walk(event) == expected, (patterns, event)
            except fast.UnsureError:
                unsure += 1
            events += 1
            matched += bool(expected)
    print(f"{PAIRS:,} pairs, {events:,} events: {matched:,} match, not sure of {unsure:,}")
    assert events / 10 < matched < events / 2
    assert unsure < events / 5


def test_patterns_together_answer_as_each_does_in_the_engine() -> None:
    for patterns, events in drawn(2):
        together = matcher.compile_all(patterns)
        engines = [exact.matcher(expand(pattern)) for pattern in patterns]
        for event in events:
            expected = tuple(n for n, engine in enumerate(engines) if engine(event))
            assert together(event) == expected, (patterns, event)


def test_a_key_with_dots_in_an_array_settles_what_is_absent_as_its_path_does() -> None:
    other = {"b": [{"anything-but": ["y"]}]}
    absent = [{"exists": False}]
    pattern = {"Tags": {"a": {"Id": absent, "a": absent}, **other}}
    event = {"Tags": [[{"a.a": "x"}], [{"b": "xy"}]]}
    rules = expand(pattern)
    assert exact.matcher(rules)(event) == 0
    assert not matcher.compile(pattern)(event)
