"""What is valid and still may surprise is warned of, with its place and a remedy."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from hypothesis import given, settings

from conftest import QUICKSTART, ROOT, Run
from findings import FINDINGS, MATCHES
from generator.params import Match, load
from generator.routing.coverage import contains
from generator.routing.warnings import advice
from plain_reading import matches

if TYPE_CHECKING:
    from pathlib import Path

UNAWARES = QUICKSTART.replace("  # without ABSENT", "")


def warnings(project: Path, text: str) -> list[str]:
    path = project / "params" / "some.yaml"
    path.write_text(text, "utf-8")
    return [str(one).replace(str(path), "some.yaml") for one in advice(load(path))]


def routes(*matches: dict[str, Any], channel: str = "security") -> str:
    given = [
        {"name": f"r{i}", "channel": channel, "match": match} for i, match in enumerate(matches)
    ]
    return yaml.safe_dump({"name": "Some", "channels": {"security": {}}, "routes": given})


def test_a_match_that_drops_findings_without_compliance_is_told_with_its_place(
    project: Path,
) -> None:
    (warning,) = warnings(project, UNAWARES)
    assert warning.startswith(
        "some.yaml:11:7: routes[0].match.compliance: warning: drops all findings without Compliance"
    )
    assert "ABSENT" in warning
    assert "products: [aws/securityhub]" in warning


@pytest.mark.parametrize(
    "match",
    [
        {"compliance": ["FAILED", "ABSENT"]},
        {"compliance": {"not": ["PASSED"]}},
        {"compliance": {"not": ["PASSED", "ABSENT"]}},
        {"compliance": ["FAILED"], "products": ["aws/securityhub"]},
        {"compliance": ["FAILED"], "products": ["Security Hub"]},
        {"compliance": ["FAILED"], "controls": ["S3.*"]},
        {"compliance": ["FAILED"], "standards": ["pci-dss"]},
        {"severity": ["HIGH"]},
    ],
    ids=str,
)
def test_a_match_that_takes_them_or_says_it_does_not_is_not_warned_of(
    project: Path, match: dict[str, Any]
) -> None:
    assert warnings(project, routes(match)) == []


def test_a_comment_that_names_absent_accepts_it(project: Path) -> None:
    line = "compliance: [FAILED, WARNING, NOT_AVAILABLE]"
    assert warnings(project, UNAWARES.replace(line, f"{line}  # without ABSENT, on purpose")) == []
    above = f"# not ABSENT: controls alone\n      {line}"
    assert warnings(project, UNAWARES.replace(line, above)) == []
    assert warnings(project, UNAWARES.replace(line, f"{line}  # mine")) != []


@pytest.mark.parametrize(
    ("match", "key"),
    [
        ({"severity": {"not": ["CRITICAL", "HIGH", "MEDIUM", "LOW", "INFORMATIONAL"]}}, "severity"),
        ({"accounts": {"not": ["*"]}}, "accounts"),
        ({"regions": {"not": ["*"]}}, "regions"),
        ({"resource_types": {"not": ["*"]}}, "resource_types"),
        ({"record_state": {"not": ["ACTIVE", "ARCHIVED"]}}, "record_state"),
        ({"compliance": ["ABSENT"], "products": ["aws/securityhub"]}, "compliance"),
        ({"controls": ["S3.1"], "products": ["guardduty"]}, "controls"),
        ({"standards": ["pci-dss"], "products": {"not": ["aws/securityhub"]}}, "standards"),
    ],
    ids=str,
)
def test_a_route_that_can_match_nothing_is_told(
    project: Path, match: dict[str, Any], key: str
) -> None:
    (warning,) = warnings(project, routes(match))
    assert f"routes[0].match.{key}: warning: can match no finding" in warning


@pytest.mark.parametrize(
    ("products", "place", "says"),
    [
        (["prowler"], "products[0]", "matches nothing; write prowler/* for a company"),
        ({"not": ["Prowler"]}, "products.not[0]", "excludes nothing; write prowler/*"),
        (["aws/guardduty", "crowdstrike-falcon"], "products[1]", "*/crowdstrike-falcon for a prod"),
        (["Default"], "products[0]", "*/default matches what accounts import themselves"),
        (["guarduty"], "products[0]", "(did you mean guardduty?)"),
        (["zz*"], "products[0]", "means aws/zz*, which is not a product of AWS"),
    ],
    ids=str,
)
def test_a_bare_word_that_is_no_product_of_aws_is_reported_with_what_to_write(
    project: Path, products: Any, place: str, says: str
) -> None:
    (warning,) = warnings(project, routes({"products": products}))
    assert f"routes[0].match.{place}: warning: " in warning
    assert says in warning


@pytest.mark.parametrize(
    "products",
    [["guardduty"], ["Security Hub CSPM"], ["guard*"], ["detective"], ["*"], ["prowler/*"]],
    ids=str,
)
def test_products_of_aws_and_of_companies_are_not_warned_of(
    project: Path, products: list[str]
) -> None:
    assert warnings(project, routes({"products": products})) == []


@pytest.mark.parametrize(
    ("one", "other", "inside"),
    [
        ({"severity": ["HIGH"]}, {"severity": ["HIGH", "CRITICAL"]}, 0),
        ({"severity": ["HIGH"]}, {"severity": {"not": ["LOW"]}}, 0),
        ({}, {"severity": ["HIGH"]}, 1),
        ({"controls": ["S3.8"]}, {"controls": ["S3.*"]}, 0),
        ({"accounts": ["111122223333"]}, {"accounts": {"not": ["4444*"]}}, 0),
        ({"regions": {"not": ["eu-*"]}}, {"regions": {"not": ["eu-west-1"]}}, 0),
        ({"resource_tags": {"A": ["x"], "B": ["y"]}}, {"resource_tags": {"A": ["*"]}}, 0),
        ({"severity": ["HIGH"]}, {"severity": ["HIGH"]}, 1),
        # "*" is any product, not any of AWS's.
        ({"products": ["aws/*"]}, {"products": ["*"]}, 0),
        ({"products": ["*"]}, {"products": {"not": ["prowler/*"]}}, 1),
        ({"standards": ["pci-dss"]}, {"standards": ["*"]}, 0),
        # A field that every finding has: any value of it is no filter.
        ({}, {"products": ["*"]}, 1),
    ],
    ids=str,
)
def test_a_route_that_lies_within_another_of_its_channel_is_told_once(
    project: Path, one: dict[str, Any], other: dict[str, Any], inside: int
) -> None:
    (warning,) = warnings(project, routes(one, other))
    assert f": routes[{inside}]: warning: route r{1 - inside} matches all" in warning


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"severity": ["HIGH"]}, {"severity": ["CRITICAL"]}),
        (
            {"severity": ["HIGH"], "regions": ["eu-*"]},
            {"severity": ["HIGH", "LOW"], "types": ["a"]},
        ),
        ({"controls": ["S3.*"], "regions": ["eu-*"]}, {"controls": ["S3.8"], "regions": ["*-1"]}),
        ({"accounts": ["1*"]}, {"accounts": {"not": ["*3"]}}),
        ({"resource_tags": {"A": ["x"]}}, {"resource_tags": {"A": {"not": ["x"]}}}),
    ],
    ids=str,
)
def test_routes_that_differ_are_not_warned_of(
    project: Path, one: dict[str, Any], other: dict[str, Any]
) -> None:
    assert warnings(project, routes(one, other)) == []


@settings(max_examples=1500, deadline=None)
@given(MATCHES, MATCHES, FINDINGS)
def test_a_match_that_contains_another_takes_all_its_findings(
    one: dict[str, Any], other: dict[str, Any], finding: dict[str, Any]
) -> None:
    # Security Hub fills these in where a product leaves them out.
    finding = {"Region": "eu-west-1", "RecordState": "ACTIVE", **finding}
    finding["Severity"] = {"Label": "HIGH", **finding.get("Severity", {})}
    finding["Workflow"] = {"Status": "NEW", **finding.get("Workflow", {})}
    both = {**other, **one}
    for inner in (other, both):
        if contains(Match.model_validate(one), Match.model_validate(inner)):
            assert matches(one, finding) or not matches(inner, finding)


def test_the_same_match_on_two_channels_is_not_told(project: Path) -> None:
    data = yaml.safe_load(routes({}, {}))
    data["channels"]["other"] = {}
    data["routes"][1]["channel"] = "other"
    assert warnings(project, yaml.safe_dump(data)) == []


def test_a_channel_that_no_route_goes_to_is_told(project: Path) -> None:
    (warning,) = warnings(project, routes({}).replace("security: {}", "security: {}\n  idle: {}"))
    assert "channels.idle: warning: no route goes to this channel" in warning


OVERRIDES = f"""\
{QUICKSTART}deployment:
  home: {{region: ap-northeast-1, account: "111122223333"}}
  stackset:
    organization_id: o-abc1234567
    organizational_units: [ou-ab12-11111111, ou-ab12-22222222]
    regions: [ap-northeast-1]
    overrides:
      - organizational_units: [ou-ab12-22222222]
        parameters: {{FindingsSeverities: CRITICAL}}
