"""The KMS key that encrypts the topics."""

from __future__ import annotations

from typing import TYPE_CHECKING

from awacs import kms as actions
from awacs.aws import Allow, PolicyDocument, Principal, Statement
from troposphere import Sub, kms

from generator.blocks import about
from generator.blocks.needs import ACCOUNT, Actions, Needs

if TYPE_CHECKING:
    from collections.abc import Mapping

# The chat service's need of the key is disputed; granting it is harmless.
_SERVICES = ("events.amazonaws.com", "chatbot.amazonaws.com")

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


def key(*, description: str, tags: Mapping[str, str]) -> kms.Key:
    """Build a key that rotates, outlives its stack, and that the services on the way may use.

    The services' statement has no condition on source account or ARN: EventBridge sends none
    to encrypted topics, and would be kept out.
    https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
    """
    return kms.Key(
        "Key",
        Description=description,
        EnableKeyRotation=True,
        # Kept when the stack is deleted, but not when its creation fails and is rolled back.
        DeletionPolicy="RetainExceptOnCreate",
        UpdateReplacePolicy="Retain",
        KeyPolicy=PolicyDocument(
            Version="2012-10-17", Statement=[_administered_by_the_account(), _used_by_services()]
        ),
        **about("Encrypts the topics. Kept when the stack is deleted.", tags),
    )


def _administered_by_the_account() -> Statement:
    return Statement(
        Sid="AccountAdministers",
        Effect=Allow,
        Principal=Principal("AWS", Sub("arn:${AWS::Partition}:iam::${AWS::AccountId}:root")),
        Action=[actions.Action("*")],
        Resource=["*"],
    )


def _used_by_services() -> Statement:
    return Statement(
        Sid="ServicesUse",
        Effect=Allow,
        Principal=Principal("Service", list(_SERVICES)),
        Action=[actions.Decrypt, actions.Action("GenerateDataKey*")],
        Resource=["*"],
    )
