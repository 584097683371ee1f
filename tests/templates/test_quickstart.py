"""params/quickstart.yaml renders to what the article builds by hand."""

from __future__ import annotations

import json
from typing import Any

import pytest

from conftest import QUICKSTART, ROOT, Build, of_type, pattern_of

ARTICLE = {
    "source": ["aws.securityhub"],
    "detail-type": ["Security Hub Findings - Imported"],
    "detail": {
        "findings": {
            "Compliance": {"Status": ["FAILED", "WARNING", "NOT_AVAILABLE"]},
            "RecordState": ["ACTIVE"],
            "Severity": {"Label": ["HIGH", "CRITICAL"]},
            "Workflow": {"Status": ["NEW"]},
        }
    },
}


@pytest.fixture
def template(build: Build) -> dict[str, Any]:
    return build(QUICKSTART)


def test_these_tests_speak_of_the_shipped_quickstart(build: Build) -> None:
    shipped = (ROOT / "params" / "quickstart.yaml").read_text("utf-8")
    assert build(shipped) == build(QUICKSTART)


def test_with_its_defaults_the_pattern_is_the_articles(template: dict[str, Any]) -> None:
    assert pattern_of(template) == ARTICLE


def test_with_new_findings_only_false_the_workflow_key_is_absent(
    template: dict[str, Any],
) -> None:
    first_step = json.loads(json.dumps(ARTICLE))
    del first_step["detail"]["findings"]["Workflow"]
    assert pattern_of(template, NewFindingsOnly="false") == first_step


def test_severities_and_compliance_can_be_changed_in_the_console(
    template: dict[str, Any],
) -> None:
    changed = pattern_of(
        template, FindingsSeverities="HIGH, MEDIUM", FindingsComplianceStatuses="FAILED"
    )
    findings = changed["detail"]["findings"]
    assert findings["Severity"]["Label"] == ["HIGH", "MEDIUM"]
    assert findings["Compliance"]["Status"] == ["FAILED"]


def test_the_parameters_are_few_and_have_short_names(template: dict[str, Any]) -> None:
    assert list(template["Parameters"]) == [
        "SlackWorkspaceId",
        "SecurityChannelId",
        "FindingsSeverities",
        "FindingsComplianceStatuses",
        "NewFindingsOnly",
        "RulesEnabled",
    ]


def test_each_parameter_is_explained_constrained_labelled_and_grouped(
    template: dict[str, Any],
) -> None:
    interface = template["Metadata"]["AWS::CloudFormation::Interface"]
    grouped = [name for group in interface["ParameterGroups"] for name in group["Parameters"]]
    for name, parameter in template["Parameters"].items():
        assert parameter["Description"]
        assert parameter["ConstraintDescription"]
        assert "AllowedPattern" in parameter or "AllowedValues" in parameter
        assert interface["ParameterLabels"][name]["default"]
        assert grouped.count(name) == 1


def test_the_prerequisites_stand_in_the_parameter_descriptions(template: dict[str, Any]) -> None:
    parameters = template["Parameters"]
    assert (
        "authorize the workspace, once per AWS account"
        in (parameters["SlackWorkspaceId"]["Description"])
    )
    assert "/invite @Amazon Q" in parameters["SecurityChannelId"]["Description"]


def test_the_topic_is_standard_and_bears_the_articles_name(template: dict[str, Any]) -> None:
    (topic,) = of_type(template, "AWS::SNS::Topic").values()
    assert topic["Properties"] == {
        "TopicName": "SecurityHubFindingToSlack",
        "DisplayName": "SecurityHubFindingToSlack",
    }


def test_only_eventbridge_may_publish_and_to_this_topic_only(template: dict[str, Any]) -> None:
    (policy,) = of_type(template, "AWS::SNS::TopicPolicy").values()
    assert policy["Properties"]["Topics"] == [{"Ref": "FindingsTopic"}]
    allow, deny = policy["Properties"]["PolicyDocument"]["Statement"]
    assert (deny["Sid"], deny["Effect"]) == ("OnlyOverTls", "Deny")
    assert allow == {
        "Sid": "EventBridgeMayPublish",
        "Effect": "Allow",
        "Principal": {"Service": "events.amazonaws.com"},
        "Action": ["sns:Publish"],
        "Resource": [{"Ref": "FindingsTopic"}],
    }


def test_the_rule_hands_events_to_the_topic_untouched(template: dict[str, Any]) -> None:
    rule = template["Resources"]["FindingsRule"]["Properties"]
    assert rule["Name"] == "SecurityHubFindingToSlack"
    assert rule["Description"]
    (target,) = rule["Targets"]
    assert target == {
        "Id": "FindingsTopic",
        "Arn": {"Ref": "FindingsTopic"},
        # EventBridge's own, written out.
        "RetryPolicy": {"MaximumEventAgeInSeconds": 86_400, "MaximumRetryAttempts": 185},
    }


def test_the_channel_subscribes_the_topic_with_guardrails_and_error_logging(
    template: dict[str, Any],
) -> None:
    channel = template["Resources"]["SecurityChannel"]["Properties"]
    assert channel == {
        "ConfigurationName": "SecurityHubFindingToSlack",
        "SlackWorkspaceId": {"Ref": "SlackWorkspaceId"},
        "SlackChannelId": {"Ref": "SecurityChannelId"},
        "SnsTopicArns": [{"Ref": "FindingsTopic"}],
        "IamRoleArn": {"Fn::GetAtt": ["SecurityChannelRole", "Arn"]},
        "GuardrailPolicies": [
            {"Fn::Sub": "arn:${AWS::Partition}:iam::aws:policy/CloudWatchReadOnlyAccess"}
        ],
        "LoggingLevel": "ERROR",
    }


def test_the_channels_role_may_only_read_metrics(template: dict[str, Any]) -> None:
    role = template["Resources"]["SecurityChannelRole"]["Properties"]
    assert "ManagedPolicyArns" not in role
    (policy,) = role["Policies"]
    (statement,) = policy["PolicyDocument"]["Statement"]
    assert statement["Action"] == ["cloudwatch:Describe*", "cloudwatch:Get*", "cloudwatch:List*"]
    (trust,) = role["AssumeRolePolicyDocument"]["Statement"]
    assert trust["Principal"] == {"Service": "chatbot.amazonaws.com"}


def test_the_outputs_name_topic_rule_configuration_and_link_into_the_console(
    template: dict[str, Any],
) -> None:
    assert list(template["Outputs"]) == [
        "FindingsTopicArn",
        "FindingsTopicLink",
        "FindingsRuleArn",
        "FindingsRuleLink",
        "SecurityChannelArn",
        "ChatLink",
    ]


def test_nothing_in_it_runs_code(template: dict[str, Any]) -> None:
    kinds = {resource["Type"] for resource in template["Resources"].values()}
    assert kinds == {
        "AWS::SNS::Topic",
        "AWS::SNS::TopicPolicy",
        "AWS::Events::Rule",
        "AWS::IAM::Role",
        "AWS::Chatbot::SlackChannelConfiguration",
    }
