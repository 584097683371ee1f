"""With a key, everything at rest is encrypted with it, and only the services on the way use it."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml

from conftest import QUICKSTART, Build, of_type
from generator.companions.sample_finding import sample
from generator.params import Settings, load
from generator.templates import TEMPLATES
from guide_texts import guide_text

KEY = {"Fn::GetAtt": ["Key", "Arn"]}
MINE = "arn:aws:kms:eu-west-1:111122223333:key/0123abcd"


def params(**changed: Any) -> str:
    data = yaml.safe_load(QUICKSTART) | {"encryption": "customer_key"} | changed
    if "message" in data:
        data["routes"][0]["message"] = data.pop("message")
    return str(yaml.safe_dump(data, sort_keys=False))


def users(template: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the statements of the key's policy except the account's own."""
    first, *others = template["Resources"]["Key"]["Properties"]["KeyPolicy"]["Statement"]
    assert first["Sid"] == "AccountAdministers"
    return list(others)


@pytest.mark.parametrize(
    ("changed", "services"),
    [
        ({}, ["events", "chatbot"]),
        ({"alarms": True}, ["events", "chatbot", "cloudwatch"]),
        ({"message": "summary"}, ["chatbot"]),
        ({"message": "summary", "dead_letter_queue": True}, ["events", "chatbot"]),
        ({"message": "summary", "alarms": True}, ["chatbot", "cloudwatch"]),
    ],
    ids=str,
)
def test_only_the_services_on_the_way_may_use_the_key(
    build: Build, changed: dict[str, Any], services: list[str]
) -> None:
    statement = users(build(params(**changed)))[0]
    assert statement["Principal"] == {"Service": [f"{one}.amazonaws.com" for one in services]}
    assert statement["Action"] == ["kms:Decrypt", "kms:GenerateDataKey*"]
    # EventBridge sends neither source account nor source ARN.
    assert "Condition" not in statement


def test_logs_may_use_the_key_for_the_log_groups_of_this_deployment_only(build: Build) -> None:
    assert len(users(build(params()))) == 1
    template = build(params(message="summary"))
    _, logs = users(template)
    assert logs["Principal"] == {"Service": {"Fn::Sub": "logs.${AWS::Region}.amazonaws.com"}}
    arn = logs["Condition"]["ArnLike"]["kms:EncryptionContext:aws:logs:arn"]["Fn::Sub"]
    place = "arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:"
    assert arn.removeprefix(place) == "/aws/vendedlogs/states/SecurityHubFindingToSlack*"
    (group,) = of_type(template, "AWS::Logs::LogGroup").values()
    assert group["Properties"]["LogGroupName"].startswith(arn.removeprefix(place)[:-1])
    assert group["Properties"]["KmsKeyId"] == KEY


def test_in_a_stackset_eventbridge_brings_alarms_and_may_use_the_key(tmp_path: Any) -> None:
    path = tmp_path / "some.yaml"
    path.write_text(params(message="summary", alarms=True))
    template = TEMPLATES["stackset.yaml"](load(path).settings).to_dict()
    assert "events.amazonaws.com" in users(template)[0]["Principal"]["Service"]


def test_topics_alarm_topics_and_queues_are_encrypted_with_the_key(build: Build) -> None:
    template = build(params(alarms=True, dead_letter_queue=True))
    for kind in ("AWS::SNS::Topic", "AWS::SQS::Queue"):
        found = of_type(template, kind).values()
        assert found
        assert all(one["Properties"]["KmsMasterKeyId"] == KEY for one in found)
        assert not any("SqsManagedSseEnabled" in one["Properties"] for one in found)


def test_where_findings_are_forwarded_from_sqs_encrypts_since_the_key_is_at_home(
    tmp_path: Any,
) -> None:
    path = tmp_path / "some.yaml"
    for encryption in ("customer_key", MINE):
        path.write_text(params(encryption=encryption, dead_letter_queue=True))
        template = TEMPLATES["stackset.yaml"](load(path).settings).to_dict()
        away = template["Resources"]["ToHomeDeadLetters"]["Properties"]
        assert away["SqsManagedSseEnabled"] is True
        assert "KmsMasterKeyId" not in away


def test_with_a_key_a_topic_takes_nothing_that_is_not_sent_over_tls(build: Build) -> None:
    policy = build(params())["Resources"]["FindingsTopicPolicy"]["Properties"]["PolicyDocument"]
    allow, deny = policy["Statement"]
    assert "Condition" not in allow
    assert deny == {
        "Sid": "OnlyOverTls",
        "Effect": "Deny",
        "Principal": "*",
        "Action": ["sns:Publish"],
        "Resource": [{"Ref": "FindingsTopic"}],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }


@pytest.mark.parametrize("language", ["en", "ja"])
def test_the_guide_shows_what_a_key_of_ones_own_must_allow(build: Build, language: str) -> None:
    more = {"message": "summary", "dead_letter_queue": True, "language": language}
    settings = Settings.model_validate(yaml.safe_load(params(encryption=MINE, **more)))
    guide = guide_text(settings, sample(settings))
    shown = json.loads(guide.partition("```json\n")[2].partition("   ```")[0])
    made = users(build(params(**more)))
    assert shown[0] == made[0]
    assert (shown[1]["Sid"], shown[1]["Action"]) == (made[1]["Sid"], made[1]["Action"])
    assert shown[1]["Principal"] == {"Service": "logs.REGION.amazonaws.com"}
    assert "arn:aws:logs:REGION:ACCOUNT_ID:log-group:" in json.dumps(shown[1]["Condition"])
