"""What was published is marked, many findings with each call; what could not be is not silent."""

from collections.abc import Callable
from itertools import count
from typing import Any, NamedTuple

import pytest

import marking
from aws import REGION, Aws
from bus import as_event, as_event_v2
from rendered import named, render
from samples_ocsf import VULNERABILITY
from securityhub import SecurityHub
from spy import Message, Spy
from stack import Stack

Deploy = Callable[..., Stack]
Listen = Callable[[str], Spy]
Send = Callable[[Any], list[str]]

MANY = 250
ONCE = """
name: Once
channels: {security: {}}
routes:
  - {name: once, channel: security, match: {severity: [HIGH], workflow: [NEW]}, notify: once}
"""
SCHEDULED = ONCE.replace("Once", "Scheduled").replace("HIGH", "LOW")
ONCE_V2 = ONCE.replace("Once", "OnceV2\nsource: security_hub")

_numbers = count(1)


class Marked(NamedTuple):
    """A deployed route that notifies once, and what marks its findings when a test says so."""

    stack: Stack
    marker: str
    aws: Aws
    hub: SecurityHub
    put: Send

    def finding(self, severity: str = "HIGH") -> str:
        """Return the name of a finding of which no message was sent yet."""
        return f"{severity.lower()}-{next(_numbers)}"

    def send(self, *findings: str) -> None:
        self.put([self._event(each) for each in findings])

    def mark(self, expected: int) -> dict[str, Any]:
        return marking.mark(self.aws, self.stack, expected, self.marker)

    def calls(self, *findings: str) -> list[dict[str, Any]]:
        """Return the calls that name one of these findings."""
        history = self.hub.history(self.stack.account)
        return [call for call in history if {*call["findings"]} & {*findings}]

    def marked(self, *findings: str) -> set[str]:
        """Return which of these findings are marked."""
        done = {each for call in self.calls(*findings) for each in call["marked"]}
        return done & {*findings}

    @property
    def waiting(self) -> int:
        return marking.waiting(self.aws, self.stack, self.marker)

    def request(self, *findings: str) -> dict[str, Any]:
        """Return the request that marks findings, and does nothing else."""
        if self.marker == marking.MARKER_V2:
            name = self.stack.outputs["MarkerV2StateMachineArn"].split(":")[-1]
            comment = f"Sent to chat by the state machine {name}"
            return {"MetadataUids": list(findings), "StatusId": 2, "Comment": comment}
        identifiers = [{"Id": each, "ProductArn": self._product} for each in findings]
        return {"FindingIdentifiers": identifiers, "Workflow": {"Status": "NOTIFIED"}}

    @property
    def _product(self) -> str:
        return f"arn:aws:securityhub:{self.stack.region}::product/aws/securityhub"

    def _event(self, name: str) -> dict[str, Any]:
        if self.marker == marking.MARKER_V2:
            return as_event_v2(named(VULNERABILITY, name), self.stack.account)
        finding = {
            "Id": name,
            "ProductArn": self._product,
            "Title": "Something to fix",
            "Severity": {"Label": name.split("-", maxsplit=1)[0].upper()},
            "Workflow": {"Status": "NEW"},
        }
        return as_event(finding, self.stack.account)


@pytest.fixture(scope="module")
def deployed(
    deploy_once: Deploy,
    aws: Aws,
    securityhub: SecurityHub,
    send: Send,
    tmp_path_factory: pytest.TempPathFactory,
) -> Callable[..., Marked]:
    def create(params: str, marker: str) -> Marked:
        template = render(params, tmp_path_factory.mktemp("marking"))
        stack = deploy_once(template.path, **template.typed)
        return Marked(stack, marker, aws, securityhub, send)

    return create


@pytest.fixture(scope="module")
def scheduled(deployed: Callable[..., Marked]) -> tuple[Marked, str]:
    """Send a finding that only the schedule marks; others ask for this to be sent first."""
    route = deployed(SCHEDULED, marking.MARKER)
    finding = route.finding("LOW")
    route.send(finding)
    return route, finding


@pytest.fixture(scope="module")
def once(deployed: Callable[..., Marked], scheduled: tuple[Marked, str]) -> Marked:
    assert scheduled
    route = deployed(ONCE, marking.MARKER)
    marking.by_hand(route.aws, route.stack)
    return route


@pytest.fixture(scope="module")
def once_v2(deployed: Callable[..., Marked]) -> Marked:
    route = deployed(ONCE_V2, marking.MARKER_V2)
    marking.by_hand(route.aws, route.stack, marking.MARKER_V2)
    return route


class Flood(NamedTuple):
    """Many findings, of which the first were marked while the others were still published."""

    sent: list[str]
    arrived: list[Message]
    calls: list[dict[str, Any]]


@pytest.fixture(scope="module")
def flood(once: Marked, spy_once: Listen) -> Flood:
    queue = spy_once(once.stack.outputs["OnceTopicArn"])
    sent = [once.finding() for _ in range(MANY)]
    once.send(*sent)
    expected = MANY // 3
    while expected:
        assert once.mark(expected)["status"] == "SUCCEEDED"
        expected = MANY - len(once.marked(*sent))
    return Flood(sent, queue.receive_all(MANY, patience=150), once.calls(*sent))


def name_of(message: Message) -> str:
    (finding,) = message.body["detail"]["findings"]
    return str(finding["Id"])


