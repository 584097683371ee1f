"""What the tests of the templates take for granted of the emulator, and of what it is lent."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from bus import as_event
from lent.requests_v2 import refusal
from securityhub import SecurityHub
from spy import Spy
from stack import Stack, StackError

PROBE = Path(__file__).with_name("probe.yaml")
# What breaks where text is pasted into text: quotes, a line break, a character beyond the BMP.
TITLE = 'Bucket "a\\b" is public\n\U0001f513'

Deploy = Callable[..., Stack]
Listen = Callable[[str], Spy]
Send = Callable[[Any], list[str]]


def event(account: str, severity: str, workflow: str = "NEW", number: int = 0) -> dict[str, Any]:
    product = f"arn:aws:securityhub:ap-northeast-1:{account}:product/{account}/default"
    finding = {
        "Id": f"finding-{number}",
        "ProductArn": product,
        "Title": TITLE,
        "Severity": {"Label": severity, "Normalized": 70},
        "Workflow": {"Status": workflow},
        "Note": None,
    }
    return as_event(finding, account)


def test_an_event_goes_through_rule_and_topic_to_a_queue(
    deploy: Deploy, spy: Listen, send: Send, account: str
) -> None:
    queue = spy(deploy(PROBE).outputs["Topic"])
    wanted, other = event(account, "CRITICAL"), event(account, "LOW")
    identifiers = send([wanted, other])
    messages = queue.receive_all(1)
    expected = {**wanted, "id": identifiers[0]}
    assert [message.body for message in messages] == [expected]


def test_a_jsonata_state_machine_composes_publishes_and_writes_back(
    deploy: Deploy, spy: Listen, send: Send, account: str, securityhub: SecurityHub
) -> None:
    queue = spy(deploy(PROBE).outputs["Composed"])
    sent = event(account, "HIGH")
    send([sent])
    content = {"title": TITLE, "description": f"{len(TITLE)} characters, 7"}
    messages = queue.receive_all(1)
    assert [message.body["content"] for message in messages] == [content]
    finding = sent["detail"]["findings"][0]
    identifier = {"Id": finding["Id"], "ProductArn": finding["ProductArn"]}
    expected = {"FindingIdentifiers": [identifier], "Workflow": {"Status": "NOTIFIED"}}
    assert securityhub.calls(account) == [expected]


def test_a_refused_write_back_is_tried_again(
    deploy: Deploy, spy: Listen, send: Send, account: str, securityhub: SecurityHub
) -> None:
    queue = spy(deploy(PROBE).outputs["Composed"])
    securityhub.answer_with_status(500, account)
    send([event(account, "HIGH")])
    assert len(queue.receive_all(1, settle=2)) == 1
    first, second = securityhub.calls(account)
    assert first == second


def identifiers(number: int) -> list[dict[str, str]]:
    names = ("CloudAccountUid", "FindingInfoUid", "MetadataProductUid")
    return [dict.fromkeys(names, str(n)) for n in range(number)]


def test_the_new_security_hub_names_a_processed_finding_as_the_request_did(
    aws: Any, account: str
) -> None:
    client, (identifier,) = aws("securityhub", account=account), identifiers(1)
    by_uid = client.batch_update_findings_v2(MetadataUids=["a"], StatusId=2)
    by_identifier = client.batch_update_findings_v2(FindingIdentifiers=[identifier], StatusId=2)
    assert by_uid["ProcessedFindings"] == [{"MetadataUid": "a"}]
    assert by_identifier["ProcessedFindings"] == [{"FindingIdentifier": identifier}]


@pytest.mark.parametrize(
    "asked",
    [
        {"MetadataUids": ["a"] * 100, "StatusId": 99, "Comment": "c" * 512},
        {"FindingIdentifiers": identifiers(100), "SeverityId": 6},
    ],
    ids="-".join,
)
def test_the_new_security_hub_accepts_as_much_as_aws_documents(asked: dict[str, Any]) -> None:
    assert refusal(asked) == ""


@pytest.mark.parametrize(
    "asked",
    [
        {"StatusId": 2},
        {"MetadataUids": [], "StatusId": 2},
        {"MetadataUids": ["a"], "FindingIdentifiers": identifiers(1), "StatusId": 2},
        {"MetadataUids": ["a"] * 101, "StatusId": 2},
        {"MetadataUids": [" "], "StatusId": 2},
        {"FindingIdentifiers": identifiers(101), "StatusId": 2},
        {"MetadataUids": ["a"], "StatusId": 6},
        {"MetadataUids": ["a"], "SeverityId": 7},
        {"MetadataUids": ["a"], "Comment": ""},
        {"MetadataUids": ["a"], "Comment": "c" * 513},
    ],
    ids=[
        *("none", "no uids", "both", "101 uids", "blank uid", "101 identifiers"),
        *("status 6", "severity 7", "no comment", "long comment"),
    ],
)
def test_the_new_security_hub_refuses_what_aws_does(
    aws: Any, account: str, asked: dict[str, Any], securityhub: SecurityHub
) -> None:
    with pytest.raises(ClientError) as refused:
        aws("securityhub", account=account).batch_update_findings_v2(**asked)
    assert refused.value.response["Error"]["Code"] == "ValidationException"
    (call,) = securityhub.history(account)
    assert (call["request"], call["processed"]) == (asked, False)


def test_an_update_of_a_stack_changes_its_rule(
    deploy: Deploy, spy: Listen, send: Send, account: str
) -> None:
    stack = deploy(PROBE)
    queue = spy(stack.outputs["Topic"])
    names = {name: each["PhysicalResourceId"] for name, each in stack.resources.items()}
    stack.update(PROBE.read_text(), {"Workflow": "NOTIFIED"})
    assert names == {name: each["PhysicalResourceId"] for name, each in stack.resources.items()}
    send([event(account, "CRITICAL", "NEW"), event(account, "CRITICAL", "NOTIFIED")])
    arrived = [each.body["detail"]["findings"][0]["Workflow"] for each in queue.receive_all(1)]
    assert arrived == [{"Status": "NOTIFIED"}]


def test_many_events_arrive_once_each(
    deploy: Deploy, spy: Listen, send: Send, account: str
) -> None:
    queue = spy(deploy(PROBE).outputs["Topic"])
    identifiers = send(event(account, "CRITICAL", number=n) for n in range(45))
    assert sorted(each.body["id"] for each in queue.receive_all(45)) == sorted(identifiers)


def test_a_template_too_large_for_a_request_is_read_from_a_bucket(deploy: Deploy) -> None:
    large = PROBE.read_text() + "# padding\n" * 6_000
    assert deploy(large).status == "CREATE_COMPLETE"


def test_a_type_that_the_emulator_does_not_know_is_named(deploy: Deploy) -> None:
    assert deploy(PROBE).placeholders == ["AWS::Chatbot::SlackChannelConfiguration"]


def test_a_deleted_stack_leaves_nothing(deploy: Deploy) -> None:
    stack = deploy(PROBE)
    assert stack.left_behind()
    stack.delete()
    assert stack.left_behind() == []


@pytest.mark.parametrize("region", ["us-east-1", "eu-west-1"])
def test_accounts_and_regions_are_worlds_of_their_own(
    deploy: Deploy, account: str, region: str
) -> None:
    topic = deploy(PROBE, region=region).outputs["Topic"]
    assert topic.split(":")[3:5] == [region, account]


MACHINE = """
AWSTemplateFormatVersion: "2010-09-09"
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: "2012-10-17"
        Statement:
          - {Effect: Allow, Principal: {Service: states.amazonaws.com}, Action: sts:AssumeRole}
  Machine:
    Type: AWS::StepFunctions::StateMachine
    Properties:
      StateMachineType: EXPRESS
      RoleArn: !GetAtt Role.Arn
      Definition:
        QueryLanguage: JSONata
        StartAt: Only
        States:
          Only: {Type: Pass, Output: {value: "EXPRESSION"}, End: true}
