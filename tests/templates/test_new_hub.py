"""What routes of the new Security Hub make of the template, alone and next to those of CSPM."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import findings as of_old
import findings_ocsf as of_new
from conftest import QUICKSTART, ROOT, Build, of_type, pattern_of, with_route
from generator.cloudformation.intrinsics import defaults, resolve_resources
from generator.eventbridge import matcher
from generator.findings.events import IMPORTED, IMPORTED_V2, wrap
from generator.params import load
from generator.routing.event_pattern import default_pattern
from generator.templates import TEMPLATES
from routes import route

if TYPE_CHECKING:
    from pathlib import Path

NEW_HUB = f"source: security_hub\n{QUICKSTART}"
BOTH = (ROOT / "params" / "both-hubs.yaml").read_text("utf-8")
ACCOUNT, HOME = "111122223333", "ap-northeast-1"


def of_file(**match: Any) -> str:
    return f"source: security_hub\n{with_route(**match)}"


def once(**more: Any) -> str:
    return route("summary", "once", source="security_hub", **more)


def mark(template: dict[str, Any]) -> dict[str, Any]:
    """Return what may be done to findings."""
    role = template["Resources"]["MarkerV2StateMachineRole"]["Properties"]
    statements = role["Policies"][0]["PolicyDocument"]["Statement"]
    marking: dict[str, Any] = {statement["Sid"]: statement for statement in statements}
    return dict(marking["MarkNotified"])


def stackset(folder: Path, text: str, at: tuple[str, str]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the StackSet's template of a params text, and its resources in one place."""
    path = folder / "some.yaml"
    path.write_text(text, "utf-8")
    template: dict[str, Any] = TEMPLATES["stackset.yaml"](load(path).settings).to_dict()
    pseudo = {"AWS::AccountId": at[0], "AWS::Region": at[1], "AWS::Partition": "aws"}
    return template, resolve_resources(template, {**defaults(template), **pseudo})


def forwarding(*sources: str) -> str:
    """Return a StackSet's params text with a route of each of these products."""
    data = yaml.safe_load(QUICKSTART)
    data["routes"] = [
        {
            **data["routes"][0],
            "name": f"r{i}",
            "source": source,
            "match": {"severity": ["HIGH"], "workflow": ["NEW"], "accounts": [f"{i}*"]},
        }
        for i, source in enumerate(sources)
    ]
    data["deployment"] = {
        "home": {"region": HOME, "account": ACCOUNT},
        "stackset": {
            "organization_id": "o-abc1234567",
            "organizational_units": ["ou-ab12-11111111"],
            "regions": [HOME, "us-east-1"],
        },
    }
    return str(yaml.safe_dump(data, sort_keys=False))


def test_a_rule_asks_for_events_of_the_new_product_in_its_own_words(build: Build) -> None:
    assert pattern_of(build(NEW_HUB)) == {
        "source": ["aws.securityhub"],
        "detail-type": ["Findings Imported V2"],
        "detail": {
            "findings": {
                "severity": ["High", "Critical", "Fatal"],
                "compliance": {"status": ["Fail", "Warning", "Unknown", "Other"]},
                "status": ["New"],
                "activity_name": [{"anything-but": ["Close"]}],
                "metadata": {
                    "product": {
                        "feature": {
                            "uid": [{"exists": False}, {"anything-but": "security-hub/Coverage"}]
                        }
                    }
                },
            }
        },
    }


def test_parameters_are_lists_of_the_new_products_words(build: Build) -> None:
    parameters = build(NEW_HUB)["Parameters"]
    severities, statuses = (
        parameters[f"Findings{key}"] for key in ("Severities", "ComplianceStatuses")
    )
    assert severities["Default"] == "High,Critical,Fatal"
    assert statuses["Default"] == "Fail,Warning,Unknown,Other"
    for parameter, right, wrong in (
        (severities, ("Critical", "Fatal, Critical", "Informational,Low"), ("CRITICAL", "fatal")),
        (statuses, ("Pass", "Fail,Other"), ("FAILED", "PASSED", "")),
    ):
        for text in right:
            assert re.search(parameter["AllowedPattern"], text), text
        for text in wrong:
            assert not re.search(parameter["AllowedPattern"], text), text
        for word in re.split("[,. ]+", parameter["ConstraintDescription"]):
            assert word not in {"CRITICAL", "FAILED"}


