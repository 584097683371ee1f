"""``channels``: where messages are shown."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from generator.params import choices as c
from generator.params import values as v
from generator.params.base import Model

MOST_CHANNELS = 5
"""Of one route: its alarms have an action for each, and CloudWatch accepts five.
https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
"""


def _listed(value: Any) -> Any:
    return (value,) if isinstance(value, str) else value


_Names = Annotated[tuple[v.Name, ...], Field(min_length=1, max_length=MOST_CHANNELS)]
ChannelNames = Annotated[_Names, BeforeValidator(_listed, json_schema_input_type=v.Name | _Names)]
"""The name of a channel, or a list of several."""


class Slack(Model):
    """The Slack side."""

    workspace_id: v.WorkspaceId | None = Field(
        None, description="Slack workspace ID: the default of the parameter SlackWorkspaceId."
    )


class Channel(Model):
    """One Slack channel."""

    channel_id: v.ChannelId | None = Field(
        None, description="Slack channel ID: the default of the channel's parameter."
    )
    logging: c.Logging = Field(
        "ERROR",
        description="What the chat service logs. Messages that it could not deliver appear"
        " only in its log.",
    )
    guardrail_policies: Annotated[tuple[v.Policy, ...], Field(min_length=1)] = Field(
        ("CloudWatchReadOnlyAccess",),
        description="Upper limit of what channel members can do: names or ARNs of managed"
        " policies. Never empty, since AWS then applies AdministratorAccess.",
    )