Outputs:
  Machine: {Value: !Ref Machine}
"""


def evaluated(deploy: Deploy, aws: Any, expression: str) -> dict[str, Any]:
    """Run a state machine of one expression; return what its execution says."""
    stack = deploy(MACHINE.replace("EXPRESSION", f"{{% {expression} %}}"))
    states = aws("stepfunctions", stack.region, stack.account)
    found: dict[str, Any] = states.start_sync_execution(
        stateMachineArn=stack.outputs["Machine"], input="{}"
    )
    return found


@pytest.mark.parametrize(
    ("expression", "error"),
    [
        ("1" + "+1" * 90, ""),
        ("1" + "+1" * 200, "States.QueryEvaluationError"),
        ("$states.input.missing", "States.QueryEvaluationError"),
    ],
    ids=["90 deep", "200 deep", "nothing"],
)
def test_an_expression_ends_where_it_would_on_aws(
    deploy: Deploy, aws: Any, expression: str, error: str
) -> None:
    assert evaluated(deploy, aws, expression).get("error", "") == error


@pytest.mark.parametrize("expression", ["phone", "$$", "$eval('1')", "$states.result"])
def test_a_state_machine_that_aws_would_refuse_is_not_created(
    deploy: Deploy, aws: Any, expression: str
) -> None:
    with pytest.raises(StackError, match=r"at the top level|refused|exist"):
        evaluated(deploy, aws, expression)
