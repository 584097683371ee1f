"""What is valid and still may surprise is warned of, with its place and a remedy."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, get_args

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import QUICKSTART, ROOT, Run
from findings import FINDINGS, MATCHES, selections
from generator.advice import advice
from generator.eventbridge import matcher
from generator.findings.events import wrap
from generator.params import Match, Route, load
from generator.params import choices as c
from generator.routing.coverage import contains
from generator.routing.event_pattern import default_pattern
from generator.routing.twins import may_be_twins
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


def both(old: dict[str, Any], new: dict[str, Any], *channels: str, **more: Any) -> str:
    """Return a file with a route of either product, to one channel unless two are named."""
    to = channels or ("red", "red")
    routed = [
        {"name": "old", "channel": to[0], "match": old},
        {"name": "new", "channel": to[1], "source": "security_hub", "match": new, **more},
    ]
    data = {"name": "Some", "channels": {name: {} for name in to}, "routes": routed}
    return str(yaml.safe_dump(data))


NATIVE = """\
name: Some
source: security_hub
channels: {security: {}}
routes:
  - name: urgent
    channel: security
    message: native
"""


def test_native_messages_of_the_new_security_hub_are_warned_of_with_their_place(
    project: Path,
) -> None:
    (warning,) = warnings(project, NATIVE)
    assert warning.startswith("some.yaml:7:5: routes[0].message: warning: AWS does not document")
    assert "Leave `message` out for a summary" in warning


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("message: native", "message: native  # native: tried in the sandbox"),
        ("    message", "    # native is an experiment\n    message"),
        ("source: security_hub\n", ""),
        ("    message: native\n", ""),
    ],
    ids=["comment", "comment above", "cspm", "summary"],
)
def test_a_comment_that_names_native_accepts_it_and_nothing_else_needs_one(
    project: Path, old: str, new: str
) -> None:
    assert warnings(project, NATIVE.replace(old, new, 1)) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ({}, {}),
        ({"severity": ["HIGH"]}, {"severity": ["HIGH", "CRITICAL"]}),
        ({"products": ["aws/securityhub"]}, {"kinds": ["posture"]}),
        ({"controls": ["S3.*"]}, {"controls": ["*.8"]}),
        ({"products": ["guardduty"]}, {"kinds": ["threat"]}),
        # The workflow of either may be changed alone.
        ({"workflow": ["NEW"]}, {"workflow": ["NOTIFIED"]}),
        # A finding may have several types, and either product has types of its own.
        ({"types": ["TTPs/*"]}, {"types": ["Threats"]}),
        ({"resource_types": ["AwsS3Bucket"]}, {"resource_types": ["AWS::S3::Bucket"]}),
    ],
    ids=str,
)
def test_routes_of_both_products_that_overlap_on_a_channel_are_warned_of_with_the_keys(
    project: Path, old: dict[str, Any], new: dict[str, Any]
) -> None:
    (warning,) = warnings(project, both(old, new))
    assert ": routes[1]: warning: both products send many findings, and route old" in warning
    assert "`kinds: [exposure, attack_sequence]`" in warning
    assert "`products: [aws/securityhub]`" in warning


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ({"severity": ["HIGH"]}, {"severity": ["CRITICAL"]}),
        ({"record_state": ["ACTIVE"]}, {"record_state": ["ARCHIVED"]}),
        ({"accounts": ["1111*"]}, {"accounts": {"not": ["11*"]}}),
        ({"regions": ["eu-*"]}, {"regions": ["us-*"]}),
        ({"products": ["aws/securityhub"]}, {"kinds": ["exposure", "attack_sequence"]}),
        ({}, {"kinds": ["exposure", "coverage"]}),
        # Detections have no Compliance.
        (
            {"compliance": ["FAILED", "WARNING"], "products": ["aws/*"]},
            {"kinds": ["attack_sequence", "threat", "vulnerability"]},
        ),
        ({"products": ["guardduty"]}, {"kinds": ["posture"]}),
        ({"products": ["guardduty"]}, {"controls": ["S3.8"]}),
        ({"products": ["prowler/*"]}, {"kinds": ["attack_sequence"]}),
        ({"standards": ["pci-dss"]}, {"products": {"not": ["aws/securityhub"]}}),
    ],
    ids=str,
)  # fmt: skip
def test_routes_of_both_products_that_a_key_separates_are_not_warned_of(
    project: Path, old: dict[str, Any], new: dict[str, Any]
) -> None:
    # "ABSENT" is not in the lists of compliance here, which is another warning.
    assert not [line for line in warnings(project, both(old, new)) if "both products" in line]


def test_routes_of_both_products_to_different_channels_are_not_warned_of(project: Path) -> None:
    assert warnings(project, both({}, {}, "red", "blue")) == []


def test_a_comment_that_says_twice_accepts_routes_that_something_else_separates(
    project: Path,
) -> None:
    text = both({"resource_tags": {"Env": ["prod"]}}, {"resource_tags": {"Env": ["test"]}})
    assert len(warnings(project, text)) == 1
    place = "- channel: red\n  match:\n    resource_tags:\n      Env:\n      - test"
    assert place in text
    commented = text.replace(place, f"# not twice: the tags differ\n{place}")
    assert warnings(project, commented) == []


def test_custom_actions_and_the_new_product_are_no_twins(project: Path) -> None:
    text = both({}, {}).replace("name: old", "name: old\n  on: custom_action")
    assert warnings(project, text) == []


SORTS: list[tuple[str, str]] = [
    ("aws/securityhub", "posture"),
    ("aws/guardduty", "threat"),
    ("aws/guardduty", "attack_sequence"),
    *(
        (product, kind)
        for product in ("aws/inspector", "prowler/prowler", "acme/scanner")
        for kind in ("threat", "vulnerability", "posture", "sensitive_data", "others")
    ),
]
"""Products, and kinds of findings that they send through both hubs."""

CLASSES = {"vulnerability": 2002, "posture": 2003, "sensitive_data": 2006, "others": 2007}
SPELLED = {"PASSED": "Pass", "FAILED": "Fail", "WARNING": "Warning", "NOT_AVAILABLE": "Other"}


def sent(
    product: str, kind: str, status: str | None, control: str | None, severity: str, account: str
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return a finding as Security Hub CSPM and as the new Security Hub send it."""
    arn = f"arn:aws:securityhub:eu-west-1::product/{product}"
    own = {"attack_sequence": "AttackSequence:EC2/x", "threat": "Execution:EC2/x"}.get(kind, "x")
    old: dict[str, Any] = {
        "Id": "one",
        "ProductArn": arn,
        "AwsAccountId": account,
        "Severity": {"Label": severity},
        "Types": ["TTPs/x"],
        "Compliance": {
            **({"Status": status} if status else {}),
            **({"SecurityControlId": control} if control else {}),
        },
    }
    new: dict[str, Any] = {
        "class_uid": CLASSES.get(kind, 2004),
        "activity_name": "Create",
        "severity": severity.capitalize(),
        "cloud": {"account": {"uid": account}},
        "finding_info": {"uid": "one", "types": ["Threats", own]},
        "metadata": {"product": {"uid": arn.replace("product/", "productv2/")}},
        "compliance": {
            **({"status": SPELLED[status]} if status else {}),
            **({"control": control} if control else {}),
        },
    }
    if product == "aws/guardduty":
        new["metadata"]["product"]["name"] = "GuardDuty"
    return wrap(old), wrap(new)


