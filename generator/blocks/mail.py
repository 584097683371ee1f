"""A mailbox that gets a topic's messages, once its owner has confirmed the subscription.

https://docs.aws.amazon.com/sns/latest/dg/sns-email-notifications.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from troposphere import sns

from generator.blocks.deploy_permissions import ACCOUNT, Actions, Grant, arns_of
from generator.blocks.metadata import about

if TYPE_CHECKING:
    from troposphere import AWSObject

DEPLOY_GRANTS: Actions = {
    "AWS::SNS::Subscription": (
        Grant(("sns:Subscribe",), arns_of(f"sns:*:{ACCOUNT}:")),
        # These cannot be narrowed to a topic.
        # https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsns.html
        Grant(
            ("sns:GetSubscriptionAttributes", "sns:SetSubscriptionAttributes", "sns:Unsubscribe")
        ),
    ),
}


def mail_subscription(*, title: str, topic: Any, address: str) -> AWSObject:
    """Build the subscription: SNS asks the address to confirm it, and sends nothing before."""
    return sns.SubscriptionResource(
        title,
        TopicArn=topic,
        Protocol="email",
        Endpoint=address,
        **about("Sends the topic's messages to this address, once it has confirmed."),
    )