"""


def test_overrides_do_not_reach_accounts_that_join_later(project: Path) -> None:
    (warning,) = warnings(project, OVERRIDES)
    assert "deployment.stackset.overrides[0]: warning: accounts that join a unit later" in warning
    assert "(FindingsSeverities)" in warning


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("    overrides:", "    auto_deployment: false\n    overrides:"),
        (
            "      - org",
            "      # auto_deployment: they forward HIGH too, until\n      # later.\n      - org",
        ),
    ],
    ids=["without", "accepted"],
)
def test_without_automatic_deployment_or_with_a_comment_there_is_no_such_warning(
    project: Path, old: str, new: str
) -> None:
    assert warnings(project, OVERRIDES.replace(old, new, 1)) == []


def test_warnings_go_to_standard_error_and_end_no_command(project: Path, run: Run) -> None:
    (project / "params" / "a.yaml").write_text(UNAWARES)
    one = {"Id": "a", "ProductArn": "b", "AwsAccountId": "c"}
    (project / "one.ndjson").write_text(json.dumps(one))
    for command in (["render"], ["check"], ["backtest", "params/a.yaml", "one.ndjson"]):
        ran = run(*command)
        assert ran.code == 0
        assert ran.err.startswith("params/a.yaml:11:7: routes[0].match.compliance: warning: ")
        assert ran.err.count("\n") == 1


@pytest.mark.parametrize("path", sorted((ROOT / "params").glob("*.yaml")), ids=lambda p: p.stem)
def test_the_params_files_that_are_shipped_have_nothing_to_be_warned_of(path: Path) -> None:
    assert list(advice(load(path))) == []


@pytest.mark.parametrize(
    ("text", "place", "says"),
    [
        (
            QUICKSTART.replace("security: {}", "security: {channel_id: security}"),
            "channels.security.channel_id",
            "security looks like the channel's name; an ID begins with C or G",
        ),
        (
            QUICKSTART + "slack: {workspace_id: MYCOMPANY}\n",
            "slack.workspace_id",
            "MYCOMPANY looks like the workspace's name; an ID begins with T",
        ),
    ],
    ids=["channel", "workspace"],
)
def test_a_name_in_the_place_of_an_id_is_warned_of(
    project: Path, text: str, place: str, says: str
) -> None:
    (warning,) = warnings(project, text)
    assert f": {place}: warning: {says}" in warning


def test_ids_are_not_warned_of(project: Path) -> None:
    ids = QUICKSTART.replace("security: {}", "security: {channel_id: C0123ABCD}")
    assert warnings(project, ids + "slack: {workspace_id: T0123ABCD}\n") == []


def test_more_rules_with_wildcards_than_a_bus_accepts_are_warned_of(project: Path) -> None:
    matches = [{"regions": ["a*-*1"], "controls": [f"S3.{i}"]} for i in range(31)]
    (warning,) = warnings(project, routes(*matches))
    assert ": routes: warning: 31 routes have a * in the middle of a text" in warning
    assert warnings(project, routes(*matches[:30])) == []
    ends = [{"regions": ["eu-*"], "controls": [f"S3.{i}"]} for i in range(31)]
    assert warnings(project, routes(*ends)) == []
