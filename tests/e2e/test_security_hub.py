"""Findings of the new Security Hub through rendered templates: matched, published, then marked."""

import json
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple

import jsonschema
import pytest

import dead_letters
from aws import REGION, Aws
from bus import as_event, as_event_v2
from executions import failures
from generator.messages import Language, Look, evaluate, expression
from rendered import CORPUS_V2, ROOT, findings, findings_v2, generate, named, read, render
from samples_ocsf import VULNERABILITY
from securityhub import SecurityHub
from spy import Message, Spy
from stack import Stack

Deploy = Callable[..., Stack]
Listen = Callable[[str], Spy]
Send = Callable[[Any], list[str]]

HUB = read(ROOT / "templates_out" / "security-hub" / "standalone.yaml")
BOTH = read(ROOT / "templates_out" / "both-hubs" / "standalone.yaml")
SCHEMA = json.loads((ROOT / "tests/fixtures/custom_notification.schema.json").read_text("utf-8"))
MANY = 60 if CORPUS_V2.exists() else 6

ALL = """
name: All
source: security_hub
channels: {security: {}}
routes:
  - name: all
    channel: security
    match:
      kinds: [exposure, attack_sequence, threat, vulnerability, posture, sensitive_data, coverage]
"""
JAPANESE = """
name: Japanese
source: security_hub
language: ja
channels: {security: {}}
routes:
  - name: severe
    channel: security
    match: {severity: [CRITICAL, HIGH]}
"""
_numbers = count(1)


class Route(NamedTuple):
    """One route of a deployed template, and whether it marks what it publishes."""

    stack: Stack
    name: str
    language: Language = "en"
    marks: bool = True

    @property
    def topic(self) -> str:
        return self.stack.outputs[f"{self.name}TopicArn"]

    @property
    def machine(self) -> str:
        return self.stack.outputs[f"{self.name}StateMachineArn"]

    @property
    def dead_letters(self) -> str:
        return self.stack.outputs[f"{self.name}DeadLettersUrl"]

    def in_progress(self, uid: str) -> dict[str, Any]:
        """Return the request that marks a finding, and does nothing else."""
        name = self.machine.rsplit(":", maxsplit=1)[-1]
        comment = f"Sent to chat by the state machine {name}"
        return {"MetadataUids": [uid], "StatusId": 2, "Comment": comment}

    def finding(self) -> dict[str, Any]:
        """Return a finding that no other test sends, and no other route marks."""
        return named(VULNERABILITY, f"vulnerability-{next(_numbers)}")

    def event(self, finding: dict[str, Any]) -> dict[str, Any]:
        return as_event_v2(finding, self.stack.account, self.stack.region)


def name_of(event: dict[str, Any]) -> str:
    """Return what the API calls the finding of an event; in AWS's first sample it has no name."""
    (finding,) = event["detail"]["findings"]
    return str(finding["Id"] if "Id" in finding else finding["metadata"].get("uid", ""))


def source_of(event: dict[str, Any]) -> Any:
    return "security_hub" if event["detail-type"].endswith("V2") else "security_hub_cspm"


def alike(bodies: list[Any]) -> list[str]:
    return sorted(json.dumps(body, sort_keys=True) for body in bodies)


@pytest.fixture(scope="module")
def hub(deploy_once: Deploy) -> Route:
    """Deploy the template of the new Security Hub alone; several tests share it."""
    return Route(deploy_once(HUB.path, **HUB.typed), "ToFix")


class Flow(NamedTuple):
    """What one route made of the flood: the events that its rule matches, with their texts."""

    route: Route
    matched: list[tuple[dict[str, Any], str]]
    arrived: list[Message]


class Flood(NamedTuple):
    """Findings of both products, sent at once to every route."""

    events: list[dict[str, Any]]
    flows: dict[str, Flow]
    calls: list[dict[str, Any]]


def matched(aws: Aws, route: Route, events: list[dict[str, Any]], folder: Path) -> list[Any]:
    """Return the events that ``match`` says the rule matches, as EventBridge describes this."""
    stack, name = route.stack, route.stack.outputs[f"{route.name}RuleArn"].split("/")[-1]
    described = aws("events", stack.region, stack.account).describe_rule(Name=name)
    pattern, recorded = folder / f"{name}.json", folder / f"{name}.ndjson"
    pattern.write_text(described["EventPattern"])
    recorded.write_text("".join(json.dumps(event) + "\n" for event in events))
    positions = json.loads(generate("match", pattern, recorded, "--json"))["matched"]
    return [events[position - 1] for position in positions]


