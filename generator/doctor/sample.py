"""Follows a sample finding: imported into Security Hub, then seen by metrics at each stop.

CloudWatch has most metrics a minute or two after they happen, so each stop may need some.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from generator.blocks.logical_ids import logical_ids
from generator.companions.sample_finding import ACCOUNT, REGION, TIME, sample
from generator.doctor.metrics import Metric
from generator.doctor.path import RULE, machine_arns, message_topics
from generator.params.naming import logical_id

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from generator.doctor.account import Account, Declared
    from generator.doctor.case import Case
    from generator.params import Settings

PATIENCE = timedelta(minutes=8)
"""How long a stop is waited for."""

PAUSE = 15.0
"""Seconds between two looks."""


class Stop(NamedTuple):
    """A stop of a finding's path, and the metric that counts what passes it."""

    name: str
    metric: Metric


class NoSampleError(Exception):
    """No route can be tried by an import."""


def finding(settings: Settings, aws: Account | Declared, now: datetime) -> dict[str, Any]:
    """Return the sample finding for an account; raise NoSampleError where no import matches."""
    made = sample(settings)
    if made.finding is None or made.route is None:
        raise NoSampleError
    time = now.strftime("%Y-%m-%dT%H:%M:%SZ")
    values = {ACCOUNT: aws.id, REGION: aws.region, TIME: time}
    return {key: _filled(value, values) for key, value in made.finding.items()}


def _filled(value: Any, values: dict[str, str]) -> Any:
    if isinstance(value, dict):
        return {key: _filled(inner, values) for key, inner in value.items()}
    if isinstance(value, list):
        return [_filled(inner, values) for inner in value]
    if isinstance(value, str):
        for placeholder, text in values.items():
            value = value.replace(placeholder, text)
    return value


def stops(case: Case) -> Iterator[Stop]:
    """Yield the stops of the route that matches the sample finding."""
    route = sample(case.settings).route
    if route is None:
        return
    ids = logical_ids(logical_id(route.name))
    if name := case.planned.named(RULE).get(ids.rule):
        yield Stop(f"rule {name}", Metric("AWS/Events", "TriggeredRules", "RuleName", name))
    if arn := machine_arns(case).get(ids.state_machine):
        metric = Metric("AWS/States", "ExecutionsSucceeded", "StateMachineArn", arn)
        yield Stop(f"state machine {arn.rpartition(':')[2]}", metric)
    topic = message_topics(case)[ids.topic].rpartition(":")[2]
    for name in ("NumberOfMessagesPublished", "NumberOfNotificationsDelivered"):
        yield Stop(f"topic {topic}, {name}", Metric("AWS/SNS", name, "TopicName", topic))


def counted(aws: Account | Declared, stop: Stop, begin: datetime, now: datetime) -> int:
    """Return how many passed a stop since the import."""
    metric = stop.metric
    dimension = {"Name": metric.dimension, "Value": metric.of}
    named = {"Namespace": metric.namespace, "MetricName": metric.name, "Dimensions": [dimension]}
    query = {"Id": "m0", "MetricStat": {"Metric": named, "Period": 60, "Stat": "Sum"}}
    answer = aws.answer(
        "cloudwatch",
        "GetMetricData",
        MetricDataQueries=[query],
        StartTime=begin.replace(second=0).isoformat(),
        EndTime=(now + timedelta(minutes=1)).isoformat(),
    )
    results = answer.get("MetricDataResults", [])
    return int(sum(value for result in results for value in result.get("Values", [])))


def follow(
    case: Case,
    begin: datetime,
    clock: Callable[[], datetime],
    sleep: Callable[[float], None],
) -> Iterator[tuple[Stop, bool]]:
    """Yield each stop, and whether the finding passed it; end at the first that it did not."""
    for stop in stops(case):
        until = clock() + PATIENCE
        passed = False
        while not passed and clock() < until:
            passed = counted(case.aws, stop, begin, clock()) > 0
            if not passed:
                sleep(PAUSE)
        yield stop, passed
        if not passed:
            return
