"""An SNS topic, to which only its publishers are admitted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from awacs import sns as actions
from awacs.aws import Allow, ArnLike, Condition, PolicyDocument, Principal, Statement
from troposphere import Ref, Sub, sns

from generator.blocks.deploy_permissions import ACCOUNT, ROLES, Actions, Grant, arns_of
from generator.blocks.metadata import about
from generator.blocks.tls_only import only_over_tls

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from generator.blocks.logical_ids import LogicalIds

_TOPICS = arns_of(f"sns:*:{ACCOUNT}:")

DEPLOY_GRANTS: Actions = {
    "AWS::SNS::Topic": (
        Grant(
            (
                "sns:CreateTopic",
                "sns:DeleteTopic",
                "sns:GetDataProtectionPolicy",
                "sns:GetTopicAttributes",
                "sns:ListSubscriptionsByTopic",
                "sns:ListTagsForResource",
                "sns:SetTopicAttributes",
                "sns:TagResource",
                "sns:UntagResource",
            ),
            _TOPICS,
        ),
        # This cannot be narrowed.
        # https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsns.html
        Grant(("sns:Unsubscribe",)),
        Grant(("iam:GetRole",), ROLES),
        Grant(("iam:PassRole",), ROLES, passed_to=("sns.amazonaws.com",)),
    ),
    "AWS::SNS::TopicPolicy": (Grant(("sns:SetTopicAttributes",), _TOPICS),),
}


class Publisher(NamedTuple):
    """A service that a topic's policy admits, and what the policy's metadata says of it."""

    name: str
    principal: Principal
    why: str
    condition: Condition | None = None


EVENTBRIDGE = Publisher(
    "EventBridge",
    Principal("Service", "events.amazonaws.com"),
    "What the console adds by itself: EventBridge is the only service that may publish.",
)
"""No condition: EventBridge's documentation named conditions here as unsupported until 2023 and
has been silent since.
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html
"""


def cloudwatch_alarms(name: str) -> Publisher:
    """Return CloudWatch, for alarms of this account and region whose names begin with ``name``.

    https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html
    """
    mine = f"arn:${{AWS::Partition}}:cloudwatch:${{AWS::Region}}:${{AWS::AccountId}}:alarm:{name}-*"
    return Publisher(
        "CloudWatch",
        Principal("Service", "cloudwatch.amazonaws.com"),
        "Only the alarms of this deployment may publish.",
        Condition(ArnLike({"aws:SourceArn": Sub(mine)})),
    )


class Topic(NamedTuple):
    """A standard topic and its access policy."""

    topic: sns.Topic
    policy: sns.TopicPolicy


def topic(  # noqa: PLR0913  (the properties of a topic)
    *,
    ids: LogicalIds,
    name: str,
    display_name: str,
    publishers: Sequence[Publisher],
    why: str,
    tags: Mapping[str, str],
    key: Any = None,
    logging_role: Any = None,
) -> Topic:
    """Build the topic; ``key`` encrypts it, ``logging_role`` logs its deliveries.

    Of services, only ``publishers`` may publish. A role of the same account needs no statement:
    its own policy admits it.
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
    """
    optional: dict[str, Any] = {"KmsMasterKeyId": key} if key is not None else {}
    if logging_role is not None:
        optional["DeliveryStatusLogging"] = [_log_deliveries(logging_role)]
    resource = sns.Topic(
        ids.topic,
        TopicName=name,
        DisplayName=display_name,
        **optional,
        **about(why, tags, {"CKV_AWS_26": "encryption: none"} if key is None else {}),
    )
    statements = [
        *(_may_publish(publisher, resource) for publisher in publishers),
        only_over_tls([actions.Publish], Ref(resource)),
    ]
    admits = publishers[0].why if publishers else "No service may publish; the state machine does."
    return Topic(resource, _policy(ids.topic_policy, resource, statements, admits))


def _log_deliveries(role: Any) -> sns.LoggingConfig:
    # The chat service's endpoint is HTTPS, so its deliveries are logged under http/s.
    # https://docs.aws.amazon.com/sns/latest/dg/sns-topic-attributes.html
    return sns.LoggingConfig(
        Protocol="http/s",
        SuccessFeedbackRoleArn=role,
        FailureFeedbackRoleArn=role,
        SuccessFeedbackSampleRate="100",
    )


def _may_publish(publisher: Publisher, resource: sns.Topic) -> Statement:
    narrowed = {"Condition": publisher.condition} if publisher.condition else {}
    return Statement(
        Sid=f"{publisher.name}MayPublish",
        Effect=Allow,
        Principal=publisher.principal,
        Action=[actions.Publish],
        Resource=[Ref(resource)],
        **narrowed,
    )


def _policy(
    title: str, resource: sns.Topic, statements: Sequence[Statement], why: str
) -> sns.TopicPolicy:
    return sns.TopicPolicy(
        title,
        Topics=[Ref(resource)],
        PolicyDocument=PolicyDocument(Version="2012-10-17", Statement=list(statements)),
        **about(why),
    )
