"""Alarms watch what is really there, and what they tell arrives where the channel listens."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import pytest

from aws import REGION, Aws
from emulator import Emulator
from rendered import ROOT, Rendered, read
from spy import Spy
from stack import Stack

Deploy = Callable[..., Stack]
Listen = Callable[[str], Spy]

PRODUCTION = read(ROOT / "templates_out" / "production" / "standalone.yaml")
DIRECT = read(ROOT / "templates_out" / "filters" / "standalone.yaml")

# What AWS publishes: namespace, metric, its one dimension, and the type of what that names.
# https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-monitoring.html
# https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
# https://docs.aws.amazon.com/sns/latest/dg/sns-monitoring-using-cloudwatch.html
# https://docs.aws.amazon.com/step-functions/latest/dg/procedure-cw-metrics.html
ALWAYS = [
    ("AWS/Events", "FailedInvocations", "RuleName"),
    ("AWS/Events", "InvocationsFailedToBeSentToDlq", "RuleName"),
    ("AWS/SNS", "NumberOfNotificationsFailed", "TopicName"),
    ("AWS/SQS", "ApproximateAgeOfOldestMessage", "QueueName"),
    ("AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName"),
]
OF_A_MACHINE = [
    ("AWS/States", "ExecutionsFailed", "StateMachineArn"),
    ("AWS/States", "ExecutionsTimedOut", "StateMachineArn"),
]
TYPES = {
    "RuleName": "AWS::Events::Rule",
    "TopicName": "AWS::SNS::Topic",
    "QueueName": "AWS::SQS::Queue",
    "StateMachineArn": "AWS::StepFunctions::StateMachine",
}


# What marks findings is watched by its executions, and by how long a finding waits in its queue:
# that shows also a schedule that starts nothing.
OTHERWISE = {
    "FailedInvocations": "MarkerRule",
    "InvocationsFailedToBeSentToDlq": "MarkerRule",
    "ApproximateNumberOfMessagesVisible": "MarkerQueue",
}


class Watched(NamedTuple):
    """A deployed template and its alarms."""

    template: Rendered
    stack: Stack
    alarms: list[dict[str, Any]]

    def present(self, dimension: str, without: str = "") -> set[str]:
        """Return the values that a dimension can have, of what the stack really holds."""
        left_out = {*self.template.alarm_topics, without}
        return {
            one["PhysicalResourceId"]
            if dimension == "StateMachineArn"
            else one["PhysicalResourceId"].split("/")[-1].split(":")[-1]
            for title, one in self.stack.resources.items()
            if one["ResourceType"] == TYPES[dimension] and title not in left_out
        }


@pytest.fixture(scope="module", params=[PRODUCTION, DIRECT], ids=["production", "filters"])
def watched(request: pytest.FixtureRequest, deploy_once: Deploy, aws: Aws) -> Watched:
    template = request.param
    stack = deploy_once(template.path, **template.typed)
    names = {
        one["PhysicalResourceId"]
        for one in stack.resources.values()
        if one["ResourceType"] == "AWS::CloudWatch::Alarm"
    }
    pages = aws("cloudwatch", REGION, stack.account).get_paginator("describe_alarms").paginate()
    alarms = [one for page in pages for one in page["MetricAlarms"] if one["AlarmName"] in names]
    return Watched(template, stack, alarms)


def measured(alarm: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the metrics of an alarm: one, or those that it adds up."""
    if "Metrics" not in alarm:
        return [alarm]
    stats = [each["MetricStat"] for each in alarm["Metrics"] if "MetricStat" in each]
    return [{**each["Metric"], "Period": each["Period"]} for each in stats]


def kind_of(metric: dict[str, Any]) -> tuple[str, str, str]:
    (dimension,) = metric["Dimensions"]
    return metric["Namespace"], metric["MetricName"], dimension["Name"]


def test_each_kind_of_alarm_watches_each_thing_there_is_of_its_kind(watched: Watched) -> None:
    machines = watched.present("StateMachineArn")
    metrics = [metric for alarm in watched.alarms for metric in measured(alarm)]
    for kind in [*ALWAYS, *(OF_A_MACHINE if machines else [])]:
        values = [one["Dimensions"][0]["Value"] for one in metrics if kind_of(one) == kind]
        there = watched.present(kind[-1], without=OTHERWISE.get(kind[1], ""))
        assert sorted(values) == sorted(there), kind


def test_there_is_no_alarm_of_any_other_kind(watched: Watched) -> None:
    kinds = {kind_of(metric) for alarm in watched.alarms for metric in measured(alarm)}
    assert kinds <= {*ALWAYS, *OF_A_MACHINE}


def test_each_alarm_tells_its_routes_channel_by_a_topic_for_alarms_alone(watched: Watched) -> None:
    topics = {
        watched.stack.resources[title]["PhysicalResourceId"]
        for title in watched.template.alarm_topics
    }
    told = [alarm["AlarmActions"] for alarm in watched.alarms]
    assert {topic for (topic,) in told} == topics
    assert all(alarm["ActionsEnabled"] for alarm in watched.alarms)


def test_without_data_no_alarm_is_raised(watched: Watched, emulator: Emulator, aws: Aws) -> None:
    for alarm in watched.alarms:
        emulator.ask("alarms/evaluate", {"alarm": alarm["AlarmArn"]})
    cloudwatch = aws("cloudwatch", REGION, watched.stack.account)
    assert set(states(cloudwatch, watched).values()) == {"OK"}


def test_data_of_its_metric_raise_each_alarm_and_its_topic_is_told_once(
    watched: Watched, emulator: Emulator, aws: Aws, spy: Listen
) -> None:
    """What AWS's services measure is put by hand: the emulator's do not measure themselves."""
    cloudwatch = aws("cloudwatch", REGION, watched.stack.account)
    spies = {topic: spy(topic) for topic in {one["AlarmActions"][0] for one in watched.alarms}}
    for alarm in watched.alarms:
        # Of several things, one that fails is enough.
        put(cloudwatch, alarm, measured(alarm)[-1], alarm["Threshold"] + 1)
        emulator.ask("alarms/evaluate", {"alarm": alarm["AlarmArn"]})
    assert set(states(cloudwatch, watched).values()) == {"ALARM"}
    for topic, queue in spies.items():
        expected = [one["AlarmName"] for one in watched.alarms if one["AlarmActions"] == [topic]]
        arrived = [message.body["AlarmName"] for message in queue.receive_all(len(expected))]
        assert sorted(arrived) == sorted(expected)


def put(cloudwatch: Any, alarm: dict[str, Any], metric: dict[str, Any], value: float) -> None:
    """Put a datum into each period that the alarm looks at."""
    newest = datetime.now(UTC) - timedelta(minutes=1)
    data = [
        {
            "MetricName": metric["MetricName"],
            "Dimensions": metric["Dimensions"],
            "Value": value,
            "Timestamp": newest - number * timedelta(seconds=metric["Period"]),
        }
        for number in range(alarm["EvaluationPeriods"])
    ]
    cloudwatch.put_metric_data(Namespace=metric["Namespace"], MetricData=data)


def states(cloudwatch: Any, watched: Watched) -> dict[str, str]:
    pages = cloudwatch.get_paginator("describe_alarms").paginate()
    names = {alarm["AlarmName"] for alarm in watched.alarms}
    return {
        one["AlarmName"]: one["StateValue"]
        for page in pages
        for one in page["MetricAlarms"]
        if one["AlarmName"] in names
    }
