"""The guide's command sends dead letters again, here with an `aws` that answers from a folder."""

from __future__ import annotations

import json
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml

from conftest import QUICKSTART, required
from generator.companions.sample_finding import sample
from generator.params import Settings
from guide_texts import guide_text

DATA = yaml.safe_load(QUICKSTART) | {"dead_letter_queue": True}
QUEUE = "SecurityHubFindingToSlack-dead-letters"
AWAY = "SecurityHubFindingToSlack-to-home-dead-letters"
RULE = "arn:aws:events:eu-west-1:111122223333:rule/SecurityHubFindingToSlack"
ODD = {
    "Id": "f/1",
    "ProductArn": "arn",
    "Title": "a \"b\" 'c' $(d) `e` \\\\n\n\ttab 漢字 \U0001f600",
}

# Stands for the AWS CLI: answers from queues.json, notes what it was asked in calls.ndjson.
FAKE = """#!{python}
import json, pathlib, sys
here = pathlib.Path(__file__).parent
queues = json.loads((here / "queues.json").read_text())
words = sys.argv[1:]
given = {{words[i]: words[i + 1] for i in range(2, len(words) - 1) if words[i].startswith("--")}}
def read(option):
    return pathlib.Path(given[option].removeprefix("file://")).read_text()
def note(**what):
    with (here / "calls.ndjson").open("a") as file:
        print(json.dumps({{"call": " ".join(words[:2]), **what}}), file=file)
if words[:2] == ["sqs", "get-queue-url"]:
    print(given["--queue-name"])
elif words[:2] == ["events", "list-targets-by-rule"]:
    print(json.dumps({{"Targets": [json.loads((here / "target.json").read_text())]}}))
elif words[:2] == ["sqs", "receive-message"]:
    waiting = queues.get(given["--queue-url"], [])
    if waiting:
        print(json.dumps({{"Messages": waiting[:1]}}))
elif words[:2] == ["sqs", "delete-message"]:
    note(handle=given["--receipt-handle"])
    queues[given["--queue-url"]].pop(0)
    (here / "queues.json").write_text(json.dumps(queues))
elif words[:2] == ["sns", "publish"]:
    note(to=given["--topic-arn"], body=read("--message"))
elif words[:2] == ["stepfunctions", "start-execution"]:
    note(to=given["--state-machine-arn"], body=read("--input"))
elif words[:2] == ["securityhub", "batch-update-findings"]:
    note(body=read("--cli-input-json"))
    print(json.dumps({{"UnprocessedFindings": json.loads((here / "left.json").read_text())}}))
if " ".join(words[:2]) == (here / "broken").read_text():
    sys.exit(255)
"""


@pytest.fixture(autouse=True)
def _what_the_command_needs() -> None:
    for name in ("bash", "jq"):
        required(name, shutil.which(name))


class Ran(NamedTuple):
    code: int
    calls: list[dict[str, Any]]
    left: list[str]


Resend = Callable[..., Ran]


def command_of(queue: str, more: dict[str, Any]) -> str:
    """Return the command of a guide that sends what is in a queue."""
    settings = Settings.model_validate(DATA | more)
    guide = guide_text(settings, sample(settings))
    blocks = [part.partition("\n```")[0] for part in guide.split("```bash\n")[1:]]
    return next(block for block in blocks if f"resend {queue} " in block)


@pytest.fixture
def resend(tmp_path: Path) -> Resend:
    """Run a guide's command on a queue of bodies, with one of the AWS calls broken."""

    def resend(
        bodies: list[str], *, queue: str = QUEUE, broken: str = "", sent: int = 1, **more: Any
    ) -> Ran:
        unprocessed = more.pop("unprocessed", [])
        target = more.pop("target", {"Arn": "arn:aws:sns:eu-west-1:111122223333:Topic"})
        command = command_of(queue, more)
        fake = tmp_path / "aws"
        fake.write_text(FAKE.format(python=sys.executable))
        fake.chmod(fake.stat().st_mode | stat.S_IXUSR)
        letters = [
            {
                "Body": body,
                "ReceiptHandle": str(i),
                "Attributes": {"SentTimestamp": str(sent)},
                "MessageAttributes": {"RULE_ARN": {"StringValue": RULE}},
            }
            for i, body in enumerate(bodies)
        ]
        (tmp_path / "queues.json").write_text(json.dumps({queue: letters}))
        (tmp_path / "left.json").write_text(json.dumps(unprocessed))
        (tmp_path / "target.json").write_text(json.dumps(target))
        (tmp_path / "broken").write_text(broken)
        path = f"{tmp_path}:/usr/local/bin:/usr/bin:/bin"
        ran = subprocess.run(
            ["bash", "-c", command],
            env={"PATH": path, "LC_ALL": "C.UTF-8"},
            check=False,
            timeout=60,
        )
        noted = tmp_path / "calls.ndjson"
        calls = [json.loads(x) for x in noted.read_text().splitlines()] if noted.exists() else []
        rest = json.loads((tmp_path / "queues.json").read_text())[queue]
        return Ran(ran.returncode, calls, [one["Body"] for one in rest])

    return resend


