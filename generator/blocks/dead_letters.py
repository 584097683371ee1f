"""The queue that keeps what could not be delivered, until somebody sends it again."""

from __future__ import annotations

from os.path import commonprefix
from typing import TYPE_CHECKING, Any

from awacs import sqs as actions
from awacs.aws import Allow, ArnEquals, Condition, PolicyDocument, Principal, Statement
from troposphere import GetAtt, Ref, sqs

from generator.blocks.deploy_permissions import ACCOUNT, Actions, Grant, arns_of
from generator.blocks.metadata import about
from generator.blocks.rule import rule_arn
from generator.blocks.tls_only import only_over_tls

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

RETENTION = 14 * 24 * 60 * 60
"""Seconds that a dead letter is kept: the longest that SQS offers."""

LARGEST = 1_048_576
"""Bytes of a dead letter: as many as SQS accepts, and as EventBridge's largest event.

Written out, since CloudFormation's default has been 256 KiB.
https://aws.amazon.com/blogs/compute/more-room-to-build-serverless-services-now-support-payloads-up-to-1-mb
"""

SUFFIX = "-dead-letters"

_QUEUES = arns_of(f"sqs:*:{ACCOUNT}:")

DEPLOY_GRANTS: Actions = {
    "AWS::SQS::Queue": (
        Grant(
            (
                "sqs:CreateQueue",
                "sqs:DeleteQueue",
                "sqs:GetQueueAttributes",
                "sqs:GetQueueUrl",
                "sqs:ListQueueTags",
                "sqs:SetQueueAttributes",
                "sqs:TagQueue",
                "sqs:UntagQueue",
            ),
            _QUEUES,
        ),
    ),
    "AWS::SQS::QueuePolicy": (Grant(("sqs:SetQueueAttributes",), _QUEUES),),
}


def queue(*, title: str, name: str, tags: Mapping[str, str], key: Any = None) -> sqs.Queue:
    """Build a standard queue: EventBridge accepts no other. ``key`` encrypts it, or else SQS.

    It goes with its stack: kept, its name would be in use when the stack is created again.
    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
    """
    encryption: dict[str, Any] = (
        {"SqsManagedSseEnabled": True} if key is None else {"KmsMasterKeyId": key}
    )
    unless = {"CKV_AWS_27": "Encrypted by SQS itself"} if key is None else {}
    return sqs.Queue(
        title,
        QueueName=f"{name}{SUFFIX}",
        MessageRetentionPeriod=RETENTION,
        MaximumMessageSize=LARGEST,
        # No queue sends its own dead letters here: EventBridge and the state machine do.
        RedriveAllowPolicy={"redrivePermission": "denyAll"},
        DeletionPolicy="Delete",
        UpdateReplacePolicy="Delete",
        **encryption,
        **about("Keeps undelivered events for 14 days.", tags, unless),
    )


MOST_RULES = 20
"""How many rules a policy lists: SQS accepts 8,192 characters.
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-policies.html
"""


def queue_policy(letters: sqs.Queue, *, rules: Sequence[str]) -> sqs.QueuePolicy:
    """Admit rules, given by name; of more than MOST_RULES, all whose names begin as theirs do.

    A state machine's role is admitted by its own policy.

    Whom identity policies of the account allow to write (administrators) is not denied it: they
    could change this policy too, and sending dead letters again needs nobody to write here.
    """
    return sqs.QueuePolicy(
        f"{letters.title}Policy",
        Queues=[Ref(letters)],
        PolicyDocument=PolicyDocument(
            Version="2012-10-17", Statement=list(_statements(GetAtt(letters, "Arn"), rules))
        ),
        **about("Allows this rule to send, over TLS only."),
    )


def _statements(arn: Any, rules: Sequence[str]) -> Iterator[Statement]:
    if len(rules) > MOST_RULES:
        rules = [f"{commonprefix(rules)}*"]  # noqa: RUF071  (of characters, as it is said)
    arns = [rule_arn(name) for name in rules]
    yield Statement(
        Sid="RuleMaySend",
        Effect=Allow,
        Principal=Principal("Service", "events.amazonaws.com"),
        Action=[actions.SendMessage],
        Resource=[arn],
        Condition=Condition(ArnEquals({"aws:SourceArn": arns if len(arns) > 1 else arns[0]})),
    )
    yield only_over_tls([actions.Action("*")], arn)
