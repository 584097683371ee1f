"""Every rendered template, deployed as committed: what should arrive does, once, and no more."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from aws import REGION, Aws
from bus import as_event, as_event_v2, by_hand
from rendered import ROOT, Rendered, findings, findings_v2, read, render, templates
from report import Report
from spy import Spy, receive_each
from stack import Stack, StackError

Deploy = Callable[..., Stack]
Listen = Callable[[str], Spy]
Send = Callable[[Any], list[str]]

QUICKSTART = read(ROOT / "templates_out" / "quickstart" / "standalone.yaml")
SEVERAL = read(ROOT / "templates_out" / "filters" / "standalone.yaml")
BURST = 2_000

# What the emulator does not know; tests/templates/test_deployable.py and cfn-lint hold these
# against AWS's schemas instead.
PLACEHOLDERS = ("AWS::Chatbot::", "AWS::CloudFormation::StackSet", "AWS::ServiceCatalog::")
# It can create this one, but not delete it: it fails on Fn::Join over a list parameter there.
NOT_DELETABLE = "organization.yaml"

every_file = pytest.mark.parametrize(
    "template",
    [one for one in templates("*.yaml") if one.path.name != NOT_DELETABLE],
    ids=lambda template: f"{template.path.parent.name}/{template.path.stem}",
)
every_template = pytest.mark.parametrize(
    "template", templates("standalone.yaml"), ids=lambda template: template.path.parent.name
)


def fixture(name: str) -> dict[str, Any]:
    """Return one of the project's own findings by what distinguishes it."""
    own = {(f["Workflow"]["Status"], f["Severity"].get("Label")): f for f in reversed(findings())}
    status, label = name.split()
    return own[status, label]


def topics(stack: Stack) -> dict[str, str]:
    """Return the topics of a stack, those for alarms too."""
    return {
        title: resource["PhysicalResourceId"]
        for title, resource in stack.resources.items()
        if resource["ResourceType"] == "AWS::SNS::Topic"
    }


def finding_topics(template: Rendered, stack: Stack) -> list[str]:
    return [topics(stack)[title] for title in template.ways()]


def alike(bodies: list[Any]) -> list[str]:
    """Return the bodies as texts, in an order that does not depend on when they came."""
    return sorted(json.dumps(body, sort_keys=True) for body in bodies)


@every_template
def test_exactly_the_findings_that_match_arrive_once_as_the_route_shows_them(
    template: Rendered, deploy: Deploy, spy: Listen, send: Send, account: str
) -> None:
    stack = deploy(template.path, **template.typed)
    spies = {title: spy(arn) for title, arn in topics(stack).items()}
    events = [as_event(finding, account) for finding in findings()]
    events += [as_event_v2(finding, account) for finding in findings_v2()]
    events += [by_hand(findings()[0], action, account) for action in ("Send to Slack", "Other")]
    sent = [
        {**event, "id": identifier} for event, identifier in zip(events, send(events), strict=True)
    ]
    ways = template.ways()
    others = template.alarm_topics | template.digest_topics
    assert {*ways, *others} == set(spies)
    expected = {
        title: [way.publishes(event) for event in sent if way.matches(event)]
        for title, way in ways.items()
    }
    arrived = receive_each(spies, {title: len(bodies) for title, bodies in expected.items()})
    for title, bodies in expected.items():
        assert alike([message.received for message in arrived[title]]) == alike(bodies)
        assert bodies, f"no finding at all would reach {title}"
    for title in others:
        assert arrived[title] == []


@every_file
def test_a_template_is_deployed_and_deleted_whole(template: Rendered, deploy: Deploy) -> None:
    # Keys too: the emulator does not know RetainExceptOnCreate, with which AWS would keep them.
    stack = deploy(template.path, **template.typed)
    assert all(kind.startswith(PLACEHOLDERS) for kind in stack.placeholders)
    stack.delete()


@pytest.mark.parametrize(
    "template", templates(NOT_DELETABLE), ids=lambda template: template.path.parent.name
)
def test_an_organizations_upload_is_accepted(
    template: Rendered, aws: Aws, report: Report, account: str
) -> None:
    stack = Stack(aws, report, "organization", account)
    report.rendered(template.path)
    stack.create(template.path.read_text("utf-8"), template.typed)
    assert stack.placeholders == ["AWS::CloudFormation::StackSet"]


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
    spies = {arn: spy(arn) for arn in finding_topics(SEVERAL, stack)}
    (identifier,) = send([as_event(finding, account)])
    arrived = receive_each(spies, dict.fromkeys(spies, 1))
    assert [[message.body["id"] for message in arrived[topic]] for topic in spies] == [
        [identifier]
    ] * 3


def test_a_burst_arrives_whole(deploy: Deploy, spy: Listen, send: Send, account: str) -> None:
    stack = deploy(QUICKSTART.path, **QUICKSTART.typed)
    queue = spy(stack.outputs["FindingsTopicArn"])
    finding = fixture("NEW HIGH")
    identifiers = send(as_event({**finding, "Id": str(n)}, account) for n in range(BURST))
    arrived = [message.body["id"] for message in queue.receive_all(BURST, patience=60)]
    assert sorted(arrived) == sorted(identifiers)


def test_a_topic_that_somebody_deleted_is_noticed_and_reported(
    deploy: Deploy, spy: Listen, send: Send, aws: Aws, account: str
) -> None:
    stack = deploy(QUICKSTART.path, **QUICKSTART.typed)
    topic = stack.outputs["FindingsTopicArn"]
    queue = spy(topic)
    assert stack.missing() == []
    aws("sns", REGION, account).delete_topic(TopicArn=topic)
    send([as_event(fixture("NEW HIGH"), account)])
    assert queue.receive_all(0, settle=2) == []
    assert stack.missing() == [f"AWS::SNS::Topic {topic}"]


def test_a_delivery_is_logged_where_that_is_asked_for(
    deploy: Deploy, aws: Aws, account: str
) -> None:
    stack = deploy(SEVERAL.path, **SEVERAL.typed)
    sns = aws("sns", REGION, account)
    for arn in finding_topics(SEVERAL, stack):
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


def test_a_list_that_is_divided_over_several_rules_sends_each_finding_once(
    deploy: Deploy, spy: Listen, send: Send, account: str, tmp_path: Path
) -> None:
    accounts = [f"{200_000_000_000 + i}" for i in range(300)]
    params = yaml.safe_dump(
        {
            "name": "Divided",
            "channels": {"security": {}},
            "routes": [
                {"name": "findings", "channel": "security", "match": {"accounts": accounts}}
            ],
        }
    )
    template = render(params, tmp_path)
    stack = deploy(template.path, **template.typed)
    rules = [one for one in stack.resources.values() if one["ResourceType"] == "AWS::Events::Rule"]
    assert len(rules) > 1
    listener = spy(topics(stack)["FindingsTopic"])
    some = [{**findings()[0], "Id": one, "AwsAccountId": one} for one in accounts[::60]]
    send([as_event(finding, account) for finding in some])
    arrived = [one.body["detail"]["findings"][0]["Id"] for one in listener.receive_all(len(some))]
    assert sorted(arrived) == accounts[::60]
