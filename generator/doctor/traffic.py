"""What passed the topics of messages in the last day."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from generator.doctor.metrics import Measured, Metric, measure
from generator.doctor.path import message_topics

if TYPE_CHECKING:
    from generator.doctor.case import Case


class Topic(NamedTuple):
    """A topic, with what was published to it, delivered, and attempts that failed."""

    title: str
    name: str
    published: Measured
    delivered: Measured
    failed: Measured


_METRICS = (
    "NumberOfMessagesPublished",
    "NumberOfNotificationsDelivered",
    "NumberOfNotificationsFailed",
)


def traffic(case: Case) -> list[Topic]:
    """Return what passed each topic: one request for all checks."""
    names = {title: arn.rpartition(":")[2] for title, arn in message_topics(case).items()}
    metrics = [
        Metric("AWS/SNS", metric, "TopicName", name)
        for name in names.values()
        for metric in _METRICS
    ]
    measured = measure(case, metrics)
    return [
        Topic(title, name, *measured[i * len(_METRICS) : (i + 1) * len(_METRICS)])
        for i, (title, name) in enumerate(names.items())
    ]
