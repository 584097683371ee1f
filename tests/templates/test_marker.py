"""What marks published findings: a queue, and a machine that empties it many at a time."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

import pytest
import yaml

from composed import SHALLOW
from conftest import Build, of_type
from generator.blocks.marker_definition import GOES_ON, RECEIVED_AT_ONCE
from generator.blocks.marking import MOST_AT_ONCE
from generator.blocks.state_machine_definition import LONGEST
from reference import answers_of
from routes import route
from state_machine import Call, Execution, Failed, definition_of, expressions

MACHINES = {"security_hub_cspm": "MarkerStateMachine", "security_hub": "MarkerV2StateMachine"}
MARK = ("aws-sdk:securityhub:batchUpdateFindings", "aws-sdk:securityhub:batchUpdateFindingsV2")
LONG_ID = "arn:aws:securityhub:eu-west-1:111122223333:" + "i" * 469
"""An Id has at most 512 characters.
https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_AwsSecurityFinding.html
"""
each_product = pytest.mark.parametrize("source", MACHINES)


def names(source: str, count: int, beginning: str = "finding") -> list[Any]:
    """Return what names so many findings."""
    each = [f"{beginning}-{i}" for i in range(count)]
    if source == "security_hub":
        return list(each)
    return [{"Id": name, "ProductArn": f"arn:{name}"} for name in each]


def name_of(finding: Any) -> str:
    """Return what tells a finding of ``names`` from the others."""
    return str(finding if isinstance(finding, str) else finding["Id"])


class Services:
    """A queue and Security Hub: answers as SQS and BatchUpdateFindings do.

    ``refused`` are findings that Security Hub leaves unprocessed so many times; a call that names
    the finding ``invalid`` is refused as a whole.
    """

    def __init__(self, bodies: Iterable[Any], refused: dict[str, int] | None = None) -> None:
        self.waiting = [json.dumps(body) for body in bodies]
        self.refused = Counter(refused or {})
        self.named = True
        self.hidden: dict[str, str] = {}
        self.failing: set[str] = set()
        self.invalid = ""
        self.marked: list[Any] = []
        self.calls: Counter[str] = Counter()

    def __call__(self, call: Call) -> Any:
        name = call.action.rpartition(":")[2]
        self.calls[name] += 1
        if name in self.failing:
            raise Failed("SecurityHub.LimitExceededException", "Rate exceeded")
        answers: dict[str, Callable[[dict[str, Any]], Any]] = {
            "receiveMessage": self.receive,
            "deleteMessageBatch": self.delete,
            "batchUpdateFindings": self.mark,
            "batchUpdateFindingsV2": self.mark,
        }
        return answers[name](call.arguments)

    def receive(self, arguments: dict[str, Any]) -> Any:
        number = arguments["MaxNumberOfMessages"]
        taken, self.waiting = self.waiting[:number], self.waiting[number:]
        receipts = {f"{len(self.hidden) + i:->400}": body for i, body in enumerate(taken)}
        self.hidden |= receipts
        messages = [
            {"MessageId": f"{'m' * 30}{receipt[-6:]}", "Body": body, "ReceiptHandle": receipt}
            for receipt, body in receipts.items()
        ]
        return {"Messages": messages} if messages else {}

    def delete(self, arguments: dict[str, Any]) -> Any:
        assert 1 <= len(arguments["Entries"]) <= RECEIVED_AT_ONCE
        for entry in arguments["Entries"]:
            del self.hidden[entry["ReceiptHandle"]]
        return {"Successful": [{"Id": entry["Id"]} for entry in arguments["Entries"]]}

    def mark(self, arguments: dict[str, Any]) -> Any:
        findings = arguments.get("FindingIdentifiers") or arguments["MetadataUids"]
        assert 1 <= len(findings) <= MOST_AT_ONCE
        if self.invalid and self.invalid in map(name_of, findings):
            error = "InvalidInput" if "FindingIdentifiers" in arguments else "Validation"
            raise Failed(f"SecurityHub.{error}Exception", "Invalid finding identifier")
        processed = [finding for finding in findings if not self.leaves(finding)]
        self.marked += processed
        left = [finding for finding in findings if finding not in processed]
        return {"UnprocessedFindings": [self.unprocessed(finding) for finding in left]}

    def leaves(self, finding: Any) -> bool:
        name = name_of(finding)
        self.refused[name] -= 1
        return self.refused[name] >= 0

    def unprocessed(self, finding: Any) -> dict[str, Any]:
        """Return why; that the new product repeats the identifier is not documented."""
        key = "MetadataUid" if isinstance(finding, str) else "FindingIdentifier"
        why = {"ErrorCode": "InternalFailure", "ErrorMessage": "Internal service failure"}
        return {**why, key: finding} if self.named else why


@pytest.fixture
def machine(build: Build, source: str) -> dict[str, Any]:
    """The definition of what marks a product's findings."""
    return definition_of(build(route("summary", "once", source=source)), MACHINES[source])


