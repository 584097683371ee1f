"""Findings through the state machines of production: composed, published, then marked."""

import json
from collections.abc import Callable
from itertools import count
from typing import Any, NamedTuple

import jsonschema
import pytest

from bus import as_event
from generator.messages import Language, Look, evaluate, expression
from rendered import CORPUS, ROOT, Way, findings, read, render
from securityhub import SecurityHub
from spy import Message, Spy
from stack import Stack

Deploy = Callable[..., Stack]
Listen = Callable[[str], Spy]
Send = Callable[[Any], list[str]]

PRODUCTION = read(ROOT / "templates_out" / "production" / "standalone.yaml")
SCHEMA = json.loads((ROOT / "tests/fixtures/custom_notification.schema.json").read_text("utf-8"))
MANY = 200 if CORPUS.exists() else 10

_numbers = count(1)


# What production leaves out, above all third parties; and in the other language.
OTHERS = """
name: Others
language: ja
channels: {security: {}}
routes:
  - name: others
    channel: security
    match:
      products: {not: [aws/securityhub, aws/guardduty]}
      workflow: [NEW]
    message: summary
    notify: once
"""
# Two routes that mark, which both take critical findings, and one that does not.
TWICE = """
name: Twice
channels: {security: {}}
routes:
  - name: summaries
    channel: security
    match: {severity: [CRITICAL, HIGH], workflow: [NEW]}
    message: summary
    notify: once
  - name: events
    channel: security
    match: {severity: [CRITICAL], workflow: [NEW]}
    notify: once
  - name: updates
    channel: security
    match: {severity: [CRITICAL], workflow: [NEW]}
"""


class Twice(NamedTuple):
    """Routes that overlap, deployed; each test sends findings of its own."""

    stack: Stack

    def finding(self, severity: str) -> dict[str, Any]:
        product = f"arn:aws:securityhub:{self.stack.region}::product/aws/securityhub"
        return {
            "Id": f"finding-{next(_numbers)}",
            "ProductArn": product,
            "Title": "Something to fix",
            "Severity": {"Label": severity},
            "Workflow": {"Status": "NEW"},
        }

    def event(self, finding: dict[str, Any]) -> dict[str, Any]:
        return as_event(finding, self.stack.account, self.stack.region)


@pytest.fixture(scope="module")
def twice(deploy_once: Deploy, tmp_path_factory: pytest.TempPathFactory) -> Twice:
    template = render(TWICE, tmp_path_factory.mktemp("twice"))
    return Twice(deploy_once(template.path, **template.typed, NewFindingsOnly="false"))


def as_notified(event: dict[str, Any]) -> dict[str, Any]:
    """Return the request that marks the finding of an event, and does nothing else."""
    (finding,) = event["detail"]["findings"]
    identifier = {"Id": finding["Id"], "ProductArn": finding["ProductArn"]}
    return {"FindingIdentifiers": [identifier], "Workflow": {"Status": "NOTIFIED"}}


def alike(bodies: list[Any]) -> list[str]:
    return sorted(json.dumps(body, sort_keys=True) for body in bodies)


class Flow(NamedTuple):
    """What one route made of the flood."""

    way: Way
    language: Language
    matched: list[dict[str, Any]]
    arrived: list[Message]


class Flood(NamedTuple):
    """All findings, sent at once to production and to a route that matches most of the others."""

    flows: list[Flow]
    marked: list[dict[str, Any]]


@pytest.fixture(scope="module")
def flood(
    deploy_once: Deploy,
    spy_once: Listen,
    send: Send,
    securityhub: SecurityHub,
    tmp_path_factory: pytest.TempPathFactory,
) -> Flood:
    others = render(OTHERS, tmp_path_factory.mktemp("others"))
    deployed = [
        (template, language, deploy_once(template.path, **template.typed, **template.loosest))
        for template, language in ((PRODUCTION, "en"), (others, "ja"))
    ]
    account = deployed[0][2].account
    spies = {
        (stack.name, title): spy_once(stack.resources[title]["PhysicalResourceId"])
        for template, _, stack in deployed
        for title in template.ways()
    }
    events = [as_event(finding, account) for finding in findings()]
    for event, identifier in zip(events, send(events), strict=True):
        event["id"] = identifier
    flows = []
    for template, language, stack in deployed:
        for title, way in template.ways(**template.loosest).items():
            matched = [event for event in events if way.matches(event)]
            arrived = spies[stack.name, title].receive_all(len(matched), patience=150)
            flows.append(Flow(way, language, matched, arrived))
    expected = sum(len(flow.matched) for flow in flows if flow.way.marks)
    return Flood(flows, securityhub.await_calls(expected, account))


