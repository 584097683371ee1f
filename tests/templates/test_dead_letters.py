"""What cannot be delivered is kept, and nobody else leaves anything there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from conftest import QUICKSTART, ROOT, Build, of_type, read_template

WITH = QUICKSTART.replace("dead_letter_queue: false", "dead_letter_queue: true")
RENDERED = sorted((ROOT / "templates_out").glob("*/st*.yaml"))
QUEUE = {"Fn::GetAtt": ["FindingsDeadLetters", "Arn"]}
RULE_ARN = {
    "Fn::Sub": "arn:${AWS::Partition}:events:${AWS::Region}:${AWS::AccountId}:rule/"
    "SecurityHubFindingToSlack"
}
HOUR, DAY = 3_600, 86_400


def target_of(template: dict[str, Any], rule: str = "FindingsRule") -> dict[str, Any]:
    (target,) = template["Resources"][rule]["Properties"]["Targets"]
    return dict(target)


def statements(template: dict[str, Any], policy: str = "FindingsDeadLettersPolicy") -> Any:
    document = template["Resources"][policy]["Properties"]["PolicyDocument"]
    return document["Statement"]


def test_left_out_there_is_a_queue_for_each_route(build: Build) -> None:
    data = yaml.safe_load(QUICKSTART)
    del data["dead_letter_queue"]
    data["routes"].append({"name": "more", "channel": "security"})
    assert list(of_type(build(yaml.safe_dump(data)), "AWS::SQS::Queue")) == [
        "FindingsDeadLetters",
        "MoreDeadLetters",
    ]


def test_turned_off_there_is_none_and_eventbridge_tries_as_long_as_it_can(build: Build) -> None:
    template = build(QUICKSTART)
    assert not of_type(template, "AWS::SQS::Queue")
    assert "DeadLetterConfig" not in target_of(template)
    assert target_of(template)["RetryPolicy"]["MaximumEventAgeInSeconds"] == DAY


def test_with_a_queue_eventbridge_gives_up_after_an_hour_and_leaves_the_event_there(
    build: Build,
) -> None:
    target = target_of(build(WITH))
    assert target["DeadLetterConfig"] == {"Arn": QUEUE}
    assert target["RetryPolicy"] == {"MaximumEventAgeInSeconds": HOUR, "MaximumRetryAttempts": 185}


def test_the_queue_is_standard_encrypted_and_keeps_for_as_long_as_sqs_can(build: Build) -> None:
    assert build(WITH)["Resources"]["FindingsDeadLetters"]["Properties"] == {
        "QueueName": "SecurityHubFindingToSlack-dead-letters",
        "MessageRetentionPeriod": 14 * DAY,
        "MaximumMessageSize": 1_048_576,
        "RedriveAllowPolicy": {"redrivePermission": "denyAll"},
        "SqsManagedSseEnabled": True,
    }


def test_only_this_rule_may_leave_dead_letters_and_only_over_tls(build: Build) -> None:
    allow, deny = statements(build(WITH))
    assert allow == {
        "Sid": "RuleMaySend",
        "Effect": "Allow",
        "Principal": {"Service": "events.amazonaws.com"},
        "Action": ["sqs:SendMessage"],
        "Resource": [QUEUE],
        "Condition": {"ArnEquals": {"aws:SourceArn": RULE_ARN}},
    }
    assert deny == {
        "Sid": "OnlyOverTls",
        "Effect": "Deny",
        "Principal": "*",
        "Action": ["sqs:*"],
        "Resource": [QUEUE],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }


def test_the_longest_names_still_name_a_queue(build: Build) -> None:
    data = yaml.safe_load(WITH)
    data["name"] = "n" * 55
    data["routes"].append({"name": "r" * 8, "channel": "security"})
    names = [
        queue["Properties"]["QueueName"]
        for queue in of_type(build(yaml.safe_dump(data)), "AWS::SQS::Queue").values()
    ]
    assert [len(name) for name in names] == [55 + 13, 64 + 13]
    assert all(len(name) <= 80 for name in names)


@pytest.mark.parametrize("path", RENDERED, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_every_target_says_how_long_it_is_tried(path: Path) -> None:
    rules = of_type(read_template(path), "AWS::Events::Rule")
    assert all("RetryPolicy" in one for r in rules.values() for one in r["Properties"]["Targets"])


def test_the_outputs_lead_to_the_queue(build: Build) -> None:
    outputs = build(WITH)["Outputs"]
    assert outputs["FindingsDeadLettersUrl"]["Value"] == {"Ref": "FindingsDeadLetters"}
    link = outputs["FindingsDeadLettersLink"]["Value"]["Fn::Sub"]
    assert link.endswith("%2F${AWS::AccountId}%2F${FindingsDeadLetters.QueueName}")


@pytest.mark.parametrize("path", RENDERED, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_rule_waits_until_whatever_it_sends_to_admits_it(path: Path) -> None:
    """What it sends before is refused, and refusals are not tried again."""
    template = read_template(path)
    queues = {
        policy["Properties"]["Queues"][0]["Ref"]: title
        for title, policy in of_type(template, "AWS::SQS::QueuePolicy").items()
    }
    topics = {
        policy["Properties"]["Topics"][0]["Ref"]: title
        for title, policy in of_type(template, "AWS::SNS::TopicPolicy").items()
    }
    for rule in of_type(template, "AWS::Events::Rule").values():
        waits = rule.get("DependsOn", [])
        (target,) = rule["Properties"]["Targets"]
        queue = target.get("DeadLetterConfig", {}).get("Arn", {}).get("Fn::GetAtt", [None])[0]
        assert queue is None or queues[queue] in waits
        topic = target["Arn"].get("Ref")
        assert topic not in topics or topics[topic] in waits


def test_where_a_state_machine_publishes_eventbridge_is_shut_out_only_after_the_rule_left(
    build: Build,
) -> None:
    data = yaml.safe_load(WITH)
    data["routes"][0]["message"] = "summary"
    resources = build(yaml.safe_dump(data))["Resources"]
    assert resources["FindingsTopicPolicy"]["DependsOn"] == "FindingsRule"
