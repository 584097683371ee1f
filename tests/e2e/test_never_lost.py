"""What cannot be published is kept, what cannot be marked is tried again, and neither is silent."""

import json
import os
import re
import shutil
import time
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple

import pytest

import dead_letters
import shell
from aws import REGION, Aws
from bus import as_event
from emulator import Emulator
from executions import failures
from rendered import ROOT, Rendered, Way, findings, read
from securityhub import SecurityHub
from spy import Message, Spy
from stack import Stack

Deploy = Callable[..., Stack]
Listen = Callable[[str], Spy]
Send = Callable[[Any], list[str]]

PRODUCTION = read(ROOT / "templates_out" / "production" / "standalone.yaml")
DIRECT = read(ROOT / "templates_out" / "filters" / "standalone.yaml")
# What breaks where text is pasted into text, a shell's included.
TITLE = '"It\'s" $HOME `id` \\n\n公開バケット \U0001f513'

needs_jq = pytest.mark.skipif(
    shutil.which("jq") is None and "CI" not in os.environ,
    reason="the guide's command uses jq, as CloudShell has it",
)
_numbers = count(1)


class Route(NamedTuple):
    """One route of a deployed template, by what its parts are called in AWS."""

    stack: Stack
    way: Way
    topic: str

    def event(self, **fields: Any) -> dict[str, Any]:
        """Return an event that the route matches, of a finding that no other test sends."""
        base = next(one for one in findings() if self.way.matches(as_event(one, "1")))
        return as_event({**base, "Id": f"lost-{next(_numbers)}", **fields}, self.stack.account)

    @property
    def machine(self) -> str:
        return str(self.stack.resources[self.way.machine]["PhysicalResourceId"])

    @property
    def dead_letters(self) -> str:
        return str(self.stack.resources[self.way.dead_letters]["PhysicalResourceId"])


def route(template: Rendered, stack: Stack, *, marks: bool) -> Route:
    """Return the first route that marks, or the first that does not."""
    title, way = next(one for one in template.ways().items() if one[1].marks is marks)
    return Route(stack, way, stack.resources[title]["PhysicalResourceId"])


def identity(event: dict[str, Any]) -> str:
    return str(event["detail"]["findings"][0]["Id"])


class Unmarked(NamedTuple):
    """What became of findings that could not be marked, side by side in one deployment."""

    route: Route
    events: dict[str, dict[str, Any]]
    messages: list[Message]
    failed: dict[str, dict[str, Any]]


@pytest.fixture(scope="module")
def unmarked(
    deploy_once: Deploy, spy_once: Listen, send: Send, securityhub: SecurityHub, aws: Aws
) -> Unmarked:
    stack = deploy_once(PRODUCTION.path, **PRODUCTION.typed)
    way = route(PRODUCTION, stack, marks=True)
    queue = spy_once(way.topic)
    events = {name: way.event(Title=name) for name in ("error", "throttled", "left", "fixed")}
    securityhub.answer_with_status(500, stack.account, identity(events["error"]))
    securityhub.answer_with_status(429, stack.account, identity(events["throttled"]))
    securityhub.leave_unprocessed(stack.account, identity(events["left"]))
    securityhub.answer_with_status(429, stack.account, identity(events["fixed"]))
    for event, identifier in zip(events.values(), send(events.values()), strict=True):
        event["id"] = identifier
    messages = queue.receive_all(len(events))
    securityhub.answer_normally(stack.account, identity(events["fixed"]))
    logs = aws("logs", REGION, stack.account)
    # Five times, with pauses of up to 62 seconds together.
    failed = failures(logs, way.machine, 3, patience=90)
    return Unmarked(way, events, messages + queue.receive_all(0), failed)


@pytest.fixture
def sqs(aws: Aws, account: str) -> Any:
    return aws("sqs", REGION, account)


def test_with_the_write_back_broken_each_message_still_arrives_exactly_once(
    unmarked: Unmarked,
) -> None:
    titles = [message.body["content"]["title"].split()[-1] for message in unmarked.messages]
    assert sorted(titles) == ["error", "fixed", "left", "throttled"]


def test_with_the_write_back_broken_there_is_no_dead_letter(unmarked: Unmarked, aws: Aws) -> None:
    queue = aws("sqs", REGION, unmarked.route.stack.account)
    assert dead_letters.number(queue, unmarked.route.dead_letters) == 0


@pytest.mark.parametrize(("name", "calls"), [("error", 6), ("throttled", 6), ("left", 2)])
def test_a_failed_write_back_is_tried_again_with_the_same_request(
    unmarked: Unmarked, securityhub: SecurityHub, name: str, calls: int
) -> None:
    finding = identity(unmarked.events[name])
    made = securityhub.calls(unmarked.route.stack.account, finding)
    assert made == [made[0]] * calls


@pytest.mark.parametrize(
    ("name", "cause"),
    [("error", "Status Code: 500"), ("throttled", "Status Code: 429"), ("left", "FindingNotFound")],
)
def test_an_execution_that_could_not_mark_fails_and_its_log_says_why(
    unmarked: Unmarked, name: str, cause: str
) -> None:
    # The emulator names an execution after its event.
    (told,) = (
        details
        for execution, details in unmarked.failed.items()
        if unmarked.events[name]["id"] in execution
    )
    assert told["error"] == "NotMarked"
    assert cause in told["cause"]


def test_a_write_back_that_is_throttled_for_a_while_succeeds(
    unmarked: Unmarked, securityhub: SecurityHub
) -> None:
    finding = unmarked.events["fixed"]
    assert len(securityhub.calls(unmarked.route.stack.account, identity(finding))) >= 2
    assert not [one for one in unmarked.failed if finding["id"] in one]


