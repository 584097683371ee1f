"""Filters of the new Security Hub select what the pattern of the same match selects."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import assume, given, settings

from conftest import corpus
from findings_ocsf import FINDINGS, MATCHES
from generator.eventbridge import matcher
from generator.findings.events import wrap
from generator.params import Match, Route
from generator.routing.event_pattern import default_pattern
from generator.routing.filters import UnsayableError
from generator.routing.ocsf_filters import (
    AUTOMATION_RULE_V2,
    STATISTICS,
    Consumer,
    ocsf_filters,
    ocsf_selects,
)

NAMES = {
    "securityhub": "Security Hub",
    "securityhub-coverage": "Security Hub Coverage",
    "securityhub-risk": "Security Hub Exposure Detection",
    "guardduty": "GuardDuty",
    "inspector": "Inspector",
}


def matches(match: Match, finding: dict[str, Any]) -> bool:
    """Whether a route of the new Security Hub with this match matches the finding."""
    route = Route(name="r", channel=("c",), source="security_hub", match=match)
    return matcher.compile(default_pattern(route))(wrap(finding))


def built(match: Match, consumer: Consumer = STATISTICS) -> dict[str, Any] | None:
    """Return the filters of a match; None where they cannot say it."""
    try:
        return ocsf_filters(match, consumer)
    except UnsayableError:
        return None


def whole(finding: dict[str, Any]) -> dict[str, Any]:
    """Return a finding as samples of AWS are: with the product's name, and the kind as a type."""
    product = dict(finding["metadata"]["product"])
    info, feature = dict(finding["finding_info"]), product.get("feature", {}).get("uid", "")
    name = product["uid"].rpartition("/")[2]
    product["name"] = NAMES.get(name, name)
    if feature.startswith("security-hub/"):
        kind = feature.removeprefix("security-hub/")
        info["types"] = [*info.get("types", ()), kind]
    if feature != "security-hub/Coverage" and product["name"] == "Security Hub Coverage":
        product["name"] = "Other"
    classes = {2002: "Vulnerability", 2003: "Compliance", 2004: "Detection", 2006: "Data Security"}
    return {
        **finding,
        "class_name": f"{classes.get(finding['class_uid'], 'Incident')} Finding",
        "finding_info": info,
        "metadata": {**finding["metadata"], "product": product},
    }


@settings(max_examples=300, deadline=None)
@given(MATCHES, FINDINGS)
def test_filters_select_what_the_pattern_of_the_same_match_selects(
    match: dict[str, Any], finding: dict[str, Any]
) -> None:
    parsed, sent = Match.model_validate(match), whole(finding)
    filters = built(parsed)
    assume(filters is not None)
    assert ocsf_selects(filters or {}, sent) == matches(parsed, sent)


@settings(max_examples=300, deadline=None)
@given(MATCHES, FINDINGS)
def test_rules_act_on_what_the_pattern_matches_where_severities_are_the_providers(
    match: dict[str, Any], finding: dict[str, Any]
) -> None:
    parsed, sent = Match.model_validate(match), whole(finding)
    if "severity" in sent:
        sent["vendor_attributes"] = {"severity": sent["severity"]}
    filters = built(parsed, AUTOMATION_RULE_V2)
    assume(filters is not None)
    assert ocsf_selects(filters or {}, sent) == matches(parsed, sent)


@pytest.mark.parametrize(
    "match",
    [
        {},
        *({"kinds": [kind]} for kind in ("exposure", "threat", "posture", "coverage")),
        {"kinds": ["exposure", "posture", "vulnerability"], "severity": ["CRITICAL", "HIGH"]},
        {"compliance": {"not": ["PASSED"]}, "workflow": ["NEW", "NOTIFIED"]},
        {"record_state": ["ACTIVE"], "severity": ["CRITICAL"], "controls": ["EC2.*"]},
    ],
    ids=str,
)
def test_filters_select_the_samples_that_a_route_with_the_match_matches(
    match: dict[str, Any],
) -> None:
    parsed = Match.model_validate(match)
    lines = corpus("events-v2.ndjson").read_text("utf-8").splitlines()
    for event in map(json.loads, lines):
        finding = event["detail"]["findings"][0]
        assert ocsf_selects(ocsf_filters(parsed), finding) == matches(parsed, finding), event["id"]


MANY = {
    "severity": ["LOW"],
    "compliance": ["FAILED"],
    "workflow": ["NEW"],
    "record_state": ["ACTIVE"],
    "accounts": ["111122223333"],
    "account_names": ["shop"],
    "regions": ["eu-west-1"],
    "products": ["macie"],
    "controls": ["S3.8"],
}
"""With the kinds, of which something is always asked, ten parts."""


@pytest.mark.parametrize(
    ("match", "key", "why"),
    [
        ({"resources": ["a"]}, "resources", "one of a resource's two ids"),
        ({"resource_tags": {"a": ["b*"]}}, "resource_tags", "whole value"),
        ({"types": {"not": ["a"]}}, "types", "only if all are excluded"),
        ({"products": ["prowler/*"]}, "products", "by their names"),
        ({"accounts": ["1*2"]}, "accounts", "elsewhere"),
        ({"record_state": {"not": ["ACTIVE", "ARCHIVED"]}}, "record_state", "nothing would be"),
        (MANY, "", "a digest has one of its own"),
    ],
    ids=str,
)
def test_what_a_filter_cannot_say_is_refused_with_the_reason(
    match: dict[str, Any], key: str, why: str
) -> None:
    with pytest.raises(UnsayableError) as refused:
        ocsf_filters(Match.model_validate(match))
    assert refused.value.key == key
    assert why in refused.value.message
