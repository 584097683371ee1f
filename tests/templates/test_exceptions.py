"""exceptions.yaml: one automation rule for each exception, two for one that ends."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER
from hypothesis import assume, given
from hypothesis import settings as examples

from conftest import QUICKSTART, corpus
from filtering import matches, whole
from findings import FINDINGS, MATCHES
from generator.advice import advice
from generator.blocks.automation_rule import DEPLOY_ACTIONS
from generator.cloudformation.intrinsics import resolve
from generator.companions.sample_finding import sample
from generator.guide.deploy import guides
from generator.params import BadInput, Match, Settings, load
from generator.routing.filters import AUTOMATION_RULE, UnsayableError, filters
from generator.templates import TEMPLATES, UnbuildableError, wanted

if TYPE_CHECKING:
    from pathlib import Path

    from generator.params.choices import Source

ACCEPTED = {
    "name": "snapshots",
    "match": {"controls": ["EC2.1"], "accounts": ["111122223333"]},
    "reason": "published on purpose, SEC-123",
    "until": "2027-03-31",
}


def settings(*exceptions: dict[str, Any], **more: Any) -> Settings:
    """Return the quickstart with exceptions."""
    given_to = [{**ACCEPTED, **exception} for exception in exceptions]
    return Settings.model_validate({**yaml.safe_load(QUICKSTART), "exceptions": given_to, **more})


def rules(*exceptions: dict[str, Any], **more: Any) -> dict[str, dict[str, Any]]:
    """Return the properties of the rules, by their logical ids."""
    template = TEMPLATES["exceptions.yaml"](settings(*exceptions, **more)).to_dict()
    return {title: rule["Properties"] for title, rule in template["Resources"].items()}


def update(rule: dict[str, Any]) -> dict[str, Any]:
    (action,) = rule["Actions"]
    assert action["Type"] == "FINDING_FIELDS_UPDATE"
    fields: dict[str, Any] = action["FindingFieldsUpdate"]
    return fields


def test_an_exception_suppresses_what_its_match_selects_with_the_reason_in_the_note() -> None:
    rule = rules({"until": "never"})["SnapshotsException"]
    assert rule["Criteria"] == {
        "AwsAccountId": [{"Comparison": "EQUALS", "Value": "111122223333"}],
        "ComplianceSecurityControlId": [{"Comparison": "EQUALS", "Value": "EC2.1"}],
    }
    fields = update(rule)
    assert fields["Workflow"] == {"Status": "SUPPRESSED"}
    assert fields["Note"]["Text"] == (
        "exception snapshots: published on purpose, SEC-123 (until never)"
    )


def test_an_exception_ends_after_its_last_day_and_what_it_set_is_new_again() -> None:
    first, second = rules({}).values()
    assert first["Criteria"]["UpdatedAt"] == [
        {"Start": "1970-01-01T00:00:00.000Z", "End": "2027-03-31T23:59:59.999Z"}
    ]
    assert second["Criteria"] == {
        "NoteText": [{"Comparison": "PREFIX", "Value": "exception snapshots:"}],
        "WorkflowStatus": [{"Comparison": "EQUALS", "Value": "SUPPRESSED"}],
        "UpdatedAt": [{"Start": "2027-04-01T00:00:00.000Z", "End": "9999-12-31T23:59:59.999Z"}],
    }
    fields = update(second)
    assert fields["Workflow"] == {"Status": "NEW"}
    assert not fields["Note"]["Text"].startswith("exception snapshots:")


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ("security_hub_cspm", "AWS::SecurityHub::AutomationRule"),
        ("security_hub", "AWS::SecurityHub::AutomationRuleV2"),
    ],
)
def test_the_actions_that_deploying_requires_are_those_of_the_schema(
    source: Source, kind: str
) -> None:
    schema = PROVIDER_SCHEMA_MANAGER.get_resource_schema("us-east-1", kind).schema
    listed = {action for how in schema["handlers"].values() for action in how["permissions"]}
    assert set(DEPLOY_ACTIONS[source]) == listed


def test_the_guide_names_the_product_of_an_exception_where_there_are_both() -> None:
    of_both = settings(
        {}, {"name": "new", "source": "security_hub", "match": {"kinds": ["threat"]}}
    )
    guide = guides(of_both, sample(of_both))["DEPLOY.md"]
    assert "| snapshots | Security Hub CSPM |" in guide
    assert "| new | Security Hub |" in guide
    assert "`securityhub:CreateAutomationRule`" in guide
    assert "`securityhub:CreateAutomationRuleV2`" in guide


def test_rules_are_in_the_order_of_the_file() -> None:
    built = rules({}, {"name": "second", "until": "never"}, {"name": "third"})
    assert [rule["RuleOrder"] for rule in built.values()] == [1, 2, 3, 4, 5]
    assert list(built) == [
        "SnapshotsException",
        "SnapshotsExceptionEnd",
        "SecondException",
        "ThirdException",
        "ThirdExceptionEnd",
    ]
    assert not any(rule["IsTerminal"] for rule in built.values())


@pytest.mark.parametrize(
    ("set_to", "fields"),
    [
        ("RESOLVED", {"Workflow": {"Status": "RESOLVED"}}),
        ("NOTIFIED", {"Workflow": {"Status": "NOTIFIED"}}),
        ("LOW", {"Severity": {"Label": "LOW"}}),
    ],
)
def test_an_exception_sets_what_it_says(set_to: str, fields: dict[str, Any]) -> None:
    rule = rules({"set": set_to, "until": "never"})["SnapshotsException"]
    assert {key: value for key, value in update(rule).items() if key != "Note"} == fields


NEW_HUB = {"source": "security_hub", "until": "never"}


def test_an_exception_of_the_new_security_hub_sets_the_status_with_the_reason_as_comment() -> None:
    rule = rules(NEW_HUB)["SnapshotsException"]
    asked = [
        condition
        for group in rule["Criteria"]["OcsfFindingCriteria"]["CompositeFilters"]
        for condition in group["StringFilters"]
        if condition["Filter"]["Comparison"] == "EQUALS"
    ]
    assert {each["FieldName"]: each["Filter"]["Value"] for each in asked} == {
        "cloud.account.uid": "111122223333",
        "compliance.control": "EC2.1",
    }
    comment = "exception snapshots: published on purpose, SEC-123 (until never)"
    assert update(rule) == {"StatusId": 3, "Comment": comment}


@pytest.mark.parametrize(
    ("set_to", "fields"),
    [("RESOLVED", {"StatusId": 4}), ("NOTIFIED", {"StatusId": 2}), ("LOW", {"SeverityId": 2})],
)
def test_an_exception_of_the_new_security_hub_sets_what_it_says(
    set_to: str, fields: dict[str, Any]
) -> None:
    rule = rules({**NEW_HUB, "set": set_to})["SnapshotsException"]
    assert {key: value for key, value in update(rule).items() if key != "Comment"} == fields


def test_an_exception_of_the_new_security_hub_sets_nothing_after_its_last_day() -> None:
    (rule,) = rules({"source": "security_hub"}).values()
    groups = rule["Criteria"]["OcsfFindingCriteria"]["CompositeFilters"]
    (dates,) = [group["DateFilters"] for group in groups if "DateFilters" in group]
    within = {"Start": "1970-01-01T00:00:00.000Z", "End": "2027-03-31T23:59:59.999Z"}
    assert dates == [{"FieldName": "finding_info.modified_time_dt", "Filter": within}]


def test_rules_of_each_product_have_an_order_of_their_own() -> None:
    built = rules({}, {"name": "second", **NEW_HUB}, {"name": "third"})
    assert {title: rule["RuleOrder"] for title, rule in built.items()} == {
        "SnapshotsException": 1,
        "SnapshotsExceptionEnd": 2,
        "SecondException": 1,
        "ThirdException": 3,
        "ThirdExceptionEnd": 4,
    }


@pytest.mark.parametrize(
    ("match", "key"),
    [
        ({"workflow": ["NEW"]}, "workflow"),
        ({"kinds": ["exposure", "posture"]}, "kinds"),
        ({"resources": ["arn:aws:s3:::website"]}, "resources"),
        ({"resource_tags": {"Environment": ["test*"]}}, "resource_tags"),
    ],
    ids=str,
)
def test_what_criteria_of_the_new_security_hub_cannot_say_is_refused_with_its_place(
    match: dict[str, Any], key: str
) -> None:
    with pytest.raises(UnbuildableError) as refused:
        rules({**NEW_HUB, "match": match})
    ((location, _),) = refused.value.problems
    assert location == ("exceptions", 0, "match", key)


def test_a_file_without_exceptions_has_no_such_template() -> None:
    assert "exceptions.yaml" not in wanted(settings())
    assert "exceptions.yaml" in wanted(settings({}))


@pytest.mark.parametrize(
    ("match", "key"),
    [
        ({"regions": ["eu-west-1"]}, "regions"),
        ({"account_names": ["prod"]}, "account_names"),
        ({"resource_types": ["AwsEc2*"]}, "resource_types"),
        ({"types": {"not": ["TTPs/*"]}}, "types"),
        ({"accounts": [f"{n:012}" for n in range(101)]}, "accounts"),
        ({"controls": [f"EC2.{n}" for n in range(21)]}, "controls"),
    ],
    ids=str,
)
def test_what_criteria_cannot_say_is_refused_with_its_place(
    match: dict[str, Any], key: str
) -> None:
    with pytest.raises(UnbuildableError) as refused:
        rules({"match": match})
    ((location, _),) = refused.value.problems
    assert location == ("exceptions", 0, "match", key)


@pytest.mark.parametrize("source", ["security_hub_cspm", "security_hub"])
@pytest.mark.parametrize("match", [{}, {"accounts": ["*"]}], ids=str)
def test_an_exception_that_covers_every_finding_is_refused(
    match: dict[str, Any], source: str
) -> None:
    with pytest.raises(UnbuildableError) as refused:
        rules({"match": match, "source": source})
    ((location, message),) = refused.value.problems
    assert location == ("exceptions", 0, "match")
    assert "every finding" in message


def test_all_that_cannot_be_said_is_refused_at_once() -> None:
    with pytest.raises(UnbuildableError) as refused:
        rules({"match": {"regions": ["eu-west-1"]}}, {"name": "second", "match": {}})
    assert [location[1] for location, _ in refused.value.problems] == [0, 1]


@pytest.mark.parametrize(("number", "refused"), [(50, False), (51, True)])
def test_the_quota_of_rules_counts_two_for_each_exception_that_ends(
    project: Path, number: int, *, refused: bool
) -> None:
    listed = [{**ACCEPTED, "name": f"e{n}"} for n in range(number)]
    path = project / "params" / "a.yaml"
    path.write_text(yaml.safe_dump({**yaml.safe_load(QUICKSTART), "exceptions": listed}), "utf-8")
    if not refused:
        assert len(load(path).settings.exceptions) == number
        return
    with pytest.raises(BadInput, match="need 102 automation rules"):
        load(path)


def test_a_reason_that_makes_the_note_too_long_is_refused(project: Path) -> None:
    whole = {**ACCEPTED, "reason": "x" * 500}
    path = project / "params" / "a.yaml"
    path.write_text(yaml.safe_dump({**yaml.safe_load(QUICKSTART), "exceptions": [whole]}), "utf-8")
    with pytest.raises(BadInput, match="characters longer than Security Hub accepts"):
        load(path)


def test_a_hundred_accounts_are_one_rule() -> None:
    accounts = [f"{n:012}" for n in range(100)]
    rule = rules({"match": {"accounts": accounts}})["SnapshotsException"]
    assert len(rule["Criteria"]["AwsAccountId"]) == 100


def test_criteria_may_be_as_many_as_a_match_has_keys() -> None:
    match = {
        "severity": ["LOW"],
        "compliance": ["FAILED"],
        "workflow": ["NEW"],
        "record_state": ["ACTIVE"],
        "accounts": ["111122223333"],
        "products": ["aws/securityhub"],
        "generators": ["security-control/S3.8"],
        "controls": ["S3.8"],
        "standards": ["cis-aws-foundations-benchmark"],
        "resources": ["arn:aws:s3:::public"],
        "types": ["Software and Configuration Checks*"],
    }
    assert len(rules({"match": match, "until": "never"})["SnapshotsException"]["Criteria"]) == 11


def reads(criteria: dict[str, Any], finding: dict[str, Any]) -> bool:
    """Read criteria as AWS documents them: attributes by and, what must be by or, else by and.

    https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_AutomationRulesFindingFilters.html
    """
    return all(_attribute(name, asked, finding) for name, asked in criteria.items())


def _attribute(name: str, asked: list[dict[str, str]], finding: dict[str, Any]) -> bool:
    wanted_ones: list[bool] = []
    unwanted: list[bool] = []
    for condition in asked:
        kind = condition["Comparison"]
        values = _values(name, condition.get("Key", ""), finding)
        begins = kind.startswith("PREFIX")
        word = condition["Value"]
        hit = any(value.startswith(word) if begins else value == word for value in values)
        (unwanted if kind.endswith("NOT_EQUALS") else wanted_ones).append(hit)
    return not any(unwanted) and (not wanted_ones or any(wanted_ones))


def _values(name: str, key: str, finding: dict[str, Any]) -> list[str]:
    resources = finding.get("Resources", [])
    compliance = finding.get("Compliance", {})
    standards = compliance.get("AssociatedStandards", [])
    places: dict[str, Any] = {
        "SeverityLabel": [finding.get("Severity", {}).get("Label")],
        "ComplianceStatus": [compliance.get("Status")],
        "WorkflowStatus": [finding.get("Workflow", {}).get("Status")],
        "RecordState": [finding.get("RecordState")],
        "AwsAccountId": [finding.get("AwsAccountId")],
        "ProductName": [finding.get("ProductName")],
        "GeneratorId": [finding.get("GeneratorId")],
        "ComplianceSecurityControlId": [compliance.get("SecurityControlId")],
        "ComplianceAssociatedStandardsId": [each["StandardsId"] for each in standards],
        "ResourceType": [resource.get("Type") for resource in resources],
        "ResourceId": [resource.get("Id") for resource in resources],
        "ResourceTags": [resource.get("Tags", {}).get(key) for resource in resources],
        "Type": finding.get("Types", []),
    }
    return [value for value in places[name] if isinstance(value, str)]


@examples(max_examples=300, deadline=None)
@given(MATCHES, FINDINGS)
def test_an_exception_acts_on_exactly_what_a_route_with_its_match_matches(
    match: dict[str, Any], finding: dict[str, Any]
) -> None:
    parsed = Match.model_validate(match)
    try:
        criteria = filters(parsed, AUTOMATION_RULE)
    except UnsayableError:
        criteria = None
    assume(criteria is not None)
    assert reads(criteria or {}, whole(finding)) == matches(parsed, whole(finding))


@pytest.mark.parametrize(
    "match",
    [
        {"controls": ["S3.*"], "accounts": {"not": ["111122223333"]}},
        {"products": ["aws/inspector"], "severity": ["LOW", "MEDIUM"]},
        {"types": ["Software and Configuration Checks*"], "compliance": {"not": ["PASSED"]}},
        {"resource_types": ["AwsEc2Instance"], "record_state": ["ACTIVE"], "workflow": ["NEW"]},
        {"standards": ["cis-aws-foundations-benchmark"], "generators": {"not": ["prowler-*"]}},
        {"resources": ["arn:aws:s3:::*"]},
    ],
    ids=str,
)
def test_an_exception_acts_on_the_real_findings_that_a_route_with_its_match_matches(
    match: dict[str, Any],
) -> None:
    parsed = Match.model_validate(match)
    criteria = filters(parsed, AUTOMATION_RULE)
    acted = 0
    for line in corpus("findings.ndjson").read_text("utf-8").splitlines():
        finding = whole(json.loads(line))
        assert reads(criteria, finding) == matches(parsed, finding), finding["Id"]
        acted += reads(criteria, finding)
    assert acted


@pytest.mark.parametrize("source", ["security_hub_cspm", "security_hub"])
def test_rules_get_the_tags_that_aws_accepts_for_them(source: str) -> None:
    given = {"tags": {"Team": "security", "cost center": "7"}}
    for rule in rules({"source": source}, **given).values():
        assert rule["Tags"] == {"Team": "security"}


@pytest.mark.parametrize(
    ("source", "tag", "accepted"),
    [
        ("security_hub_cspm", "cost-center", "letters and digits in"),
        ("security_hub", "cost center", "letters, digits and + , - . / : ; < = _ in"),
    ],
)
def test_a_tag_that_rules_do_not_get_is_warned_of(
    project: Path, source: str, tag: str, accepted: str
) -> None:
    path = project / "params" / "a.yaml"
    given = {
        "exceptions": [{**ACCEPTED, "source": source}],
        "tags": {"Team": "security", tag: "7"},
    }
    path.write_text(yaml.safe_dump({**yaml.safe_load(QUICKSTART), **given}), "utf-8")
    warned = [str(problem) for problem in advice(load(path)) if "do not get" in str(problem)]
    assert len(warned) == 1
    assert f"tags.{tag}: warning: automation rules of exceptions" in warned[0]
    assert f"AWS accepts only {accepted} the keys" in warned[0]


def test_rules_of_both_products_can_be_created_apart() -> None:
    """Those of the new Security Hub belong into its home Region alone."""
    of_both = settings(
        {}, {"name": "new", "source": "security_hub", "match": {"kinds": ["threat"]}}
    )
    template = TEMPLATES["exceptions.yaml"](of_both).to_dict()
    made = {title: rule["Condition"] for title, rule in template["Resources"].items()}
    conditions = {
        title: resolve(template["Conditions"][name], template, {"Products": "security_hub_cspm"})
        for title, name in made.items()
    }
    assert conditions == {
        "SnapshotsException": True,
        "SnapshotsExceptionEnd": True,
        "NewException": False,
    }
    assert template["Parameters"]["Products"]["Default"] == "both"


def test_rules_of_one_product_need_no_parameter() -> None:
    assert "Parameters" not in TEMPLATES["exceptions.yaml"](settings({})).to_dict()


def test_an_exception_that_a_route_sends_nevertheless_is_warned_of(project: Path) -> None:
    path = project / "params" / "a.yaml"
    basis = yaml.safe_load(QUICKSTART)
    del basis["routes"][0]["match"]["workflow"]
    path.write_text(yaml.safe_dump({**basis, "exceptions": [ACCEPTED]}), "utf-8")
    warned = [str(problem) for problem in advice(load(path)) if "exceptions[0]" in str(problem)]
    assert len(warned) == 1
    assert "route findings also matches findings that are SUPPRESSED" in warned[0]


def test_a_reason_beyond_ascii_is_refused_with_its_place(project: Path) -> None:
    path = project / "params" / "a.yaml"
    exceptions = [{**ACCEPTED, "reason": "公開用"}]
    given = {**yaml.safe_load(QUICKSTART), "exceptions": exceptions}
    path.write_text(yaml.safe_dump(given, allow_unicode=True), "utf-8")
    with pytest.raises(BadInput, match=r"exceptions\[0\]\.reason: .*printable ASCII"):
        load(path)
