"""Every rendered template, deployed as committed: what should arrive does, once, and no more."""

from collections.abc import Callable
from typing import Any

import pytest

from aws import REGION, Aws
from bus import as_event
from rendered import ROOT, Rendered, findings, read, templates
from spy import Spy
from stack import Stack, StackError

Deploy = Callable[..., Stack]
Listen = Callable[[str], Spy]
Send = Callable[[Any], list[str]]

QUICKSTART = read(ROOT / "templates_out" / "quickstart" / "standalone.yaml")
SEVERAL = read(ROOT / "templates_out" / "filters" / "standalone.yaml")
BURST = 2_000

every_template = pytest.mark.parametrize(
    "template", templates("standalone.yaml"), ids=lambda template: template.path.parent.name
)


def fixture(name: str) -> dict[str, Any]:
    """Return one of the project's own findings by what distinguishes it."""
    own = {(f["Workflow"]["Status"], f["Severity"].get("Label")): f for f in reversed(findings())}
    status, label = name.split()
    return own[status, label]


def topics(stack: Stack) -> dict[str, str]:
    return {
        title: resource["PhysicalResourceId"]
        for title, resource in stack.resources.items()
        if resource["ResourceType"] == "AWS::SNS::Topic"
    }


def by_id(events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(events, key=lambda event: str(event["id"]))


@every_template
def test_exactly_the_findings_that_match_arrive_once_and_untouched(
    template: Rendered, deploy: Deploy, spy: Listen, send: Send, account: str
) -> None:
    stack = deploy(template.path, **template.typed)
    spies = {title: spy(arn) for title, arn in topics(stack).items()}
    events = [as_event(finding, account) for finding in findings()]
    sent = [
        {**event, "id": identifier} for event, identifier in zip(events, send(events), strict=True)
    ]
    rules = template.rules()
    assert set(rules) == set(spies)
    for title, takes in rules.items():
        expected = [event for event in sent if takes(event)]
        arrived = [message.body for message in spies[title].receive_all(len(expected))]
        assert by_id(arrived) == by_id(expected)
        assert expected, f"no finding at all would reach {title}"


@every_template
def test_a_stack_is_deleted_whole_but_for_what_it_promises_to_keep(
    template: Rendered, deploy: Deploy, aws: Aws, account: str
) -> None:
    stack = deploy(template.path, **template.typed)
    kept = [
        stack.resources[title]["PhysicalResourceId"]
        for title, resource in template.data["Resources"].items()
        if resource.get("DeletionPolicy") == "Retain"
    ]
    stack.delete()
    for key in kept:
        state = aws("kms", REGION, account).describe_key(KeyId=key)["KeyMetadata"]["KeyState"]
        assert state == "Enabled"


@every_template
def test_what_the_emulator_does_not_know_is_the_chat_configuration_alone(
    template: Rendered, deploy: Deploy
) -> None:
    stack = deploy(template.path, **template.typed)
    assert set(stack.placeholders) == {"AWS::Chatbot::SlackChannelConfiguration"}


def test_before_the_second_step_a_notified_finding_arrives(
    deploy: Deploy, spy: Listen, send: Send, account: str
) -> None:
    stack = deploy(QUICKSTART.path, **QUICKSTART.typed, NewFindingsOnly="false")
    queue = spy(stack.outputs["FindingsTopicArn"])
    send([as_event(fixture("NOTIFIED HIGH"), account), as_event(fixture("NEW HIGH"), account)])
    arrived = [m.body["detail"]["findings"][0]["Workflow"] for m in queue.receive_all(2)]
    assert sorted(one["Status"] for one in arrived) == ["NEW", "NOTIFIED"]


def test_after_the_second_step_only_a_new_finding_arrives(
    deploy: Deploy, spy: Listen, send: Send, account: str
) -> None:
    stack = deploy(QUICKSTART.path, **QUICKSTART.typed, NewFindingsOnly="false")
    queue = spy(stack.outputs["FindingsTopicArn"])
    stack.update(QUICKSTART.path.read_text("utf-8"), {"NewFindingsOnly": "true"})
    send([as_event(fixture("NOTIFIED HIGH"), account), as_event(fixture("NEW HIGH"), account)])
    arrived = [m.body["detail"]["findings"][0]["Workflow"] for m in queue.receive_all(1)]
    assert arrived == [{"Status": "NEW"}]


def test_a_severity_added_in_the_console_arrives(
    deploy: Deploy, spy: Listen, send: Send, account: str
) -> None:
    stack = deploy(QUICKSTART.path, **QUICKSTART.typed)
    queue = spy(stack.outputs["FindingsTopicArn"])
    stack.update(QUICKSTART.path.read_text("utf-8"), {"FindingsSeverities": "HIGH, MEDIUM"})
    send([as_event(fixture("NEW MEDIUM"), account), as_event(fixture("NEW CRITICAL"), account)])
    arrived = [m.body["detail"]["findings"][0]["Severity"]["Label"] for m in queue.receive_all(1)]
    assert arrived == ["MEDIUM"]


def test_a_finding_that_several_routes_take_arrives_once_on_each_topic(
    deploy: Deploy, spy: Listen, send: Send, account: str
) -> None:
    finding = next(f for f in findings() if f["Resources"][0]["Id"] == "arn:aws:s3:::customer-data")
    stack = deploy(SEVERAL.path, **SEVERAL.typed)
    spies = [spy(arn) for arn in topics(stack).values()]
    (identifier,) = send([as_event(finding, account)])
    arrived = [[message.body["id"] for message in queue.receive_all(1)] for queue in spies]
    assert arrived == [[identifier]] * 3


def test_a_burst_arrives_whole(deploy: Deploy, spy: Listen, send: Send, account: str) -> None:
    stack = deploy(QUICKSTART.path, **QUICKSTART.typed)
    queue = spy(stack.outputs["FindingsTopicArn"])
    finding = fixture("NEW HIGH")
    identifiers = send(as_event({**finding, "Id": str(n)}, account) for n in range(BURST))
    arrived = [message.body["id"] for message in queue.receive_all(BURST, patience=60)]
    assert sorted(arrived) == sorted(identifiers)


def test_a_topic_that_somebody_deleted_is_noticed(
    deploy: Deploy, spy: Listen, send: Send, aws: Aws, account: str
) -> None:
    stack = deploy(QUICKSTART.path, **QUICKSTART.typed)
    topic = stack.outputs["FindingsTopicArn"]
    queue = spy(topic)
    assert f"AWS::SNS::Topic {topic}" in stack.left_behind()
    aws("sns", REGION, account).delete_topic(TopicArn=topic)
    send([as_event(fixture("NEW HIGH"), account)])
    assert queue.receive_all(0, settle=2) == []
    assert f"AWS::SNS::Topic {topic}" not in stack.left_behind()


def test_a_delivery_is_logged_where_that_is_asked_for(
    deploy: Deploy, aws: Aws, account: str
) -> None:
    stack = deploy(SEVERAL.path, **SEVERAL.typed)
    sns = aws("sns", REGION, account)
    for arn in topics(stack).values():
        attributes = sns.get_topic_attributes(TopicArn=arn)["Attributes"]
        assert attributes["HTTPSuccessFeedbackRoleArn"].startswith(f"arn:aws:iam::{account}:role/")
        assert attributes["HTTPFailureFeedbackRoleArn"] == attributes["HTTPSuccessFeedbackRoleArn"]


def test_a_stack_that_cannot_be_created_is_a_failure_with_its_reason(deploy: Deploy) -> None:
    text = QUICKSTART.path.read_text("utf-8")
    broken = text.replace("DisplayName: SecurityHubFindingToSlack", "DisplayName: [a, b]")
    assert broken != text
    # AWS would roll back here; the emulator stops half-way, so that much cannot be shown on it.
    with pytest.raises(StackError, match=r"(?s)FindingsTopic CREATE_FAILED: .*DisplayName"):
        deploy(broken, **QUICKSTART.typed)