def test_what_cannot_be_published_is_kept_with_its_reason_and_not_marked(
    deploy: Deploy, send: Send, aws: Aws, sqs: Any, account: str, securityhub: SecurityHub
) -> None:
    way = route(PRODUCTION, deploy(PRODUCTION.path, **PRODUCTION.typed), marks=True)
    aws("sns", REGION, account).delete_topic(TopicArn=way.topic)
    event = way.event(Title=TITLE)
    (identifier,) = send([event])
    (letter,) = dead_letters.waiting(sqs, way.dead_letters, 1)
    assert letter.event == {**event, "id": identifier}
    assert set(letter.attributes) == {"ERROR_CODE", "ERROR_MESSAGE", "TARGET_ARN", "EXECUTION_ARN"}
    assert "NotFound" in letter.attributes["ERROR_CODE"]
    assert "Topic does not exist" in letter.attributes["ERROR_MESSAGE"]
    assert letter.attributes["TARGET_ARN"] == way.topic
    assert letter.attributes["EXECUTION_ARN"].startswith(
        way.machine.replace(":stateMachine:", ":express:")
    )
    assert securityhub.calls(account) == []


def test_a_finding_of_which_no_message_can_be_composed_is_kept(
    deploy: Deploy, send: Send, sqs: Any, account: str, securityhub: SecurityHub
) -> None:
    way = route(PRODUCTION, deploy(PRODUCTION.path, **PRODUCTION.typed), marks=True)
    # Half of a character: the library cannot encode it for a link. AWS's evaluator may; what is
    # shown is what follows when an expression fails.
    event = way.event(Title="\ud800")
    send([event])
    (letter,) = dead_letters.waiting(sqs, way.dead_letters, 1)
    assert letter.event["detail"] == event["detail"]
    assert letter.attributes["ERROR_CODE"]
    assert securityhub.calls(account) == []


@pytest.mark.parametrize("template", [PRODUCTION, DIRECT], ids=["production", "filters"])
def test_every_target_leaves_what_it_cannot_take_in_the_queue_of_its_route(
    template: Rendered, deploy: Deploy, aws: Aws, account: str
) -> None:
    """The emulator keeps this setting, and does not act on it."""
    stack = deploy(template.path, **template.typed)
    events, sqs = (aws(service, REGION, account) for service in ("events", "sqs"))
    for title, way in template.ways().items():
        arn = stack.resources[way.machine or title]["PhysicalResourceId"]
        (rule,) = events.list_rule_names_by_target(TargetArn=arn)["RuleNames"]
        (target,) = events.list_targets_by_rule(Rule=rule)["Targets"]
        url = stack.resources[way.dead_letters]["PhysicalResourceId"]
        queue = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]
        assert target["DeadLetterConfig"] == {"Arn": queue["QueueArn"]}
        assert target["RetryPolicy"]["MaximumEventAgeInSeconds"] == 3_600


class Guide(NamedTuple):
    """The command of a rendered DEPLOY.md that sends dead letters again, run as a person would."""

    template: Rendered
    stack: Stack
    emulator: Emulator
    folder: Path

    def send_again(self) -> str:
        """Run it; return what it prints."""
        guide = (self.template.path.parent / "DEPLOY.md").read_text("utf-8")
        commands = re.findall(r"```bash\n(\(\n.*?\n\))\n```", guide, re.DOTALL)
        # Another such command is for accounts that forward to this one.
        (command,) = (one for one in commands if "output()" in one)
        named = re.sub(r"(?m)^( *stack=).*$", rf"\g<1>{self.stack.name}", command)
        time.sleep(1)  # what came in the second in which it starts, it leaves for the next time
        return shell.run(named, self.stack, self.emulator, self.folder)


@pytest.fixture
def guide(deploy: Deploy, emulator: Emulator, tmp_path: Path) -> Callable[[Rendered], Guide]:
    """Deploy a template."""

    def deployed(template: Rendered) -> Guide:
        return Guide(template, deploy(template.path, **template.typed), emulator, tmp_path)

    return deployed


@needs_jq
def test_the_guides_command_sends_dead_letters_again_through_the_state_machine(
    guide: Callable[[Rendered], Guide], spy: Listen, sqs: Any, securityhub: SecurityHub
) -> None:
    here = guide(PRODUCTION)
    way = route(PRODUCTION, here.stack, marks=True)
    queue, events = spy(way.topic), [way.event(Title=TITLE), way.event(Title=TITLE)]
    for event in events:
        dead_letters.put(sqs, way.dead_letters, json.dumps(event, ensure_ascii=False))
    assert here.send_again().count("sent again: ") == len(events)
    arrived = [message.body for message in queue.receive_all(len(events))]
    assert alike(arrived) == alike([way.way.publishes(event) for event in events])
    assert dead_letters.number(sqs, way.dead_letters) == 0
    assert len(securityhub.await_calls(len(events), here.stack.account)) == len(events)


@needs_jq
def test_the_guides_command_sends_a_direct_routes_again_untouched_and_passes_empty_queues(
    guide: Callable[[Rendered], Guide], spy: Listen, sqs: Any
) -> None:
    here = guide(DIRECT)
    way = route(DIRECT, here.stack, marks=False)
    queue = spy(way.topic)
    text = json.dumps(way.event(Title=TITLE), ensure_ascii=False)
    dead_letters.put(sqs, way.dead_letters, text)
    assert here.send_again().count("sent again: ") == 1
    assert [message.text for message in queue.receive_all(1)] == [text]
    assert dead_letters.number(sqs, way.dead_letters) == 0


def alike(bodies: list[Any]) -> list[str]:
    return sorted(json.dumps(body, sort_keys=True) for body in bodies)
