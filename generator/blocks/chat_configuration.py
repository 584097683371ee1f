"""The chat configuration of one Slack channel (AWS Chatbot, now Amazon Q Developer)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from awacs import cloudwatch
from awacs.aws import Allow, Statement
from troposphere import AWSObject, Sub, chatbot, iam

from generator.blocks.deploy_permissions import ACCOUNT, ROLES, Actions, Grant, arns_of
from generator.blocks.metadata import about
from generator.blocks.service_role import service_role

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from generator.blocks.logical_ids import LogicalIds

_SLACK = arns_of(f"chatbot::{ACCOUNT}:chat-configuration/slack-channel/")
_TEAMS = arns_of(f"chatbot::{ACCOUNT}:chat-configuration/microsoft-teams-channel/")
_SERVICE_ROLE = (f"iam::{ACCOUNT}:role/aws-service-role/management.chatbot.amazonaws.com/*",)


def _grants(kind: str, reading: Sequence[str], own: tuple[str, ...]) -> tuple[Grant, ...]:
    """Return what deploying a configuration requires; ``reading`` lists all of them."""
    return (
        # These cannot be narrowed.
        # https://docs.aws.amazon.com/service-authorization/latest/reference/list_awschatbot.html
        # https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsns.html
        Grant(
            (
                f"chatbot:Create{kind}",
                *reading,
                "chatbot:ListTagsForResource",
                "chatbot:TagResource",
                "chatbot:UntagResource",
                "sns:Unsubscribe",
            )
        ),
        Grant(
            (
                "chatbot:AssociateToConfiguration",
                f"chatbot:Delete{kind}",
                "chatbot:DisassociateFromConfiguration",
                "chatbot:ListAssociations",
                f"chatbot:Update{kind}",
            ),
            own,
        ),
        # The service subscribes itself to the topics.
        Grant(("sns:Subscribe",), arns_of(f"sns:*:{ACCOUNT}:")),
        Grant(("iam:CreateServiceLinkedRole",), _SERVICE_ROLE),
        Grant(("iam:PassRole",), ROLES, passed_to=("chatbot.amazonaws.com",)),
    )


DEPLOY_GRANTS: Actions = {
    "AWS::Chatbot::SlackChannelConfiguration": _grants(
        "SlackChannelConfiguration", ("chatbot:DescribeSlackChannelConfigurations",), _SLACK
    ),
    "AWS::Chatbot::MicrosoftTeamsChannelConfiguration": _grants(
        "MicrosoftTeamsChannelConfiguration",
        (
            "chatbot:GetMicrosoftTeamsChannelConfiguration",
            "chatbot:ListMicrosoftTeamsChannelConfigurations",
        ),
        _TEAMS,
    ),
}


def slack_channel(*, workspace: Any, channel: Any, **shared: Any) -> AWSObject:
    """Build what brings the topics' messages to a Slack channel; ``shared``: see chat_channel."""
    ids = {"SlackWorkspaceId": workspace, "SlackChannelId": channel}
    return chat_channel(chatbot.SlackChannelConfiguration, ids, shown_in="Slack", **shared)


def teams_channel(*, tenant: Any, team: Any, channel: Any, **shared: Any) -> AWSObject:
    """Build what brings the topics' messages to a channel of Microsoft Teams."""
    ids = {"TeamsTenantId": tenant, "TeamId": team, "TeamsChannelId": channel}
    return chat_channel(chatbot.MicrosoftTeamsChannelConfiguration, ids, shown_in="Teams", **shared)


def chat_channel(  # noqa: PLR0913  (the properties of a configuration)
    kind: type[AWSObject],
    channel: Mapping[str, Any],
    *,
    shown_in: str,
    ids: LogicalIds,
    name: str,
    topics: Sequence[Any],
    logging: str,
    guardrails: Sequence[str],
    role: Any,
    tags: Mapping[str, str],
    customizations: Sequence[Any] = (),
    guardrail_arns: Sequence[Any] = (),
) -> AWSObject:
    """Build a configuration of a kind; ``channel`` has the properties that name the channel.

    ``role`` is the ARN of what ``notification_role`` builds. ``customizations`` are ARNs of the
    channel's buttons; ``guardrail_arns`` are in addition to the ``guardrails``.
    """
    # The schema's patterns of these two begin with arn:aws: whatever the partition is.
    limits = [*(_policy_arn(policy) for policy in guardrails), *guardrail_arns]
    buttons = {"CustomizationResourceArns": list(customizations)} if customizations else {}
    return kind(
        ids.chat_configuration,
        ConfigurationName=name,
        **channel,
        SnsTopicArns=list(topics),
        IamRoleArn=role,
        # Unset guardrails mean AdministratorAccess.
        # https://docs.aws.amazon.com/chatbot/latest/adminguide/understanding-permissions.html
        GuardrailPolicies=limits,
        LoggingLevel=logging,
        **buttons,
        **about(f"Shows the topics' findings in the {shown_in} channel.", tags),
    )


def notification_role(
    *, title: str, path: str, tags: Mapping[str, str], statements: Sequence[Statement] = ()
) -> iam.Role:
    """Build the channel's role: what AWS's notification permissions name, read-only.

    ``statements`` are what its buttons do in addition.
    https://docs.aws.amazon.com/chatbot/latest/adminguide/chatbot-iam-policies.html
    """
    read_metrics = Statement(
        Effect=Allow,
        Action=[cloudwatch.Action(verb) for verb in ("Describe*", "Get*", "List*")],
        Resource=["*"],
    )
    also = ", and what its buttons do" if statements else ""
    return service_role(
        title=title,
        service="chatbot.amazonaws.com",
        path=path,
        policy="Notifications",
        statements=[read_metrics, *statements],
        why=f"What the chat service may do: read metrics for notifications{also}, no more.",
        tags=tags,
    )


def _policy_arn(policy: str) -> Any:
    return (
        policy
        if policy.startswith("arn:")
        else Sub(f"arn:${{AWS::Partition}}:iam::aws:policy/{policy}")
    )
