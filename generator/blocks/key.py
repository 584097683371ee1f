"""The KMS key that encrypts topics, queues and logs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from awacs import kms as actions
from awacs.aws import Allow, ArnLike, Condition, PolicyDocument, Principal, Statement
from troposphere import Sub, kms

from generator.blocks import about
from generator.blocks.needs import ACCOUNT, Actions, Needs

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

ACTIONS: Actions = {
    "AWS::KMS::Key": (
        # A key that does not exist yet has no ARN, and afterwards its name is random.
        Needs(("kms:CreateKey",)),
        Needs(
            (
                "kms:DescribeKey",
                "kms:DisableKey",
                "kms:DisableKeyRotation",
                "kms:EnableKey",
                "kms:EnableKeyRotation",
                "kms:GetKeyPolicy",
                "kms:GetKeyRotationStatus",
                "kms:ListResourceTags",
                "kms:PutKeyPolicy",
                "kms:ScheduleKeyDeletion",
                "kms:TagResource",
                "kms:UntagResource",
                "kms:UpdateKeyDescription",
            ),
            (f"kms:*:{ACCOUNT}:key/*",),
        ),
    ),
}


def key(*, description: str, users: Sequence[Statement], tags: Mapping[str, str]) -> kms.Key:
    """Build a key that rotates, outlives its stack, and that ``users`` may use."""
    return kms.Key(
        "Key",
        Description=description,
        EnableKeyRotation=True,
        # Kept when the stack is deleted, but not when its creation fails and is rolled back.
        DeletionPolicy="RetainExceptOnCreate",
        UpdateReplacePolicy="Retain",
        KeyPolicy=PolicyDocument(
            Version="2012-10-17", Statement=[_administered_by_the_account(), *users]
        ),
        **about("Encrypts messages at rest. Kept when the stack is deleted.", tags),
    )


def services_use(*services: str) -> Statement:
    """Let services write to topics and queues that are encrypted with the key.

    There is no condition on source account or ARN: EventBridge sends none, and would be kept out.
    https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
    """
    return Statement(
        Sid="ServicesUse",
        Effect=Allow,
        Principal=Principal("Service", list(services)),
        Action=[actions.Decrypt, actions.Action("GenerateDataKey*")],
        Resource=["*"],
    )


def logs_use(groups: str) -> Statement:
    """Let CloudWatch Logs encrypt the log groups whose names begin with ``groups``.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
    """
    arn = f"arn:${{AWS::Partition}}:logs:${{AWS::Region}}:${{AWS::AccountId}}:log-group:{groups}*"
    verbs = ("Encrypt", "Decrypt", "ReEncrypt*", "GenerateDataKey*", "Describe*")
    return Statement(
        Sid="LogsUse",
        Effect=Allow,
        Principal=Principal("Service", Sub("logs.${AWS::Region}.amazonaws.com")),
        Action=[actions.Action(verb) for verb in verbs],
        Resource=["*"],
        Condition=Condition(ArnLike({"kms:EncryptionContext:aws:logs:arn": Sub(arn)})),
    )


def _administered_by_the_account() -> Statement:
    return Statement(
        Sid="AccountAdministers",
        Effect=Allow,
        Principal=Principal("AWS", Sub("arn:${AWS::Partition}:iam::${AWS::AccountId}:root")),
        Action=[actions.Action("*")],
        Resource=["*"],
    )
