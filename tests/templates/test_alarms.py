"""Whatever goes wrong on the way is reported, in the same Slack channel."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from conftest import QUICKSTART, ROOT, Build, of_type, read_template
from generator.blocks import alarm_metrics
from generator.blocks import alarms as block
from generator.blocks.logical_ids import logical_ids
from generator.cloudformation.intrinsics import resolve_resources
from generator.eventbridge import matcher
from generator.params import load
from generator.templates import TEMPLATES

ALARMED = QUICKSTART.replace("alarms: false", "alarms: true")
WITH_QUEUE = ALARMED.replace("dead_letter_queue: false", "dead_letter_queue: true")
AWAY = f"""\
{WITH_QUEUE}deployment:
  home: {{region: eu-west-1, account: "111122223333"}}
  stackset: {{organization_id: o-abc1234567, regions: [eu-west-1, us-east-1]}}
"""
HOME = {"AWS::AccountId": "111122223333", "AWS::Region": "eu-west-1"}
OTHER = {"AWS::AccountId": "444455556666", "AWS::Region": "us-east-1"}
SETTINGS = {"HomeAccountId": "111122223333", "HomeRegion": "eu-west-1", "AWS::Partition": "aws"}
SETTINGS |= {"OrganizationId": "o-abc1234567", "NewFindingsOnly": "true"}

# Namespace -> the one dimension that AWS documents, and the type that it names.
DIMENSIONS = {
    "AWS/Events": ("RuleName", "AWS::Events::Rule"),
    "AWS/SQS": ("QueueName", "AWS::SQS::Queue"),
    "AWS/SNS": ("TopicName", "AWS::SNS::Topic"),
    "AWS/States": ("StateMachineArn", "AWS::StepFunctions::StateMachine"),
    "AWS/Scheduler": ("ScheduleGroup", "AWS::Scheduler::ScheduleGroup"),
}
RENDERED = sorted((ROOT / "templates_out").glob("*/st*.yaml"))

Instance = Callable[..., dict[str, Any]]


@pytest.fixture
def instance(tmp_path: Path) -> Instance:
    """Return what the StackSet's template makes of a place."""

    def build(place: dict[str, str], text: str = AWAY, **parameters: str) -> dict[str, Any]:
        (tmp_path / "away.yaml").write_text(text, "utf-8")
        template = TEMPLATES["stackset.yaml"](load(tmp_path / "away.yaml").settings).to_dict()
        given = {"FindingsSeverities": "HIGH", "FindingsComplianceStatuses": "FAILED"}
        values = {"Forwarding": "true", **given, **SETTINGS, **place, **parameters}
        ids = {"SlackWorkspaceId": "T0", "SecurityChannelId": "C0"}
        titles = {title: title for title in template["Resources"]}
        return resolve_resources(template, {**titles, **ids, **values})

    return build


def alarms(template: dict[str, Any]) -> dict[str, dict[str, Any]]:
    found = of_type(template, "AWS::CloudWatch::Alarm")
    return {title: one["Properties"] for title, one in found.items()}


