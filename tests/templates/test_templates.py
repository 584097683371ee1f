"""What params files beyond the quickstart make of the template."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from conftest import QUICKSTART, ROOT, Build, of_type, pattern_of, with_route

TWO = """\
name: Findings
dead_letter_queue: false
alarms: false
channels:
  red: {channel_id: C0RED}
  blue: {channel_id: C0BLUE, logging: INFO, guardrail_policies: [ReadOnlyAccess]}
routes:
  - {name: one, channel: red, match: {severity: [HIGH], workflow: [NEW]}}
  - {name: two-b, channel: blue, match: {severity: [LOW], workflow: [NOTIFIED]}}
  - {name: three, channel: red, match: {compliance: [FAILED]}}
"""

RENDERED = sorted((ROOT / "templates_out").glob("*/*.yaml"))


def shipped() -> list[Path]:
    return sorted((ROOT / "params").glob("*.yaml"))


def test_each_route_has_a_topic_and_a_rule_and_each_channel_one_configuration(
    build: Build,
) -> None:
    template = build(TWO)
    assert list(of_type(template, "AWS::SNS::Topic")) == ["OneTopic", "TwoBTopic", "ThreeTopic"]
    assert list(of_type(template, "AWS::Events::Rule")) == ["OneRule", "TwoBRule", "ThreeRule"]
    channels = of_type(template, "AWS::Chatbot::SlackChannelConfiguration")
    topics = {name: one["Properties"]["SnsTopicArns"] for name, one in channels.items()}
    assert topics == {
        "RedChannel": [{"Ref": "OneTopic"}, {"Ref": "ThreeTopic"}],
        "BlueChannel": [{"Ref": "TwoBTopic"}],
    }


def test_a_second_route_or_channel_replaces_nothing_of_the_first(build: Build) -> None:
    one, both = build(QUICKSTART), yaml.safe_load(QUICKSTART)
    both["channels"]["other"] = {}
    both["routes"].append({"name": "more", "channel": "other"})
    two = build(yaml.safe_dump(both, sort_keys=False))
    for title, resource in one["Resources"].items():
        assert two["Resources"][title] == resource
    names = [t["Properties"]["TopicName"] for t in of_type(two, "AWS::SNS::Topic").values()]
    assert names == ["SecurityHubFindingToSlack", "SecurityHubFindingToSlack-more"]


def test_logging_and_guardrails_are_the_channels_own(build: Build) -> None:
    blue = build(TWO)["Resources"]["BlueChannel"]["Properties"]
    assert blue["LoggingLevel"] == "INFO"
    assert blue["GuardrailPolicies"] == [
        {"Fn::Sub": "arn:${AWS::Partition}:iam::aws:policy/ReadOnlyAccess"}
    ]


def test_ids_in_the_file_are_the_parameters_defaults(build: Build) -> None:
    template = build(f"slack: {{workspace_id: T0WORK}}\n{TWO}")
    assert template["Parameters"]["SlackWorkspaceId"]["Default"] == "T0WORK"
    assert template["Parameters"]["RedChannelId"]["Default"] == "C0RED"


def test_new_findings_only_governs_no_route_with_another_workflow_list(build: Build) -> None:
    template = build(TWO)
    for value in ("true", "false"):
        pattern = pattern_of(template, "TwoBRule", NewFindingsOnly=value)
        assert pattern["detail"]["findings"]["Workflow"] == {"Status": ["NOTIFIED"]}
    assert "Workflow" in pattern_of(template, "OneRule")["detail"]["findings"]
    loosened = pattern_of(template, "OneRule", NewFindingsOnly="false")
    assert "Workflow" not in loosened["detail"]["findings"]


def test_without_a_route_for_new_findings_there_is_no_such_parameter(build: Build) -> None:
    template = build(with_route(severity=["HIGH"]))
    assert "NewFindingsOnly" not in template["Parameters"]
    assert "OnlyNewFindings" not in template["Conditions"]


def test_a_match_of_nothing_but_new_leaves_no_empty_object_behind(build: Build) -> None:
    template = build(with_route(workflow=["NEW"]))
    assert pattern_of(template, NewFindingsOnly="false") == {
        "source": ["aws.securityhub"],
        "detail-type": ["Security Hub Findings - Imported"],
    }


def test_absent_stays_when_the_statuses_are_changed_in_the_console(build: Build) -> None:
    template = build(with_route(compliance=["FAILED", "ABSENT"]))
    assert template["Parameters"]["FindingsComplianceStatuses"]["Default"] == "FAILED"
    pattern = pattern_of(template, FindingsComplianceStatuses="WARNING")
    assert pattern["detail"]["findings"]["Compliance"] == {
        "$or": [{"Status": ["WARNING"]}, {"Status": [{"exists": False}]}]
    }


def test_the_event_pattern_is_an_object(build: Build) -> None:
    pattern = build(QUICKSTART)["Resources"]["FindingsRule"]["Properties"]["EventPattern"]
    assert isinstance(pattern, dict)


def test_tags_reach_every_resource_that_takes_tags(build: Build) -> None:
    template = build(f"{QUICKSTART}tags: {{Team: security}}\nencryption: customer_key\n")
    untagged = [
        title
        for title, resource in template["Resources"].items()
        if resource["Properties"].get("Tags") != [{"Key": "Team", "Value": "security"}]
    ]
    assert untagged == ["FindingsTopicPolicy"]


def test_delivery_status_logging_lets_sns_log_successes_and_failures(build: Build) -> None:
    template = build(f"{QUICKSTART}topic: {{delivery_status_logging: true}}\n")
    role = {"Fn::GetAtt": ["DeliveryLogRole", "Arn"]}
    assert template["Resources"]["FindingsTopic"]["Properties"]["DeliveryStatusLogging"] == [
        {
            "Protocol": "http/s",
            "SuccessFeedbackRoleArn": role,
            "FailureFeedbackRoleArn": role,
            "SuccessFeedbackSampleRate": "100",
        }
    ]


def test_a_customer_key_lets_eventbridge_use_it_without_conditions(build: Build) -> None:
    template = build(f"{QUICKSTART}encryption: customer_key\n")
    key = template["Resources"]["Key"]
    assert key["DeletionPolicy"] == "RetainExceptOnCreate"
    assert key["UpdateReplacePolicy"] == "Retain"
    assert key["Properties"]["EnableKeyRotation"] is True
    _, services = key["Properties"]["KeyPolicy"]["Statement"]
    assert "events.amazonaws.com" in services["Principal"]["Service"]
    assert services["Action"] == ["kms:Decrypt", "kms:GenerateDataKey*"]
    assert "Condition" not in services
    topic = template["Resources"]["FindingsTopic"]["Properties"]
    assert topic["KmsMasterKeyId"] == {"Fn::GetAtt": ["Key", "Arn"]}


def test_a_key_of_ones_own_is_used_as_it_is(build: Build) -> None:
    arn = "arn:aws:kms:eu-west-1:111122223333:key/0123abcd"
    template = build(f"{QUICKSTART}encryption: {arn}\n")
    assert template["Resources"]["FindingsTopic"]["Properties"]["KmsMasterKeyId"] == arn
    assert not of_type(template, "AWS::KMS::Key")


def test_the_display_name_is_the_users(build: Build) -> None:
    template = build(f"{QUICKSTART}topic: {{display_name: Security}}\n")
    assert template["Resources"]["FindingsTopic"]["Properties"]["DisplayName"] == "Security"


@pytest.mark.parametrize(
    "path",
    # Rules of exceptions name the resources of the params file, and nothing else by an ARN.
    [path for path in RENDERED if path.name != "exceptions.yaml"],
    ids=lambda path: path.parent.name,
)
def test_a_rendered_template_names_no_partition_account_or_region(path: Path) -> None:
    text = path.read_text("utf-8")
    assert "arn:aws:" not in text
    assert "${AWS::Partition}" in text


@pytest.mark.parametrize("path", RENDERED, ids=lambda path: path.parent.name)
def test_a_rendered_template_is_ascii_and_says_what_it_was_made_from(path: Path) -> None:
    text = path.read_text("utf-8")
    assert text.isascii()
    assert text.startswith(f"# Generated from params/{path.parent.name}.yaml by ")


def test_every_params_file_that_is_shipped_is_rendered() -> None:
    assert {path.parent.name for path in RENDERED} == {path.stem for path in shipped()}


def test_settings_are_json_so_that_a_template_is_too(build: Build) -> None:
    template: dict[str, Any] = build(TWO)
    assert json.loads(json.dumps(template)) == template
