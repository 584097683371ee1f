"""The matcher against cases, against the engine's own way of matching, and against laws."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.eventbridge import matcher
from generator.eventbridge.matcher import exact, fast
from generator.eventbridge.matcher.expand import expand

HERE = Path(__file__).parents[1]
CORPUS = HERE.parents[1] / "shared" / "corpus" / "pattern-cases.ndjson"
OWN = json.loads((HERE / "cases" / "patterns.json").read_text(encoding="utf-8"))
DISAGREE = {
    "localstack/content_wildcard_complex_EXC": "the service's limit on complex wildcards is secret",
}


def verdict(case: dict[str, Any]) -> tuple[bool | str, str]:
    """Give the matcher's verdict on a case and, for an error, the message."""
    event = json.loads(case["event_raw"]) if "event_raw" in case else case["event"]
    text = case.get("text", case.get("pattern_raw"))
    try:
        pattern = case["pattern"] if text is None else matcher.loads(text)
        return matcher.compile(pattern)(event), ""
    except (matcher.PatternError, matcher.EventError) as error:
        return "error", str(error)


@pytest.mark.parametrize("case", OWN["cases"], ids=lambda case: case["name"])
def test_own_cases_have_their_verdict_and_message(case: dict[str, Any]) -> None:
    expected = (case["expected"], case.get("message", ""))
    assert verdict({"event": OWN["event"], **case}) == expected


def test_all_cases_of_aws_agree_but_for_the_listed_ones() -> None:
    if not CORPUS.exists():
        pytest.skip(f"{CORPUS} is not there: the cases of AWS are not part of this project")
    cases = [json.loads(line) for line in CORPUS.read_text(encoding="utf-8").splitlines()]
    differing = {case["name"] for case in cases if verdict(case)[0] != case["expected"]}
    assert differing == DISAGREE.keys()
    assert len(cases) == 488


def test_the_error_says_where_and_why() -> None:
    with pytest.raises(matcher.PatternError) as caught:
        matcher.compile({"detail": {"findings": {"Severity": {"Label": []}}}})
    assert caught.value.where == "detail.findings.Severity.Label"
    assert caught.value.reason == "an array must not be empty"


def test_a_pattern_may_be_given_as_bytes() -> None:
    assert matcher.compile(matcher.loads(b'{"source": ["a"]}'))({"source": "a"})


def test_a_pattern_that_is_nested_too_deeply_is_an_error() -> None:
    with pytest.raises(matcher.PatternError, match="must be valid JSON"):
        matcher.loads('{"a":' * 100_000)


def test_too_many_fields_are_refused() -> None:
    with pytest.raises(matcher.PatternError, match="more than 256 fields"):
        matcher.compile({f"field{number}": [1] for number in range(257)})


def test_an_or_that_multiplies_out_beyond_measure_is_refused() -> None:
    pattern = {f"field{n}": {"$or": [{"a": [1]}, {"b": [1]}]} for n in range(10)}
    with pytest.raises(matcher.PatternError, match="more than 1000 rules"):
        matcher.compile(pattern)


def test_several_patterns_give_the_positions_of_those_that_take_the_event() -> None:
    either = {"$or": [{"source": ["x"]}, {"region": ["y"]}]}
    taking = matcher.compile_all([{"source": ["x"]}, {"source": ["z"]}, either])
    assert taking({"source": "x", "region": "y"}) == (0, 2)
    assert taking({"source": "z", "region": "y"}) == (1, 2)
    assert taking({"source": "w"}) == ()


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ('{"a": ["1", true, null, {"exists": true}, {"cidr": "10.0.0.0/8"}]}', False),
        ('{"a": [{"anything-but": ["1"]}], "1": ["x"]}', False),
        ('{"a": ["x", 1]}', True),
        ('{"a": {"b": [{"anything-but": [1.5]}]}}', True),
        ('{"$or": [{"a": ["x"]}, {"a": [{"numeric": ["=", 1]}]}]}', True),
        ('{"a": [1], "a": ["x"]}', True),
    ],
)
def test_a_pattern_mentions_numbers_or_not(pattern: str, expected: bool) -> None:  # noqa: FBT001
    assert matcher.mentions_numbers(matcher.loads(pattern)) == expected


# Few names and few values, so that patterns and events meet; arrays and dots in all places.
NAMES = ("a", "b", "c", "a.b", "b.c")
SCALARS = st.sampled_from(["x", "y", "", 0, 1, True, None, 1.5])
TEXTS = st.sampled_from(["x", "y", "xy", "", "z"])
LEAVES = st.lists(
    SCALARS
    | st.sampled_from(
        [
            {"exists": True},
            {"exists": False},
            {"exists": False},
            {"anything-but": "x"},
            {"anything-but": [0, 1]},
            {"prefix": "x"},
            {"numeric": [">", 0]},
        ]
    ),
    min_size=1,
    max_size=3,
)


def objects(values: st.SearchStrategy[Any], least: int) -> st.SearchStrategy[dict[str, Any]]:
    return st.dictionaries(st.sampled_from(NAMES), values, min_size=least, max_size=3)


PATTERNS = objects(st.recursive(LEAVES, lambda inner: objects(inner, 1), max_leaves=5), 1)
VALUES = st.recursive(
    SCALARS, lambda inner: objects(inner, 0) | st.lists(inner, max_size=3), max_leaves=8
)
EVENTS = objects(VALUES, 0)


@settings(max_examples=500, deadline=None)
@given(st.lists(PATTERNS, min_size=1, max_size=3), EVENTS)
def test_walking_the_event_agrees_with_flattening_it(
    patterns: list[dict[str, Any]], event: dict[str, Any]
) -> None:
    rules = [rule for pattern in patterns for rule in expand(pattern)]
    try:
        walked = fast.matcher(rules)(event)
    except fast.UnsureError:
        return
    assert walked == exact.matcher(rules)(event)


@given(st.lists(PATTERNS, max_size=4), EVENTS)
def test_several_patterns_at_once_agree_with_each_alone(
    patterns: list[dict[str, Any]], event: dict[str, Any]
) -> None:
    alone = tuple(n for n, pattern in enumerate(patterns) if matcher.compile(pattern)(event))
    assert matcher.compile_all(patterns)(event) == alone


@given(PATTERNS, PATTERNS, EVENTS)
def test_or_takes_what_either_branch_takes(
    one: dict[str, Any], other: dict[str, Any], event: dict[str, Any]
) -> None:
    both = matcher.compile({"$or": [one, other]})(event)
    assert both == (matcher.compile(one)(event) or matcher.compile(other)(event))


@given(st.lists(TEXTS, min_size=1), TEXTS)
def test_anything_but_is_the_opposite_of_exact_for_a_string(wanted: list[str], text: str) -> None:
    exact = matcher.compile({"a": wanted})
    assert matcher.compile({"a": [{"anything-but": wanted}]})({"a": text}) != exact({"a": text})


@given(st.from_regex(r"\*?([ab]+\*)*[ab]?", fullmatch=True), st.text("ab", max_size=8))
def test_wildcard_agrees_with_a_regular_expression(text: str, value: str) -> None:
    matches = matcher.compile({"a": [{"wildcard": text}]})
    assert matches({"a": value}) == bool(re.fullmatch(text.replace("*", ".*"), value))
