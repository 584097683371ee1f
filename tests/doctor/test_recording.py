"""What ``--record`` writes: nothing that names anybody, and enough to examine the account again."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from commanded import Doctor
from conftest import ROOT, Run
from generator.cli.doctor_report import lines
from generator.doctor.examine import examine
from generator.doctor.record import Recorder
from healthy import (
    ACCOUNT,
    BOTH,
    FULL,
    KEY_ID,
    NOW,
    ORGANIZATION,
    Place,
    account,
    answers,
    before,
    measured,
    place,
    slack_configurations,
)
from replay import answered, read, replayed, verdicts
from stubbed import THROTTLED, Answers, Error, Stubs, absent

CASES = sorted((ROOT / "tests" / "cases" / "doctor").glob("*.json"))

ODD = """\
name: Quokka
description: Numbats
slack: {workspace_id: T0KAPI123}
tags: {Axolotl: Pangolin}
channels:
  wombat: {channel_id: C0KAPI456}
  echidna: {emails: [bilby@marsupial.example]}
routes:
  - name: tapirs
    channel: [wombat, echidna]
    match:
      severity: [CRITICAL]
      accounts: ["444455556666"]
      resource_tags: {Dugong: [Manatee]}
      workflow: [NEW]
      record_state: [ACTIVE]
    message: summary
exceptions:
  - {name: potoroos, match: {controls: [EC2.1]}, reason: numbats, until: never}
