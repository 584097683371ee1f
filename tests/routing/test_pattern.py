"""The pattern that is deployed matches exactly the findings that the match describes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import example, given, settings

from conftest import ROOT, Build, corpus, pattern_of, with_route
from findings import FINDINGS, MATCHES
from generator.eventbridge import matcher
from generator.eventbridge.matcher import fast
from generator.eventbridge.matcher.expand import expand
from generator.findings.events import wrap
from generator.params import Match, Route, load
from generator.params.yaml_document import read
from generator.routing import router
from generator.routing.event_pattern import default_pattern, event_pattern
from plain_reading import matches as plainly_matches

if TYPE_CHECKING:
    from pathlib import Path

SHIPPED = sorted((ROOT / "params").glob("*.yaml"))


@settings(max_examples=1500, deadline=None)
@given(MATCHES, FINDINGS)
def test_a_pattern_takes_what_a_plain_reading_of_the_match_takes(
    match: dict[str, Any], finding: dict[str, Any]
) -> None:
    for pattern in (event_pattern(Match.model_validate(match)), of_match(match)):
        assert matcher.compile(pattern)(wrap(finding)) == plainly_matches(match, finding)


def of_match(match: dict[str, Any]) -> dict[str, Any]:
    """Return the pattern of a route of Security Hub CSPM."""
    return default_pattern(Route(name="r", channel=("c",), match=Match.model_validate(match)))


BARE = "Software and Configuration Checks"


@pytest.mark.parametrize(
    ("match", "finding"),
    [
        ({"controls": ["2.9"]}, {"ProductFields": {"RuleId": "2.9"}}),
        ({"controls": ["CIS.2.9"]}, {"ProductFields": {"RuleId": "2.9"}}),
        ({"controls": ["*"]}, {"ProductFields": {"RuleId": "2.9"}}),
        ({"types": [f"{BARE}/*"]}, {"Types": [BARE]}),
        ({"types": [f"{BARE}/*"]}, {"Types": [f"{BARE}/Patch".replace("and", "&")]}),
        ({"types": ["TTPs/Discovery/*"]}, {"Types": ["TTPs/Discovery"]}),
        ({"products": ["detective"]}, {"ProductArn": "arn:x:product/amazon/detective"}),
        ({"resources": ["arn:aws:s3:::logs-*"]}, {"Resources": [{"Id": "arn:aws:s3:::logs-1"}]}),
        ({"generators": ["prowler-*"]}, {"GeneratorId": "prowler-s3"}),
        ({"account_names": ["prod-*"]}, {"AwsAccountName": "prod-shop"}),
        ({"account_names": {"not": ["prod-*"]}}, {"Region": "without a name"}),
    ],
    ids=str,
)
def test_a_key_matches_every_way_in_which_findings_say_it(
    match: dict[str, Any], finding: dict[str, Any]
) -> None:
    pattern = of_match(match)
    assert matcher.compile(pattern)(wrap(finding))


@pytest.mark.parametrize(
    ("match", "finding"),
    [
        ({"controls": {"not": ["2.9"]}}, {"ProductFields": {"RuleId": "2.9"}}),
        ({"types": {"not": [f"{BARE}/*"]}}, {"Types": [BARE]}),
        ({"types": ["TTPs/*"]}, {"Types": ["TTPsand"]}),
        ({"controls": ["S3.1"]}, {"ProductFields": {"RuleId": "S3.1"}}),
        ({"account_names": ["prod-*"]}, {"Region": "without a name"}),
    ],
    ids=str,
)
def test_a_key_matches_nothing_else(match: dict[str, Any], finding: dict[str, Any]) -> None:
    pattern = of_match(match)
    assert not matcher.compile(pattern)(wrap(finding))


@settings(max_examples=300, deadline=None)
@given(MATCHES, FINDINGS)
@example({}, {"detail.findings.Id": "dotted"})
def test_matching_a_finding_alone_agrees_with_matching_its_event(
    match: dict[str, Any], finding: dict[str, Any]
) -> None:
    pattern = of_match(match)
    alone = router.of_findings([pattern], bool)(finding)
    assert alone == matcher.compile(pattern)(wrap(finding))


@given(MATCHES, FINDINGS)
def test_the_walk_along_an_event_is_always_sure_of_patterns_of_ours(
    match: dict[str, Any], finding: dict[str, Any]
) -> None:
    assert fast.matcher(expand(of_match(match)))(wrap(finding)) >= 0


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_the_pattern_that_is_tried_is_the_one_that_is_deployed(path: Path, build: Build) -> None:
    template = build(path.read_text("utf-8"))
    for route in load(path).settings.routes:
        title = "".join(part.capitalize() for part in route.name.split("-"))
        assert pattern_of(template, f"{title}Rule") == default_pattern(route)


@settings(max_examples=60, deadline=None)
@given(MATCHES)
def test_any_pattern_that_is_tried_is_the_one_that_is_deployed(
    tmp_path_factory: pytest.TempPathFactory, match: dict[str, Any]
) -> None:
    from generator.templates import TEMPLATES, UnbuildableError  # noqa: PLC0415

    path = tmp_path_factory.mktemp("any") / "any.yaml"
    path.write_text(with_route(**match), "utf-8")
    try:
        template = TEMPLATES["standalone.yaml"](load(path).settings).to_dict()
    except UnbuildableError:
        return  # too long for one rule, and not divisible
    if "FindingsRule2" not in template["Resources"]:
        assert pattern_of(template) == of_match(match)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_shipped_params_take_exactly_the_real_findings_that_they_describe(path: Path) -> None:
    lines = corpus("findings.ndjson").read_text("utf-8").splitlines()
    found = [json.loads(line) for line in lines]
    data = read(path).data
    for route in data["routes"]:
        source = route.get("source", data.get("source"))
        if route.get("on") == "custom_action" or source == "security_hub":
            continue
        match = route.get("match", {})
        matches = matcher.compile(of_match(match))
        for finding in found:
            assert matches(wrap(finding)) == plainly_matches(match, finding), finding["Id"]