SENT = [
    sent(product, kind, status, control, severity, account)
    for product, kind in SORTS
    for status in ((None, *SPELLED) if kind in ("posture", "others") else (None,))
    for control in (("S3.1", "S3.8", "EC2.8", "IAM.6") if product == "aws/securityhub" else (None,))
    for severity in ("HIGH", "LOW", "MEDIUM")
    for account in ("111122223333", "111199998888", "444455556666", "555500001111", "111177776666")
]
_SEPARATING = {
    "severity": selections("HIGH", "LOW"),
    "compliance": selections("PASSED", "FAILED", "ABSENT"),
    "accounts": selections("111122223333", "1111*", "*6666"),
    "controls": selections("S3.*", "S3.8", "EC2.8"),
    "products": st.sampled_from(
        ("aws/securityhub", "guardduty", "prowler/*", "aws/*", "aws/inspector")
    ).flatmap(lambda word: st.sampled_from(([word], ["*"], {"not": [word]}))),
}


@settings(max_examples=600, deadline=None)
@given(
    st.fixed_dictionaries({}, optional=_SEPARATING),
    st.fixed_dictionaries({}, optional={**_SEPARATING, "kinds": selections(*get_args(c.Kind))}),
)
def test_routes_are_warned_of_exactly_if_some_finding_is_matched_by_both(
    old: dict[str, Any], new: dict[str, Any]
) -> None:
    one = Route(name="a", channel=("c",), match=Match.model_validate(old))
    other = Route(name="b", channel=("c",), source="security_hub", match=Match.model_validate(new))
    by_old, by_new = (matcher.compile(default_pattern(route)) for route in (one, other))
    meet = any(by_old(event) and by_new(its) for event, its in SENT)
    assert may_be_twins(one, other) == may_be_twins(other, one) == meet