"""
LEAKS = (
    "quokka",
    "numbat",
    "オカピ",
    "見張り",
    "\\u30aa",
    "kapi",
    "axolotl",
    "pangolin",
    "wombat",
    "echidna",
    "bilby",
    "marsupial",
    "tapir",
    "potoroo",
    "dugong",
    "manatee",
    "narwhal",
    "gharial",
    "鈴木",
    "\\u9234",
    "4444",
    "777788889999",
    ACCOUNT,
    KEY_ID,
    "abcdefgh12",
    "AROAGHARIAL",
)
"""What would name somebody, in small letters where it is a word."""

KEPT = (
    "ResourceNotFoundException",
    "CREATE_COMPLETE",
    "AccessDeniedException",
    "events.amazonaws.com",
    "eu-west-1",
    "ENABLED",
    "aws:SecureTransport",
    "assumed-role",
    "SECURITY_CONTROL",
    "NumberOfMessagesPublished",
    "Security Hub Findings - Imported",
)
"""What AWS says, or the template."""


@pytest.fixture
def doctor(run: Run, project: Path, monkeypatch: pytest.MonkeyPatch) -> Doctor:
    return Doctor(run, project, monkeypatch)


def odd() -> Answers:
    """Return answers and errors with names in every place."""
    names = {
        "Sid": "NarwhalDenies",
        "Effect": "Deny",
        "Principal": {"AWS": "arn:aws:iam::777788889999:role/Gharial/narwhal-鈴木"},
        "Action": "SNS:Publish",
        "Resource": f"arn:aws:kms:eu-west-1:444455556666:key/{KEY_ID}",
        "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-abcdefgh12"}},
    }
    escaped, unescaped = json.dumps(names), json.dumps(names, ensure_ascii=False)
    who = "arn:aws:sts::777788889999:assumed-role/Gharial/narwhal@gharial.example"
    resource = f"on resource: key/{KEY_ID}, o-abcdefgh12, AROAGHARIALGHARIAL01, 鈴木さん"
    return {
        "sts:GetCallerIdentity": {
            "UserId": "AROAGHARIALGHARIAL01:narwhal",
            "Account": ACCOUNT,
            "Arn": f"arn:aws:sts::{ACCOUNT}:assumed-role/Gharial/narwhal@gharial.example",
        },
        "sns:GetTopicAttributes": {
            "Attributes": {
                "Policy": f'{{"Statement": [{escaped}, {unescaped}]}}',
                "DisplayName": "narwhal 鈴木",
                "Owner": "777788889999",
            }
        },
        "securityhub:GetAdministratorAccount": Error(
            "AccessDeniedException", f"User: {who} is not authorized {resource}"
        ),
        "chatbot:DescribeSlackWorkspaces": {
            "SlackWorkspaces": [
                {"SlackTeamId": "T0KAPI789", "SlackTeamName": "Narwhal オカピ見張り"}
            ]
        },
        "events:DescribeRule": absent("events:DescribeRule"),
    }


def recorded(there: Place, changes: Answers, folder: Path) -> tuple[dict[str, Any], list[str]]:
    """Return a recording, and the verdicts of the examination that it is of."""
    stubs = Stubs({**answers(there), **changes})
    recorder = Recorder(there.settings, NOW)
    asked = account(stubs)
    asked._ask = recorder.listening(asked._ask)
    asked.answer("sts", "GetCallerIdentity")
    examined = examine(there.settings, there.template, asked, NOW)
    recorder.write(folder / "recording.json")
    return read(folder / "recording.json"), verdicts(examined)


def test_a_recording_names_nobody_and_keeps_what_aws_says(doctor: Doctor, project: Path) -> None:
    there = place(ODD)
    ran = doctor("--record", "recording.json", text=ODD, there=there, changes=odd())
    text = (project / "recording.json").read_text("utf-8")

    assert "AccessDeniedException" in ran.out
    for leak in LEAKS:
        assert leak.casefold() not in text.casefold(), leak
    for kept in KEPT:
        assert kept in text, kept
    assert json.loads(text)["params"]["routes"][0]["match"]["severity"] == ["CRITICAL"]


def test_what_aws_answered_is_recorded_also_where_nothing_is_wrong(
    doctor: Doctor, project: Path
) -> None:
    doctor("--record", "recording.json")
    recording = read(project / "recording.json")

    assert set(recording) == {"version", "time", "params", "calls"}
    for call in recording["calls"]:
        assert {"service", "operation", "region", "most", "request"} < set(call)
        assert ("answer" in call) != ("error" in call)
    actions = {f"{call['service']}:{call['operation']}" for call in recording["calls"]}
    assert {"sts:GetCallerIdentity", "events:DescribeRule", "cloudwatch:GetMetricData"} <= actions


BROKEN: Answers = {
    "cloudwatch:GetMetricData": measured(
        FailedInvocations=3, NumberOfNotificationsDelivered=0, ExecutionsFailed=1
    ),
    "sqs:GetQueueAttributes": {"Attributes": {"ApproximateNumberOfMessages": "12"}},
    "securityhub:DescribeHub": {"ControlFindingGenerator": "STANDARD_CONTROL"},
    "config:DescribeConfigurationRecorderStatus": THROTTLED,
    "securityhub:GetAdministratorAccount": {"Administrator": {"AccountId": "444455556666"}},
    "chatbot:DescribeSlackChannelConfigurations": {"SlackChannelConfigurations": []},
    "logs:FilterLogEvents": {"events": [{"message": "Event received is not supported"}]},
}
UNREADY: Answers = {
    "securityhub:DescribeHub": Error("InvalidAccessException", "Account 444455556666 is not on"),
    "chatbot:DescribeSlackWorkspaces": {"SlackWorkspaces": []},
    "chatbot:DescribeSlackChannelConfigurations": {
        "SlackChannelConfigurations": [
            {
                **slack_configurations(place())[0],
                "ConfigurationName": "theirs",
                "ChatConfigurationArn": "arn:aws:chatbot::444455556666:x/theirs",
            }
        ]
    },
    "sns:GetTopicAttributes": {"Attributes": {"TopicArn": "any"}},
    "ec2:DescribeRegions": {"Regions": [{"RegionName": "us-east-1", "OptInStatus": "opted-in"}]},
}


@pytest.mark.parametrize(
    ("there", "changes"),
    [
        (place(FULL), {}),
        (place(FULL), BROKEN),
        (place(BOTH), BROKEN),
        (place(f"language: ja\n{BOTH}"), {}),
        (place(ODD), odd()),
        (place(ORGANIZATION, "stackset.yaml"), BROKEN),
        (before(FULL), {}),
        (before(FULL), UNREADY),
        (before(ODD), UNREADY),
        (before(ORGANIZATION, "stackset.yaml"), UNREADY),
    ],
)
def test_a_recording_gives_the_same_verdicts_again(
    there: Place, changes: Answers, tmp_path: Path
) -> None:
    recording, original = recorded(there, changes, tmp_path)

    assert verdicts(replayed(recording)) == original
    assert (not changes) == (not [line for line in original if not line.endswith("fine")])


def test_a_recording_does_not_depend_on_the_time(tmp_path: Path) -> None:
    recording, original = recorded(place(FULL), {}, tmp_path)
    recording["time"] = "2027-01-01T00:00:00+00:00"

    assert verdicts(replayed(recording)) == original


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.stem)
def test_a_recording_of_a_report_still_gives_its_lines(case: Path) -> None:
    examined = answered(replayed(read(case)))
    expected = case.with_suffix(".expected").read_text("utf-8")

    assert "\n".join(lines(examined, examined.case.settings.language)) + "\n" == expected


def test_what_a_release_did_not_ask_yet_is_left_out(tmp_path: Path) -> None:
    recording, original = recorded(place(FULL), {}, tmp_path)
    kept = [call for call in recording["calls"] if call["service"] != "config"]
    examined = replayed({**recording, "calls": kept})

    assert "recorder: unknown" in verdicts(examined)
    assert verdicts(answered(examined)) == [
        line for line in original if not line.startswith("recorder: ")
    ]


def test_there_are_recordings() -> None:
    assert len(CASES) >= 2


def test_a_recording_is_written_although_something_fails(doctor: Doctor, project: Path) -> None:
    ran = doctor("--record", "recording.json", changes=BROKEN)

    assert ran.code == 1
    assert read(project / "recording.json")["calls"]


def test_a_recording_that_cannot_be_written_is_one_line(doctor: Doctor) -> None:
    ran = doctor("--record", "absent/recording.json")

    assert ran.code != 0
    assert ran.err.startswith("absent/recording.json: ")
    assert len(ran.err.splitlines()) == 1
