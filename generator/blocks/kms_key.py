"""The KMS key that encrypts topics, queues and logs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from awacs import kms as actions
from awacs.aws import (
    Allow,
    ArnEquals,
    ArnLike,
    Condition,
    PolicyDocument,
    Principal,
    Statement,
    StringEquals,
)
from troposphere import AccountId, Sub, kms

from generator.blocks.deploy_permissions import ACCOUNT, Actions, Grant
from generator.blocks.metadata import about

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

DEPLOY_GRANTS: Actions = {
    "AWS::KMS::Key": (
        # A key that does not exist yet has no ARN, and afterwards its name is random.
        Grant(("kms:CreateKey",)),
        # Asked for when the key is created with tags. All else the key's own policy allows.
        Grant(("kms:TagResource",), (f"kms:*:{ACCOUNT}:key/*",)),
    ),
}

_LAUNCH_ROLE = "LaunchRoleDeploys"
_DEPLOYING = (
    "DescribeKey",
    "DisableKey",
    "DisableKeyRotation",
    "EnableKey",
    "EnableKeyRotation",
    "GetKeyPolicy",
    "GetKeyRotationStatus",
    "ListResourceTags",
    "PutKeyPolicy",
    "ScheduleKeyDeletion",
    "UntagResource",
    "UpdateKeyDescription",
)
"""What creating, updating and deleting the key requires after its creation."""


def key(*, description: str, users: Sequence[Statement], tags: Mapping[str, str]) -> kms.Key:
    """Build a key that rotates, outlives its stack, and that ``users`` may use."""
    named = any(user.Sid == _LAUNCH_ROLE for user in users)
    unless = {"CKV_AWS_33": "A condition names the one role that is meant"} if named else {}
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
        **about("Encrypts messages at rest. Kept when the stack is deleted.", tags, unless),
    )


def deploys(role: str) -> Statement:
    """Let a role, given by its name, deploy this key and no other.

    It is named in a condition: a principal must exist, and without Service Catalog it does not.
    https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-overview.html
    """
    arn = f"arn:${{AWS::Partition}}:iam::${{AWS::AccountId}}:role/{role}"
    return Statement(
        Sid=_LAUNCH_ROLE,
        Effect=Allow,
        Principal=Principal("AWS", "*"),
        Action=[actions.Action(verb) for verb in _DEPLOYING],
        Resource=["*"],
        Condition=Condition(
            [
                ArnEquals({"aws:PrincipalArn": Sub(arn)}),
                StringEquals({"kms:CallerAccount": AccountId}),
            ]
        ),
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
