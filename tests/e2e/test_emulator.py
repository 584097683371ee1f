"""What the tests of the templates take for granted of the emulator, and of what it is lent."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from bus import as_event
from lent import finding_filters
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


def test_an_update_with_the_template_that_a_stack_has_changes_its_parameters(
    deploy: Deploy, spy: Listen, send: Send, aws: Any, account: str
) -> None:
    stack = deploy(PROBE)
    queue = spy(stack.outputs["Topic"])
    given = [{"ParameterKey": "Workflow", "ParameterValue": "NOTIFIED"}]
    aws("cloudformation", account=account).update_stack(
        StackName=stack.name, UsePreviousTemplate=True, Parameters=given
    )
    stack.updated()
    send([event(account, "CRITICAL", "NEW"), event(account, "CRITICAL", "NOTIFIED")])
    arrived = [each.body["detail"]["findings"][0]["Workflow"] for each in queue.receive_all(1)]
    assert arrived == [{"Status": "NOTIFIED"}]


def test_a_rule_that_is_disabled_matches_nothing_until_it_is_enabled(
    deploy: Deploy, spy: Listen, send: Send, aws: Any, account: str
) -> None:
    stack = deploy(PROBE)
    queue, events = spy(stack.outputs["Topic"]), aws("events", account=account)
    rule = stack.resources["Direct"]["PhysicalResourceId"]
    events.disable_rule(Name=rule)
    send([event(account, "CRITICAL", number=1)])
    assert queue.receive_all(0, settle=2) == []
    events.enable_rule(Name=rule)
    send([event(account, "CRITICAL", number=2)])
    arrived = [each.body["detail"]["findings"][0]["Id"] for each in queue.receive_all(1)]
    assert arrived == ["finding-2"]


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


INSIGHT = """
AWSTemplateFormatVersion: "2010-09-09"
Parameters:
  Label: {Type: String, Default: HIGH}
Resources:
  Insight:
    Type: AWS::SecurityHub::Insight
    Properties:
      Name: probe
      GroupByAttribute: ResourceId
      Filters:
        SeverityLabel: [{Comparison: EQUALS, Value: !Ref Label}]
        CreatedAt: [{DateRange: {Unit: DAYS, Value: 7}}]
