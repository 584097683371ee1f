"""A stack that is paused sends nothing, keeps nothing, and goes on where somebody says so."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import schedules
import shell
from aws import REGION, Aws
from bus import as_event
from emulator import Emulator
from rendered import ROOT, findings, read, render
from spy import Spy
from stack import Stack

Deploy = Callable[..., Stack]
Listen = Callable[[str], Spy]
Send = Callable[[Any], list[str]]

QUICKSTART = read(ROOT / "templates_out" / "quickstart" / "standalone.yaml")
TEXT = QUICKSTART.path.read_text("utf-8")
DAILY = """
name: Daily
channels: {security: {}}
routes:
  - {name: critical, channel: security, match: {severity: [CRITICAL]}}
digests:
  - name: daily
    channel: security
    schedule: rate(1 day)
    match: {workflow: [NEW], record_state: [ACTIVE]}
"""


def paused(deploy: Deploy, spy: Listen) -> tuple[Stack, Spy]:
    """Return a paused stack, and what listens to its topic."""
    stack = deploy(QUICKSTART.path, **QUICKSTART.typed, RulesEnabled="false")
    return stack, spy(stack.outputs["FindingsTopicArn"])


def event(name: str, account: str, **fields: Any) -> dict[str, Any]:
    """Return an event of a finding that the route matches."""
    new = {"Workflow": {"Status": "NEW"}, "RecordState": "ACTIVE"}
    failed = {"Severity": {"Label": "HIGH"}, "Compliance": {"Status": "FAILED"}}
    return as_event({**findings()[0], **new, **failed, "Id": name, **fields}, account)


def arrived(queue: Spy, expected: int) -> list[str]:
    """Return the ids of the findings that arrived."""
    messages = queue.receive_all(expected, settle=2)
    return [message.body["detail"]["findings"][0]["Id"] for message in messages]


def test_a_finding_in_a_pause_never_arrives_and_one_after_it_does(
    deploy: Deploy, spy: Listen, send: Send, account: str
) -> None:
    stack, queue = paused(deploy, spy)
    send([event("missed", account)])
    assert arrived(queue, 0) == []
    stack.update(TEXT, {"RulesEnabled": "true"})
    send([event("sent", account)])
    assert arrived(queue, 1) == ["sent"]


def test_a_finding_that_is_updated_after_a_pause_arrives(
    deploy: Deploy, spy: Listen, send: Send, account: str
) -> None:
    stack, queue = paused(deploy, spy)
    send([event("open", account)])
    stack.update(TEXT, {"RulesEnabled": "true"})
    send([event("open", account, UpdatedAt="2030-01-01T00:00:00Z")])
    assert arrived(queue, 1) == ["open"]


def test_the_guides_command_pauses_a_stack_and_changes_nothing_else(
    deploy: Deploy,
    spy: Listen,
    send: Send,
    aws: Aws,
    emulator: Emulator,
    tmp_path: Path,
    account: str,
) -> None:
    given = {**QUICKSTART.typed, "FindingsSeverities": "LOW, HIGH", "NewFindingsOnly": "false"}
    stack = deploy(QUICKSTART.path, **given)
    queue = spy(stack.outputs["FindingsTopicArn"])
    guide = QUICKSTART.path.with_name("DEPLOY-command-line.md").read_text("utf-8")
    (command,) = re.findall(r"(?s)```bash\n(aws cloudformation update-stack .*?)\n```", guide)
    named = command.replace("SecurityHubFindingToSlack", stack.name).replace("REGION", REGION)
    before = parameters(aws, stack)
    shell.run(named, stack, emulator, tmp_path)
    stack.updated()
    assert parameters(aws, stack) == {**before, "RulesEnabled": "false"}
    send([event("missed", account)])
    assert arrived(queue, 0) == []


def parameters(aws: Aws, stack: Stack) -> dict[str, str]:
    stacks = aws("cloudformation", REGION, stack.account).describe_stacks(StackName=stack.name)
    given = stacks["Stacks"][0]["Parameters"]
    return {each["ParameterKey"]: each["ParameterValue"] for each in given}


def test_a_pause_disables_the_schedule_of_a_digest_and_the_alarm_that_would_miss_it(
    deploy: Deploy, aws: Aws, tmp_path: Path
) -> None:
    template = render(DAILY, tmp_path)
    stack = deploy(template.path, **template.typed, RulesEnabled="false")
    assert schedules.schedules(aws, stack)["DailySchedule"]["State"] == "DISABLED"
    alarms = acting(aws, stack)
    assert [name for name, acts in alarms.items() if not acts] == ["Daily-daily-missing-runs"]
    stack.update(template.path.read_text("utf-8"), {"RulesEnabled": "true"})
    assert schedules.schedules(aws, stack)["DailySchedule"]["State"] == "ENABLED"
    assert all(acting(aws, stack).values())


def acting(aws: Aws, stack: Stack) -> dict[str, bool]:
    """Return whether each alarm acts when it goes off."""
    pages = aws("cloudwatch", REGION, stack.account).get_paginator("describe_alarms").paginate()
    alarms = [one for page in pages for one in page["MetricAlarms"]]
    return {alarm["AlarmName"]: alarm["ActionsEnabled"] for alarm in alarms}
