"""Every state machine of every rendered template, run as strictly as Step Functions runs it."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import pytest

from composed import SHALLOW, checked
from conftest import ROOT, corpus, of_type, read_template
from events import as_event
from generator.cloudformation.intrinsics import defaults, resolve
from generator.params import load
from generator.templates import TEMPLATES as STACKS
from routes import route
from samples import CONTROL, THREAT
from state_machine import LARGEST, Call, Execution, Failed, expressions

if TYPE_CHECKING:
    from collections.abc import Iterator

TEMPLATES = sorted((ROOT / "templates_out").glob("*/*.yaml"))
MACHINE = "AWS::StepFunctions::StateMachine"
UNPROCESSED = {
    "UnprocessedFindings": [
        {"FindingIdentifier": {"Id": "1", "ProductArn": "p"}, "ErrorCode": "InternalException"}
    ]
}
LARGE = 240_000
"""Bytes of the largest finding that Security Hub accepts.
https://docs.aws.amazon.com/securityhub/latest/userguide/finding-update-batchimportfindings.html
"""


@cache
def template_of(path: Any) -> dict[str, Any]:
    return read_template(path)


def machines(template: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the definitions of a template, their functions resolved but for the tasks' names."""
    pseudo = {"AWS::Partition": "aws", "AWS::Region": "eu-west-1", "AWS::AccountId": "1"}
    for machine in of_type(template, MACHINE).values():
        definition = machine["Properties"]["Definition"]
        states = {
            name: {
                key: value
                if key == "Resource"
                else resolve(value, template, {**defaults(template), **pseudo})
                for key, value in state.items()
            }
            for name, state in definition["States"].items()
        }
        yield {**definition, "States": states}


def built(text: str) -> dict[str, Any]:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "some.yaml"
        path.write_text(text, "utf-8")
        template: dict[str, Any] = STACKS["standalone.yaml"](load(path).settings).to_dict()
    return template


def every_machine() -> dict[str, dict[str, Any]]:
    """Return each different definition of the rendered templates and of every kind of route."""
    templates = {f"{path.parent.name}/{path.name}": template_of(path) for path in TEMPLATES}
    for message, notify, queue, language in product(
        ("native", "summary"), ("every_update", "once"), (True, False), ("en", "ja")
    ):
        name = " ".join((message, notify, "kept" if queue else "not kept", language))
        templates[name] = built(route(message, notify, queue=queue, language=language))
    found: dict[str, tuple[str, dict[str, Any]]] = {}
    for name, template in templates.items():
        for definition in machines(template):
            found.setdefault(json.dumps(definition), (name, definition))
    return {f"{name} {number}": one for number, (name, one) in enumerate(found.values())}


MACHINES = every_machine()
KEEPING = {name: one for name, one in MACHINES.items() if "KeepEvent" in one["States"]}
each_machine = pytest.mark.parametrize("machine", MACHINES.values(), ids=MACHINES)

each_text = pytest.mark.parametrize(
    "text", ["x", '"', "日", "😀"], ids=["plain", "quotes", "kanji", "emoji"]
)


def failing(*actions: str, cause: str | None = "") -> Callable[[Call], Any]:
    """Return a service that refuses these actions, and does the others."""

    def answer(call: Call) -> Any:
        if call.action in actions:
            raise Failed("Service.Refused", cause)
        return {"UnprocessedFindings": []}

    return answer


def once_unprocessed() -> Callable[[Call], Any]:
    rest: Iterator[Any] = iter([UNPROCESSED])
    return lambda call: next(rest, {"UnprocessedFindings": []}) if "batch" in call.action else {}


MARK = "aws-sdk:securityhub:batchUpdateFindings"
COURSES: dict[str, Callable[[], Callable[[Call], Any]]] = {
    "all goes well": failing,
    "nothing is published": lambda: failing("sns:publish"),
    "the cause is missing": lambda: failing("sns:publish", cause=None),
    "nothing is kept": lambda: failing("sns:publish", "sqs:sendMessage"),
    "nothing is marked": lambda: failing(MARK),
    "one is marked later": once_unprocessed,
    "one is never marked": lambda: lambda call: UNPROCESSED if call.action == MARK else {},
}


def run(machine: dict[str, Any], event: Any, course: str = "all goes well") -> Execution:
    return Execution(machine, COURSES[course](), deepest=SHALLOW).run(event)