def test_a_list_that_is_changed_in_the_console_reaches_the_rule(build: Build) -> None:
    changed = pattern_of(build(NEW_HUB), FindingsSeverities="Fatal")
    assert changed["detail"]["findings"]["severity"] == ["Fatal"]


def test_absent_stays_when_the_statuses_of_the_new_product_are_changed(build: Build) -> None:
    template = build(of_file(compliance=["FAILED", "ABSENT"]))
    pattern = pattern_of(template, FindingsComplianceStatuses="Warning")
    assert pattern["detail"]["findings"]["compliance"] == {
        "$or": [{"status": ["Warning"]}, {"status": [{"exists": False}]}]
    }


def test_without_new_findings_only_the_rule_asks_for_no_status(build: Build) -> None:
    template = build(NEW_HUB)
    loosened = pattern_of(template, NewFindingsOnly="false")["detail"]["findings"]
    assert "status" not in loosened
    assert loosened["severity"]
    description = template["Parameters"]["NewFindingsOnly"]["Description"]
    assert "In Progress, Suppressed or Resolved" in description
    assert "NOTIFIED" not in description


def test_a_match_of_new_and_everything_else_leaves_no_empty_object_behind(build: Build) -> None:
    kinds = {"not": ["coverage"]}
    template = build(of_file(workflow=["NEW"], kinds=kinds))
    findings = pattern_of(template, NewFindingsOnly="false")["detail"]["findings"]
    assert set(findings) == {"metadata"}


def test_a_message_of_either_product_stands_once_in_the_mapping(build: Build) -> None:
    data = yaml.safe_load(BOTH)
    data["routes"] += [{**routed, "name": f"{routed['name']}-too"} for routed in data["routes"]]
    template = build(yaml.safe_dump(data))
    assert set(template["Mappings"]["Messages"]) == {"summary", "summaryV2"}
    texts = [text["jsonata"] for text in template["Mappings"]["Messages"].values()]
    rendered = json.dumps(template)
    assert [rendered.count(json.dumps(text)) for text in texts] == [1, 1]
    keys = {
        title: machine["Properties"]["Definition"]["States"]["Publish"]["Arguments"]["Message"]
        for title, machine in of_type(template, "AWS::StepFunctions::StateMachine").items()
        if not title.startswith("Marker")
    }
    assert len(keys) == 2
    for title, message in keys.items():
        of_mapping = "summaryV2" if "V2" in title else "summary"
        assert message == {"Fn::FindInMap": ["Messages", of_mapping, "jsonata"]}


@pytest.mark.parametrize(
    ("more", "key"),
    [
        ({"source": "security_hub"}, "summaryV2"),
        ({"source": "security_hub_cspm"}, None),
        ({}, None),
    ],
    ids=str,
)
def test_a_route_of_the_new_product_composes_a_summary_unless_it_says_otherwise(
    build: Build, more: dict[str, str], key: str | None
) -> None:
    template = build(yaml.safe_dump({**yaml.safe_load(QUICKSTART), **more}))
    assert set(template.get("Mappings", {}).get("Messages", {})) == ({key} if key else set())
    native = QUICKSTART.replace("channel: security\n", "channel: security\n    message: native\n")
    assert "Mappings" not in build(f"source: security_hub\n{native}")


def test_what_marks_findings_of_the_new_product_sets_the_status_and_says_who_did_it(
    build: Build,
) -> None:
    template = build(once())
    states = template["Resources"]["MarkerV2StateMachine"]["Properties"]["Definition"]["States"]
    state = states["Mark"]
    assert state["Resource"]["Fn::Sub"].endswith(":aws-sdk:securityhub:batchUpdateFindingsV2")
    assert set(state["Arguments"]) == {"MetadataUids", "StatusId", "Comment"}
    assert state["Arguments"]["StatusId"] == 2
    comment = "Sent to chat by the state machine SecurityHubFindingToSlack-marker-v2"
    assert state["Arguments"]["Comment"] == comment
    assert "NOTIFIED" not in json.dumps(template)


