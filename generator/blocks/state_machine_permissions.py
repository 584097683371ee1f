"""What a state machine may do: no more than its steps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, assert_never

from awacs import kms, logs, securityhub, sns, sqs
from awacs.aws import Allow, Statement
from troposphere import GetAtt, Sub

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from generator.blocks.marking import Marking
    from generator.params.choices import Source


def permissions(topics: Sequence[Any], queue: Any, key: Any, to_mark: Any) -> Iterator[Statement]:
    """Yield a statement for each step; the queues and the key may be None."""
    yield publish(topics)
    if queue is not None:
        yield _send("KeepEvent", queue)
    if key is not None:
        yield encrypt(key)
    if to_mark is not None:
        yield _send("HandOver", to_mark)
    yield write_logs()


def marker_permissions(queue: Any, key: Any, marks: Marking) -> Iterator[Statement]:
    """Yield a statement for each step of what marks findings; the key may be None."""
    yield Statement(
        Sid="Receive",
        Effect=Allow,
        Action=[sqs.ReceiveMessage, sqs.DeleteMessage],
        Resource=[GetAtt(queue, "Arn")],
    )
    if key is not None:
        yield Statement(Sid="Decrypt", Effect=Allow, Action=[kms.Decrypt], Resource=[key])
    yield marks.statement
    yield write_logs()


def _send(sid: str, queue: Any) -> Statement:
    return Statement(
        Sid=sid, Effect=Allow, Action=[sqs.SendMessage], Resource=[GetAtt(queue, "Arn")]
    )


def digest_permissions(source: Source, topics: Sequence[Any], key: Any) -> Iterator[Statement]:
    """Yield a statement for each step of a digest; ``key`` may be None."""
    yield Statement(Sid="Count", Effect=Allow, **_counting(source))
    yield publish(topics)
    if key is not None:
        yield encrypt(key)
    yield write_logs()


def _counting(source: Source) -> dict[str, Any]:
    """Return the actions that count a product's findings, and on what.

    The new product's statistics and findings are read by actions of these names; on which of the
    hubs, is not documented.
    https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_GetFindingStatisticsV2.html
    """
    hub = "arn:${AWS::Partition}:securityhub:${AWS::Region}:${AWS::AccountId}:"
    match source:
        case "security_hub_cspm":
            actions = [securityhub.GetFindings, securityhub.GetInsightResults]
            return {"Action": actions, "Resource": [Sub(f"{hub}hub/default")]}
        case "security_hub":
            actions = [securityhub.GetFindings, securityhub.Action("GetAdhocInsightResults")]
            hubs = [Sub(f"{hub}hub/default"), Sub(f"{hub}hubv2/*")]
            return {"Action": actions, "Resource": hubs}
        case _:
            assert_never(source)


def publish(topics: Sequence[Any]) -> Statement:
    """Allow publishing to these topics alone."""
    return Statement(Sid="Publish", Effect=Allow, Action=[sns.Publish], Resource=list(topics))


def encrypt(key: Any) -> Statement:
    """Allow what SNS and SQS need of a key on behalf of who sends."""
    return Statement(
        Sid="Encrypt", Effect=Allow, Action=[kms.Decrypt, kms.GenerateDataKey], Resource=[key]
    )


def write_logs() -> Statement:
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
