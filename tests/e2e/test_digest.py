"""Digests, started as their schedules do: what is counted, what arrives, and what if it fails."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, NamedTuple

import jsonschema
import pytest

import digests
import schedules
from aws import REGION, Aws
from bus import as_event
from executions import failures
from rendered import ROOT, read, render
from report import Report
from securityhub import SecurityHub
from spy import Message, Spy
from stack import Stack

Deploy = Callable[..., Stack]
Listen = Callable[[str], Spy]
Send = Callable[[Any], list[str]]

SHIPPED = read(ROOT / "templates_out" / "digest" / "standalone.yaml")
AT_HOME = read(ROOT / "templates_out" / "digest" / "stackset.yaml")
SHIPPED_PARAMS = ROOT / "params" / "digest.yaml"
# Each of the comparisons that filters have, each way of grouping, and one that selects nothing.
OWN = """
name: Own
language: ja
channels: {security: {}}
routes:
  - {name: critical, channel: security, match: {severity: [CRITICAL]}}
digests:
  - name: all
    channel: security
    schedule: rate(2 days)
    match: {workflow: [NEW, NOTIFIED], record_state: [ACTIVE]}
    by: [resource_type, region, product]
  - name: narrow
    channel: security
    schedule: cron(0 9 ? * MON-FRI *)
    match:
      compliance: {not: [PASSED]}
      generators: {not: ["prowler-*", "security-control/S3.8"]}
      types: ["Software and Configuration Checks*", TTPs*]
    by: [resource, control, account]
  - name: tagged
    channel: security
    schedule: rate(30 days)
    match: {resource_tags: {Environment: [production, test]}}
    by: [severity]
  - name: nothing
    channel: security
    schedule: rate(7 days)
    match: {accounts: ["999999999999"]}
    by: [control]
