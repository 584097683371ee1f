"""Alarms for failures on the way, one for each metric that shows one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from troposphere import cloudwatch

from generator.blocks.alarm_metrics import (
    DEAD_LETTERS,
    DROPPED_SCHEDULES,
    FAILED_DIGESTS,
    FAILED_EXECUTIONS,
    FAILED_FORWARDING,
    FAILED_INVOCATIONS,
    FAILED_MAILS,
    FAILED_NOTIFICATIONS,
    FAILED_SCHEDULES,
    FAILED_STARTS,
    LOST_EVENTS,
    OLD_DEAD_LETTERS,
    TIMED_OUT_DIGESTS,
    TIMED_OUT_EXECUTIONS,
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


class Watched(NamedTuple):
    """Metrics of one resource, and the resource as their dimension names it."""

    metrics: tuple[Metric, ...]
    resource: Any


def watched_on_the_way(
    *, rule: Any, topics: Sequence[Watched] = (), machine: Any = None, queue: Any = None
) -> list[Watched]:
    """Return what to watch of what there is: all by their names, a state machine by its ARN.

    ``topics`` are from ``watched_topic``; there are none where a rule forwards.
    """
    lost = () if queue is None else (LOST_EVENTS,)
    each = (
        Watched((_failed_invocations(machine, forwards=not topics), *lost), rule),
        Watched((FAILED_EXECUTIONS, TIMED_OUT_EXECUTIONS), machine),
        *topics,
        Watched((DEAD_LETTERS, OLD_DEAD_LETTERS), queue),
    )
    return [item for item in each if item.resource is not None]


def watched_of_digest(
    *, machine: Any, topics: Sequence[Watched], group: Any, days: int
) -> list[Watched]:
    """Return what to watch of a digest: of its schedule, its state machine and its topics."""
    return [
        Watched((FAILED_SCHEDULES, DROPPED_SCHEDULES), group),
        Watched((FAILED_DIGESTS, TIMED_OUT_DIGESTS, *missing_runs(days)), machine),
        *topics,
    ]


def watched_topic(topic: Any, *, mailed: bool, ending: str = "") -> Watched:
    """Return what to watch of a topic; ``mailed`` says that only mailboxes are subscribed to it.

    ``ending`` distinguishes the second topic of a route from the first.
    """
    metric = FAILED_MAILS if mailed else FAILED_NOTIFICATIONS
    suffix = f"{metric.suffix}-{ending.lower()}" if ending else metric.suffix
    return Watched((metric._replace(suffix=suffix),), topic)


def _failed_invocations(machine: Any, *, forwards: bool) -> Metric:
    """Return the alarm of the rule: what to look at depends on where the rule sends."""
    if machine is not None:
        return FAILED_STARTS
    return FAILED_FORWARDING if forwards else FAILED_INVOCATIONS


def alarm_names(name: str, watched: Iterable[Watched], part: str = "") -> list[str]:
    """Return the names of the alarms that ``alarms`` would build."""
    return [_alarm_name(name, metric, part) for item in watched for metric in item.metrics]


def _alarm_name(name: str, metric: Metric, part: str) -> str:
    return f"{name}-{metric.suffix}{part and f'-{part}'}"


def alarms(  # noqa: PLR0913  (the properties of alarms)
    *,
    ids: LogicalIds,
    name: str,
    subject: str,
    watched: Iterable[Watched],
    actions: Sequence[Any],
    tags: Mapping[str, str],
    part: str = "",
    runs_expected: Any = True,
) -> list[cloudwatch.Alarm]:
    """Build one alarm for each metric; ``subject`` begins each description.

    ``part`` is the number of what is watched, where it is one of several alike. Where no
    ``runs_expected``, an alarm on too little acts on nothing.

    Five minutes, since metrics of quiet resources come late, and one datapoint unless the metric
    says otherwise, since each failure counts. No data is good news: EventBridge sends these metrics
    only when they are not zero. No OK actions: counts fall back by themselves, which fixes nothing
    and would read so.
    """
    return [
        cloudwatch.Alarm(
            ids.alarm(metric.suffix, part),
            AlarmName=_alarm_name(name, metric, part),
            AlarmDescription=f"{subject}: {metric.text}",
            Namespace=metric.namespace,
            MetricName=metric.name,
            Dimensions=[cloudwatch.MetricDimension(Name=metric.dimension, Value=item.resource)],
            Statistic=metric.statistic,
            Period=metric.period,
            EvaluationPeriods=metric.periods,
            DatapointsToAlarm=metric.breaching,
            **_threshold(metric),
            **_actions(metric, actions, runs_expected),
            **about(_POSTED if actions else _POSTED_AT_HOME, tags),
        )
        for item in watched
        for metric in item.metrics
    ]


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