def composed(route: Route, event: dict[str, Any]) -> str:
    return str(evaluate(expression("summary", Look(route.language, source_of(event))), event))


@pytest.fixture(scope="module")
def flood(
    hub: Route,
    aws: Aws,
    deploy_once: Deploy,
    spy_once: Listen,
    send: Send,
    securityhub: SecurityHub,
    tmp_path_factory: pytest.TempPathFactory,
) -> Flood:
    folder = tmp_path_factory.mktemp("flood")
    both = deploy_once(BOTH.path, **BOTH.typed)
    every, japanese = (render(params, tmp_path_factory.mktemp("own")) for params in (ALL, JAPANESE))
    routes = [
        *(hub, Route(hub.stack, "Urgent"), Route(both, "Controls"), Route(both, "Exposures")),
        Route(deploy_once(every.path, **every.typed), "All", marks=False),
        Route(deploy_once(japanese.path, **japanese.typed), "Severe", "ja", marks=False),
    ]
    spies = {route.name: spy_once(route.topic) for route in routes}
    account = hub.stack.account
    events = [as_event_v2(finding, account) for finding in findings_v2()]
    events += [as_event(finding, account) for finding in findings()]
    before = len(securityhub.calls(account))
    for event, identifier in zip(events, send(events), strict=True):
        event["id"] = identifier
    flows = {}
    for route in routes:
        expected = [(e, composed(route, e)) for e in matched(aws, route, events, folder)]
        arrived = spies[route.name].receive_all(len(expected), patience=150)
        flows[route.name] = Flow(route, expected, arrived)
    marked = [flow for flow in flows.values() if flow.route.marks]
    marks = sum(bool(name_of(event)) for flow in marked for event, _ in flow.matched)
    securityhub.await_calls(before + marks, account)
    return Flood(events, flows, securityhub.history(account)[before:])


@pytest.mark.parametrize("route", ["Urgent", "ToFix", "Controls", "Exposures", "All", "Severe"])
def test_what_arrives_is_the_summary_of_each_event_that_the_rule_matches(
    flood: Flood, route: str
) -> None:
    flow = flood.flows[route]
    assert sorted(message.text for message in flow.arrived) == sorted(t for _, t in flow.matched)
    assert flow.arrived


def test_a_route_of_all_kinds_matches_every_finding_of_the_new_product_and_none_of_the_other(
    flood: Flood,
) -> None:
    expected = [event["id"] for event in flood.events if source_of(event) == "security_hub"]
    assert [event["id"] for event, _ in flood.flows["All"].matched] == expected


def test_summaries_of_many_findings_are_notifications_as_the_chat_service_takes_them(
    flood: Flood,
) -> None:
    messages = [*flood.flows["All"].arrived, *flood.flows["Severe"].arrived]
    for message in messages:
        jsonschema.validate(message.body, SCHEMA)
    assert len(messages) >= MANY


def test_what_was_published_is_marked_as_in_progress_and_nothing_else_is_written(
    flood: Flood,
) -> None:
    made = [call for call in flood.calls if call["operation"] == "BatchUpdateFindingsV2"]
    expected = [
        flow.route.in_progress(uid)
        for flow in flood.flows.values()
        for event, _ in flow.matched
        if flow.route.marks and source_of(event) == "security_hub" and (uid := name_of(event))
    ]
    # For a finding without a name there is nothing to ask: such a request is refused.
    asked = [call["request"] for call in made if call["request"]["MetadataUids"]]
    assert alike(asked) == alike(expected)
    assert expected


def test_next_to_the_new_product_a_control_is_marked_as_notified_by_the_other_api(
    flood: Flood,
) -> None:
    made = [call for call in flood.calls if call["operation"] == "BatchUpdateFindings"]
    controls = [event["detail"]["findings"][0] for event, _ in flood.flows["Controls"].matched]
    expected = [
        {
            "FindingIdentifiers": [{name: finding[name] for name in ("Id", "ProductArn")}],
            "Workflow": {"Status": "NOTIFIED"},
        }
        for finding in controls
    ]
    assert alike([call["request"] for call in made]) == alike(expected)


