"""Alarms for failures on the way, one for each metric that shows one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, NamedTuple, assert_never

from troposphere import cloudwatch

from generator.blocks.alarm_metrics import (
    DEAD_LETTERS,
    DROPPED_SCHEDULES,
    FAILED_DIGESTS,
    FAILED_EXECUTIONS,
    FAILED_INVOCATIONS,
    FAILED_MAILS,
    FAILED_MARKING,
    FAILED_NOTIFICATIONS,
    FAILED_SCHEDULES,
    FAILED_STARTS,
    LOST_EVENTS,
    LOST_STARTS,
    OLD_DEAD_LETTERS,
    TIMED_OUT_DIGESTS,
    TIMED_OUT_EXECUTIONS,
    WAITING_TO_BE_MARKED,
    Metric,
    missing_runs,
)
from generator.blocks.deploy_permissions import ACCOUNT, Actions, Grant, arns_of
from generator.blocks.logical_ids import ALARMS_TO_HOME
from generator.blocks.metadata import about

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from generator.blocks.logical_ids import LogicalIds

DEPLOY_GRANTS: Actions = {
    "AWS::CloudWatch::Alarm": (
        Grant(
            (
                "cloudwatch:DeleteAlarms",
                "cloudwatch:ListTagsForResource",
                "cloudwatch:PutMetricAlarm",
                "cloudwatch:TagResource",
                "cloudwatch:UntagResource",
            ),
            arns_of(f"cloudwatch:*:{ACCOUNT}:alarm:"),
        ),
        # Reported to be refused unless it is allowed on all alarms.
        # https://github.com/aws-samples/amazon-cloudwatch-auto-alarms/issues/1
        Grant(("cloudwatch:DescribeAlarms",)),
    ),
}


_POSTED, _POSTED_AT_HOME = "Posts to the channel.", f"Posted at home, by {ALARMS_TO_HOME}."


MOST_METRICS = 10
"""How many metrics an alarm can add up.
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html
"""


class Watched(NamedTuple):
    """Metrics of resources, and the resources as their dimension names them.

    Those of several resources are added up; ``number`` distinguishes such alarms.
    """

    metrics: tuple[Metric, ...]
    resources: tuple[Any, ...]
    number: str = ""


def watched_rules(
    rules: Sequence[Any], *, goes_to: Literal["topic", "machine"], keeps: bool
) -> list[Watched]:
    """Return what to watch of rules, by their names; ``keeps`` says that they have a queue."""
    metrics = (_failed_invocations(goes_to), *((LOST_EVENTS,) if keeps else ()))
    return _together(metrics, rules)


def watched_many_rules(rules: Sequence[Any]) -> list[Watched]:
    """Return what to watch of many rules that have a queue: what of them does not end there.

    What cannot start the state machine is a dead letter, which has an alarm of its own.
    """
    return _together((LOST_STARTS,), rules)


def watched_machine(machine: Any) -> Watched:
    """Return what to watch of a state machine, by its ARN."""
    return Watched((FAILED_EXECUTIONS, TIMED_OUT_EXECUTIONS), (machine,))


def watched_queue(queue: Any) -> Watched:
    """Return what to watch of a dead-letter queue, by its name."""
    return Watched((DEAD_LETTERS, OLD_DEAD_LETTERS), (queue,))


def watched_marker(*, machine: Any, queue: Any) -> list[Watched]:
    """Return what to watch of what marks findings: its state machine, by its ARN, and its queue."""
    return [
        Watched((FAILED_MARKING, TIMED_OUT_EXECUTIONS), (machine,)),
        Watched((WAITING_TO_BE_MARKED,), (queue,)),
    ]


def watched_of_digest(
    *, machine: Any, topics: Sequence[Watched], group: Any, days: int
) -> list[Watched]:
    """Return what to watch of a digest: of its schedule, its state machine and its topics."""
    return [
        Watched((FAILED_SCHEDULES, DROPPED_SCHEDULES), (group,)),
        Watched((FAILED_DIGESTS, TIMED_OUT_DIGESTS, *missing_runs(days)), (machine,)),
        *topics,
    ]


def watched_topics_alike(topics: Sequence[Any], *, mailed: bool, ending: str = "") -> list[Watched]:
    """Return what to watch of topics; ``mailed``: only mailboxes are subscribed to them.

    ``ending`` distinguishes the second topic of a route from the first.
    """
    metric = FAILED_MAILS if mailed else FAILED_NOTIFICATIONS
    suffix = f"{metric.suffix}-{ending.lower()}" if ending else metric.suffix
    return _together((metric._replace(suffix=suffix),), topics)


def _together(metrics: tuple[Metric, ...], resources: Sequence[Any]) -> list[Watched]:
    """Return what to watch of resources, as many with an alarm as it can add up."""
    each = [tuple(resources[i : i + MOST_METRICS]) for i in range(0, len(resources), MOST_METRICS)]
    return [Watched(metrics, group, str(i + 1) if i else "") for i, group in enumerate(each)]


def _failed_invocations(goes_to: Literal["topic", "machine"]) -> Metric:
    """Return the alarm of rules: what to look at depends on where they send."""
    match goes_to:
        case "topic":
            return FAILED_INVOCATIONS
        case "machine":
            return FAILED_STARTS
        case _:
            assert_never(goes_to)


def alarm_names(name: str, watched: Iterable[Watched]) -> list[str]:
    """Return the names of the alarms that ``alarms`` would build."""
    return [_alarm_name(name, metric, item.number) for item in watched for metric in item.metrics]


def _alarm_name(name: str, metric: Metric, number: str) -> str:
    return f"{name}-{metric.suffix}{number and f'-{number}'}"


def alarms(  # noqa: PLR0913  (the properties of alarms)
    *,
    ids: LogicalIds,
    name: str,
    subject: str,
    watched: Iterable[Watched],
    actions: Sequence[Any],
    tags: Mapping[str, str],
    runs_expected: Any = True,
) -> list[cloudwatch.Alarm]:
    """Build one alarm for each metric; ``subject`` begins each description.

    Where no ``runs_expected``, an alarm on too little acts on nothing.

    Five minutes, since metrics of quiet resources come late, and one datapoint unless the metric
    says otherwise, since each failure counts. No data is good news: EventBridge sends these metrics
    only when they are not zero. No OK actions: counts fall back by themselves, which fixes nothing
    and would read so.
    """
    return [
        cloudwatch.Alarm(
            ids.alarm(metric.suffix, item.number),
            AlarmName=_alarm_name(name, metric, item.number),
            AlarmDescription=f"{subject}: {metric.text}",
            **_measured(metric, item.resources),
            EvaluationPeriods=metric.periods,
            DatapointsToAlarm=metric.breaching,
            **_threshold(metric),
            **_actions(metric, actions, runs_expected),
            **about(_POSTED if actions else _POSTED_AT_HOME, tags),
        )
        for item in watched
        for metric in item.metrics
    ]


def _measured(metric: Metric, resources: Sequence[Any]) -> dict[str, Any]:
    """Return what an alarm looks at: a metric of one resource, or the sum of those of several.

    A metric without data is left out of a sum, as it is in sums over a search.
    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
    """
    if len(resources) > 1:
        summands = [_summand(i, metric, resource) for i, resource in enumerate(resources)]
        total = cloudwatch.MetricDataQuery(Id="total", Expression="SUM(METRICS())", ReturnData=True)
        return {"Metrics": [*summands, total]}
    return {
        "Namespace": metric.namespace,
        "MetricName": metric.name,
        "Dimensions": [_dimension(metric, resources[0])],
        "Statistic": metric.statistic,
        "Period": metric.period,
    }


def _summand(number: int, metric: Metric, resource: Any) -> cloudwatch.MetricDataQuery:
    measured = cloudwatch.Metric(
        Namespace=metric.namespace,
        MetricName=metric.name,
        Dimensions=[_dimension(metric, resource)],
    )
    return cloudwatch.MetricDataQuery(
        Id=f"m{number}",
        MetricStat=cloudwatch.MetricStat(
            Metric=measured, Period=metric.period, Stat=metric.statistic
        ),
        ReturnData=False,
    )


def _dimension(metric: Metric, resource: Any) -> cloudwatch.MetricDimension:
    return cloudwatch.MetricDimension(Name=metric.dimension, Value=resource)


def _actions(metric: Metric, actions: Sequence[Any], runs_expected: Any) -> dict[str, Any]:
    """Return on what an alarm acts.

    One that went off while it acted on nothing stays silent until it was OK again: alarms act when
    their state changes, and PutMetricAlarm leaves the state as it is.
    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-actions.html
    https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
    """
    acting = {"AlarmActions": list(actions)} if actions else {}
    return acting if metric.below is None else {**acting, "ActionsEnabled": runs_expected}


def _threshold(metric: Metric) -> dict[str, Any]:
    if metric.below is not None:
        return {
            "ComparisonOperator": "LessThanThreshold",
            "Threshold": metric.below,
            "TreatMissingData": "breaching",
        }
    return {
        "ComparisonOperator": "GreaterThanThreshold",
        "Threshold": metric.above,
        "TreatMissingData": "notBreaching",
    }
