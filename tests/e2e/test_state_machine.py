"""Findings through the state machines of production: composed, published, then marked."""

import json
from collections.abc import Callable, Iterator
from itertools import count
from typing import Any, NamedTuple

import jsonschema
import pytest

import marking
from aws import Aws
from bus import as_event
from generator.messages import Language, Look, evaluate, expression
from rendered import CORPUS, ROOT, Way, findings, read, render
from report import Report
from securityhub import SecurityHub
from spy import Message, Spy
from stack import Stack, deploying

Deploy = Callable[..., Stack]
Listen = Callable[[str], Spy]
Send = Callable[[Any], list[str]]

PRODUCTION = read(ROOT / "templates_out" / "production" / "standalone.yaml")
SCHEMA = json.loads((ROOT / "tests/fixtures/custom_notification.schema.json").read_text("utf-8"))
MANY = 200 if CORPUS.exists() else 10

_numbers = count(1)


# What ends a text, or begins something else in it, where one is pasted into another.
TITLE = '"It\'s" \\n\n\t<b>${AWS::Region} <aws.events.event.json> {% $x %} \u2028公開 \U0001f513\\'
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
    aws: Aws

    def mark(self, expected: int) -> None:
        """Mark what was published, once as many messages have handed their findings over."""
        assert marking.mark(self.aws, self.stack, expected)["status"] == "SUCCEEDED"

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


@pytest.fixture(scope="module", params=["kind", "route"])
def twice(
    aws: Aws,
    report: Report,
    new_account: Callable[[], str],
    tmp_path_factory: pytest.TempPathFactory,
    request: pytest.FixtureRequest,
) -> Iterator[Twice]:
    """Deploy them with a state machine for all, then with one for each, in another account."""
    text = f"{TWICE}isolation: {request.param}\n"
    template = render(text, tmp_path_factory.mktemp("twice"))
    with deploying(aws, report, new_account()) as create:
        stack = create(template.path, **template.typed, NewFindingsOnly="false")
        marking.by_hand(aws, stack)
        yield Twice(stack, aws)


def identifier(event: dict[str, Any]) -> dict[str, str]:
    (finding,) = event["detail"]["findings"]
    return {"Id": finding["Id"], "ProductArn": finding["ProductArn"]}


def as_notified(*events: dict[str, Any]) -> dict[str, Any]:
    """Return the request that marks the findings of events, and does nothing else."""
    identifiers = [identifier(event) for event in events]
    return {"FindingIdentifiers": identifiers, "Workflow": {"Status": "NOTIFIED"}}


def alike(bodies: list[Any]) -> set[str]:
    return {json.dumps(body, sort_keys=True) for body in bodies}


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
    aws: Aws,
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
    for _, _, stack in deployed:
        marking.by_hand(aws, stack)
    spies = {
        (stack.name, title): spy_once(stack.resources[title]["PhysicalResourceId"])
        for template, _, stack in deployed
        for title in template.ways()
    }
    events = [as_event(finding, account) for finding in findings()]
    for event, name in zip(events, send(events), strict=True):
        event["id"] = name
    flows = []
    for template, language, stack in deployed:
        published = 0
        for title, way in template.ways(**template.loosest).items():
            matched = [event for event in events if way.matches(event)]
            arrived = spies[stack.name, title].receive_all(len(matched), patience=150)
            flows.append(Flow(way, language, matched, arrived))
            published += len(matched) if way.marks else 0
        marking.mark_all(aws, stack, published)
    return Flood(flows, securityhub.calls(account))


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
    named = [name for call in flood.marked for name in call["FindingIdentifiers"]]
    assert alike(named) == alike([identifier(event) for event in published])
    assert alike([{**call, "FindingIdentifiers": []} for call in flood.marked]) == alike(
        [as_notified()]
    )


def test_a_text_that_json_a_shell_or_a_template_would_read_arrives_as_preview_shows_it(
    twice: Twice, spy: Listen, send: Send
) -> None:
    """Between rule and state machine an event is pasted into a text, by EventBridge."""
    queues = [spy(twice.stack.outputs[f"{name}TopicArn"]) for name in ("Summaries", "Events")]
    finding = {**twice.finding("CRITICAL"), "Title": TITLE, "Description": TITLE * 3}
    event = twice.event(finding)
    (event["id"],) = send([event])
    ((summary,), (whole,)) = [queue.receive_all(1) for queue in queues]
    twice.mark(2)
    assert summary.text == evaluate(expression("summary", Look("en")), event)
    assert whole.body == event


def test_an_update_while_the_finding_is_still_new_goes_below_the_first_message(
    twice: Twice, spy: Listen, send: Send, securityhub: SecurityHub
) -> None:
    """Security Hub sends both before the finding is marked: two messages, one thread."""
    queue = spy(twice.stack.outputs["SummariesTopicArn"])
    first = twice.finding("HIGH")
    send([twice.event(first), twice.event({**first, "Title": "Something else to fix"})])
    messages = [one.body for one in queue.receive_all(2)]
    assert len({one["content"]["title"] for one in messages}) == 2
    assert len({one["metadata"]["threadId"] for one in messages}) == 1
    twice.mark(2)
    assert securityhub.calls(twice.stack.account, first["Id"]) == [as_notified(twice.event(first))]


def test_the_update_that_marking_itself_causes_is_not_taken(
    twice: Twice, spy: Listen, send: Send, securityhub: SecurityHub
) -> None:
    queue = spy(twice.stack.outputs["SummariesTopicArn"])
    finding = twice.finding("HIGH")
    send([twice.event(finding)])
    assert len(queue.receive_all(1)) == 1
    twice.mark(1)
    send([twice.event({**finding, "Workflow": {"Status": "NOTIFIED"}})])
    assert queue.receive_all(0) == []
    twice.mark(0)
    assert len(securityhub.calls(twice.stack.account, finding["Id"])) == 1


def test_a_regression_which_is_new_again_notifies_and_is_marked_again(
    twice: Twice, spy: Listen, send: Send, securityhub: SecurityHub
) -> None:
    queue = spy(twice.stack.outputs["SummariesTopicArn"])
    finding = twice.finding("HIGH")
    for statuses in (["NEW"], ["NOTIFIED", "NEW"]):
        send([twice.event({**finding, "Workflow": {"Status": each}}) for each in statuses])
        assert len(queue.receive_all(1)) == 1
        twice.mark(1)
    assert len(securityhub.calls(twice.stack.account, finding["Id"])) == 2


def test_a_finding_that_two_routes_take_notifies_once_on_each_and_is_marked_once(
    twice: Twice, spy: Listen, send: Send, securityhub: SecurityHub
) -> None:
    queues = [spy(twice.stack.outputs[f"{one}TopicArn"]) for one in ("Summaries", "Events")]
    event = twice.event(twice.finding("CRITICAL"))
    send([event])
    assert [len(queue.receive_all(1)) for queue in queues] == [1, 1]
    twice.mark(2)
    calls = securityhub.calls(twice.stack.account, event["detail"]["findings"][0]["Id"])
    assert calls == [as_notified(event)]


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
