"""The SNS topic of a route; of AWS's services, EventBridge alone may publish to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from awacs import sns as actions
from awacs.aws import Allow, PolicyDocument, Principal, Statement
from troposphere import Ref, sns

from generator.blocks import about

if TYPE_CHECKING:
    from collections.abc import Mapping


class Topic(NamedTuple):
    """A standard topic and its access policy."""

    topic: sns.Topic
    policy: sns.TopicPolicy


def topic(  # noqa: PLR0913  (the properties of a topic)
    *,
    prefix: str,
    name: str,
    display_name: str,
    tags: Mapping[str, str],
    key: Any = None,
    logging_role: Any = None,
) -> Topic:
    """Build the topic; ``key`` encrypts it, ``logging_role`` logs its deliveries."""
    optional: dict[str, Any] = {"KmsMasterKeyId": key} if key is not None else {}
    if logging_role is not None:
        optional["DeliveryStatusLogging"] = [_log_deliveries(logging_role)]
    made = sns.Topic(
        f"{prefix}Topic",
        TopicName=name,
        DisplayName=display_name,
        **optional,
        **about("Takes findings from the rule; the chat configuration subscribes to it.", tags),
    )
    return Topic(made, _only_eventbridge(prefix, made))


def _log_deliveries(role: Any) -> sns.LoggingConfig:
    # The chat service's endpoint is HTTPS, so its deliveries are logged under http/s.
    # https://docs.aws.amazon.com/sns/latest/dg/sns-topic-attributes.html
    return sns.LoggingConfig(
        Protocol="http/s",
        SuccessFeedbackRoleArn=role,
        FailureFeedbackRoleArn=role,
        SuccessFeedbackSampleRate="100",
    )


def _only_eventbridge(prefix: str, made: sns.Topic) -> sns.TopicPolicy:
    """Let EventBridge publish to this topic, and no other service.

    No condition: EventBridge's documentation named conditions here as unsupported until 2023
    and has been silent since.
    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html
    """
    return sns.TopicPolicy(
        f"{prefix}TopicPolicy",
        Topics=[Ref(made)],
        PolicyDocument=PolicyDocument(
            Version="2012-10-17",
            Statement=[
                Statement(
                    Sid="EventBridgeMayPublish",
                    Effect=Allow,
                    Principal=Principal("Service", "events.amazonaws.com"),
                    Action=[actions.Publish],
                    Resource=[Ref(made)],
                )
            ],
        ),
        **about("What the console adds silently: of all services, EventBridge alone may publish."),
    )