"""
YEARS_AGO = "2020-01-01T00:00:00.000Z"


def kept(number: int, label: str = "HIGH", **more: Any) -> dict[str, Any]:
    """Return a finding about as many resources, each of them in all findings of a lower number."""
    now = datetime.now(UTC).isoformat()
    return {
        "Id": str(number),
        "ProductArn": "arn:aws:securityhub:ap-northeast-1::product/aws/securityhub",
        "Severity": {"Label": label},
        "Resources": [{"Id": f"resource-{n:03}"} for n in (*range(number), 0)],
        "CreatedAt": now,
        "UpdatedAt": now,
        **more,
    }


def test_an_insight_counts_the_latest_state_and_names_its_hundred_largest_groups(
    deploy: Deploy, send: Send, aws: Any, account: str
) -> None:
    insight = deploy(INSIGHT).resources["Insight"]["PhysicalResourceId"]
    whole = [kept(120), kept(119), kept(2, "LOW"), kept(3, CreatedAt=YEARS_AGO), kept(110)]
    lower = kept(110, "LOW", UpdatedAt=whole[-1]["UpdatedAt"])
    send(as_event(finding, account) for finding in [*whole, lower, kept(119, UpdatedAt=YEARS_AGO)])
    answer = aws("securityhub", account=account).get_insight_results(InsightArn=insight)
    rows = answer["InsightResults"]["ResultValues"]
    assert len(rows) == 100
    assert rows[0] == {"GroupByAttributeValue": "resource-000", "Count": 2}
    assert {row["Count"] for row in rows} == {2}


def test_findings_are_listed_as_asked(send: Send, aws: Any, account: str) -> None:
    times = [f"2026-0{month}-01T00:00:00Z" for month in (3, 1, 2)]
    send(as_event(kept(n, CreatedAt=time), account) for n, time in enumerate(times))
    listed = aws("securityhub", account=account).get_findings(
        SortCriteria=[{"Field": "CreatedAt", "SortOrder": "asc"}], MaxResults=2
    )["Findings"]
    assert [finding["CreatedAt"] for finding in listed] == sorted(times)[:2]


def test_an_insight_is_named_by_its_arn_updated_in_place_and_deleted(
    deploy: Deploy, aws: Any, account: str
) -> None:
    stack, hub = deploy(INSIGHT), aws("securityhub", account=account)
    arn = stack.resources["Insight"]["PhysicalResourceId"]
    place = f"arn:aws:securityhub:ap-northeast-1:{account}:insight/{account}/custom/"
    assert re.fullmatch(re.escape(place) + r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", arn)
    stack.update(INSIGHT, {"Label": "LOW"})
    (listed,) = hub.get_insights()["Insights"]
    assert listed["InsightArn"] == arn
    assert listed["Filters"]["SeverityLabel"] == [{"Comparison": "EQUALS", "Value": "LOW"}]
    assert listed["Filters"]["CreatedAt"] == [{"DateRange": {"Unit": "DAYS", "Value": 7}}]
    stack.delete()
    assert hub.get_insights()["Insights"] == []
    with pytest.raises(hub.exceptions.ResourceNotFoundException):
        hub.get_insight_results(InsightArn=arn)


def test_a_hundred_insights_are_the_most(aws: Any, account: str) -> None:
    hub = aws("securityhub", account=account)
    asked = {"Name": "n", "Filters": {"Id": conditions("EQUALS")}, "GroupByAttribute": "Region"}
    for _ in range(100):
        hub.create_insight(**asked)
    with pytest.raises(hub.exceptions.LimitExceededException):
        hub.create_insight(**asked)


def conditions(*comparisons: str, value: str = "a") -> list[dict[str, str]]:
    return [{"Comparison": each, "Value": value} for each in comparisons]


ATTRIBUTES = sorted(finding_filters.TEXTS)


@pytest.mark.parametrize(
    "filters",
    [
        {name: conditions(*["EQUALS"] * 20) for name in ATTRIBUTES[:10]},
        {"Id": conditions("PREFIX", "NOT_EQUALS", "PREFIX_NOT_EQUALS")},
        {"Id": conditions("PREFIX", "EQUALS")},
        {"ResourceTags": [{"Comparison": "EQUALS", "Key": "k", "Value": "v"}]},
    ],
    ids=["as many as there may be", "prefix and negative", "positive", "tag"],
)
def test_filters_are_accepted_as_aws_documents(filters: dict[str, Any]) -> None:
    assert finding_filters.refusal(filters) == ""


@pytest.mark.parametrize(
    "filters",
    [
        {name: conditions("EQUALS") for name in ATTRIBUTES[:11]},
        {"Id": conditions(*["EQUALS"] * 21)},
        {"Id": []},
        {"Id": conditions("EQUALS", "NOT_EQUALS")},
        {"Id": conditions("EQUALS", "PREFIX_NOT_EQUALS")},
        {"Id": conditions("LIKE")},
        {"Id": conditions("EQUALS", value=" ")},
        {"Title": conditions("EQUALS")},
        {"CreatedAt": [{"DateRange": {"Unit": "HOURS", "Value": 7}}]},
        {"ResourceTags": [{"Comparison": "PREFIX", "Key": "k", "Value": "v"}]},
        {"ResourceTags": conditions("EQUALS")},
    ],
    ids=[
        *("11 attributes", "21 values", "no values", "equal and not", "equal and no prefix"),
        *("comparison", "blank", "not lent", "unit", "prefix of a tag", "no key"),
    ],
)
def test_filters_are_refused_as_aws_does(aws: Any, account: str, filters: dict[str, Any]) -> None:
    hub = aws("securityhub", account=account)
    with pytest.raises(hub.exceptions.InvalidInputException):
        hub.create_insight(Name="n", Filters=filters, GroupByAttribute="Region")
    assert hub.get_insights()["Insights"] == []


FINDING = {
    "Types": ["A/B", "C/D"],
    "Severity": {"Label": "HIGH"},
    "Resources": [{"Id": "x", "Tags": {"k": "v"}}, {"Id": "y", "Tags": {"k": "w"}}],
}


@pytest.mark.parametrize(
    "filters",
    [
        {"Type": conditions("EQUALS", value="C/D")},
        {"Type": conditions("PREFIX", value="C")},
        {"Type": conditions("NOT_EQUALS", value="C")},
        {"Type": conditions("PREFIX", value="Z") + conditions("PREFIX", value="A")},
        {"Type": conditions("NOT_EQUALS", value="Z") + conditions("NOT_EQUALS", value="A")},
        {"ComplianceStatus": conditions("NOT_EQUALS", value="PASSED")},
        {"ResourceTags": [{"Comparison": "EQUALS", "Key": "k", "Value": "w"}]},
    ],
    ids=str,
)
def test_filters_select_as_aws_documents(filters: dict[str, Any]) -> None:
    assert finding_filters.selects(filters, FINDING)


@pytest.mark.parametrize(
    "filters",
    [
        {"Type": conditions("EQUALS", value="C")},
        {"Type": conditions("EQUALS", value="c/d")},
        {"Type": conditions("PREFIX_NOT_EQUALS", value="C")},
        {"Type": conditions("PREFIX", value="A") + conditions("NOT_EQUALS", value="C/D")},
        {"Type": conditions("PREFIX", value="A"), "ResourceId": conditions("EQUALS")},
        {"ComplianceStatus": conditions("EQUALS", value="PASSED")},
        {"ResourceTags": [{"Comparison": "EQUALS", "Key": "k", "Value": "x"}]},
    ],
    ids=str,
)
def test_filters_leave_out_what_aws_documents(filters: dict[str, Any]) -> None:
    assert not finding_filters.selects(filters, FINDING)
