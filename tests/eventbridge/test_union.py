"""One pattern matches what any of several matches, in few enough characters."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from events import as_event
from generator.cloudformation.limits import LONGEST_PATTERN
from generator.cloudformation.limits import pattern_length as length
from generator.eventbridge import matcher
from generator.eventbridge.union import union
from generator.params.match import Match
from generator.routing.event_pattern import event_pattern

HIGH = Match.model_validate({"severity": ["HIGH"], "record_state": ["ACTIVE"]})
LOW = Match.model_validate({"severity": ["LOW"], "record_state": ["ACTIVE"]})
FAILED = Match.model_validate({"compliance": ["FAILED"], "record_state": ["ACTIVE"]})


def findings_of(*matches: Match) -> Any:
    return union([event_pattern(one) for one in matches])["detail"]["findings"]


def event(**finding: Any) -> dict[str, Any]:
    return as_event(finding)


def test_one_route_is_forwarded_by_its_own_pattern() -> None:
    match = Match.model_validate({"severity": ["HIGH"], "controls": ["IAM.6", "EC2.*"]})
    assert union([event_pattern(match)]) == event_pattern(match)


def test_routes_that_differ_in_one_field_become_one_list() -> None:
    assert findings_of(HIGH, LOW) == {
        "Severity": {"Label": ["HIGH", "LOW"]},
        "RecordState": ["ACTIVE"],
    }


def test_what_all_routes_ask_for_is_said_once() -> None:
    assert findings_of(HIGH, FAILED) == {
        "RecordState": ["ACTIVE"],
        "$or": [{"Severity": {"Label": ["HIGH"]}}, {"Compliance": {"Status": ["FAILED"]}}],
    }


def test_routes_that_differ_in_two_fields_do_not_become_one() -> None:
    old = Match.model_validate({"severity": ["LOW"], "record_state": ["ARCHIVED"]})
    matches = matcher.compile(union([event_pattern(HIGH), event_pattern(old)]))
    assert matches(event(Severity={"Label": "LOW"}, RecordState="ARCHIVED"))
    assert not matches(event(Severity={"Label": "HIGH"}, RecordState="ARCHIVED"))


def test_a_route_that_another_one_includes_adds_nothing() -> None:
    wide = Match.model_validate({"record_state": ["ACTIVE"]})
    assert findings_of(HIGH, wide, FAILED) == {"RecordState": ["ACTIVE"]}


def test_a_route_for_everything_leaves_no_filter() -> None:
    assert "detail" not in union([event_pattern(HIGH), event_pattern(Match())])


def test_a_name_stands_for_a_list_that_is_known_later() -> None:
    tuned = [event_pattern(HIGH, {"severity": "ListA"}), event_pattern(LOW, {"severity": "ListB"})]
    assert union(tuned)["detail"]["findings"] == {
        "Severity": {"$or": [{"Label": "ListA"}, {"Label": "ListB"}]},
        "RecordState": ["ACTIVE"],
    }


def test_a_union_that_is_too_long_gives_up_what_tells_the_nearest_routes_apart() -> None:
    many = [
        Match.model_validate(
            {"accounts": [f"{n:012}"], "regions": [f"eu-west-{n}"], "severity": ["HIGH"]}
        )
        for n in range(60)
    ]
    pattern = union([event_pattern(one) for one in many])
    assert length(pattern) <= LONGEST_PATTERN
    matches = matcher.compile(pattern)
    assert matches(event(AwsAccountId=f"{3:012}", Region="eu-west-3", Severity={"Label": "HIGH"}))
    assert not matches(
        event(AwsAccountId=f"{3:012}", Region="eu-west-3", Severity={"Label": "LOW"})
    )
    assert not matches(
        event(AwsAccountId=f"{99:012}", Region="eu-west-3", Severity={"Label": "HIGH"})
    )


def test_a_single_route_that_is_too_long_loses_its_longest_list_alone() -> None:
    match = Match.model_validate(
        {"accounts": [f"{n:012}" for n in range(200)], "regions": ["eu-west-1"]}
    )
    assert findings_of(match) == {"Region": ["eu-west-1"]}


WORDS = st.sampled_from(["a", "b", "ab", "ab*", "*b"])
CONTROLS = st.sampled_from(["A.1", "B.1", "A.12", "A.1*", "*.12"])
LABELS = {
    "severity": ["CRITICAL", "HIGH", "LOW"],
    "compliance": ["FAILED", "PASSED", "ABSENT"],
    "workflow": ["NEW", "NOTIFIED"],
    "record_state": ["ACTIVE", "ARCHIVED"],
}


def selections(words: st.SearchStrategy[str]) -> st.SearchStrategy[Any]:
    some = st.lists(words, min_size=1, max_size=2, unique=True)
    return st.none() | some | some.map(lambda found: {"not": found})


MATCHES = st.fixed_dictionaries(
    {
        **{key: selections(st.sampled_from(labels)) for key, labels in LABELS.items()},
        "controls": selections(CONTROLS),
        **{key: selections(WORDS) for key in ("standards", "types")},
        "resource_tags": st.none() | st.fixed_dictionaries({"T.x": selections(WORDS).filter(bool)}),
    }
).map(Match.model_validate)

VALUES = st.sampled_from(["a", "b", "ab", "abb"])
CONTROL_VALUES = st.sampled_from(["A.1", "B.1", "A.12", "B.12"])
FINDINGS = st.fixed_dictionaries(
    {},
    optional={
        "Severity": st.sampled_from(LABELS["severity"]).map(lambda v: {"Label": v}),
        "Compliance": st.fixed_dictionaries(
            {},
            optional={
                "Status": st.sampled_from(["FAILED", "PASSED"]),
                "SecurityControlId": CONTROL_VALUES,
                "AssociatedStandards": st.lists(
                    VALUES.map(lambda v: {"StandardsId": f"standards/{v}/v/1"}), max_size=2
                ),
            },
        ),
        "Workflow": st.sampled_from(LABELS["workflow"]).map(lambda v: {"Status": v}),
        "RecordState": st.sampled_from(LABELS["record_state"]),
        "ProductFields": st.fixed_dictionaries({}, optional={"ControlId": CONTROL_VALUES}),
        "Types": st.lists(VALUES, max_size=2),
        "Resources": st.lists(VALUES.map(lambda v: {"Tags": {"T.x": v}}), max_size=2),
    },
)


@settings(max_examples=200, deadline=None)
@given(st.lists(MATCHES, min_size=1, max_size=4), st.lists(FINDINGS, min_size=1, max_size=3))
def test_the_union_takes_what_any_route_takes_and_nothing_else_while_it_fits(
    matches: list[Match], findings: list[dict[str, Any]]
) -> None:
    patterns = [event_pattern(one) for one in matches]
    pattern = union(patterns)
    sent = {**event(), "detail": {"findings": findings}}
    matched = bool(matcher.compile_all(patterns)(sent))
    assert length(pattern) <= LONGEST_PATTERN
    assert matcher.compile(pattern)(sent) >= matched
    # Routes as small as these rarely need more than the limit: then the union is exact.
    if sum(map(length, patterns)) < LONGEST_PATTERN:
        assert matcher.compile(pattern)(sent) == matched


@pytest.mark.parametrize("limit", [400, 250, 150, 120])
@settings(max_examples=50, deadline=None)
@given(matches=st.lists(MATCHES, min_size=2, max_size=4), finding=FINDINGS)
def test_however_little_room_there_is_nothing_that_a_route_takes_is_lost(
    limit: int, matches: list[Match], finding: dict[str, Any]
) -> None:
    patterns = [event_pattern(one) for one in matches]
    matched = bool(matcher.compile_all(patterns)(event(**finding)))
    pattern = union(patterns, limit=limit)
    assert {"source", "detail-type"} <= pattern.keys()
    assert matcher.compile(pattern)(event(**finding)) >= matched
