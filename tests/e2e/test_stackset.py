"""The stackset template in several accounts and regions: each finding reaches the home once."""

import json
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from aws import Aws
from bus import as_event, as_event_v2
from rendered import named, render
from report import Report
from samples_ocsf import EXPOSURE
from spy import Message, Spy
from stack import Stack

Send = Callable[[Any], list[str]]
Listen = Callable[[str], Spy]
Spread = Callable[..., dict[tuple[str, str], Stack]]

OUT = Path(__file__).parents[2] / "templates_out"
CENTRAL = OUT / "organization" / "stackset.yaml"
OWN_HOME = OUT / "every-account" / "stackset.yaml"
SLACK = {"SlackWorkspaceId": "T0123ABCD"}
SECURITY_SLACK = {**SLACK, "SecurityChannelId": "C0SECURITY"}
CENTRAL_SLACK = {**SECURITY_SLACK, "PlatformChannelId": "C0PLATFORM"}
HOME, OTHER = "ap-northeast-1", "us-east-1"
BOTH_PRODUCTS = """
name: Products
channels: {security: {}}
routes:
  - name: controls
    source: security_hub_cspm
    channel: security
    match: {severity: [CRITICAL], workflow: [NEW]}
  - name: exposures
    source: security_hub
    channel: security
    match: {kinds: [exposure], workflow: [NEW]}
    message: native
deployment:
  home: {account: "111122223333", region: ap-northeast-1}
  stackset: {organization_id: o-abc1234567, regions: [ap-northeast-1, us-east-1]}
"""

_accounts = count(300_000_000_000)
_names = count(1)


@pytest.fixture
def accounts() -> list[str]:
    return [str(next(_accounts)) for _ in range(3)]


@pytest.fixture
def spread(aws: Aws, report: Report) -> Any:
    """Deploy a template, as committed, to every account and both regions, as a StackSet does."""
    with ExitStack() as cleaning:

        def create(
            template: Path, accounts: list[str], **parameters: str
        ) -> dict[tuple[str, str], Stack]:
            stacks = {}
            report.rendered(template)
            for account in accounts:
                for region in (HOME, OTHER):
                    stack = Stack(aws, report, f"stackset-{next(_names)}", account, region)
                    stacks[account, region] = stack.create(template.read_text(), parameters)
                    cleaning.callback(stack.delete)
            return stacks

        yield create


def finding(account: str, region: str, severity: str = "CRITICAL") -> dict[str, Any]:
    """Return an event of a new finding in an account and region."""
    product = f"arn:aws:securityhub:{region}::product/aws/securityhub"
    return as_event(
        {
            "Id": f"{account}-{region}-{severity}",
            "ProductArn": product,
            "AwsAccountId": account,
            "Region": region,
            "Title": "Something to fix",
            "Severity": {"Label": severity},
            "Compliance": {"Status": "FAILED"},
            "Workflow": {"Status": "NEW"},
            "RecordState": "ACTIVE",
        },
        account,
        region,
    )


def state_change(alarm: str, state: str, account: str, region: str) -> dict[str, Any]:
    """Return the event of an alarm's new state.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-and-eventbridge.html
    """
    return {
        "source": "aws.cloudwatch",
        "detail-type": "CloudWatch Alarm State Change",
        "account": account,
        "region": region,
        "time": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "resources": [f"arn:aws:cloudwatch:{region}:{account}:alarm:{alarm}"],
        "detail": {"alarmName": alarm, "state": {"value": state, "reason": "as the test asked"}},
    }


def everywhere(accounts: list[str], severity: str = "CRITICAL") -> list[dict[str, Any]]:
    return [finding(one, region, severity) for one in accounts for region in (HOME, OTHER)]


def ids(messages: list[Message] | list[dict[str, Any]]) -> list[str]:
    bodies = [one.body if isinstance(one, Message) else one for one in messages]
    return sorted(body["detail"]["findings"][0]["Id"] for body in bodies)


