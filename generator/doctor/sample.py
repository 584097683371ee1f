"""Follows a sample finding: imported into Security Hub, then seen by metrics at each stop.

CloudWatch has most metrics a minute or two after they happen, so each stop may need some.
"""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from generator.companions.sample_finding import ACCOUNT, REGION, TIME, sample
from generator.doctor.metrics import Metric
from generator.doctor.path import (
    RULE,
    machine_arns,
    route_machine,
    route_rules,
    route_topics,
)
from generator.doctor.refusals import Refusal
from generator.eventbridge import matcher
from generator.findings.events import whole_event

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import datetime

    from generator.doctor.case import Case
    from generator.params import Route

PATIENCE = timedelta(minutes=8)
"""How long a stop is waited for."""

PAUSE = 15.0
"""Seconds between two looks."""


class Stop(NamedTuple):
    """A stop of a finding's path, and whether something has passed it since a time."""

    name: str
    passed: Callable[[datetime, datetime], bool]


class NoSampleError(Exception):
    """No route of this stack can be tried by an import."""


def sample_of(case: Case, now: datetime) -> tuple[dict[str, Any], list[Stop]]:
    """Return the sample finding of an account, and the stops that it should pass.

    Raise NoSampleError where no import matches, or the routes are elsewhere.
    """
    made = sample(case.settings)
    if made.finding is None or made.route is None or not route_topics(case, made.route):
        raise NoSampleError
    time = now.strftime("%Y-%m-%dT%H:%M:%SZ")
    values = {ACCOUNT: case.aws.id, REGION: case.here, TIME: time}
    finding = {key: _filled(value, values) for key, value in made.finding.items()}
    return finding, list(_stops(case, made.route, finding))


def _filled(value: Any, values: dict[str, str]) -> Any:
    if isinstance(value, dict):
        return {key: _filled(inner, values) for key, inner in value.items()}
    if isinstance(value, list):
        return [_filled(inner, values) for inner in value]
    if isinstance(value, str):
        for placeholder, text in values.items():
            value = value.replace(placeholder, text)
    return value


def _stops(case: Case, route: Route, finding: dict[str, Any]) -> Iterator[Stop]:
    rule = _rule(case, route, finding)
    yield _counting(case, f"rule {rule}", Metric("AWS/Events", "TriggeredRules", "RuleName", rule))
    machine = route_machine(case, route)
    if machine and (arn := machine_arns(case).get(machine)):
        metric = Metric("AWS/States", "ExecutionsSucceeded", "StateMachineArn", arn)
        yield _counting(case, f"state machine {arn.rpartition(':')[2]}", metric)
    for arn in route_topics(case, route).values():
        topic = arn.rpartition(":")[2]
        for name in ("NumberOfMessagesPublished", "NumberOfNotificationsDelivered"):
            metric = Metric("AWS/SNS", name, "TopicName", topic)
            yield _counting(case, f"topic {topic}, {name}", metric)
    if route.notifies_once:
        yield Stop(f"finding {finding['Id']} is NOTIFIED", partial(_is_marked, case, finding))


def _rule(case: Case, route: Route, finding: dict[str, Any]) -> str:
    """Return the name of the rule that matches the finding, of those of a route."""
    rules = route_rules(case, route)
    for title, name in rules.items():
        pattern = case.planned.of_type(RULE)[title]["EventPattern"]
        if matcher.compile(pattern)(whole_event(finding)):
            return name
    return next(iter(rules.values()))


def _counting(case: Case, name: str, metric: Metric) -> Stop:
    return Stop(name, partial(_counted, case, metric))


def _counted(case: Case, metric: Metric, begin: datetime, now: datetime) -> bool:
    """Whether anything was counted since the import: other findings count as well."""
    dimension = {"Name": metric.dimension, "Value": metric.of}
    named = {"Namespace": metric.namespace, "MetricName": metric.name, "Dimensions": [dimension]}
    query = {"Id": "m0", "MetricStat": {"Metric": named, "Period": 60, "Stat": "Sum"}}
    answer = case.aws.answer(
        "cloudwatch",
        "GetMetricData",
        MetricDataQueries=[query],
        StartTime=begin.replace(second=0).isoformat(),
        EndTime=(now + timedelta(minutes=1)).isoformat(),
    )
    results = answer.get("MetricDataResults", [])
    return any(value for result in results for value in result.get("Values", []))


def _is_marked(case: Case, finding: dict[str, Any], _: datetime, now: datetime) -> bool:
    """Whether the sample itself was marked, which the state machine does once it is published."""
    answer = case.aws.answer(
        "securityhub",
        "GetFindings",
        Filters={
            "Id": [{"Value": finding["Id"], "Comparison": "EQUALS"}],
            # Asked again each time: an answer is kept, and this request is another one.
            "UpdatedAt": [{"Start": finding["UpdatedAt"], "End": now.isoformat()}],
        },
    )
    return any(
        each.get("Workflow", {}).get("Status") == "NOTIFIED" for each in answer.get("Findings", [])
    )


def _has_passed(stop: Stop, begin: datetime, now: datetime) -> bool:
    try:
        return stop.passed(begin, now)
    except Refusal as refusal:
        if not refusal.busy:
            raise
        return False  # asked again soon


def follow(
    stops: Iterable[Stop],
    begin: datetime,
    clock: Callable[[], datetime],
    sleep: Callable[[float], None],
) -> Iterator[tuple[Stop, bool]]:
    """Yield each stop, and whether the finding passed it; end at the first that it did not.

    Raise Refusal where that cannot be read.
    """
    for stop in stops:
        until = clock() + PATIENCE
        passed = False
        while not passed and clock() < until:
            passed = _has_passed(stop, begin, clock())
            if not passed:
                sleep(PAUSE)
        yield stop, passed
        if not passed:
            return
