"""Lends the emulator the delivery status logging of AWS::SNS::Topic.

Its resource provider hands the property to CreateTopic as it is, which refuses it; AWS sets one
attribute of the topic for each part of it.
https://docs.aws.amazon.com/sns/latest/api/API_SetTopicAttributes.html
"""

from typing import Any

from localstack.services.sns.resource_providers.aws_sns_topic import SNSTopicProvider

_PREFIXES = {"http/s": "HTTP", "sqs": "SQS", "lambda": "Lambda", "firehose": "Firehose"}
_create = SNSTopicProvider.create


def lend() -> None:
    SNSTopicProvider.create = _create_with_logging


def _create_with_logging(provider: SNSTopicProvider, request: Any) -> Any:
    logging = request.desired_state.pop("DeliveryStatusLogging", [])
    progress = _create(provider, request)
    for one in logging:
        prefix = _PREFIXES[one["Protocol"]]
        for name in one.keys() - {"Protocol"}:
            request.aws_client_factory.sns.set_topic_attributes(
                TopicArn=progress.resource_model["TopicArn"],
                AttributeName=f"{prefix}{name}",
                AttributeValue=one[name],
            )
    return progress
