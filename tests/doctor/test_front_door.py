"""What the command prints, and with what it exits."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from botocore.parsers import ResponseParserError

from commanded import Doctor
from conftest import Run
from generator.doctor.account import Call
from generator.doctor.actions import SAMPLE, policy, read_calls
from generator.doctor.aws import Aws, NoCredentialsError, session
from generator.doctor.check import all_checks
from generator.doctor.iam_names import iam_action
from generator.doctor.refusals import Refusal
from healthy import (
    ACCOUNT,
    CHECKS,
    FULL,
    ORGANIZATION,
    REGION,
    answers,
    before,
    measured,
    place,
    standard,
)
from stubbed import THROTTLED, Answers, Error, absent, denied

JAPANESE = f"language: ja\n{FULL}"
ACTIONS = """\
chatbot:DescribeSlackChannelConfigurations
chatbot:DescribeSlackWorkspaces
chatbot:ListCustomActions
chatbot:ListMicrosoftTeamsChannelConfigurations
chatbot:ListMicrosoftTeamsConfiguredTeams
cloudformation:DescribeOrganizationsAccess
cloudformation:DescribeStackEvents
cloudformation:DescribeStackResources
cloudformation:DescribeStackSet
cloudformation:DescribeStacks
cloudformation:GetTemplate
cloudformation:ListStackResources
cloudwatch:DescribeAlarms
cloudwatch:GetMetricData
config:DescribeConfigurationRecorderStatus
ec2:DescribeRegions
events:DescribeEventBus
events:DescribeRule
events:ListRules
events:ListTargetsByRule
iam:GetPolicy
iam:GetRole
iam:ListRoles
iam:SimulatePrincipalPolicy
kms:DescribeKey
kms:GetKeyPolicy
logs:DescribeLogGroups
logs:DescribeResourcePolicies
logs:FilterLogEvents
organizations:DescribeOrganization
organizations:DescribeOrganizationalUnit
organizations:ListRoots
s3:ListBucket
scheduler:GetSchedule
scheduler:GetScheduleGroup
securityhub:DescribeActionTargets
securityhub:DescribeHub
securityhub:DescribeSecurityHubV2
securityhub:GetAdministratorAccount
securityhub:GetAggregatorV2
securityhub:GetEnabledStandards
securityhub:GetFindingAggregator
securityhub:GetFindings
securityhub:GetInsights
securityhub:ListAggregatorsV2
securityhub:ListAutomationRules
securityhub:ListAutomationRulesV2
securityhub:ListFindingAggregators
securityhub:ListMembers
servicequotas:GetServiceQuota
sns:GetTopicAttributes
sns:ListSubscriptionsByTopic
sqs:GetQueueAttributes
sqs:GetQueueUrl
states:DescribeStateMachine
sts:GetCallerIdentity
"""
"""Written by hand: what reads more is added here on purpose."""

TWO_STANDARDS = [standard("READY"), standard("READY")]
READS = ("Describe", "Get", "List", "Filter", "Simulate")


@pytest.fixture
def doctor(run: Run, project: Path, monkeypatch: pytest.MonkeyPatch) -> Doctor:
    return Doctor(run, project, monkeypatch)


def test_every_call_of_every_check_is_in_the_policy_and_nothing_else() -> None:
    declared = {iam_action(call) for check in all_checks() for call in check.calls}
    looked_up = {
        "sts:GetCallerIdentity",
        *(
            f"cloudformation:{operation}"
            for operation in ("DescribeStackResources", "DescribeStacks", "ListStackResources")
        ),
    }
    actions = [
        action for statement in policy(sample=False)["Statement"] for action in statement["Action"]
    ]

    assert set(actions) == declared | looked_up
    assert len(actions) == len(set(actions))


@pytest.mark.parametrize("call", sorted(read_calls()))
def test_no_call_writes(call: str) -> None:
    assert call.partition(":")[2].startswith(READS)


def test_the_policy_has_the_actions_of_this_list(run: Run, project: Path) -> None:
    (project / "some.yaml").write_text(FULL)
    printed = json.loads(run("doctor", "some.yaml", "--policy").out)
    actions = [action for statement in printed["Statement"] for action in statement["Action"]]

    assert sorted(actions) == ACTIONS.split()


def test_what_writes_is_printed_only_for_a_sample(run: Run, project: Path) -> None:
    (project / "some.yaml").write_text(FULL)
    reading = json.loads(run("doctor", "some.yaml", "--policy").out)
    sending = json.loads(run("doctor", "some.yaml", "--policy", "--send-sample").out)

    assert reading == policy(sample=False)
    assert "BatchImportFindings" not in json.dumps(reading)
    assert sending["Statement"][:-1] == reading["Statement"]
    assert sending["Statement"][-1]["Action"] == sorted(SAMPLE)
    assert {each["Effect"] for each in sending["Statement"]} == {"Allow"}


def test_logs_are_read_only_where_findings_pass() -> None:
    (logs,) = [
        each
        for each in policy(sample=False)["Statement"]
        if "logs:FilterLogEvents" in each["Action"]
    ]
    assert logs["Action"] == ["logs:FilterLogEvents"]
    assert all(":log-group:/aws/" in resource for resource in logs["Resource"])


def test_a_healthy_deployment_gets_a_line_for_each_check_and_a_verdict(doctor: Doctor) -> None:
    ran = doctor()

    assert (ran.code, ran.err) == (0, "")
    *lines, empty, verdict = ran.out.splitlines()
    assert not empty
    assert {line.partition(": ")[0] for line in lines} == {"fine"}
    names = [line.split(": ")[1] for line in lines]
    asked = [check.name for check in all_checks() if check.asked(deployed=True)]
    assert list(dict.fromkeys(names)) == [name for name in asked if name != "custom-actions"]
    assert verdict.startswith("Findings arrive. The last message was accepted by")
    assert verdict.endswith(" in the hour from 2026-11-23T20:00:00+00:00.")


def test_before_the_deployment_it_says_what_would_keep_it_from_working(doctor: Doctor) -> None:
    there = before()
    sound = doctor(there=there)
    broken = doctor(
        there=there, changes={"securityhub:DescribeHub": Error("InvalidAccessException")}
    )

    assert sound.code == 0
    assert "Nothing was found that would keep" in sound.out
    assert broken.code == 1
    assert "will fail: security-hub: Security Hub CSPM is off" in broken.out
    assert "This deployment will not work: 1 to fix." in broken.out


def test_what_fails_after_the_deployment_exits_with_1(doctor: Doctor) -> None:
    silent = measured(NumberOfNotificationsDelivered=0, NumberOfMessagesPublished=0)
    changes: Answers = {
        "events:DescribeRule": absent("events:DescribeRule"),
        "cloudwatch:GetMetricData": silent,
    }
    ran = doctor(changes=changes)

    assert ran.code == 1
    assert "fails: rules: Rule Watch does not exist. Undo the change" in ran.out
    assert ran.out.splitlines()[-1] == (
        "Findings do not arrive, or not as the file says: 3 to fix."
    )


def test_what_fails_although_findings_arrive_is_said_so(doctor: Doctor) -> None:
    ran = doctor(changes={"events:ListTargetsByRule": {}})

    assert ran.code == 1
    verdict = ran.out.splitlines()[-1]
    assert verdict.startswith("Findings do not arrive, or not as the file says: 3 to fix.")
    assert "in the hour from 2026-11-23T20" in verdict


def test_a_day_without_a_message_is_not_a_failure(doctor: Doctor) -> None:
    changes: Answers = {
        "cloudwatch:GetMetricData": measured(
            NumberOfNotificationsDelivered=0, NumberOfMessagesPublished=0
        )
    }
    ran = doctor(changes=changes)

    assert ran.code == 0
    assert "--send-sample tries it" in ran.out.splitlines()[-1]


@pytest.mark.parametrize(
    ("call", "code", "verdict"),
    [
        ("events:DescribeRule", 1, "No verdict"),
        ("config:DescribeConfigurationRecorderStatus", 0, "Findings arrive"),
        ("cloudformation:DescribeStackResources", 1, "No verdict"),
    ],
)
def test_what_could_not_be_looked_at_counts_only_where_the_verdict_depends_on_it(
    doctor: Doctor, call: str, code: int, verdict: str
) -> None:
    for error in (denied(call), THROTTLED):
        ran = doctor(changes={call: error})

        assert ran.code == code
        assert "could not look: " in ran.out
        assert ran.out.splitlines()[-1].startswith(verdict)


def test_what_notifies_twice_does_not_fail(doctor: Doctor) -> None:
    changes: Answers = {
        "securityhub:DescribeHub": {"ControlFindingGenerator": "STANDARD_CONTROL"},
        "securityhub:GetEnabledStandards": {"StandardsSubscriptions": TWO_STANDARDS},
    }
    ran = doctor(changes=changes)

    assert ran.code == 0
    assert "will notify twice: consolidated: " in ran.out


def test_json_has_all_that_the_lines_have(doctor: Doctor) -> None:
    changes: Answers = {
        "events:DescribeRule": denied("events:DescribeRule"),
        "sqs:GetQueueUrl": absent("sqs:GetQueueUrl"),
    }
    ran = doctor("--json", changes=changes)
    lines = doctor(changes=changes).out

    found = json.loads(ran.out)
    assert ran.code == 1
    assert (found["account"], found["region"], found["stack"]) == (ACCOUNT, REGION, "Watch")
    assert found["sound"] is False
    assert found["last_delivery"] == "2026-11-23T20:00:00+00:00"
    assert found["verdict"] in lines
    by_name = {each["name"]: each for each in found["checks"]}
    assert by_name["rules"]["verdict"] == "unknown"
    assert by_name["rules"]["missing_permission"] == "events:DescribeRule"
    assert by_name["queues"]["verdict"] == "fails"
    assert by_name["topics"]["remedy"] is None
    assert by_name["topics"]["missing_permission"] is None
    for each in found["checks"]:
        assert each["text"] in lines
        assert (each["remedy"] or "") in lines
        assert each["question"] == CHECKS[each["name"]].question.en


def test_japanese_is_japanese_throughout(doctor: Doctor) -> None:
    changes: Answers = {
        "events:DescribeRule": absent("events:DescribeRule"),
        "config:DescribeConfigurationRecorderStatus": THROTTLED,
        "securityhub:DescribeHub": {"ControlFindingGenerator": "STANDARD_CONTROL"},
        "securityhub:GetEnabledStandards": {"StandardsSubscriptions": TWO_STANDARDS},
    }
    ran = doctor(text=JAPANESE, changes=changes)

    assert ran.code == 1
    for line in ran.out.splitlines():
        assert not line or not line.isascii()
    for label in ("問題なし: ", "失敗: rules: ", "確認できず: recorder: ", "重複"):
        assert label in ran.out
    found = json.loads(doctor("--json", text=JAPANESE, changes=changes).out)
    assert all(not each["question"].isascii() for each in found["checks"])


def test_a_template_that_was_rendered_can_be_given(doctor: Doctor, project: Path) -> None:
    there = place(ORGANIZATION, "standalone.yaml")
    (project / "standalone.json").write_text(json.dumps(there.template.template))
    ran = doctor("--template", "standalone.json", text=ORGANIZATION, there=there)

    assert "Stack Everywhere: CREATE_COMPLETE" in ran.out
    assert ran.code == 0


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"a: b",
        b"\xff\xfe\x00",
        b"{",
        b"Resources: []",
        b"Resources:\n",
        b"Resources: {A: b}",
        b"Resources: {A: {}}",
    ],
)
def test_a_file_that_is_not_a_template_is_bad_input(
    doctor: Doctor, project: Path, content: bytes
) -> None:
    (project / "other.yaml").write_bytes(content)
    ran = doctor("--template", "other.yaml")

    assert (ran.code, ran.out) == (2, "")
    assert ran.err == "other.yaml: this is not a CloudFormation template\n"


def test_a_template_that_is_not_there_is_named(doctor: Doctor) -> None:
    ran = doctor("--template", "absent.yaml")

    assert ran.code != 0
    assert ran.err.startswith("absent.yaml: ")
    assert len(ran.err.splitlines()) == 1


def test_a_params_file_with_a_mistake_is_bad_input(run: Run, project: Path) -> None:
    (project / "some.yaml").write_text(FULL.replace("CRITICAL, HIGH", "CRITICAL, HIHG"))
    for options in ((), ("--policy",)):
        ran = run("doctor", "some.yaml", *options)

        assert (ran.code, ran.out) == (2, "")
        assert "HIHG" in ran.err


NOBODY = {
    "AWS_CONFIG_FILE": "/dev/null",
    "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
    "AWS_EC2_METADATA_DISABLED": "true",
}


@pytest.mark.parametrize(
    ("options", "environment", "message"),
    [
        (("--region", REGION), {}, "no AWS credentials found; name a profile (--profile)"),
        (("--region", REGION, "--profile", "absent"), {}, "(absent) could not be found"),
        ((), {"AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b"}, "--region: name a Region"),
        (
            ("--region", "no region"),
            {"AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b"},
            "no region",
        ),
    ],
)
def test_without_credentials_or_region_there_is_one_line(
    run: Run, project: Path, options: tuple[str, ...], environment: dict[str, str], message: str
) -> None:
    (project / "some.yaml").write_text(FULL)
    ran = run("doctor", "some.yaml", *options, env={**NOBODY, **environment})

    assert (ran.code, ran.out) == (2, "")
    assert message in ran.err
    assert len(ran.err.splitlines()) == 1


@pytest.mark.parametrize("code", ["ExpiredToken", "InvalidClientTokenId", "AccessDenied"])
def test_credentials_that_aws_refuses_are_one_line(doctor: Doctor, code: str) -> None:
    error = Error(code, "The security token included in the request is expired")
    ran = doctor(changes={"sts:GetCallerIdentity": error})

    assert (ran.code, ran.out) == (2, "")
    assert ran.err == f"AWS credentials: {code}: {error.message}\n"


def test_the_region_is_the_option_or_the_files_home(doctor: Doctor) -> None:
    home = f"{FULL}deployment: {{forwarding: false, home: {{region: {REGION}}}}}\n"
    of_home = json.loads(doctor("--json", text=home).out)
    given = json.loads(doctor("--json", "--region", "us-west-2", there=before()).out)

    assert of_home["region"] == REGION
    assert given["region"] == "us-west-2"


def test_a_session_has_the_region_of_its_profile(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = tmp_path / "config"
    config.write_text("[profile p]\nregion = eu-north-1\n[profile q]\naws_access_key_id = a\n")
    credentials = tmp_path / "credentials"
    credentials.write_text("[p]\naws_access_key_id = a\naws_secret_access_key = b\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(credentials))

    assert session("p", "")[1] == "eu-north-1"
    assert session("p", REGION)[1] == REGION
    with pytest.raises(NoCredentialsError):
        session("absent", REGION)
    with pytest.raises(NoCredentialsError):
        session("q", REGION)


def test_what_does_not_answer_is_unreachable_and_worth_another_run(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "a")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "b")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    monkeypatch.setattr("time.sleep", lambda _: None)
    ask, _ = session("", REGION)

    with pytest.raises(Refusal) as refused:
        ask(Call("sns", "ListSubscriptionsByTopic", REGION, '{"TopicArn": "arn:aws:sns:x"}'))

    assert refused.value.busy
    assert not refused.value.denied


def test_all_calls_have_an_answer_in_a_healthy_account() -> None:
    assert set(answers(place())) >= read_calls()
    assert set(answers(before())) >= read_calls()


def test_an_answer_that_is_not_of_aws_counts_as_none() -> None:
    class Client:
        """One behind a proxy that answers by itself."""

        def can_paginate(self, _: str) -> bool:
            return False

        def get_caller_identity(self) -> None:
            raise ResponseParserError("invalid XML\nreceived")

    with pytest.raises(Refusal, match="Unreachable: invalid XML received"):
        Aws(lambda *_: Client())(Call("sts", "GetCallerIdentity", "us-east-1", "{}"))
