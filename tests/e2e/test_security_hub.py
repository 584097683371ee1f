"""Findings of the new Security Hub through rendered templates: matched, published, then marked."""

import json
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple

import jsonschema
import pytest

import dead_letters
import marking
from aws import REGION, Aws
from bus import as_event, as_event_v2
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
    def dead_letters(self) -> str:
        return self.stack.outputs["SharedSummaryV2OnceDeadLettersUrl"]

    def in_progress(self, *uids: str) -> dict[str, Any]:
        """Return the request that marks findings, and does nothing else."""
        name = self.stack.outputs["MarkerV2StateMachineArn"].rsplit(":", maxsplit=1)[-1]
        comment = f"Sent to chat by the state machine {name}"
        return {"MetadataUids": list(uids), "StatusId": 2, "Comment": comment}

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


def alike(bodies: list[Any]) -> set[str]:
    return {json.dumps(body, sort_keys=True) for body in bodies}


@pytest.fixture(scope="module")
def hub(deploy_once: Deploy, aws: Aws) -> Route:
    """Deploy the template of the new Security Hub alone; several tests share it."""
    stack = deploy_once(HUB.path, **HUB.typed)
    marking.by_hand(aws, stack, marking.MARKER_V2)
    return Route(stack, "ToFix")


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
    marking.by_hand(aws, both)
    marking.by_hand(aws, both, marking.MARKER_V2)
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
    for stack, marker, names in (
        (hub.stack, marking.MARKER_V2, ("Urgent", "ToFix")),
        (both, marking.MARKER, ("Controls",)),
        (both, marking.MARKER_V2, ("Exposures",)),
    ):
        published = [event for name in names for event, _ in flows[name].matched]
        marking.mark_all(aws, stack, sum(bool(name_of(event)) for event in published), marker)
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
    made = [call["request"] for call in flood.calls if call["operation"] == "BatchUpdateFindingsV2"]
    # For a finding without a name there is nothing to ask.
    expected = [
        flow.route.in_progress(uid)
        for flow in flood.flows.values()
        for event, _ in flow.matched
        if flow.route.marks and source_of(event) == "security_hub" and (uid := name_of(event))
    ]
    asked = [
        {**request, "MetadataUids": [uid]} for request in made for uid in request["MetadataUids"]
    ]
    assert alike(asked) == alike(expected)
    assert expected


def test_next_to_the_new_product_a_control_is_marked_as_notified_by_the_other_api(
    flood: Flood,
) -> None:
    made = [call["request"] for call in flood.calls if call["operation"] == "BatchUpdateFindings"]
    controls = [event["detail"]["findings"][0] for event, _ in flood.flows["Controls"].matched]
    expected = [{name: finding[name] for name in ("Id", "ProductArn")} for finding in controls]
    assert alike([name for request in made for name in request["FindingIdentifiers"]]) == alike(
        expected
    )
    assert alike([request["Workflow"] for request in made]) == alike([{"Status": "NOTIFIED"}])


def test_the_event_that_marking_itself_causes_does_not_notify(
    hub: Route, spy: Listen, send: Send, securityhub: SecurityHub, aws: Aws
) -> None:
    queue, finding = spy(hub.topic), hub.finding()
    account, uid = hub.stack.account, finding["metadata"]["uid"]
    send([hub.event(finding)])
    assert len(queue.receive_all(1)) == 1
    marking.mark(aws, hub.stack, 1, marking.MARKER_V2)
    (made,) = securityhub.calls(account, uid)
    updated = {"activity_id": 2, "activity_name": "Update", "comment": made["Comment"]}
    status = {"status": "In Progress", "status_id": made["StatusId"]}
    send([hub.event({**finding, **updated, **status})])
    assert queue.receive_all(0) == []
    assert marking.waiting(aws, hub.stack, marking.MARKER_V2) == 0


def test_what_could_not_be_published_is_kept_and_not_marked(
    deploy: Deploy, send: Send, aws: Aws, account: str
) -> None:
    route = Route(deploy(HUB.path, **HUB.typed), "ToFix")
    aws("sns", REGION, account).delete_topic(TopicArn=route.topic)
    event = route.event(route.finding())
    (identifier,) = send([event])
    (letter,) = dead_letters.waiting(aws("sqs", REGION, account), route.dead_letters, 1)
    assert letter.event == {**event, "id": identifier}
    assert marking.waiting(aws, route.stack, marking.MARKER_V2) == 0