def run(machine: dict[str, Any], services: Services, lasts: float = 0) -> Execution:
    return Execution(machine, services, deepest=SHALLOW, lasts=lasts).run({})


@each_product
def test_a_hundred_findings_are_marked_with_one_call(machine: dict[str, Any], source: str) -> None:
    findings = names(source, MOST_AT_ONCE)
    services = Services([finding] for finding in findings)
    done = run(machine, services)
    assert not done.error, done.cause
    assert services.marked == findings
    (call,) = [call for call in done.calls if call.action in MARK]
    assert call.arguments.get("StatusId") == 2 or call.arguments["Workflow"] == {
        "Status": "NOTIFIED"
    }
    assert not services.waiting
    assert not services.hidden


@each_product
@pytest.mark.parametrize("count", [1, 2, 9, 10, 11, 99, 101, 250])
def test_any_number_of_findings_is_marked_and_deleted(
    machine: dict[str, Any], source: str, count: int
) -> None:
    services = Services([finding] for finding in names(source, count))
    done = run(machine, services)
    assert not done.error, done.cause
    assert services.marked == names(source, count)
    assert not services.hidden
    marking = sum(call.action in MARK for call in done.calls)
    assert marking == -(-count // MOST_AT_ONCE)


@each_product
def test_a_finding_that_several_routes_published_is_named_once(
    machine: dict[str, Any], source: str
) -> None:
    """Security Hub does not process a finding that a call names twice."""
    first, second, third = names(source, 3)
    services = Services([[first], [first], [first, second], [third], [second]])
    done = run(machine, services)
    assert not done.error, done.cause
    assert services.marked == [first, second, third]
    assert not services.hidden


@each_product
def test_messages_that_name_several_findings_take_as_many_calls_as_they_need(
    machine: dict[str, Any], source: str
) -> None:
    findings = names(source, 150)
    services = Services([findings[:120], findings[120:]])
    done = run(machine, services)
    assert not done.error, done.cause
    assert services.marked == findings
    assert sum(call.action in MARK for call in done.calls) == 2


@each_product
def test_an_empty_queue_ends_the_execution_after_one_call(
    machine: dict[str, Any], source: str
) -> None:
    done = run(machine, Services([]))
    assert not done.error, source
    assert [call.action for call in done.calls] == ["aws-sdk:sqs:receiveMessage"]


@each_product
def test_what_is_left_unprocessed_is_tried_once_more(machine: dict[str, Any], source: str) -> None:
    services = Services([[name] for name in names(source, 30)], {"finding-7": 1, "finding-8": 1})
    done = run(machine, services)
    assert not done.error, done.cause
    assert len(services.marked) == 30
    marked = [call.arguments for call in done.calls if call.action in MARK]
    again = marked[1].get("FindingIdentifiers") or marked[1]["MetadataUids"]
    assert again == names(source, 9)[7:]
    assert done.passed == 10


@each_product
def test_what_cannot_be_marked_is_named_and_deleted(machine: dict[str, Any], source: str) -> None:
    services = Services([[name] for name in names(source, 30)], {"finding-7": 2})
    done = run(machine, services)
    assert done.error == "NotMarked"
    assert "finding-7" in done.cause
    assert "finding-8" not in done.cause
    assert "InternalFailure: Internal service failure" in done.cause
    assert len(services.marked) == 29
    assert not services.hidden, "tried again, it would fail again for a day"


@each_product
def test_what_cannot_be_marked_does_not_hold_back_the_next_hundreds(
    machine: dict[str, Any], source: str
) -> None:
    never = {f"finding-{i}": 2 for i in range(7, 500, 100)}
    services = Services([[name] for name in names(source, 500)], never)
    done = run(machine, services)
    assert done.error == "NotMarked"
    assert [name for name in map(name_of, names(source, 500)) if f'"{name}"' in done.cause] == [
        *never
    ]
    assert len(services.marked) == 495
    assert not services.hidden
    assert done.passed == 10, "tried once more at the end, all of them together"


@each_product
def test_an_execution_ends_where_as_many_as_one_call_names_were_left(
    machine: dict[str, Any], source: str
) -> None:
    """A service that processes nothing is asked for one batch a minute, not for all that waits."""
    services = Services([[name] for name in names(source, 500)])
    services.refused = Counter({f"finding-{i}": 2 for i in range(500)})
    done = run(machine, services)
    assert done.error == "NotMarked"
    assert (len(services.hidden), len(services.waiting)) == (0, 400)


@each_product
@pytest.mark.parametrize("place", [0, 42, 99])
def test_a_finding_for_which_a_call_is_refused_does_not_hold_back_the_others(
    machine: dict[str, Any], source: str, place: int
) -> None:
    services = Services([[name] for name in names(source, MOST_AT_ONCE + 5)])
    services.invalid = f"finding-{place}"
    done = run(machine, services)
    assert done.error == "NotMarked"
    assert services.invalid in done.cause
    assert "Exception: Invalid finding identifier" in done.cause
    assert Counter(map(name_of, services.marked)) == Counter(
        f"finding-{i}" for i in range(MOST_AT_ONCE + 5) if i != place
    )
    assert not services.hidden, "received again, it would be refused again for a day"
    asked = services.calls["batchUpdateFindings"] + services.calls["batchUpdateFindingsV2"]
    assert asked <= 30, "30 calls are accepted at once"


def test_all_are_marked_again_where_the_new_product_does_not_say_which_were_left(
    build: Build,
) -> None:
    template = build(route("summary", "once", source="security_hub"))
    machine = definition_of(template, MACHINES["security_hub"])
    services = Services([[name] for name in names("security_hub", 3)], {"finding-1": 1})
    services.named = False
    done = run(machine, services)
    assert not done.error, done.cause
    assert Counter(services.marked) == {"finding-0": 2, "finding-1": 1, "finding-2": 2}


@each_product
def test_a_refused_call_leaves_every_message_in_the_queue(
    machine: dict[str, Any], source: str
) -> None:
    services = Services([name] for name in names(source, 130))
    services.failing = {action.rpartition(":")[2] for action in MARK}
    done = run(machine, services)
    assert done.error == "NotMarked"
    assert "LimitExceededException: Rate exceeded" in done.cause
    assert "finding-99" in done.cause
    assert (len(services.hidden), len(services.waiting)) == (100, 30)
    assert not services.calls["deleteMessageBatch"]


@each_product
def test_a_hundred_of_the_longest_names_fit_into_what_a_cause_may_have(
    machine: dict[str, Any], source: str
) -> None:
    services = Services([name] for name in names(source, MOST_AT_ONCE, LONG_ID))
    services.failing = {action.rpartition(":")[2] for action in MARK}
    done = run(machine, services)
    assert done.error == "NotMarked"
    assert "Rate exceeded" in done.cause
    assert len(done.cause) == 32_768


@each_product
def test_as_many_of_the_longest_names_as_are_tried_once_more_fit_into_variables(
    machine: dict[str, Any], source: str
) -> None:
    """All but one of a batch, and all of the next: 256 KiB may be assigned at once."""
    findings = names(source, 2 * MOST_AT_ONCE, LONG_ID)
    left = {name_of(finding): 2 for finding in findings[1:]}
    services = Services([[finding] for finding in findings], left)
    done = run(machine, services)
    assert done.error == "NotMarked"
    assert services.marked == findings[:1]
    assert not services.hidden


class Endless(Services):
    """A queue that is never empty."""

    def receive(self, arguments: dict[str, Any]) -> Any:
        begun = sum(self.calls.values())
        self.waiting += [json.dumps([f"finding-{begun}-{i}"]) for i in range(RECEIVED_AT_ONCE)]
        return super().receive(arguments)


@each_product
@pytest.mark.parametrize("lasts", [0.1, 0.3, 1])
def test_an_execution_hands_a_queue_that_stays_full_over_to_the_next_minutes(
    machine: dict[str, Any], source: str, lasts: float
) -> None:
    services = Endless([])
    done = run(machine, services, lasts)
    assert not done.error, (source, done.cause)
    assert not services.hidden, "what it received, it marked and deleted"
    batch = lasts * (2 * MOST_AT_ONCE / RECEIVED_AT_ONCE + 1)
    assert GOES_ON <= done.passed < GOES_ON + batch + 1
    assert done.passed < LONGEST


@each_product
def test_only_what_the_messages_name_is_marked(machine: dict[str, Any], source: str) -> None:
    """Whatever the execution is started with: the schedule hands over nothing of a finding."""
    services = Services([[name] for name in names(source, 3)])
    event = {"detail": {"findings": [{"Id": "other", "metadata": {"uid": "other"}}]}}
    Execution(machine, services, deepest=SHALLOW).run(event)
    assert services.marked == names(source, 3)


@pytest.fixture
def varied(machine: dict[str, Any], source: str) -> list[Execution]:
    """Executions that go every way: many findings, some left or refused, and a service that is."""
    left = Services(
        [[name] for name in names(source, 250)], {f"finding-{i}": 2 for i in range(250)}
    )
    invalid = Services([name] for name in names(source, 30))
    invalid.invalid = "finding-7"
    refusing = Services([name] for name in names(source, 3))
    refusing.failing = {action.rpartition(":")[2] for action in MARK}
    unnamed = Services([[name] for name in names(source, 3)], {"finding-1": 1})
    unnamed.named = source == "security_hub_cspm"
    several = (
        Services([name] for name in names(source, 250)),
        Services([]),
        Services([names(source, 1)]),
    )
    return [run(machine, each) for each in (left, invalid, refusing, unnamed, *several)]


@each_product
def test_each_expression_is_evaluated_and_shallow(
    machine: dict[str, Any], varied: list[Execution]
) -> None:
    evaluated: set[str] = set().union(*(done.evaluated for done in varied))
    assert evaluated == expressions(machine)


@each_product
def test_the_reference_implementation_agrees_on_each_expression(
    varied: list[Execution], source: str, node: str
) -> None:
    evaluations = [each for done in varied for each in done.evaluations]
    jobs = [{"expression": each.text, "variables": each.variables} for each in evaluations]
    assert jobs, source
    for each, answer in zip(evaluations, answers_of(node, jobs), strict=True):
        assert answer.get("value", answer) == each.value, each.text


@pytest.mark.parametrize("number", [1, 3])
def test_a_product_has_one_queue_and_one_machine_whatever_the_number_of_routes(
    build: Build, number: int
) -> None:
    data = yaml.safe_load(route("summary", "once", isolation="route"))
    data["routes"] = [{**data["routes"][0], "name": f"route-{i}"} for i in range(number)]
    template = build(yaml.safe_dump(data))
    assert [title for title in of_type(template, "AWS::SQS::Queue") if "Marker" in title] == [
        "MarkerQueue"
    ]
    handing = [
        machine["Properties"]["Definition"]["States"]["HandOver"]["Arguments"]["QueueUrl"]
        for title, machine in of_type(template, "AWS::StepFunctions::StateMachine").items()
        if title != "MarkerStateMachine"
    ]
    assert handing == [{"Ref": "MarkerQueue"}] * number


def test_a_message_is_hidden_until_the_execution_that_has_it_is_over(build: Build) -> None:
    queue = build(route("summary", "once"))["Resources"]["MarkerQueue"]["Properties"]
    assert queue["VisibilityTimeout"] > LONGEST
    assert queue["MessageRetentionPeriod"] >= 24 * 60 * 60


def test_the_machine_is_started_each_minute(build: Build) -> None:
    rule = build(route("summary", "once"))["Resources"]["MarkerRule"]["Properties"]
    assert rule["ScheduleExpression"] == "rate(1 minute)"
    (target,) = rule["Targets"]
    assert target["Arn"] == {"Ref": "MarkerStateMachine"}
    assert GOES_ON < 60
