"""Every state machine of every rendered template, run as strictly as Step Functions runs it."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, NamedTuple, get_args

import pytest

from composed import SHALLOW, checked
from conftest import ROOT, corpus, of_type, read_template
from events import as_event, as_event_v2
from generator.findings.events import IMPORTED_V2
from generator.messages import Look
from generator.params import choices as c
from generator.params import load
from generator.templates import TEMPLATES as STACKS
from routes import route
from samples import CONTROL, THREAT
from samples_ocsf import KINDS, POSTURE
from state_machine import (
    LARGEST,
    Call,
    Execution,
    Failed,
    definition_of,
    expressions,
    handed_over,
    inputs,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

TEMPLATES = sorted((ROOT / "templates_out").glob("*/*.yaml"))
MACHINE = "AWS::StepFunctions::StateMachine"
LARGE = 240_000
"""Bytes of the largest finding that Security Hub accepts.
https://docs.aws.amazon.com/securityhub/latest/userguide/finding-update-batchimportfindings.html
"""


@cache
def template_of(path: Any) -> dict[str, Any]:
    return read_template(path)


class Machine(NamedTuple):
    """A state machine, the product whose events start it, and what its first rule hands to it."""

    definition: dict[str, Any]
    source: c.Source
    input: str

    @property
    def states(self) -> dict[str, Any]:
        """The states by name."""
        states: dict[str, Any] = self.definition["States"]
        return states

    def event(self, finding: Any = None) -> dict[str, Any]:
        """Return the event of a finding of the product; without one, of some finding."""
        if self.source == "security_hub":
            return as_event_v2(finding or POSTURE)
        return as_event(finding or CONTROL)

    @property
    def findings(self) -> list[dict[str, Any]]:
        """Findings of the product, each of another kind."""
        return list(KINDS.values()) if self.source == "security_hub" else [CONTROL, THREAT]


def machines(template: dict[str, Any]) -> Iterator[Machine]:
    """Yield the machines of a template that an event starts; a schedule starts the others."""
    for title in of_type(template, MACHINE):
        for text in inputs(template, title)[:1]:
            yield Machine(definition_of(template, title), source_of(template, title), text)


def source_of(template: dict[str, Any], machine: str) -> c.Source:
    """Return the product whose events the rule of a machine matches."""
    (kinds,) = {
        tuple(rule["Properties"]["EventPattern"]["detail-type"])
        for rule in of_type(template, "AWS::Events::Rule").values()
        if any(target["Arn"] == {"Ref": machine} for target in rule["Properties"]["Targets"])
    }
    return "security_hub" if kinds == (IMPORTED_V2,) else "security_hub_cspm"


def built(text: str) -> dict[str, Any]:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "some.yaml"
        path.write_text(text, "utf-8")
        template: dict[str, Any] = STACKS["standalone.yaml"](load(path).settings).to_dict()
    return template


def every_machine() -> dict[str, Machine]:
    """Return each different definition of the rendered templates and of every kind of route."""
    templates = {f"{path.parent.name}/{path.name}": template_of(path) for path in TEMPLATES}
    for source, message, notify, queue, language in product(
        get_args(c.Source),
        ("native", "summary"),
        ("every_update", "once"),
        (True, False),
        ("en", "ja"),
    ):
        name = " ".join((source, message, notify, "kept" if queue else "not kept", language))
        text = route(message, notify, queue=queue, language=language, source=source)
        templates[name] = built(text)
    different: dict[str, tuple[str, Machine]] = {}
    for name, template in templates.items():
        for machine in machines(template):
            different.setdefault(json.dumps(machine[:2]), (name, machine))
    return {f"{name} {i}": machine for i, (name, machine) in enumerate(different.values())}


MACHINES = every_machine()
KEEPING = {name: machine for name, machine in MACHINES.items() if "KeepEvent" in machine.states}
ONCE = {name: machine for name, machine in MACHINES.items() if "HandOver" in machine.states}
each_machine = pytest.mark.parametrize("machine", MACHINES.values(), ids=MACHINES)

each_text = pytest.mark.parametrize(
    "text", ["x", '"', "日", "😀"], ids=["plain", "quotes", "kanji", "emoji"]
)


def failing(*actions: str, cause: str | None = "") -> Callable[[Call], Any]:
    """Return a service that refuses these actions, and does the others."""

    def answer(call: Call) -> Any:
        if call.action in actions:
            raise Failed("Service.Refused", cause)
        return {}

    return answer


COURSES: dict[str, Callable[[Call], Any]] = {
    "all goes well": failing(),
    "nothing is published": failing("sns:publish"),
    "the cause is missing": failing("sns:publish", cause=None),
    "no queue accepts anything": failing("sqs:sendMessage"),
    "nothing is kept": failing("sns:publish", "sqs:sendMessage"),
}


def run(machine: Machine, event: Any, course: str = "all goes well") -> Execution:
    return started(machine, event, COURSES[course])


def started(machine: Machine, event: Any, answer: Callable[[Call], Any]) -> Execution:
    given = handed_over(machine.input, event)
    return Execution(machine.definition, answer, deepest=SHALLOW).run(given)


@each_machine
def test_each_expression_evaluates_and_is_shallow_whatever_happens(machine: Machine) -> None:
    evaluated: set[str] = set()
    for course in COURSES:
        for finding in machine.findings:
            done = run(machine, machine.event(finding), course)
            evaluated |= done.evaluated
            assert done.error in {"", "Lost", "NotMarked"}, (course, done.cause)
    assert evaluated == expressions(machine.definition)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_no_expression_is_too_long_and_none_stands_outside_a_state_machine(path: Any) -> None:
    template = template_of(path)
    found = expressions(template)
    assert all(len(text) <= 8192 for text in found)
    inside = (expressions(definition_of(template, title)) for title in of_type(template, MACHINE))
    assert found <= set().union(*inside)


def test_no_finding_of_the_corpus_makes_a_state_machine_fail() -> None:
    old, new = (
        [json.loads(line) for line in corpus(name).read_text("utf-8").splitlines()]
        for name in ("findings.ndjson", "events-v2.ndjson")
    )
    # As every rule before a machine that marks asks for new ones.
    for event in new:
        event["detail"]["findings"][0]["status"] = "New"
    events: dict[c.Source, list[Any]] = {
        "security_hub_cspm": [
            as_event({**finding, "Workflow": {"Status": "NEW"}}) for finding in old
        ],
        "security_hub": [
            event for event in new if event["detail"]["findings"][0]["metadata"].get("uid")
        ],
    }
    seen: set[str] = set()
    for machine in MACHINES.values():
        # Machines share expressions: those that have no other are run once.
        if expressions(machine.definition) <= seen:
            continue
        seen |= expressions(machine.definition)
        for event in events[machine.source]:
            done = run(machine, event)
            assert done.error == "", done.cause


def large(machine: Machine, size: int, text: str = "x") -> dict[str, Any]:
    """Return the event of a finding of so much JSON: many resources with long details."""
    if machine.source == "security_hub":
        resource = {**POSTURE["resources"][0], "data": {"note": text * 500}}
        return as_event_v2({**POSTURE, "resources": _filled(resource, size), "raw": text * 100})
    resource = {**CONTROL["Resources"][0], "Details": {"Other": {"note": text * 500}}}
    return as_event(
        {**CONTROL, "Resources": _filled(resource, size), "ProductFields": {"a": text * 100}}
    )


def _filled(resource: dict[str, Any], size: int) -> list[dict[str, Any]]:
    """Return the resource as many times as it fits into a number of bytes of JSON."""
    return [resource] * (size // len(json.dumps(resource, ensure_ascii=False).encode()))


def identity(machine: Machine, event: dict[str, Any]) -> Any:
    """Return what identifies the finding of an event."""
    (finding,) = event["detail"]["findings"]
    if machine.source == "security_hub":
        return finding["finding_info"]["uid"], finding["metadata"]["uid"]
    return finding["Id"]


MAIN: dict[c.Source, set[str]] = {
    "security_hub_cspm": {"Id", "Title", "Severity", "Resources"},
    "security_hub": {"finding_info", "metadata", "severity", "resources"},
}
"""Fields that stay of a finding that is too large to be sent on."""


@each_text
@each_machine
def test_the_largest_finding_is_published(machine: Machine, text: str) -> None:
    done = run(machine, large(machine, LARGE, text))
    assert not done.error, done.cause
    message = json.loads(done.calls[0].arguments["Message"])
    message = json.loads(message["https"]) if "https" in message else message
    if "content" in message:
        mentioning = message["content"]["description"].startswith(("<!", "<@"))
        buttons = message["metadata"].get("enableCustomActions")
        checked(message, Look(mentions=("here",) if mentioning else (), buttons=buttons))
    else:
        (finding,) = message["detail"]["findings"]
        assert MAIN[machine.source] <= set(finding)
        assert identity(machine, message) == identity(machine, machine.event())


@each_text
@pytest.mark.parametrize("machine", KEEPING.values(), ids=KEEPING)
def test_what_identifies_the_largest_finding_is_kept_where_it_cannot_be_published(
    machine: Machine, text: str
) -> None:
    event = large(machine, LARGE, text)
    done = run(machine, event, "nothing is published")
    assert not done.error, done.cause
    (kept,) = [call for call in done.calls if call.action == "sqs:sendMessage"]
    body = json.loads(kept.arguments["MessageBody"])
    assert identity(machine, body) == identity(machine, machine.event())
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
    machine: Machine, cause: str | None, kept: str
) -> None:
    event = machine.event()
    done = started(machine, event, failing("sns:publish", cause=cause))
    (letter,) = done.calls
    assert json.loads(letter.arguments["MessageBody"]) == event
    attributes = letter.arguments["MessageAttributes"]
    assert attributes["ERROR_CODE"]["StringValue"] == "Service.Refused"
    assert attributes["ERROR_MESSAGE"]["StringValue"] == kept


@each_machine
def test_what_can_be_neither_published_nor_kept_fails_with_the_event_as_input(
    machine: Machine,
) -> None:
    """Of all inputs the log has those of Fail states alone."""
    done = run(machine, machine.event(), "nothing is kept")
    assert (done.error, done.last_input) == ("Lost", machine.event())


def test_more_than_256_kib_starts_nothing() -> None:
    """EventBridge is refused, and keeps the event in its dead-letter queue: the guide says so."""
    machine = next(iter(MACHINES.values()))
    assert run(machine, large(machine, LARGEST + 2000)).error == "States.DataLimitExceeded"


each_once = pytest.mark.parametrize("machine", ONCE.values(), ids=ONCE)


def name_of(machine: Machine, finding: dict[str, Any]) -> Any:
    """Return what names a finding to the call that marks it."""
    if machine.source == "security_hub":
        return finding["metadata"]["uid"]
    return {"Id": finding["Id"], "ProductArn": finding["ProductArn"]}


def new(finding: dict[str, Any]) -> dict[str, Any]:
    """Return a finding that nobody has dealt with: the rules match no other."""
    if "metadata" in finding:
        return {**finding, "status": "New"}
    return {**finding, "Workflow": {"Status": "NEW"}}


def unnamed() -> list[dict[str, Any]]:
    """Return findings of the new product that no call can name; an Id is required of the other."""
    named = new(POSTURE)["metadata"]
    nameless = {key: value for key, value in named.items() if key != "uid"}
    return [{**new(POSTURE), "metadata": each} for each in (nameless, {**named, "uid": None})]


@each_once
def test_what_names_a_finding_is_handed_over_after_its_message(machine: Machine) -> None:
    for finding in map(new, machine.findings):
        *sent, handed = run(machine, machine.event(finding)).calls
        assert {call.action for call in sent} == {"sns:publish"}
        assert handed.action == "sqs:sendMessage"
        assert json.loads(handed.arguments["MessageBody"]) == [name_of(machine, finding)]


@each_once
def test_what_was_not_published_is_never_marked(machine: Machine) -> None:
    for course in ("nothing is published", "nothing is kept"):
        calls = run(machine, machine.event(), course).calls
        queues = {call.arguments["QueueUrl"] for call in calls if call.action == "sqs:sendMessage"}
        assert not {queue for queue in queues if queue.startswith("Marker")}


@each_once
def test_a_finding_that_nothing_names_is_published_and_reported_as_not_marked(
    machine: Machine,
) -> None:
    for finding in unnamed() if machine.source == "security_hub" else ():
        done = run(machine, machine.event(finding))
        assert {call.action for call in done.calls} == {"sns:publish"}
        assert done.error == "NotMarked"
        assert "nothing names the finding" in done.cause


@each_once
def test_a_finding_whose_name_no_queue_accepts_is_reported_as_not_marked(machine: Machine) -> None:
    done = run(machine, machine.event(), "no queue accepts anything")
    assert {call.action for call in done.calls} == {"sns:publish"}
    assert done.error == "NotMarked"
    assert "Service.Refused" in done.cause


@each_machine
def test_a_machine_publishes_to_the_topics_of_its_input_and_nowhere_else(machine: Machine) -> None:
    given = handed_over(machine.input, machine.event())
    others = [f"{topic}-of-another-route" for topic in given["topics"]]
    elsewhere = Execution(machine.definition, failing()).run({**given, "topics": others})
    topics = [call.arguments["TopicArn"] for call in elsewhere.calls if "sns" in call.action]
    assert topics == others


@pytest.mark.parametrize("machine", KEEPING.values(), ids=KEEPING)
def test_a_dead_letter_names_the_rule_and_the_topic_of_its_input(machine: Machine) -> None:
    given = handed_over(machine.input, machine.event())
    (letter,) = run(machine, machine.event(), "nothing is published").calls
    attributes = letter.arguments["MessageAttributes"]
    assert attributes["RULE_ARN"]["StringValue"] == given["rule"]
    assert attributes["TARGET_ARN"]["StringValue"] == given["topics"][0]
