"""``match``: which events of a file a pattern matches."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

import orjson

from generator.cli.pattern_file import read_pattern
from generator.eventbridge import matcher
from generator.eventbridge.diagnosis import Diagnosis
from generator.findings import UNREADABLE, Broken, Lines, batches, display_name, open_input
from generator.findings.envelopes import WITHIN, after_time, unwrap
from generator.findings.values import values
from generator.params import BadInput, Problem, problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    Parse = Callable[[bytes], Any]


class Matched(NamedTuple):
    """How many events there were, the positions of those that match, and what was not an event.

    A position is the line's number in NDJSON, and the element's, from 1, in a JSON array.
    ``unwrapped`` counts by form what events were unwrapped from; ``reasons`` say why none matches.
    """

    events: int
    matched: list[int]
    problems: list[Problem]
    unwrapped: Counter[str]
    reasons: list[str]


def match_events(pattern: Path, events: Path) -> Matched:
    """Match a file of events; raise BadInput if AWS would refuse the pattern."""
    asked = _pattern(pattern)
    matches, diagnosis = matcher.compile(asked), Diagnosis(asked)
    result = Matched(0, [], [], Counter(), [])
    count = 0
    parse = _parse_exactly if matcher.mentions_numbers(asked) else _parse
    for position, line, value in _records(events, parse, result.unwrapped):
        try:
            matched = matches(value)
            if not matched and not result.matched:
                diagnosis.see(value)
        except (matcher.EventError, RecursionError) as error:
            why = value.why if isinstance(value, Broken) else _why(error)
            result.problems.append(Problem(display_name(events), line, None, (), why))
            continue
        count += 1
        if matched:
            result.matched.append(position)
    reasons = [] if result.matched else list(diagnosis.reasons())
    return result._replace(events=count, reasons=reasons)


def _why(error: Exception) -> str:
    return "nested too deeply" if isinstance(error, RecursionError) else str(error)


def _pattern(path: Path) -> Mapping[str, Any]:
    """Return the pattern, of which it is certain that it can be compiled."""
    try:
        pattern = read_pattern(_text(path))
        matcher.compile(pattern)
    except matcher.PatternError as error:
        raise BadInput([problem(display_name(path), str(error))]) from None
    return pattern


def _text(path: Path) -> bytes:
    with open_input(path) as file:
        try:
            return file.stream.read()
        except UNREADABLE as error:
            raise BadInput([problem(display_name(path), f"cannot be read: {error}")]) from None


def _records(path: Path, parse: Parse, unwrapped: Counter[str]) -> Iterator[tuple[int, int, Any]]:
    """Yield positions, lines and events; a Broken, which no pattern can match, for what is none."""
    before = 0
    with open_input(path) as file:
        try:
            for batch in batches(file.stream, WITHIN):
                for line, value in values(batch, parse):
                    before += not isinstance(value, Broken)
                    position = line if isinstance(batch, Lines) else before
                    for event in _events(value, unwrapped):
                        yield position, line, event
        except UNREADABLE as error:
            raise BadInput(
                [problem(display_name(path), f"cannot be read further: {error}")]
            ) from None


def _events(value: Any, unwrapped: Counter[str]) -> Iterator[Any]:
    return iter([value]) if isinstance(value, Broken) else unwrap(value, unwrapped)


def _parse(line: bytes) -> Any:
    """Parse quickly; what orjson refuses, such as half of a surrogate pair, is valid to AWS."""
    try:
        return orjson.loads(line)
    except orjson.JSONDecodeError:
        return _parse_exactly(line)


def _parse_exactly(line: bytes) -> Any:
    """Parse numbers exactly as they are written: orjson would round large ones."""
    try:
        return json.loads(line, parse_constant=_refuse)
    except ValueError:
        value = after_time(line)
        if value is None:
            raise
        return value


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is not JSON")