def test_each_product_has_what_marks_its_findings(build: Build) -> None:
    template = build(BOTH)
    markers = {title for title in of_type(template, "AWS::SQS::Queue") if "Marker" in title}
    assert markers == {"MarkerQueue", "MarkerV2Queue"}
    for title in markers:
        machine = title.replace("Queue", "StateMachine")
        states = template["Resources"][machine]["Properties"]["Definition"]["States"]
        assert states["Receive"]["Arguments"]["QueueUrl"] == {"Ref": title}


def test_what_marks_findings_of_the_new_product_may_set_in_progress_and_no_severity(
    build: Build,
) -> None:
    statement = mark(build(once()))
    # The action is documented under this name for both versions of the API.
    assert statement["Action"] == ["securityhub:BatchUpdateFindings"]
    # On which of the two hubs is not documented.
    hubs = [hub["Fn::Sub"].rpartition("}:")[2] for hub in statement["Resource"]]
    assert hubs == ["hub/default", "hubv2/*"]
    path = "securityhub:OCSFSyntaxPath/"
    assert statement["Condition"] == {
        "StringEquals": {f"{path}StatusId": "2"},
        "Null": {f"{path}SeverityId": "true"},
    }
    assert "ASFFSyntaxPath" not in json.dumps(build(once()))


def test_no_parameter_loosens_once_of_the_new_product(build: Build) -> None:
    template = build(once())
    assert "NewFindingsOnly" not in template["Parameters"]
    assert pattern_of(template)["detail"]["findings"]["status"] == ["New"]


@pytest.mark.parametrize(
    ("sources", "kinds"),
    [
        (("security_hub",), [IMPORTED_V2]),
        (("security_hub_cspm",), [IMPORTED]),
        (("security_hub_cspm", "security_hub"), [IMPORTED, IMPORTED_V2]),
    ],
    ids=str,
)
def test_forwarding_rule_and_receiving_bus_name_the_events_of_each_product(
    tmp_path: Path, sources: tuple[str, ...], kinds: list[str]
) -> None:
    text = forwarding(*sources)
    template, _ = stackset(tmp_path, text, (ACCOUNT, "us-east-1"))
    assert sorted(set(detail_types(pattern_of(template, "RuleToHome")))) == sorted(kinds)
    _, home = stackset(tmp_path, text, (ACCOUNT, HOME))
    condition = home["HomeBusPolicy"]["Properties"]["Statement"]["Condition"]
    assert condition["ForAllValues:StringEquals"] == {
        "events:source": ["aws.securityhub"],
        "events:detail-type": kinds,
    }


def detail_types(pattern: Any) -> list[str]:
    """Return the detail-types that a pattern names, wherever it does."""
    if isinstance(pattern, list):
        return [kind for inner in pattern for kind in detail_types(inner)]
    if not isinstance(pattern, dict):
        return []
    named = list(pattern.get("detail-type", ()))
    return named + [kind for inner in pattern.values() for kind in detail_types(inner)]


OLD = st.tuples(st.just("security_hub_cspm"), of_old.MATCHES)
NEW = st.tuples(st.just("security_hub"), of_new.MATCHES)


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    matches=st.lists(OLD | NEW, min_size=2, max_size=3),
    old=of_old.FINDINGS,
    new=of_new.FINDINGS,
)
def test_what_is_forwarded_is_what_some_route_of_either_product_matches(
    tmp_path: Path,
    matches: list[tuple[str, dict[str, Any]]],
    old: dict[str, Any],
    new: dict[str, Any],
) -> None:
    data = yaml.safe_load(forwarding(*(source for source, _ in matches)))
    for routed, (_, match) in zip(data["routes"], matches, strict=True):
        routed["match"] = match
    path = tmp_path / "some.yaml"
    path.write_text(yaml.safe_dump({**data, "pattern_length": 4096}), "utf-8")
    loaded = load(path).settings
    template = TEMPLATES["stackset.yaml"](loaded).to_dict()
    forwards = matcher.compile(pattern_of(template, "RuleToHome"))
    patterns = [matcher.compile(default_pattern(route)) for route in loaded.routes]
    for source, event in (("security_hub_cspm", wrap(old)), ("security_hub", wrap(new))):
        if any(matches(event) for matches in patterns):
            assert forwards(event)
        # A long union asks for less than its routes, and never for events of another product.
        assert not forwards(event) or source in dict(matches)
