"""``topic``: what all SNS topics of a file have in common."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import ConfigDict, Field, StrictInt
from pydantic.alias_generators import to_camel

from generator.params import values as v
from generator.params.base import Model

_Delay = Annotated[StrictInt, Field(ge=1, le=3600)]
_Retries = Annotated[StrictInt, Field(ge=0, le=100)]


class SnsModel(Model):
    """In SNS's own words, since it is passed to SNS unchanged."""

    model_config = ConfigDict(alias_generator=to_camel)


class RetryPolicy(SnsModel):
    """Delays in seconds (docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html)."""

    min_delay_target: _Delay | None = None
    max_delay_target: _Delay | None = None
    num_retries: _Retries | None = None
    num_no_delay_retries: _Retries | None = None
    num_min_delay_retries: _Retries | None = None
    num_max_delay_retries: _Retries | None = None
    backoff_function: Literal["arithmetic", "exponential", "geometric", "linear"] | None = None


class ThrottlePolicy(SnsModel):
    """How fast SNS may deliver."""

    max_receives_per_second: Annotated[StrictInt, Field(ge=1)]


class HttpDelivery(SnsModel):
    """SNS's delivery policy for HTTPS subscriptions, of which the chat service's is one."""

    default_healthy_retry_policy: RetryPolicy | None = None
    disable_subscription_overrides: v.Flag | None = None
    default_throttle_policy: ThrottlePolicy | None = None


class DeliveryPolicy(SnsModel):
    """How SNS delivers to the subscriptions of a topic, by their protocol."""

    http: HttpDelivery


class Topic(Model):
    """What all topics of the file have in common."""

    display_name: (
        Annotated[str, Field(pattern=v.PRINTABLE_ASCII, min_length=1, max_length=100)] | None
    ) = Field(None, description="Display name of the topics; left out, the name.")
    delivery_policy: DeliveryPolicy | None = Field(
        None,
        description="Delivery retry policy, as SNS defines it. CloudFormation cannot set it on a"
        " topic: the guide has the command that does.",
    )
    delivery_status_logging: v.Flag = Field(
        default=False, description="true: SNS logs each delivery to CloudWatch Logs."
    )
