"""The same keys of ``match`` select the same findings in the format of the new Security Hub."""

from __future__ import annotations

import json
from collections import Counter
from functools import cache
from typing import Any, get_args

import pytest
from hypothesis import given, settings

from conftest import corpus
from findings_ocsf import FINDINGS, MATCHES
from generator.eventbridge import matcher
from generator.eventbridge.matcher import fast
from generator.eventbridge.matcher.expand import expand
from generator.findings.events import wrap
from generator.findings.records import complete
from generator.params import Match, Route
from generator.params import choices as c
from generator.params.source_checks import REFUSED
from generator.routing import router
from generator.routing.event_pattern import default_pattern
from generator.routing.fields import fields_of
from generator.routing.reasons import misses, reasons
from plain_reading_ocsf import kinds
from plain_reading_ocsf import matches as plainly_matches


def of_match(match: dict[str, Any], source: c.Source = "security_hub") -> dict[str, Any]:
    route = Route(name="r", channel=("c",), source=source, match=Match.model_validate(match))
    return default_pattern(route)


def events_v2() -> list[dict[str, Any]]:
    text = corpus("events-v2.ndjson").read_text("utf-8")
    return [json.loads(line) for line in text.splitlines()]


@settings(max_examples=600, deadline=None)
@given(MATCHES, FINDINGS)
def test_a_pattern_matches_what_a_plain_reading_of_the_match_does(
    match: dict[str, Any], finding: dict[str, Any]
) -> None:
    expected = plainly_matches(match, finding)
    assert matcher.compile(of_match(match))(wrap(finding)) == expected
    assert router.of_findings([of_match(match)], bool)(finding) == expected


@given(MATCHES, FINDINGS)
def test_the_walk_along_an_event_is_always_sure_of_patterns_of_ours(
    match: dict[str, Any], finding: dict[str, Any]
) -> None:
    assert fast.matcher(expand(of_match(match)))(wrap(finding)) >= 0


@settings(max_examples=200, deadline=None)
@given(MATCHES, FINDINGS)
def test_what_is_named_as_missing_is_what_keeps_a_finding_away(
    match: dict[str, Any], finding: dict[str, Any]
) -> None:
    parsed = Match.model_validate(match)
    matched = matcher.compile(of_match(match))(wrap(finding))
    if matched:
        assert not misses(parsed, finding)
        assert {reason.key.partition(".")[0] for reason in reasons(parsed, wrap(finding))} == {
            *match
        }
    else:
        assert misses(parsed, finding) or _only_together(match)


def _only_together(match: dict[str, Any]) -> bool:
    """Whether keys ask for one resource that has all of it: each by itself may be satisfied."""
    return len({"resources", "resource_types", "resource_tags"} & set(match)) > 1


def test_every_key_of_match_has_a_field_in_each_format_or_is_refused() -> None:
    elsewhere = {"security_hub_cspm": {"actions"}, "security_hub": {"kinds"}}
    for source in get_args(c.Source):
        known = {*fields_of(source), "resource_tags", *elsewhere[source]}
        assert known.isdisjoint(REFUSED[source])
        assert known | set(REFUSED[source]) == set(Match.model_fields), source


@pytest.mark.parametrize("kind", get_args(c.Kind))
def test_each_kind_is_found_in_the_corpus_as_a_plain_reading_finds_it(kind: str) -> None:
    matches = matcher.compile(of_match({"kinds": [kind]}))
    found = {event["id"] for event in events_v2() if matches(event)}
    findings = ((event["id"], event["detail"]["findings"][0]) for event in events_v2())
    assert found == {name for name, finding in findings if kind in kinds(finding)}


def test_coverage_is_left_out_unless_it_is_asked_for() -> None:
    matches = matcher.compile(of_match({}))
    left_out = [event["detail"]["findings"][0] for event in events_v2() if not matches(event)]
    assert left_out
    assert all(kinds(finding) == {"coverage"} for finding in left_out)


TWINNED: list[dict[str, Any]] = [
    *({"severity": [word]} for word in get_args(c.Severity)),
    *({"severity": {"not": [word]}} for word in get_args(c.Severity)),
    *({"workflow": [word]} for word in get_args(c.Workflow)),
    *({"record_state": [word]} for word in get_args(c.RecordState)),
    *({"record_state": {"not": [word]}} for word in get_args(c.RecordState)),
    {"compliance": ["FAILED"]},
    {"compliance": ["FAILED", "WARNING", "NOT_AVAILABLE", "ABSENT"]},
    {"compliance": {"not": ["PASSED"]}},
    {"products": ["aws/securityhub"]},
    {"products": ["guardduty", "prowler/*"]},
    {"products": {"not": ["aws/*"]}},
    {"accounts": ["1234*"]},
    {"regions": ["eu-*", "us-east-1"]},
    {"controls": ["EC2.*", "S3.*"]},
    {"severity": ["CRITICAL", "HIGH"], "workflow": ["NEW"], "record_state": ["ACTIVE"]},
]


@cache
def twins() -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """Return findings of Security Hub CSPM and their events of the new one.

    Passed controls are Resolved and Informational there. Findings without a severity are left out:
    the new ones are translations, and have what the translator chose.
    """
    lines = corpus("findings.ndjson").read_text("utf-8").splitlines()
    new = {event["detail"]["findings"][0]["finding_info"]["uid"]: event for event in events_v2()}
    found: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {}
    for finding in map(json.loads, lines):
        passed = finding.get("Compliance", {}).get("Status") == "PASSED"
        if finding["Id"] in new and "Label" in finding.get("Severity", {}) and not passed:
            found.setdefault(finding["Id"], (finding, new[finding["Id"]]))
    return list(found.values())


def completed(finding: dict[str, Any]) -> dict[str, Any]:
    """Return a finding as Security Hub sends it."""
    whole = {**finding}
    complete(whole, Counter())
    return whole


@pytest.mark.parametrize("match", TWINNED, ids=str)
def test_the_same_filter_selects_the_same_findings_from_either_product(
    match: dict[str, Any],
) -> None:
    matches_old = matcher.compile(of_match(match, "security_hub_cspm"))
    matches_new = matcher.compile(of_match(match))
    assert len(twins()) >= 50
    for finding, event in twins():
        if "regions" in match and "Region" not in finding:
            continue
        assert matches_old(wrap(completed(finding))) == matches_new(event), finding["Id"]
