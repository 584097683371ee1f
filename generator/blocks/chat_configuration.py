"""The chat configuration of one Slack channel (AWS Chatbot, now Amazon Q Developer)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from awacs import cloudwatch
from awacs.aws import Allow, Statement
from troposphere import GetAtt, Sub, chatbot, iam

from generator.blocks.deploy_permissions import ACCOUNT, ROLES, Actions, Grant, arns_of
from generator.blocks.metadata import about
from generator.blocks.service_role import service_role

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from generator.blocks.logical_ids import LogicalIds

_CONFIGURATIONS = arns_of(f"chatbot::{ACCOUNT}:chat-configuration/slack-channel/")
_SERVICE_ROLE = (f"iam::{ACCOUNT}:role/aws-service-role/management.chatbot.amazonaws.com/*",)

DEPLOY_GRANTS: Actions = {
    "AWS::Chatbot::SlackChannelConfiguration": (
        # These two cannot be narrowed.
        # https://docs.aws.amazon.com/service-authorization/latest/reference/list_awschatbot.html
        Grant(
            (
                "chatbot:CreateSlackChannelConfiguration",
                "chatbot:DescribeSlackChannelConfigurations",
            )
        ),
        Grant(
            (
                "chatbot:AssociateToConfiguration",
                "chatbot:DeleteSlackChannelConfiguration",
                "chatbot:DisassociateFromConfiguration",
                "chatbot:ListAssociations",
                "chatbot:ListTagsForResource",
                "chatbot:TagResource",
                "chatbot:UntagResource",
                "chatbot:UpdateSlackChannelConfiguration",
            ),
            _CONFIGURATIONS,
        ),
        # The service subscribes itself to the topics.
        Grant(("sns:Subscribe", "sns:Unsubscribe"), arns_of(f"sns:*:{ACCOUNT}:")),
        Grant(("iam:CreateServiceLinkedRole",), _SERVICE_ROLE),
        Grant(("iam:PassRole",), ROLES, passed_to=("chatbot.amazonaws.com",)),
    ),
}


class SlackChannel(NamedTuple):
    """A channel's configuration and the role that it works with."""

    role: iam.Role
    configuration: chatbot.SlackChannelConfiguration


def slack_channel(  # noqa: PLR0913  (the properties of a configuration)
    *,
    ids: LogicalIds,
    name: str,
    workspace: Any,
    channel: Any,
    topics: Sequence[Any],
    logging: str,
    guardrails: Sequence[str],
    role_path: str,
    tags: Mapping[str, str],
) -> SlackChannel:
    """Build the configuration that brings the topics' messages to one channel."""
    role = notification_role(title=ids.chat_role, path=role_path, tags=tags)
    configuration = chatbot.SlackChannelConfiguration(
        ids.chat_configuration,
        ConfigurationName=name,
        SlackWorkspaceId=workspace,
        SlackChannelId=channel,
        SnsTopicArns=list(topics),
        IamRoleArn=GetAtt(role, "Arn"),
        # Unset guardrails mean AdministratorAccess.
        # https://docs.aws.amazon.com/chatbot/latest/adminguide/understanding-permissions.html
        GuardrailPolicies=[_policy_arn(policy) for policy in guardrails],
        LoggingLevel=logging,
        **about("Shows the topics' findings in the Slack channel.", tags),
    )
    return SlackChannel(role, configuration)


def notification_role(*, title: str, path: str, tags: Mapping[str, str]) -> iam.Role:
    """Build the channel's role: what AWS's notification permissions name, read-only.

    https://docs.aws.amazon.com/chatbot/latest/adminguide/chatbot-iam-policies.html
    """
    read_metrics = Statement(
        Effect=Allow,
        Action=[cloudwatch.Action(verb) for verb in ("Describe*", "Get*", "List*")],
        Resource=["*"],
    )
    return service_role(
        title=title,
        service="chatbot.amazonaws.com",
        path=path,
        policy="Notifications",
        statements=[read_metrics],
        why="What the chat service may do: read metrics for notifications, no more.",
        tags=tags,
    )


def _policy_arn(policy: str) -> Any:
    return (
        policy
        if policy.startswith("arn:")
        else Sub(f"arn:${{AWS::Partition}}:iam::aws:policy/{policy}")
    )