@each_machine
def test_each_expression_evaluates_and_is_shallow_whatever_happens(machine: dict[str, Any]) -> None:
    evaluated: set[str] = set()
    for course in COURSES:
        for finding in (CONTROL, THREAT):
            done = run(machine, as_event(finding), course)
            evaluated |= done.evaluated
            assert done.error in {"", "Lost", "NotMarked"}, (course, done.cause)
    assert evaluated == expressions(machine)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_no_expression_is_too_long_and_none_stands_outside_a_state_machine(path: Any) -> None:
    found = expressions(template_of(path))
    assert all(len(text) <= 8192 for text in found)
    assert found <= set().union(*map(expressions, MACHINES.values()), [])


def test_no_finding_of_the_corpus_makes_a_state_machine_fail() -> None:
    findings = [
        json.loads(line) for line in corpus("findings.ndjson").read_text("utf-8").splitlines()
    ]
    seen: set[str] = set()
    for machine in MACHINES.values():
        # Machines share expressions: those that have no other are run once.
        if expressions(machine) <= seen:
            continue
        seen |= expressions(machine)
        for finding in findings:
            done = run(machine, as_event({"Workflow": {"Status": "NEW"}, **finding}))
            assert done.error == "", done.cause


def large(size: int, text: str = "x") -> dict[str, Any]:
    """Return a finding of a number of bytes of JSON: many resources with long details."""
    details = {"Other": {"note": text * 500}}
    resource = {**CONTROL["Resources"][0], "Details": details}
    one = len(json.dumps(resource, ensure_ascii=False).encode())
    return {**CONTROL, "Resources": [resource] * (size // one), "ProductFields": {"a": text * 100}}


@each_text
@each_machine
def test_the_largest_finding_is_published(machine: dict[str, Any], text: str) -> None:
    done = run(machine, as_event(large(LARGE, text)))
    assert not done.error, done.cause
    message = json.loads(done.calls[0].arguments["Message"])
    if "content" in message:
        checked(message)
    else:
        (finding,) = message["detail"]["findings"]
        assert {"Id", "Title", "Severity", "Resources"} <= set(finding)


@each_text
@pytest.mark.parametrize("machine", KEEPING.values(), ids=KEEPING)
def test_what_identifies_the_largest_finding_is_kept_where_it_cannot_be_published(
    machine: dict[str, Any], text: str
) -> None:
    event = as_event(large(LARGE, text))
    done = run(machine, event, "nothing is published")
    assert not done.error, done.cause
    (kept,) = [call for call in done.calls if call.action == "sqs:sendMessage"]
    body = json.loads(kept.arguments["MessageBody"])
    assert body["detail"]["findings"][0]["Id"] == CONTROL["Id"]
    why = kept.arguments["MessageAttributes"]["ERROR_MESSAGE"]["StringValue"]
    assert (body == event) != why.startswith("Too large to be kept whole")
    # The command of the guide sends it again.
    assert not run(machine, body).error


# SQS accepts no empty attribute, and no control characters: the dead letter itself would be lost.
@pytest.mark.parametrize(
    ("cause", "kept"),
    [("because\u3042\n", "because??"), ("", "no cause given"), (None, "no cause given")],
)
@pytest.mark.parametrize("machine", KEEPING.values(), ids=KEEPING)
def test_an_ordinary_event_is_kept_whole_with_the_reason(
    machine: dict[str, Any], cause: str | None, kept: str
) -> None:
    event = as_event(CONTROL)
    done = Execution(machine, failing("sns:publish", cause=cause)).run(event)
    (letter,) = done.calls
    assert json.loads(letter.arguments["MessageBody"]) == event
    attributes = letter.arguments["MessageAttributes"]
    assert attributes["ERROR_CODE"]["StringValue"] == "Service.Refused"
    assert attributes["ERROR_MESSAGE"]["StringValue"] == kept


@each_machine
def test_what_can_be_neither_published_nor_kept_fails_with_the_event_as_input(
    machine: dict[str, Any],
) -> None:
    """Of all inputs the log has those of Fail states alone."""
    done = run(machine, as_event(CONTROL), "nothing is kept")
    assert (done.error, done.last_input) == ("Lost", as_event(CONTROL))


def test_more_than_256_kib_starts_nothing() -> None:
    """EventBridge is refused, and keeps the event in its dead-letter queue: the guide says so."""
    machine = next(iter(MACHINES.values()))
    assert run(machine, as_event(large(LARGEST + 2000))).error == "States.DataLimitExceeded"