def test_of_many_findings_each_notifies_once(flood: Flood) -> None:
    assert sorted(map(name_of, flood.arrived)) == sorted(flood.sent)


def test_many_findings_are_marked_once_each_with_few_calls(flood: Flood) -> None:
    sizes = [len(call["findings"]) for call in flood.calls]
    assert sorted(each for call in flood.calls for each in call["marked"]) == sorted(flood.sent)
    assert max(sizes) <= 100
    assert len(sizes) <= 6


def test_a_finding_is_marked_only_after_its_message_was_published(flood: Flood) -> None:
    published = {name_of(message): message.published for message in flood.arrived}
    for call in flood.calls:
        assert max(published[each] for each in call["findings"]) < call["at"]


def test_nothing_is_written_but_that_findings_are_notified(flood: Flood, once: Marked) -> None:
    written = [call["request"] for call in flood.calls]
    assert written == [once.request(*call["findings"]) for call in flood.calls]
    assert once.waiting == 0


def test_a_finding_that_is_left_unprocessed_is_named_and_does_not_block_others(
    once: Marked,
) -> None:
    left, conflict, other = (once.finding() for _ in range(3))
    once.hub.leave_unprocessed(once.stack.account, left)
    once.hub.leave_unprocessed(once.stack.account, conflict, "Conflict", times=1)
    once.send(left, conflict, other)
    ended = once.mark(3)
    assert (ended["status"], ended["error"]) == ("FAILED", "NotMarked")
    assert left in ended["cause"]
    assert "FindingNotFound" in ended["cause"]
    assert not [each for each in (conflict, other) if each in ended["cause"]]
    first, second = once.calls(left)
    assert {*first["findings"]} == {left, conflict, other}
    assert {*second["findings"]} == {left, conflict}
    assert once.marked(left, conflict, other) == {conflict, other}
    assert once.waiting == 0


@pytest.mark.parametrize("product", ["once", "once_v2"])
def test_a_finding_for_which_a_call_is_refused_is_named_and_does_not_block_others(
    product: str, request: pytest.FixtureRequest
) -> None:
    route: Marked = request.getfixturevalue(product)
    refused, *others = (route.finding() for _ in range(12))
    route.hub.answer_with_status(400, route.stack.account, refused)
    route.send(refused, *others)
    ended = route.mark(12)
    assert (ended["status"], ended["error"]) == ("FAILED", "NotMarked")
    assert [each for each in (refused, *others) if each in ended["cause"]] == [refused]
    assert route.marked(refused, *others) == {*others}
    assert route.waiting == 0


def test_findings_of_a_call_that_is_refused_wait_and_are_marked_later(once: Marked) -> None:
    findings = [once.finding() for _ in range(2)]
    once.hub.answer_with_status(429, once.stack.account, findings[0])
    sqs = once.aws("sqs", REGION, once.stack.account)
    url = once.stack.resources["MarkerQueue"]["PhysicalResourceId"]
    # Nobody waits here for what is hidden until an execution would be over.
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": "3"})
    once.send(*findings)
    ended = once.mark(2)
    assert (ended["status"], ended["error"]) == ("FAILED", "NotMarked")
    assert "429" in ended["cause"]
    assert len(once.calls(findings[0])) == 4
    assert (once.marked(*findings), once.waiting) == (set(), 2)
    once.hub.answer_normally(once.stack.account, findings[0])
    while once.waiting:
        assert once.mark(1)["status"] == "SUCCEEDED"
    assert once.marked(*findings) == {*findings}


def test_the_new_security_hub_is_asked_with_one_call_for_many_findings(once_v2: Marked) -> None:
    findings = [once_v2.finding() for _ in range(30)]
    left, *others = findings
    once_v2.hub.leave_unprocessed(once_v2.stack.account, left, "ResourceNotFoundException")
    once_v2.hub.answer_with_status(429, once_v2.stack.account, others[0], times=1)
    once_v2.send(*findings)
    ended = once_v2.mark(len(findings))
    assert (ended["status"], ended["error"]) == ("FAILED", "NotMarked")
    assert "ResourceNotFoundException" in ended["cause"]
    assert [each for each in findings if each in ended["cause"]] == [left]
    refused, made, again = once_v2.calls(*findings)
    assert made["request"] == refused["request"] == once_v2.request(*made["findings"])
    assert again["request"] == once_v2.request(left)
    assert sorted(made["marked"]) == sorted(others)
    assert once_v2.waiting == 0


def test_where_the_new_security_hub_does_not_say_what_is_left_all_are_asked_for_again(
    once_v2: Marked,
) -> None:
    left, other = (once_v2.finding() for _ in range(2))
    code = "InternalServerException"
    once_v2.hub.leave_unprocessed(once_v2.stack.account, left, code, named=False)
    once_v2.send(left, other)
    ended = once_v2.mark(2)
    assert (ended["status"], ended["error"]) == ("FAILED", "NotMarked")
    assert left in ended["cause"]
    assert code in ended["cause"]
    assert [{*call["findings"]} for call in once_v2.calls(left)] == [{left, other}] * 2
    assert (once_v2.marked(left, other), once_v2.waiting) == ({other}, 0)


def test_the_schedule_marks_without_anybody_asking(scheduled: tuple[Marked, str]) -> None:
    route, finding = scheduled
    route.hub.await_calls(1, route.stack.account, settle=0, patience=90, finding=finding)
    assert [call["request"] for call in route.calls(finding)] == [route.request(finding)]