def test_the_event_that_marking_itself_causes_does_not_notify(
    hub: Route, spy: Listen, send: Send, securityhub: SecurityHub
) -> None:
    queue, finding = spy(hub.topic), hub.finding()
    account, uid = hub.stack.account, finding["metadata"]["uid"]
    send([hub.event(finding)])
    assert len(queue.receive_all(1)) == 1
    (made,) = securityhub.await_calls(1, account, settle=0, finding=uid)
    updated = {"activity_id": 2, "activity_name": "Update", "comment": made["Comment"]}
    status = {"status": "In Progress", "status_id": made["StatusId"]}
    send([hub.event({**finding, **updated, **status})])
    assert queue.receive_all(0) == []
    assert securityhub.calls(account, uid) == [made]


def test_what_could_not_be_published_is_kept_and_not_marked(
    deploy: Deploy, send: Send, aws: Aws, account: str, securityhub: SecurityHub
) -> None:
    route = Route(deploy(HUB.path, **HUB.typed), "ToFix")
    aws("sns", REGION, account).delete_topic(TopicArn=route.topic)
    event = route.event(route.finding())
    (identifier,) = send([event])
    (letter,) = dead_letters.waiting(aws("sqs", REGION, account), route.dead_letters, 1)
    assert letter.event == {**event, "id": identifier}
    assert securityhub.calls(account) == []


class Unmarked(NamedTuple):
    """What became of findings that could not be marked at once, side by side in one deployment."""

    uids: dict[str, str]
    events: dict[str, str]
    messages: list[Message]
    failed: dict[str, dict[str, Any]]

    def cause(self, name: str) -> tuple[str, str]:
        """Return with which error and cause an execution failed; its event's id is its name."""
        logged = [details for arn, details in self.failed.items() if self.events[name] in arn]
        return (logged[0]["error"], logged[0]["cause"]) if logged else ("", "")


@pytest.fixture(scope="module")
def unmarked(
    hub: Route, spy_once: Listen, send: Send, securityhub: SecurityHub, aws: Aws
) -> Unmarked:
    account, queue = hub.stack.account, spy_once(hub.topic)
    sent = {name: hub.finding() for name in ("left", "nameless", "fixed", "throttled")}
    uids = {name: finding["metadata"]["uid"] for name, finding in sent.items()}
    securityhub.leave_unprocessed(account, uids["left"], "ResourceNotFoundException")
    code = "InternalServerException"
    securityhub.leave_unprocessed(account, uids["nameless"], code, named=False)
    securityhub.leave_unprocessed(account, uids["fixed"], "ConflictException")
    securityhub.answer_with_status(429, account, uids["throttled"])
    identifiers = send([hub.event(finding) for finding in sent.values()])
    messages = queue.receive_all(len(sent))
    for name in ("fixed", "throttled"):
        securityhub.await_calls(1, account, settle=0, finding=uids[name])
        securityhub.answer_normally(account, uids[name])
    for name in ("fixed", "throttled"):
        securityhub.await_calls(2, account, settle=0, finding=uids[name])
    failed = failures(aws("logs", REGION, account), hub.machine, 2, patience=40)
    events = dict(zip(sent, identifiers, strict=True))
    return Unmarked(uids, events, messages + queue.receive_all(0), failed)


@pytest.mark.parametrize("name", ["left", "nameless", "fixed"])
def test_a_finding_that_was_not_processed_is_marked_again_with_the_same_request(
    unmarked: Unmarked, hub: Route, securityhub: SecurityHub, name: str
) -> None:
    """Also where the answer does not say which finding that was."""
    calls = securityhub.calls(hub.stack.account, unmarked.uids[name])
    assert calls == [hub.in_progress(unmarked.uids[name])] * 2


@pytest.mark.parametrize(
    ("name", "code"),
    [("left", "ResourceNotFoundException"), ("nameless", "InternalServerException")],
)
def test_an_execution_that_could_not_mark_fails_and_its_log_says_why(
    unmarked: Unmarked, name: str, code: str
) -> None:
    error, cause = unmarked.cause(name)
    assert error == "NotMarked"
    assert code in cause
    assert unmarked.uids[name] in cause


@pytest.mark.parametrize("name", ["fixed", "throttled"])
def test_a_mark_that_is_refused_for_a_while_succeeds(
    unmarked: Unmarked, hub: Route, securityhub: SecurityHub, name: str
) -> None:
    history = securityhub.history(hub.stack.account, unmarked.uids[name])
    assert [call["processed"] for call in history][-1:] == [True]
    assert unmarked.cause(name) == ("", "")


def test_however_often_a_finding_is_marked_it_notifies_once(unmarked: Unmarked) -> None:
    assert len(unmarked.messages) == len(unmarked.events)