@pytest.mark.parametrize(
    ("match", "key", "says"),
    [
        ({"controls": ["2.9", "CIS.1.1"]}, "controls", "ids such as EC2.2, not numbers of CIS 1.2"),
        ({"compliance": ["PASSED"], "workflow": ["NEW"]}, "workflow", "add RESOLVED"),
        ({"compliance": ["PASSED"], "severity": ["HIGH"]}, "severity", "add INFORMATIONAL"),
    ],
    ids=str,
)
def test_what_the_new_security_hub_never_sends_is_warned_of(
    project: Path, match: dict[str, Any], key: str, says: str
) -> None:
    (warning,) = warnings(project, f"source: security_hub\n{routes(match)}")
    assert f"routes[0].match.{key}: warning: can match no finding: " in warning
    assert says in warning
    assert not [line for line in warnings(project, routes(match)) if says in line]


@pytest.mark.parametrize(
    "match",
    [
        {"controls": ["2.9", "S3.8"]},
        {"compliance": ["PASSED", "FAILED", "ABSENT"], "workflow": ["NEW"], "severity": ["HIGH"]},
        {"compliance": ["PASSED"], "kinds": ["posture"], "workflow": ["RESOLVED"]},
        {"resource_types": ["AWS::S3::Bucket"]},
    ],
    ids=str,
)
def test_what_the_new_security_hub_may_send_is_not_warned_of(
    project: Path, match: dict[str, Any]
) -> None:
    assert warnings(project, f"source: security_hub\n{routes(match)}") == []


@pytest.mark.parametrize(
    ("types", "place", "says"),
    [
        (["AWS::S3::Bucket"], "resource_types[0]", "matches nothing: write AwsS3Bucket"),
        (["AwsS3Bucket", "AWS::RDS::*"], "resource_types[1]", "matches nothing: write AwsRds*"),
        (
            {"not": ["AWS::StepFunctions::StateMachine"]},
            "resource_types.not[0]",
            "excludes nothing: write AwsStepFunctionStateMachine",
        ),
    ],
    ids=str,
)
def test_resource_types_in_the_new_products_words_are_warned_of_for_security_hub_cspm(
    project: Path, types: Any, place: str, says: str
) -> None:
    (warning,) = warnings(project, routes({"resource_types": types}))
    assert f"routes[0].match.{place}: warning: " in warning
    assert says in warning


@pytest.mark.parametrize(
    ("match", "warned"),
    [
        ({}, True),
        ({"workflow": ["NEW", "NOTIFIED"]}, True),
        ({"record_state": ["ACTIVE"]}, True),
        ({"workflow": ["NEW", "NOTIFIED"], "record_state": ["ACTIVE"]}, False),
        ({"workflow": {"not": ["RESOLVED", "SUPPRESSED"]}, "record_state": ["ACTIVE"]}, False),
    ],
    ids=str,
)
def test_a_digest_that_counts_what_is_done_is_warned_of(
    project: Path, match: dict[str, Any], warned: object
) -> None:
    digest = {"name": "d", "channel": "security", "schedule": "rate(1 day)", "match": match}
    text = yaml.safe_dump({**yaml.safe_load(QUICKSTART), "digests": [digest]})
    told = [line for line in warnings(project, text) if "digests[0]" in line]
    assert bool(told) is warned
    assert all("record_state: [ACTIVE]" in line for line in told)