def measured(alarm: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the metrics that an alarm looks at: one, or those that it adds up."""
    if "Metrics" not in alarm:
        return [{key: alarm[key] for key in ("Namespace", "MetricName", "Dimensions")}]
    *summands, total = alarm["Metrics"]
    assert (total["Expression"], total["ReturnData"]) == ("SUM(METRICS())", True)
    assert not any(summand["ReturnData"] for summand in summands)
    assert len(summands) <= 10
    return [summand["MetricStat"]["Metric"] for summand in summands]


def period(alarm: dict[str, Any]) -> int:
    (seconds,) = {
        metric["MetricStat"]["Period"]
        for metric in alarm.get("Metrics", [{"MetricStat": alarm}])
        if "MetricStat" in metric
    }
    assert isinstance(seconds, int)
    return seconds


def name_of_metric(alarm: dict[str, Any]) -> str:
    (name,) = {metric["MetricName"] for metric in measured(alarm)}
    return str(name)


def metrics(template: dict[str, Any]) -> set[tuple[str, str]]:
    return {
        (metric["Namespace"], metric["MetricName"])
        for alarm in alarms(template).values()
        for metric in measured(alarm)
    }


def test_a_direct_route_is_watched_at_its_rule_its_queue_and_its_topic(build: Build) -> None:
    assert metrics(build(WITH_QUEUE)) == {
        ("AWS/Events", "FailedInvocations"),
        ("AWS/Events", "InvocationsFailedToBeSentToDlq"),
        ("AWS/SQS", "ApproximateNumberOfMessagesVisible"),
        ("AWS/SQS", "ApproximateAgeOfOldestMessage"),
        ("AWS/SNS", "NumberOfNotificationsFailed"),
    }


def test_without_a_queue_nothing_watches_one(build: Build) -> None:
    assert metrics(build(ALARMED)) == {
        ("AWS/Events", "FailedInvocations"),
        ("AWS/SNS", "NumberOfNotificationsFailed"),
    }


def test_a_state_machine_is_watched_for_failures_and_timeouts() -> None:
    made = block.alarms(
        ids=logical_ids("X"),
        name="x",
        subject="Route x",
        watched=[block.watched_machine("arn")],
        actions=["topic"],
        tags={},
    )
    properties = [one.to_dict()["Properties"] for one in made]
    assert [one["MetricName"] for one in properties] == [
        "ExecutionsFailed",
        "ExecutionsTimedOut",
    ]
    for one in properties:
        assert one["Namespace"] == "AWS/States"
        assert one["Dimensions"] == [{"Name": "StateMachineArn", "Value": "arn"}]


@pytest.mark.parametrize("path", RENDERED, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_each_alarm_watches_a_resource_of_its_own_template(path: Path) -> None:
    template = read_template(path)
    for title, alarm in alarms(template).items():
        for metric in measured(alarm):
            name, kind = DIMENSIONS[metric["Namespace"]]
            (dimension,) = metric["Dimensions"]
            value = dimension["Value"]
            watched = value["Ref"] if "Ref" in value else value["Fn::GetAtt"][0]
            assert dimension["Name"] == name, title
            assert template["Resources"][watched]["Type"] == kind, title
            condition = template["Resources"][title].get("Condition")
            assert template["Resources"][watched].get("Condition") == condition, title


@pytest.mark.parametrize("path", RENDERED, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_an_alarm_goes_off_at_once_but_for_attempts_and_no_data_is_good_news(path: Path) -> None:
    for alarm in alarms(read_template(path)).values():
        name = name_of_metric(alarm)
        if name == "ExecutionsStarted":
            continue  # of a digest: too few are bad news
        # SNS counts attempts that the next one made good.
        attempts = name == "NumberOfNotificationsFailed"
        datapoints = (alarm["DatapointsToAlarm"], alarm["EvaluationPeriods"])
        assert (period(alarm), datapoints) == (300, (2, 3) if attempts else (1, 1))
        assert alarm["ComparisonOperator"] == "GreaterThanThreshold"
        assert alarm["TreatMissingData"] == "notBreaching"
        assert "OKActions" not in alarm
        waits = 900 if alarm["AlarmName"].endswith("-waiting") else 7 * 86_400
        aged = name == "ApproximateAgeOfOldestMessage"
        assert alarm["Threshold"] == (waits if aged else 0)


def test_an_alarm_says_which_route_and_what_to_do_first(build: Build) -> None:
    for alarm in alarms(build(WITH_QUEUE)).values():
        assert re.fullmatch(r"Route findings: .*First: [ -~]+\.", alarm["AlarmDescription"])
        assert len(alarm["AlarmDescription"]) <= 1_024


def test_alarms_reach_the_routes_channel_by_a_topic_of_their_own(build: Build) -> None:
    data = yaml.safe_load(WITH_QUEUE)
    data["channels"] |= {"other": {}, "idle": {}}
    data["routes"].append({"name": "more", "channel": "other"})
    template = build(yaml.safe_dump(data, sort_keys=False))
    actions = {title: one["AlarmActions"] for title, one in alarms(template).items()}
    for title, action in actions.items():
        channel = "Security" if title.startswith("Findings") else "Other"
        assert action == [{"Ref": f"{channel}AlarmTopic"}]
    channels = of_type(template, "AWS::Chatbot::SlackChannelConfiguration")
    assert {title: one["Properties"]["SnsTopicArns"] for title, one in channels.items()} == {
        "SecurityChannel": [{"Ref": "FindingsTopic"}, {"Ref": "SecurityAlarmTopic"}],
        "OtherChannel": [{"Ref": "MoreTopic"}, {"Ref": "OtherAlarmTopic"}],
        "IdleChannel": [],
    }


def test_the_outputs_name_the_alarm_topic(build: Build) -> None:
    outputs = build(WITH_QUEUE)["Outputs"]
    assert outputs["SecurityAlarmTopicArn"]["Value"] == {"Ref": "SecurityAlarmTopic"}
    assert "SecurityAlarmTopicArn" not in build(QUICKSTART)["Outputs"]


def test_only_this_deployments_alarms_may_publish_there_and_only_over_tls(build: Build) -> None:
    policy = build(WITH_QUEUE)["Resources"]["SecurityAlarmTopicPolicy"]["Properties"]
    allow, deny = policy["PolicyDocument"]["Statement"]
    assert allow == {
        "Sid": "CloudWatchMayPublish",
        "Effect": "Allow",
        "Principal": {"Service": "cloudwatch.amazonaws.com"},
        "Action": ["sns:Publish"],
        "Resource": [{"Ref": "SecurityAlarmTopic"}],
        "Condition": {
            "ArnLike": {
                "aws:SourceArn": {
                    "Fn::Sub": "arn:${AWS::Partition}:cloudwatch:${AWS::Region}"
                    ":${AWS::AccountId}:alarm:SecurityHubFindingToSlack-*"
                }
            }
        },
    }
    assert (deny["Effect"], deny["Action"]) == ("Deny", ["sns:Publish"])
    assert deny["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def told(template: dict[str, Any], suffix: str) -> set[str]:
    return {
        one["AlarmDescription"]
        for one in alarms(template).values()
        if one["AlarmName"].endswith(suffix)
    }


@pytest.mark.parametrize("path", RENDERED, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_alarms_that_go_off_for_one_cause_name_each_other(path: Path) -> None:
    template = read_template(path)
    for one, other in (
        ("failed-invocations", "dead-letters"),
        ("dead-letters", "failed-invocations"),
        ("lost-events", "failed-invocations"),
        ("failed-executions", "dead-letters"),
    ):
        # These have no other alarm for this cause.
        alone = ("Digest ", "Forwarding ", "Marking: ")
        texts = [text for text in told(template, one) if not text.startswith(alone)]
        assert all(f"alarm {other}" in text for text in texts), one


def test_what_cannot_start_a_state_machine_names_the_role_that_starts_it(build: Build) -> None:
    data = yaml.safe_load(WITH_QUEUE)
    data["routes"][0]["message"] = "summary"
    template = build(yaml.safe_dump(data))
    (text,) = told(template, "failed-invocations")
    assert "StartRole" in text
    assert "SharedSummaryStartRole" in template["Resources"]
    (text,) = told(build(WITH_QUEUE), "failed-invocations")
    assert "topic's access policy" in text


def test_no_two_alarms_can_have_one_name() -> None:
    suffixes = {
        one.suffix for one in vars(alarm_metrics).values() if isinstance(one, alarm_metrics.Metric)
    }
    suffixes |= {metric.suffix for metric in alarm_metrics.missing_runs(1)}
    assert len(suffixes) == 11
    assert not [(a, b) for a in suffixes for b in suffixes if a != b and a.endswith(f"-{b}")]


@pytest.mark.parametrize("path", RENDERED, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_the_alarms_names_are_the_deployments_own(path: Path) -> None:
    name = yaml.safe_load((ROOT / "params" / f"{path.parent.name}.yaml").read_text())["name"]
    names = [one["AlarmName"] for one in alarms(read_template(path)).values()]
    assert len(names) == len(set(names))
    assert all(one.startswith(f"{name}-") and len(one) <= 255 for one in names)


def test_elsewhere_the_path_to_the_home_has_its_queue_and_one_alarm(instance: Instance) -> None:
    away = instance(OTHER)
    assert list(away) == [
        "RoleToHome",
        "RuleToHome",
        "ToHomeDeadLetters",
        "ToHomeDeadLettersPolicy",
        "ToHomeDeadLettersAlarm",
        "AlarmsToHome",
    ]
    (target,) = away["RuleToHome"]["Properties"]["Targets"]
    assert target["DeadLetterConfig"] == {"Arn": "ToHomeDeadLetters.Arn"}
    assert "AlarmActions" not in away["ToHomeDeadLettersAlarm"]["Properties"]


def test_without_a_queue_the_one_alarm_elsewhere_is_on_failed_invocations(
    instance: Instance,
) -> None:
    text = AWAY.replace("dead_letter_queue: true", "dead_letter_queue: false")
    away = instance(OTHER, text)
    (alarm,) = [one["Properties"] for one in away.values() if one["Type"].endswith("::Alarm")]
    assert alarm["MetricName"] == "FailedInvocations"
    assert "they are lost" in alarm["AlarmDescription"]
    pattern = away["AlarmsToHome"]["Properties"]["EventPattern"]
    assert pattern["detail"]["alarmName"] == [alarm["AlarmName"]]


def test_with_alarms_at_home_nothing_elsewhere_has_an_alarm(instance: Instance) -> None:
    text = AWAY.replace("alarms: true", "alarms: home")
    away, home = instance(OTHER, text), instance(HOME, text)
    assert list(away) == [
        "RoleToHome",
        "RuleToHome",
        "ToHomeDeadLetters",
        "ToHomeDeadLettersPolicy",
    ]
    assert "ForwardedAlarms" not in home
    assert [one for one in home.values() if one["Type"] == "AWS::CloudWatch::Alarm"]
    # Nobody else may put alarms on the home's bus, or publish them.
    assert "aws.cloudwatch" not in json.dumps(home["HomeBusPolicy"])
    assert "events.amazonaws.com" not in json.dumps(home["SecurityAlarmTopicPolicy"])


@pytest.mark.parametrize("place", [HOME, OTHER])
def test_with_forwarding_off_nothing_watches_it(instance: Instance, place: dict[str, str]) -> None:
    assert not {"AlarmsToHome", "ForwardedAlarms", "ToHomeDeadLetters"} & set(
        instance(place, Forwarding="false")
    )


def event(alarm: str, state: str, place: dict[str, str]) -> dict[str, Any]:
    """Return what CloudWatch sends when an alarm changes its state."""
    return {
        "source": "aws.cloudwatch",
        "detail-type": "CloudWatch Alarm State Change",
        "account": place["AWS::AccountId"],
        "region": place["AWS::Region"],
        "detail": {"alarmName": alarm, "state": {"value": state}},
    }


def test_an_alarm_elsewhere_goes_to_the_homes_bus_and_from_there_to_its_alarm_topic(
    instance: Instance,
) -> None:
    away, home = instance(OTHER), instance(HOME)
    sends = matcher.compile(away["AlarmsToHome"]["Properties"]["EventPattern"])
    matches = matcher.compile(home["ForwardedAlarms"]["Properties"]["EventPattern"])
    names = [r["Properties"]["AlarmName"] for r in away.values() if r["Type"].endswith("Alarm")]
    assert len(names) == 1
    for name in names:
        assert sends(event(name, "ALARM", OTHER))
        assert matches(event(name, "ALARM", OTHER))
        assert not sends(event(name, "OK", OTHER))
    for alarm in [r for r in home.values() if r["Type"].endswith("::Alarm")]:
        assert not matches(event(alarm["Properties"]["AlarmName"], "ALARM", HOME))
    (target,) = home["ForwardedAlarms"]["Properties"]["Targets"]
    assert target["Arn"] == "SecurityAlarmTopic"
    policy = home["SecurityAlarmTopicPolicy"]["Properties"]["PolicyDocument"]["Statement"]
    assert "events.amazonaws.com" in [one["Principal"].get("Service") for one in policy[:2]]


def test_where_each_account_is_its_own_home_its_other_regions_tell_it(instance: Instance) -> None:
    text = AWAY.replace(', account: "111122223333"', "")
    text = text.replace("organization_id: o-abc1234567, ", "")
    other_region = OTHER | {"AWS::AccountId": HOME["AWS::AccountId"]}
    assert "AlarmsToHome" in instance(other_region, text)
    assert "ForwardedAlarms" in instance(HOME, text)
    assert "ForwardedAlarms" not in instance(HOME, text, Forwarding="false")


def test_a_forwarded_alarm_is_a_message_that_the_chat_service_shows(instance: Instance) -> None:
    (target,) = instance(HOME)["ForwardedAlarms"]["Properties"]["Targets"]
    transformer, text = target["InputTransformer"], target["InputTransformer"]["InputTemplate"]
    assert set(re.findall(r"<(\w+)>", text)) == set(transformer["InputPathsMap"])
    for name, value in {"account": "444455556666", "region": "us-east-1", "alarm": "A-b"}.items():
        text = text.replace(f"<{name}>", value)
    message = json.loads(text)
    assert (message["version"], message["source"]) == ("1.0", "custom")
    assert "444455556666 (us-east-1)" in message["content"]["title"]
    assert message["content"]["description"].endswith("region=us-east-1#alarmsV2:alarm/A-b")


def test_standing_alone_no_alarm_topic_admits_eventbridge(build: Build) -> None:
    template = build(WITH_QUEUE)
    policies = of_type(template, "AWS::SNS::TopicPolicy")["SecurityAlarmTopicPolicy"]
    assert "events.amazonaws.com" not in json.dumps(policies)


def many(count: int, **more: Any) -> str:
    """Return a params text with routes of one kind, each to a channel of its own."""
    data = yaml.safe_load(WITH_QUEUE)
    names = [f"team-{i}" for i in range(count)]
    data["channels"] = {name: {} for name in names}
    routes = [{"name": name, "channel": name, "message": "summary", **more} for name in names]
    return yaml.safe_dump({**data, "routes": routes}, sort_keys=False)


def test_routes_of_a_kind_have_one_set_of_alarms_which_their_channels_show(build: Build) -> None:
    template = build(many(3))
    shared = {t: a for t, a in alarms(template).items() if t.startswith("SharedSummary")}
    assert set(shared) == {
        f"SharedSummary{what}Alarm"
        for what in (
            "FailedInvocations",
            "LostEvents",
            "FailedExecutions",
            "TimedOutExecutions",
            "DeadLetters",
            "DeadLettersAge",
        )
    }
    shown = [{"Ref": f"Team{i}AlarmTopic"} for i in range(3)]
    assert all(alarm["AlarmActions"] == shown for alarm in shared.values())
    rules = [m["Dimensions"] for m in measured(shared["SharedSummaryLostEventsAlarm"])]
    assert rules == [[{"Name": "RuleName", "Value": {"Ref": f"Team{i}Rule"}}] for i in range(3)]


def test_an_alarm_adds_up_ten_rules_and_the_next_one_the_others(build: Build) -> None:
    template = build(many(12))
    first, second = (
        measured(alarms(template)[f"SharedSummaryLostEventsAlarm{number}"]) for number in ("", "2")
    )
    assert (len(first), len(second)) == (10, 2)


def test_alarms_of_more_channels_than_an_alarm_can_act_on_go_to_the_first(build: Build) -> None:
    five, six = build(many(5)), build(many(6))
    assert len(of_type(five, "AWS::SNS::Topic")) == 10
    assert len(of_type(six, "AWS::SNS::Topic")) == 7
    for alarm in alarms(six).values():
        assert alarm["AlarmActions"] == [{"Ref": "Team0AlarmTopic"}]
    assert max(len(alarm["AlarmActions"]) for alarm in alarms(five).values()) == 5


def test_with_isolation_by_route_each_has_alarms_of_its_own(build: Build) -> None:
    template = build(many(2) + "isolation: route\n")
    names = {alarm["AlarmName"] for alarm in alarms(template).values()}
    assert "SecurityHubFindingToSlack-failed-executions" in names
    assert "SecurityHubFindingToSlack-team-1-failed-executions" in names
    assert not any("Metrics" in alarm for alarm in alarms(template).values())