def test_each_finding_of_three_accounts_in_two_regions_reaches_the_home_once(
    spread: Spread, spy: Listen, send: Send, accounts: list[str]
) -> None:
    home = accounts[0]
    stacks = spread(CENTRAL, accounts, HomeAccountId=home, HomeRegion=HOME, **CENTRAL_SLACK)
    urgent = spy(stacks[home, HOME].outputs["UrgentTopicArn"])
    hygiene = spy(stacks[home, HOME].outputs["HygieneTopicArn"])
    sent = everywhere(accounts)
    send(sent)
    arrived = urgent.receive_all(len(sent), settle=2)
    assert ids(arrived) == ids(sent)
    # Its origin is still its own: nothing on the way makes it the home's.
    assert {(one.body["account"], one.body["region"]) for one in arrived} == set(stacks)
    assert hygiene.receive_all(0, settle=0.5) == []


def test_findings_of_both_products_travel_by_one_rule_and_reach_their_routes_at_the_home_once(
    spread: Spread,
    spy: Listen,
    send: Send,
    aws: Aws,
    accounts: list[str],
    tmp_path: Path,
) -> None:
    home, other = accounts[:2]
    template = render(BOTH_PRODUCTS, tmp_path).path.with_name("stackset.yaml")
    stacks = spread(template, [home, other], HomeAccountId=home, HomeRegion=HOME, **SECURITY_SLACK)
    controls = spy(stacks[home, HOME].outputs["ControlsTopicArn"])
    exposures = spy(stacks[home, HOME].outputs["ExposuresTopicArn"])
    failing = everywhere([home, other])
    exposed = [as_event_v2(named(EXPOSURE, "-".join(place)), *place) for place in stacks]
    send([*failing, *exposed])
    assert ids(controls.receive_all(len(failing), settle=2)) == ids(failing)
    arrived = [message.body for message in exposures.receive_all(len(exposed))]
    uids = [event["resources"] for event in exposed]
    assert sorted(event["resources"] for event in arrived) == sorted(uids)
    # The origin is still the finding's own.
    assert {(event["account"], event["region"]) for event in arrived} == set(stacks)
    rule = stacks[other, OTHER].resources["RuleToHome"]["PhysicalResourceId"]
    pattern = json.loads(aws("events", OTHER, other).describe_rule(Name=rule)["EventPattern"])
    kinds = {each["detail-type"][0] for each in pattern.get("$or", [pattern])}
    assert kinds == {"Findings Imported V2", "Security Hub Findings - Imported"}


def test_only_the_home_holds_topics_and_a_chat_configuration(
    spread: Spread, accounts: list[str]
) -> None:
    home = accounts[0]
    stacks = spread(CENTRAL, accounts[:2], HomeAccountId=home, HomeRegion=HOME, **CENTRAL_SLACK)
    elsewhere = {
        one["ResourceType"]
        for place, stack in stacks.items()
        if place != (home, HOME)
        for one in stack.resources.values()
    }
    assert not elsewhere & {"AWS::SNS::Topic", "AWS::Chatbot::SlackChannelConfiguration"}
    assert "AWS::Events::Rule" in elsewhere
    assert "SecurityChannel" in stacks[home, HOME].resources
    assert "RuleToHome" not in stacks[home, HOME].resources


def test_with_forwarding_off_nothing_travels_and_the_homes_own_findings_still_notify(
    spread: Spread, spy: Listen, send: Send, accounts: list[str]
) -> None:
    home = accounts[0]
    stacks = spread(
        CENTRAL,
        accounts,
        HomeAccountId=home,
        HomeRegion=HOME,
        Forwarding="false",
        **CENTRAL_SLACK,
    )
    urgent = spy(stacks[home, HOME].outputs["UrgentTopicArn"])
    send(everywhere(accounts))
    assert ids(urgent.receive_all(1, settle=2)) == [f"{home}-{HOME}-CRITICAL"]