alarms: false
dead_letter_queue: false
"""
NAMES = ["weekly", "all", "narrow", "tagged", "nothing"]


class Digest(NamedTuple):
    """One digest of a deployed template."""

    stack: Stack
    name: str
    language: str

    @property
    def topic(self) -> str:
        return self.stack.outputs[f"{self.name.capitalize()}TopicArn"]

    @property
    def schedule(self) -> str:
        return f"{self.name.capitalize()}Schedule"

    def insight(self, by: str) -> str:
        arn = self.stack.resources[f"{self.name.capitalize()}{by}Insight"]["PhysicalResourceId"]
        return str(arn)


class Sent(NamedTuple):
    """The digests before and after findings were sent, and what ``backtest`` says of these."""

    digests: dict[str, Digest]
    before: list[Message]
    arrived: dict[str, list[Message]]
    counted: dict[str, dict[str, Any]]


@pytest.fixture(scope="module")
def both(
    aws: Aws, deploy_once: Deploy, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Digest]:
    own = render(OWN, tmp_path_factory.mktemp("digests"))
    shipped = Digest(deploy_once(SHIPPED.path, **SHIPPED.typed), "weekly", "en")
    # Its route would compose a message for each critical finding, which needs much time.
    rule = shipped.stack.resources["CriticalRule"]["PhysicalResourceId"]
    events = aws("events", REGION, shipped.stack.account)
    targets = [each["Id"] for each in events.list_targets_by_rule(Rule=rule)["Targets"]]
    events.remove_targets(Rule=rule, Ids=targets)
    stack = deploy_once(own.path, **own.typed)
    return {"weekly": shipped} | {name: Digest(stack, name, "ja") for name in NAMES[1:]}


@pytest.fixture(scope="module")
def sent(
    both: dict[str, Digest],
    aws: Aws,
    report: Report,
    spy_once: Listen,
    send: Send,
    tmp_path_factory: pytest.TempPathFactory,
) -> Sent:
    folder, weekly = tmp_path_factory.mktemp("sent"), both["weekly"]
    spies = {name: spy_once(digest.topic) for name, digest in both.items()}
    schedules.start(aws, report, weekly.stack, weekly.schedule)
    before = spies["weekly"].receive_all(1)
    states = digests.in_their_states(datetime.now(UTC))
    events = [as_event(finding, weekly.stack.account) for finding in states]
    send(events)
    for digest in both.values():
        schedules.start(aws, report, digest.stack, digest.schedule)
    arrived = {name: spies[name].receive_all(1, settle=0) for name in both}
    for name in both:
        arrived[name] += spies[name].receive_all(0, settle=0.3)
    (folder / "own.yaml").write_text(OWN, "utf-8")
    counted = [
        *digests.counts(SHIPPED_PARAMS, events, folder),
        *digests.counts(folder / "own.yaml", events, folder),
    ]
    return Sent(both, before, arrived, {each["digest"]: each for each in counted})


@pytest.mark.parametrize("name", NAMES)
def test_a_digest_comes_once_with_exactly_the_counts_of_the_backtest(sent: Sent, name: str) -> None:
    digest, counted = sent.digests[name], sent.counted[name]
    (message,) = sent.arrived[name]
    jsonschema.validate(message.body, digests.SCHEMA)
    assert digests.content(message) == (
        digests.title(counted, digest.language),
        digests.description(counted, digest.language, digest.stack),
    )


def test_the_findings_are_such_that_each_count_says_something(sent: Sent) -> None:
    for name in ("weekly", "all", "narrow"):
        counted = sent.counted[name]
        assert 0 < sum(counted["new"].values()) < counted["open"]
        assert len(counted["oldest"]) == 2
        assert all(counted["by"].values())
    assert sent.counted["tagged"]["open"]
    assert any(
        len(rows) > 5 for counted in sent.counted.values() for rows in counted["by"].values()
    )


def test_a_digest_with_nothing_open_says_so_in_both_languages(sent: Sent) -> None:
    (english,), (japanese,) = sent.before, sent.arrived["nothing"]
    assert digests.content(english) == ("weekly: nothing open", "*New in the last 7 days:* 0")
    assert digests.content(japanese) == (
        "nothing: 未対応の検出結果はありません",
        "*過去 7 日間の新規:* 0",
    )


def test_a_count_that_is_throttled_is_tried_again_and_the_digest_comes_once(
    sent: Sent, aws: Aws, report: Report, spy: Listen, securityhub: SecurityHub
) -> None:
    digest = sent.digests["weekly"]
    insight, account = digest.insight("Control"), digest.stack.account
    before = len(securityhub.calls(account, insight))
    securityhub.answer_with_status(429, account, insight, times=2)
    queue = spy(digest.topic)
    schedules.start(aws, report, digest.stack, digest.schedule)
    messages = queue.receive_all(1)
    assert [digests.content(message) for message in messages] == [
        digests.content(sent.arrived["weekly"][0])
    ]
    assert len(securityhub.calls(account, insight)) - before == 3


def test_a_count_that_keeps_failing_fails_the_execution_and_only_the_next_digest_arrives(
    deploy: Deploy, aws: Aws, report: Report, spy: Listen, account: str, securityhub: SecurityHub
) -> None:
    text = AT_HOME.path.read_text("utf-8")
    # All as shipped but the pauses, which would go on for a minute or two.
    soon = text.replace("IntervalSeconds: 2", "IntervalSeconds: 1")
    soon = soon.replace("BackoffRate: 2", "BackoffRate: 1")
    assert soon != text
    stack = deploy(soon, **{**AT_HOME.typed, "HomeRegion": REGION})
    digest = Digest(stack, "weekly", "en")
    queue = spy(digest.topic)
    securityhub.answer_with_status(429, account, digest.insight("Account"), times=7)
    execution = schedules.start(aws, report, stack, digest.schedule)
    ended = schedules.finished(aws, stack, execution)
    assert ended["status"] == "FAILED"
    assert "Status Code: 429" in ended["cause"]
    assert len(securityhub.calls(account, digest.insight("Account"))) == 7
    logged = failures(aws("logs", REGION, account), ended["stateMachineArn"], 1, patience=20)
    assert logged[execution]["error"] == ended["error"]
    schedules.start(aws, report, stack, digest.schedule)
    assert [digests.content(message)[0] for message in queue.receive_all(1)] == [
        "weekly: nothing open"
    ]


def test_a_schedule_starts_its_digest_on_its_days_and_may_start_no_other(
    both: dict[str, Digest], aws: Aws
) -> None:
    stack = both["weekly"].stack
    schedule = schedules.schedules(aws, stack)["WeeklySchedule"]
    assert schedule["ScheduleExpression"] == "cron(0 9 ? * MON *)"
    assert schedule["ScheduleExpressionTimezone"] == "Asia/Tokyo"
    assert (schedule["State"], schedule["Target"]["Input"]) == ("ENABLED", "{}")
    machine = stack.outputs["WeeklyStateMachineArn"]
    assert schedule["Target"]["Arn"] == machine
    (trust,), (allowed,) = schedules.role_of(aws, stack, schedule["Target"]["RoleArn"])
    scheduler = aws("scheduler", stack.region, stack.account)
    group = scheduler.get_schedule_group(Name=schedule["GroupName"])["Arn"]
    assert trust["Principal"] == {"Service": "scheduler.amazonaws.com"}
    assert trust["Condition"]["ArnEquals"] == {"aws:SourceArn": group}
    assert (allowed["Action"], allowed["Resource"]) == (["states:StartExecution"], [machine])


def test_the_role_of_a_digest_names_the_calls_that_it_made_and_no_more(
    sent: Sent, aws: Aws, securityhub: SecurityHub
) -> None:
    """The emulator enforces no permissions: that these suffice follows from the calls."""
    stack = sent.digests["weekly"].stack
    states = aws("stepfunctions", stack.region, stack.account)
    machine = stack.outputs["WeeklyStateMachineArn"]
    role = states.describe_state_machine(stateMachineArn=machine)["roleArn"]
    _, allowed = schedules.role_of(aws, stack, role)
    named = {each["Sid"]: each for each in allowed}
    calls = {call["operation"] for call in securityhub.history(stack.account)}
    reading = {f"securityhub:{name}" for name in calls if name.startswith("Get")}
    assert set(named["Count"]["Action"]) == reading
    assert named["Publish"]["Resource"] == [sent.digests["weekly"].topic]
    assert set(named) == {"Count", "Publish", "Log"}
