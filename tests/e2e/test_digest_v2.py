"""Digests of the new Security Hub: it counts by statistics, and there are no insights."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, NamedTuple

import jsonschema
import pytest

import digests
import schedules
from aws import Aws
from bus import as_event_v2
from rendered import render
from report import Report
from securityhub import SecurityHub
from spy import Message, Spy
from stack import Stack

Deploy = Callable[..., Stack]
Listen = Callable[[str], Spy]
Send = Callable[[Any], list[str]]

# As many keys as there may be, with groups within a group; what no match leaves out; and a tag.
PARAMS = """
name: New
source: security_hub
channels: {security: {}}
routes:
  - {name: none, channel: security, match: {accounts: ["999999999999"]}}
digests:
  - name: urgent
    channel: security
    schedule: cron(0 9 ? * MON *)
    match:
      kinds: [exposure, attack_sequence, threat, vulnerability, posture]
      severity: [CRITICAL, HIGH, MEDIUM]
      compliance: {not: [PASSED]}
      workflow: [NEW, NOTIFIED]
      record_state: [ACTIVE]
      regions: {not: ["us-gov-*"]}
      accounts: {not: ["999999999999"]}
      account_names: {not: [sandbox, "test-*"]}
      products: {not: [macie]}
    by: [account, control, resource_type]
  - name: all
    channel: security
    schedule: rate(30 days)
    by: [resource, region, product]
  - name: tagged
    channel: security
    schedule: rate(30 days)
    match: {resource_tags: {Environment: [production, test]}}
    by: [severity]
alarms: false
dead_letter_queue: false
"""
NAMES = ["urgent", "all", "tagged"]
# https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_GetFindingStatisticsV2.html
# https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_GetFindingsV2.html
ACTIONS = {
    "GetFindingStatisticsV2": "securityhub:GetAdhocInsightResults",
    "GetFindingsV2": "securityhub:GetFindings",
}


class Sent(NamedTuple):
    """What arrived before and after findings were sent, and what ``backtest`` says of these."""

    stack: Stack
    before: list[Message]
    arrived: dict[str, list[Message]]
    counted: dict[str, dict[str, Any]]


@pytest.fixture(scope="module")
def sent(
    aws: Aws,
    report: Report,
    deploy_once: Deploy,
    spy_once: Listen,
    send: Send,
    tmp_path_factory: pytest.TempPathFactory,
) -> Sent:
    folder = tmp_path_factory.mktemp("digests")
    own = render(PARAMS, folder)
    stack = deploy_once(own.path, **own.typed)
    spies = {name: spy_once(topic(stack, name)) for name in NAMES}
    schedules.start(aws, report, stack, "UrgentSchedule")
    before = spies["urgent"].receive_all(1, settle=0)
    states = digests.in_their_states_v2(datetime.now(UTC))
    events = [as_event_v2(finding, stack.account) for finding in states]
    send(events)
    for name in NAMES:
        schedules.start(aws, report, stack, f"{name.capitalize()}Schedule")
    arrived = {name: spies[name].receive_all(1, settle=0) for name in NAMES}
    for name in NAMES:
        arrived[name] += spies[name].receive_all(0, settle=0.3)
    counted = digests.counts(folder / "own.yaml", events, folder)
    return Sent(stack, before, arrived, {each["digest"]: each for each in counted})


def topic(stack: Stack, name: str) -> str:
    return stack.outputs[f"{name.capitalize()}TopicArn"]


@pytest.mark.parametrize("name", NAMES)
def test_a_digest_comes_once_with_exactly_the_counts_of_the_backtest(sent: Sent, name: str) -> None:
    (message,) = sent.arrived[name]
    jsonschema.validate(message.body, digests.SCHEMA)
    assert digests.content(message) == (
        digests.title(sent.counted[name], "en"),
        digests.description(sent.counted[name], "en", sent.stack, digests.findings_link),
    )


def test_the_findings_are_such_that_each_count_says_something(sent: Sent) -> None:
    for name in ("urgent", "all"):
        counted = sent.counted[name]
        assert 0 < sum(counted["new"].values()) < counted["open"]
        assert len(counted["oldest"]) == 2
        assert all(counted["by"].values())
        assert any(len(rows) > 5 for rows in counted["by"].values())
    total = sent.counted["all"]["open"]
    assert 0 < sent.counted["tagged"]["open"] < sent.counted["urgent"]["open"] < total


def test_fatal_findings_count_as_critical_ones(
    sent: Sent, aws: Aws, securityhub: SecurityHub
) -> None:
    """Security Hub counts them apart, the message and the backtest together."""
    hub = aws("securityhub", account=sent.stack.account)
    requests = securityhub.calls(sent.stack.account)
    (by_severity,) = {
        str(rule): rule
        for request in requests
        if "compliance.control" in str(request)  # the digest that is urgent
        for rule in request["GroupByRules"]
        if rule["GroupByField"] == "severity"
    }.values()
    (group,) = hub.get_finding_statistics_v2(GroupByRules=[by_severity])["GroupByResults"]
    counts = {row["FieldValue"]: row["Count"] for row in group["GroupByValues"]}
    critical = counts["Critical"] + counts["Fatal"]
    assert critical == sent.counted["urgent"]["severity"]["CRITICAL"]
    (message,) = sent.arrived["urgent"]
    assert digests.content(message)[1].startswith(f"🔴 CRITICAL {critical} · ")


def test_a_digest_with_nothing_open_says_so(sent: Sent) -> None:
    (message,) = sent.before
    assert digests.content(message) == ("urgent: nothing open", "*New in the last 7 days:* 0")


def test_each_call_is_accepted_and_each_is_of_the_new_security_hub(
    sent: Sent, securityhub: SecurityHub
) -> None:
    calls = securityhub.history(sent.stack.account)
    assert all(call["processed"] for call in calls)
    assert {call["operation"] for call in calls} == set(ACTIONS)
    assert not [name for name in sent.stack.resources if name.endswith("Insight")]


def test_the_role_of_a_digest_names_the_actions_of_the_calls_that_it_made(
    sent: Sent, aws: Aws
) -> None:
    """The emulator enforces no permissions: that these suffice follows from the calls."""
    stack = sent.stack
    machine = stack.outputs["UrgentStateMachineArn"]
    states = aws("stepfunctions", stack.region, stack.account)
    role = states.describe_state_machine(stateMachineArn=machine)["roleArn"]
    _, allowed = schedules.role_of(aws, stack, role)
    named = {each["Sid"]: each for each in allowed}
    assert set(named["Count"]["Action"]) == set(ACTIONS.values())
    assert named["Publish"]["Resource"] == [topic(stack, "urgent")]
    assert set(named) == {"Count", "Publish", "Log"}
