"""What cannot be published is kept with its reason, and sent again with the guide's command."""

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
import marking
import shell
from aws import REGION, Aws
from bus import as_event
from emulator import Emulator
from rendered import ROOT, Rendered, Way, findings, read
from spy import Spy
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

    @property
    def rule(self) -> str:
        name = next(key for key, value in self.stack.outputs.items() if value == self.topic)
        return self.stack.outputs[f"{name.removesuffix('TopicArn')}RuleArn"]


def routes(template: Rendered, stack: Stack, *, marks: bool) -> list[Route]:
    """Return the routes that mark, or those that do not."""
    return [
        Route(stack, way, stack.resources[title]["PhysicalResourceId"])
        for title, way in template.ways().items()
        if way.marks is marks
    ]


def route(template: Rendered, stack: Stack, *, marks: bool) -> Route:
    """Return the first route that marks, or the first that does not."""
    return routes(template, stack, marks=marks)[0]


@pytest.fixture
def sqs(aws: Aws, account: str) -> Any:
    return aws("sqs", REGION, account)


def test_what_cannot_be_published_is_kept_with_its_reason_and_not_marked(
    deploy: Deploy, send: Send, aws: Aws, sqs: Any, account: str
) -> None:
    way = route(PRODUCTION, deploy(PRODUCTION.path, **PRODUCTION.typed), marks=True)
    aws("sns", REGION, account).delete_topic(TopicArn=way.topic)
    event = way.event(Title=TITLE)
    (identifier,) = send([event])
    (letter,) = dead_letters.waiting(sqs, way.dead_letters, 1)
    assert letter.event == {**event, "id": identifier}
    assert set(letter.attributes) == {
        *("ERROR_CODE", "ERROR_MESSAGE"),
        *("RULE_ARN", "TARGET_ARN", "EXECUTION_ARN"),
    }
    assert letter.attributes["RULE_ARN"] == way.rule
    assert "NotFound" in letter.attributes["ERROR_CODE"]
    assert "Topic does not exist" in letter.attributes["ERROR_MESSAGE"]
    assert letter.attributes["TARGET_ARN"] == way.topic
    assert letter.attributes["EXECUTION_ARN"].startswith(
        way.machine.replace(":stateMachine:", ":express:")
    )
    assert marking.waiting(aws, way.stack) == 0


def test_a_finding_of_which_no_message_can_be_composed_is_kept(
    deploy: Deploy, send: Send, aws: Aws, sqs: Any
) -> None:
    way = route(PRODUCTION, deploy(PRODUCTION.path, **PRODUCTION.typed), marks=True)
    # Half of a character: the library cannot encode it for a link. AWS's evaluator may; what is
    # shown is what follows when an expression fails.
    event = way.event(Title="\ud800")
    send([event])
    (letter,) = dead_letters.waiting(sqs, way.dead_letters, 1)
    assert letter.event["detail"] == event["detail"]
    assert letter.attributes["ERROR_CODE"]
    assert marking.waiting(aws, way.stack) == 0


@pytest.mark.parametrize("template", [PRODUCTION, DIRECT], ids=["production", "filters"])
def test_every_target_leaves_what_it_cannot_take_in_the_queue_of_its_route(
    template: Rendered, deploy: Deploy, aws: Aws, account: str
) -> None:
    """The emulator keeps this setting, and does not act on it."""
    stack = deploy(template.path, **template.typed)
    events, sqs = (aws(service, REGION, account) for service in ("events", "sqs"))
    for title, way in template.ways().items():
        rule = Route(stack, way, stack.resources[title]["PhysicalResourceId"]).rule.split("/")[-1]
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
        (command,) = (one for one in commands if "deliver()" in one)
        time.sleep(1)  # what came in the second in which it starts, it leaves for the next time
        return shell.run(command, self.stack, self.emulator, self.folder)


@pytest.fixture
def guide(deploy: Deploy, emulator: Emulator, tmp_path: Path) -> Callable[[Rendered], Guide]:
    """Deploy a template."""

    def deployed(template: Rendered) -> Guide:
        return Guide(template, deploy(template.path, **template.typed), emulator, tmp_path)

    return deployed


@needs_jq
def test_the_guides_command_sends_the_dead_letters_of_a_shared_queue_each_to_its_own_topic(
    guide: Callable[[Rendered], Guide], spy: Listen, sqs: Any, aws: Aws
) -> None:
    here = guide(PRODUCTION)
    marking.by_hand(aws, here.stack)
    ways = routes(PRODUCTION, here.stack, marks=True)
    assert len({way.dead_letters for way in ways}) == 1
    queues = [spy(way.topic) for way in ways]
    events = [way.event(Title=TITLE) for way in ways]
    for way, event in zip(ways, events, strict=True):
        letter = json.dumps(event, ensure_ascii=False)
        dead_letters.put(sqs, way.dead_letters, letter, rule=way.rule)
    assert here.send_again().count("sent again: ") == len(events)
    for way, queue, event in zip(ways, queues, events, strict=True):
        assert [message.body for message in queue.receive_all(1)] == [way.way.publishes(event)]
    assert dead_letters.number(sqs, ways[0].dead_letters) == 0
    assert marking.mark(aws, here.stack, len(events))["status"] == "SUCCEEDED"


@needs_jq
def test_the_guides_command_sends_again_what_a_state_machine_has_kept(
    guide: Callable[[Rendered], Guide], spy: Listen, send: Send, sqs: Any, aws: Aws
) -> None:
    here = guide(PRODUCTION)
    way = route(PRODUCTION, here.stack, marks=False)
    sns = aws("sns", REGION, here.stack.account)
    sns.delete_topic(TopicArn=way.topic)
    event = way.event(Title=TITLE)
    (event["id"],) = send([event])
    dead_letters.waiting(sqs, way.dead_letters, 1)
    assert sns.create_topic(Name=way.topic.split(":")[-1])["TopicArn"] == way.topic
    queue = spy(way.topic)
    assert here.send_again().count("sent again: ") == 1
    assert [message.body for message in queue.receive_all(1)] == [way.way.publishes(event)]
    assert dead_letters.number(sqs, way.dead_letters) == 0


@needs_jq
def test_the_guides_command_sends_a_direct_routes_again_untouched_and_passes_empty_queues(
    guide: Callable[[Rendered], Guide], spy: Listen, sqs: Any
) -> None:
    here = guide(DIRECT)
    way = route(DIRECT, here.stack, marks=False)
    queue = spy(way.topic)
    text = json.dumps(way.event(Title=TITLE), ensure_ascii=False)
    dead_letters.put(sqs, way.dead_letters, text, rule=way.rule)
    assert here.send_again().count("sent again: ") == 1
    assert [message.text for message in queue.receive_all(1)] == [text]
    assert dead_letters.number(sqs, way.dead_letters) == 0
