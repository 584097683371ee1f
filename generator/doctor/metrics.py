"""What CloudWatch measured of a finding's path in the last day.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from generator.doctor.case import Case

CALL = "cloudwatch:GetMetricData"

_HOUR = 3_600
_MOST = 500
"""Metrics of one request."""


class Metric(NamedTuple):
    """A metric of one thing."""

    namespace: str
    name: str
    dimension: str
    of: str


class Measured(NamedTuple):
    """A sum over the last day, and the hour of the last datum that is not zero."""

    total: int
    last: str

    def since(self, success: Measured) -> bool:
        """Whether it happened, and no later hour has a success without it: so it still may."""
        return bool(self.total) and self.last >= success.last


def measure(case: Case, metrics: Sequence[Metric]) -> list[Measured]:
    """Return what was measured of each; nothing is zero."""
    return [
        measured
        for start in range(0, len(metrics), _MOST)
        for measured in _some(case, metrics[start : start + _MOST])
    ]


def _some(case: Case, metrics: Sequence[Metric]) -> list[Measured]:
    answer = case.aws.answer(
        "cloudwatch",
        "GetMetricData",
        MetricDataQueries=[_query(i, metric) for i, metric in enumerate(metrics)],
        StartTime=case.since,
        EndTime=case.now.isoformat(),
    )
    results = answer.get("MetricDataResults", [])
    # A metric with much data comes in several parts.
    return [
        _measured([result for result in results if result["Id"] == f"m{i}"])
        for i in range(len(metrics))
    ]


def _query(number: int, metric: Metric) -> dict[str, object]:
    dimension = {"Name": metric.dimension, "Value": metric.of}
    named = {"Namespace": metric.namespace, "MetricName": metric.name, "Dimensions": [dimension]}
    return {"Id": f"m{number}", "MetricStat": {"Metric": named, "Period": _HOUR, "Stat": "Sum"}}


def _measured(parts: list[dict[str, list[object]]]) -> Measured:
    data = [
        (str(time), int(float(str(value))))
        for part in parts
        for time, value in zip(part.get("Timestamps", []), part.get("Values", []), strict=True)
    ]
    times = [time for time, value in data if value]
    return Measured(sum(value for _, value in data), max(times, default=""))