def test_a_finding_that_two_routes_take_travels_once_and_is_once_on_each_topic(
    spread: Spread, spy: Listen, send: Send, accounts: list[str]
) -> None:
    home, other = accounts[:2]
    stacks = spread(
        CENTRAL,
        [home, other],
        HomeAccountId=home,
        HomeRegion=HOME,
        HygieneSeverities="CRITICAL,HIGH",
        **CENTRAL_SLACK,
    )
    urgent = spy(stacks[home, HOME].outputs["UrgentTopicArn"])
    hygiene = spy(stacks[home, HOME].outputs["HygieneTopicArn"])
    both, one = finding(other, OTHER), finding(other, OTHER, "HIGH")
    send([both, one])
    assert ids(urgent.receive_all(1, settle=2)) == ids([both])
    assert ids(hygiene.receive_all(2, settle=2)) == ids([both, one])


def test_an_alarm_elsewhere_is_told_at_the_home_in_the_channel_for_alarms(
    spread: Spread, spy: Listen, send: Send, accounts: list[str]
) -> None:
    """The emulator's alarms send no events: this one is put on the bus as CloudWatch would."""
    home, other = accounts[:2]
    stacks = spread(CENTRAL, [home, other], HomeAccountId=home, HomeRegion=HOME, **CENTRAL_SLACK)
    told = spy(stacks[home, HOME].resources["SecurityAlarmTopic"]["PhysicalResourceId"])
    alarm = next(
        one["PhysicalResourceId"]
        for one in stacks[other, OTHER].resources.values()
        if one["ResourceType"] == "AWS::CloudWatch::Alarm"
    )
    send([state_change(alarm, state, other, OTHER) for state in ("OK", "ALARM")])
    (message,) = told.receive_all(1, settle=2)
    title = message.body["content"]["title"]
    assert (message.body["source"], other in title, OTHER in title) == ("custom", True, True)
    assert alarm in message.body["content"]["description"]


def test_a_place_in_a_pause_forwards_no_finding_but_reports_its_alarms(
    spread: Spread, spy: Listen, send: Send, accounts: list[str]
) -> None:
    home, other = accounts[:2]
    stacks = spread(CENTRAL, [home, other], HomeAccountId=home, HomeRegion=HOME, **CENTRAL_SLACK)
    urgent = spy(stacks[home, HOME].outputs["UrgentTopicArn"])
    told = spy(stacks[home, HOME].resources["SecurityAlarmTopic"]["PhysicalResourceId"])
    away = stacks[other, OTHER].update(CENTRAL.read_text(), {"RulesEnabled": "false"})
    alarm = away.resources["ToHomeDeadLettersAlarm"]["PhysicalResourceId"]
    sent = [event for event in everywhere([home, other]) if event["region"] == OTHER]
    send([*sent, state_change(alarm, "ALARM", other, OTHER)])
    assert ids(urgent.receive_all(1, settle=2)) == [f"{home}-{OTHER}-CRITICAL"]
    (message,) = told.receive_all(1)
    assert other in message.body["content"]["title"]


def test_what_no_route_takes_is_not_forwarded(
    spread: Spread, spy: Listen, send: Send, accounts: list[str]
) -> None:
    home, other = accounts[:2]
    stacks = spread(CENTRAL, [home, other], HomeAccountId=home, HomeRegion=HOME, **CENTRAL_SLACK)
    urgent = spy(stacks[home, HOME].outputs["UrgentTopicArn"])
    sent = send([finding(other, HOME, "LOW"), finding(other, HOME)])
    assert len(urgent.receive_all(1, settle=2)) == 1
    assert len(sent) == 2


def test_with_every_account_its_own_home_each_gets_the_findings_of_its_regions(
    spread: Spread, spy: Listen, send: Send, accounts: list[str]
) -> None:
    parameters = {**SLACK, "AlertsChannelId": "C0ALERTS", "HomeRegion": HOME}
    stacks = spread(OWN_HOME, accounts, **parameters)
    spies = {one: spy(stacks[one, HOME].outputs["FindingsTopicArn"]) for one in accounts}
    send(everywhere(accounts))
    for account in accounts:
        expected = everywhere([account])
        assert ids(spies[account].receive_all(2, settle=1)) == ids(expected)
