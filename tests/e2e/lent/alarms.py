"""Lends the emulator an evaluation of alarms at once, and alarms on the sum of several metrics.

Its own evaluation comes once in each period, and knows alarms on one metric alone. What follows
from the data is the emulator's. What a metric has no data of is left out of the sum.
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
"""

import json
from typing import Any

from localstack.http import Request, Response
from localstack.services.cloudwatch import alarm_scheduler
from localstack.services.edge import ROUTER

SUM = "SUM(METRICS())"

_collect, _described = (
    alarm_scheduler.collect_metric_data,
    alarm_scheduler.get_metric_alarm_details_for_alarm_arn,
)


def lend() -> None:
    alarm_scheduler.collect_metric_data = _collect_each
    alarm_scheduler.get_metric_alarm_details_for_alarm_arn = _described_with_its_period
    ROUTER.add("/_emulated/alarms/evaluate", _evaluate, methods=["PUT"])


def _evaluate(request: Request) -> Response:
    asked = json.loads(request.get_data())
    alarm_scheduler.calculate_alarm_state(asked["alarm"])
    return Response(json.dumps(asked), mimetype="application/json")


def _described_with_its_period(arn: str) -> Any:
    alarm = _described(arn)
    summands = _summands(alarm) if alarm else []
    return {**alarm, "Period": summands[0]["Period"]} if summands else alarm


def _collect_each(alarm: Any, client: Any) -> list[float | None]:
    summands = _summands(alarm)
    if not summands:
        return _collect(alarm, client)
    series = [_collect({**alarm, **each}, client) for each in summands]
    known = [
        [value for value in values if value is not None] for values in zip(*series, strict=True)
    ]
    return [sum(values) if values else None for values in known]


def _summands(alarm: Any) -> list[dict[str, Any]]:
    """Return each metric of a sum as that of an alarm on one; of such an alarm, none."""
    queries = alarm.get("Metrics", [])
    total = [each["Expression"] for each in queries if "Expression" in each]
    if total not in ([], [SUM]):
        raise NotImplementedError(total)
    measured = [each["MetricStat"] for each in queries if "MetricStat" in each]
    return [
        {**each["Metric"], "Period": each["Period"], "Statistic": each["Stat"]} for each in measured
    ]
