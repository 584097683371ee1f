"""What a state machine may do: no more than its steps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from awacs import kms, logs, sns, sqs
from awacs.aws import Allow, Statement
from troposphere import GetAtt

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.blocks.marking import Marking


def permissions(topic: Any, queue: Any, key: Any, marks: Marking | None) -> Iterator[Statement]:
    """Yield a statement for each step; ``queue`` and ``key`` may be None."""
    yield Statement(Sid="Publish", Effect=Allow, Action=[sns.Publish], Resource=[topic])
    if queue is not None:
        yield Statement(
            Sid="KeepEvent",
            Effect=Allow,
            Action=[sqs.SendMessage],
            Resource=[GetAtt(queue, "Arn")],
        )
    if key is not None:
        yield Statement(
            Sid="Encrypt",
            Effect=Allow,
            Action=[kms.Decrypt, kms.GenerateDataKey],
            Resource=[key],
        )
    if marks is not None:
        yield marks.statement
    yield _write_logs()


def _write_logs() -> Statement:
    """Allow what Step Functions needs to log; none of it can be narrowed.

    https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html
    """
    return Statement(
        Sid="Log",
        Effect=Allow,
        Action=[
            logs.CreateLogDelivery,
            logs.DeleteLogDelivery,
            logs.DescribeLogGroups,
            logs.DescribeResourcePolicies,
            logs.GetLogDelivery,
            logs.ListLogDeliveries,
            logs.PutResourcePolicy,
            logs.UpdateLogDelivery,
        ],
        Resource=["*"],
    )