def test_summaries_of_many_findings_are_notifications_as_the_chat_service_takes_them(
    flood: Flood,
) -> None:
    messages = [message for flow in flood.flows for message in flow.arrived]
    for message in messages:
        jsonschema.validate(message.body, SCHEMA)
    assert len(messages) >= MANY


def test_each_finding_arrives_once_with_the_text_that_preview_shows(flood: Flood) -> None:
    for flow in flood.flows:
        summary = expression("summary", Look(flow.language))
        shown = [evaluate(summary, event) for event in flow.matched]
        assert sorted(one.text for one in flow.arrived) == sorted(shown)
        assert shown


def test_what_was_published_is_marked_as_notified_and_nothing_else_is_written(
    flood: Flood,
) -> None:
    published = [event for flow in flood.flows if flow.way.marks for event in flow.matched]
    assert alike(flood.marked) == alike([as_notified(event) for event in published])


def test_an_update_while_the_finding_is_still_new_goes_below_the_first_message(
    twice: Twice, spy: Listen, send: Send
) -> None:
    """Security Hub sends both before the write-back takes effect: two messages, one thread."""
    queue = spy(twice.stack.outputs["SummariesTopicArn"])
    first = twice.finding("HIGH")
    send([twice.event(first), twice.event({**first, "Title": "Something else to fix"})])
    messages = [one.body for one in queue.receive_all(2)]
    assert len({one["content"]["title"] for one in messages}) == 2
    assert len({one["metadata"]["threadId"] for one in messages}) == 1


def test_the_update_that_marking_itself_causes_is_not_taken(
    twice: Twice, spy: Listen, send: Send, securityhub: SecurityHub
) -> None:
    queue = spy(twice.stack.outputs["SummariesTopicArn"])
    finding = twice.finding("HIGH")
    send([twice.event(finding)])
    assert len(queue.receive_all(1)) == 1
    send([twice.event({**finding, "Workflow": {"Status": "NOTIFIED"}})])
    assert queue.receive_all(0) == []
    assert len(securityhub.calls(twice.stack.account, finding["Id"])) == 1


def test_a_regression_which_is_new_again_notifies_and_is_marked_again(
    twice: Twice, spy: Listen, send: Send, securityhub: SecurityHub
) -> None:
    queue = spy(twice.stack.outputs["SummariesTopicArn"])
    finding = twice.finding("HIGH")
    for status in ("NEW", "NOTIFIED", "NEW"):
        send([twice.event({**finding, "Workflow": {"Status": status}})])
    assert len(queue.receive_all(2)) == 2
    assert len(securityhub.calls(twice.stack.account, finding["Id"])) == 2


def test_a_finding_that_two_routes_take_notifies_once_on_each(
    twice: Twice, spy: Listen, send: Send, securityhub: SecurityHub
) -> None:
    queues = [spy(twice.stack.outputs[f"{one}TopicArn"]) for one in ("Summaries", "Events")]
    event = twice.event(twice.finding("CRITICAL"))
    send([event])
    assert [len(queue.receive_all(1)) for queue in queues] == [1, 1]
    calls = securityhub.calls(twice.stack.account, event["detail"]["findings"][0]["Id"])
    # The second says what the first said: Security Hub changes nothing.
    assert calls == [as_notified(event)] * 2


def test_no_parameter_makes_a_route_that_marks_take_what_is_not_new(
    twice: Twice, spy: Listen, send: Send
) -> None:
    """NewFindingsOnly, false here, governs the third route alone."""
    names = ("Summaries", "Events", "Updates")
    queues = [spy(twice.stack.outputs[f"{one}TopicArn"]) for one in names]
    finding = {**twice.finding("CRITICAL"), "Workflow": {"Status": "NOTIFIED"}}
    send([twice.event(finding)])
    arrived = [
        queue.receive_all(at_least) for queue, at_least in zip(queues, (0, 0, 1), strict=True)
    ]
    assert [len(messages) for messages in arrived] == [0, 0, 1]