def event(**finding: Any) -> str:
    return json.dumps({"id": "e", "detail": {"findings": [ODD | finding]}}, ensure_ascii=False)


def test_an_empty_queue_is_no_error(resend: Resend) -> None:
    assert resend([]) == Ran(0, [], [])


def test_each_body_is_published_as_it_is_and_deleted_after_that(resend: Resend) -> None:
    bodies = [event(), event(Description="x" * 200_000)]
    ran = resend(bodies)
    assert (ran.code, ran.left) == (0, [])
    assert [one["call"] for one in ran.calls] == ["sns publish", "sqs delete-message"] * 2
    assert [one["body"] for one in ran.calls[::2]] == bodies
    assert {one["to"] for one in ran.calls[::2]} == {"arn:aws:sns:eu-west-1:111122223333:Topic"}


def test_it_stops_at_the_first_failure_and_deletes_nothing(resend: Resend) -> None:
    ran = resend([event(), event()], broken="sns publish")
    assert ran.code != 0
    assert [one["call"] for one in ran.calls] == ["sns publish"]
    assert len(ran.left) == 2


@pytest.mark.parametrize("broken", ["sqs receive-message", "sqs get-queue-url"])
def test_a_queue_that_cannot_be_read_is_an_error(resend: Resend, broken: str) -> None:
    assert resend([], broken=broken).code != 0


def test_what_comes_after_the_start_waits_so_that_no_failure_goes_round_and_round(
    resend: Resend,
) -> None:
    ran = resend([event()], sent=99_999_999_999_999)
    assert (ran.code, ran.calls, len(ran.left)) == (0, [], 1)


def test_where_a_state_machine_stands_between_it_is_started_with_the_topics(
    resend: Resend,
) -> None:
    routes = [DATA["routes"][0] | {"message": "summary"}]
    template = f'{{"rule":"{RULE}","topics":["arn:topic"],"event":<aws.events.event.json>}}'
    machine = "arn:aws:states:eu-west-1:111122223333:stateMachine:Some"
    target = {"Arn": machine, "InputTransformer": {"InputTemplate": template}}
    shared = "SecurityHubFindingToSlack-shared-summary-dead-letters"
    ran = resend([event()], queue=shared, routes=routes, target=target)
    assert (ran.code, ran.left) == (0, [])
    assert (ran.calls[0]["call"], ran.calls[0]["to"]) == ("stepfunctions start-execution", machine)
    assert json.loads(ran.calls[0]["body"]) == {
        "rule": RULE,
        "topics": ["arn:topic"],
        "event": json.loads(event()),
    }


def test_a_letter_that_names_no_rule_stops_it_and_stays(resend: Resend) -> None:
    ran = resend([event()], broken="events list-targets-by-rule")
    assert ran.code != 0
    assert (ran.calls, len(ran.left)) == ([], 1)


def test_elsewhere_the_finding_is_marked_and_keeps_its_own_fields(resend: Resend) -> None:
    ran = resend([event(UserDefinedFields={"mine": "1"})], queue=AWAY)
    assert ran.code == 0
    update = json.loads(ran.calls[0]["body"])
    assert update["FindingIdentifiers"] == [{"Id": "f/1", "ProductArn": "arn"}]
    assert update["UserDefinedFields"].pop("NotifiedAgain")
    assert update["UserDefinedFields"] == {"mine": "1"}


def test_elsewhere_what_security_hub_leaves_unprocessed_stays_in_the_queue(
    resend: Resend,
) -> None:
    ran = resend([event()], queue=AWAY, unprocessed=[{"ErrorCode": "FindingNotFound"}])
    assert ran.code != 0
    assert len(ran.left) == 1
