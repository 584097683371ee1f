"""Filters select what the event pattern of the same match selects, or are refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given, settings

from conftest import ROOT, corpus
from filtering import matches, whole
from findings import FINDINGS, MATCHES
from generator.params import Match, load
from generator.routing.filters import Filters, UnsayableError, filters, selects

SHIPPED = sorted((ROOT / "params").glob("*.yaml"))


def built(match: Match) -> Filters | None:
    """Return the filters of a match; None where they cannot say it."""
    try:
        return filters(match)
    except UnsayableError:
        return None


@settings(max_examples=400, deadline=None)
@given(MATCHES, FINDINGS)
def test_filters_select_what_the_pattern_of_the_same_match_selects(
    match: dict[str, Any], finding: dict[str, Any]
) -> None:
    parsed = Match.model_validate(match)
    conditions = built(parsed)
    assume(conditions is not None)
    assert selects(conditions or {}, whole(finding)) == matches(parsed, whole(finding))


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_filters_select_the_real_findings_that_shipped_routes_match(path: Path) -> None:
    lines = corpus("findings.ndjson").read_text("utf-8").splitlines()
    found = [whole(json.loads(line)) for line in lines]
    shipped = load(path).settings
    asked = [route.match for route in shipped.routes if route.source == "security_hub_cspm"]
    for match in [*asked, *(digest.match for digest in shipped.digests)]:
        conditions = built(match)
        for finding in found if conditions is not None and not match.actions else ():
            assert selects(conditions or {}, finding) == matches(match, finding), finding["Id"]


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
    "types": ["TTPs*"],
}


@pytest.mark.parametrize(
    ("match", "key", "why"),
    [
        ({"accounts": ["1*2"]}, "accounts", "elsewhere"),
        ({"resources": {"not": ["a"]}}, "resources", "only if all are excluded"),
        ({"resource_tags": {"a": ["b"], "c": ["d"]}}, "resource_tags", "joins tags by or"),
        ({"resource_tags": {"a": ["*"]}}, "resource_tags", "whole value"),
        ({"resources": ["a"], "resource_types": ["b"]}, "resources", "those of one resource"),
        ({"products": ["prowler/*"]}, "products", "by their names"),
        ({"controls": ["2.9"]}, "controls", "not numbers of CIS 1.2"),
        ({"account_names": ["*"]}, "account_names", "whether a field is there"),
        ({"accounts": [f"{n:012}" for n in range(21)]}, "accounts", "at most 20 values"),
        (MANY, "", "a digest has one of its own"),
        (
            {"severity": {"not": ["CRITICAL", "HIGH", "MEDIUM", "LOW", "INFORMATIONAL"]}},
            "severity",
            "nothing",
        ),
    ],
    ids=str,
)
def test_what_a_filter_cannot_say_is_refused_with_the_reason(
    match: dict[str, Any], key: str, why: str
) -> None:
    with pytest.raises(UnsayableError) as refused:
        filters(Match.model_validate(match))
    assert refused.value.key == key
    assert why in refused.value.message
