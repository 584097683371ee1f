"""What a state machine may do: no more than its steps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from awacs import kms, logs, securityhub, sns, sqs
from awacs.aws import Allow, Condition, Null, Statement, StringEquals
from troposphere import GetAtt, Sub

from generator.blocks.state_machine_definition import MARKED

if TYPE_CHECKING:
    from collections.abc import Iterator

OTHER_FIELDS = (
    "Confidence",
    "Criticality",
    "Note",
    "Note.Text",
    "Note.UpdatedBy",
    "RelatedFindings",
    "Severity",
    "Severity.Label",
    "Severity.Normalized",
    "Severity.Product",
    "Types",
    "UserDefinedFields",
    "VerificationState",
)
"""All else that BatchUpdateFindings can write, by field and by part of a field: AWS's guide says
"field", and its own policies name either.
https://docs.aws.amazon.com/securityhub/latest/userguide/finding-update-batchupdatefindings.html
"""


def permissions(topic: Any, queue: Any, key: Any, *, marks: bool) -> Iterator[Statement]:
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
    if marks:
        yield _mark()
    yield _write_logs()


def _mark() -> Statement:
    """Allow setting the workflow to NOTIFIED, and writing nothing else."""
    path = "securityhub:ASFFSyntaxPath/"
    return Statement(
        Sid="MarkNotified",
        Effect=Allow,
        Action=[securityhub.BatchUpdateFindings],
        Resource=[
            Sub("arn:${AWS::Partition}:securityhub:${AWS::Region}:${AWS::AccountId}:hub/default")
        ],
        Condition=Condition(
            [
                StringEquals(f"{path}Workflow.Status", MARKED),
                Null({f"{path}{field}": "true" for field in OTHER_FIELDS}),
            ]
        ),
    )


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
