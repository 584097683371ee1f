"""``channels``: where messages are shown."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from generator.cloudformation.limits import MOST_ALARM_ACTIONS
from generator.params import choices as c
from generator.params import values as v
from generator.params.base import Model
from generator.params.teams import TeamsOrLink


def _listed(value: Any) -> Any:
    return (value,) if isinstance(value, str) else value


# The alarms of a route have an action for each of its channels.
_Names = Annotated[tuple[v.Name, ...], Field(min_length=1, max_length=MOST_ALARM_ACTIONS)]
ChannelNames = Annotated[_Names, BeforeValidator(_listed, json_schema_input_type=v.Name | _Names)]
"""The name of a channel, or a list of several."""


class Slack(Model):
    """The Slack side."""

    workspace_id: v.WorkspaceId | None = Field(
        None, description="Slack workspace ID: the default of the parameter SlackWorkspaceId."
    )


class Channel(Model):
    """A channel of Slack or Microsoft Teams, or addresses of e-mail."""

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
    configuration: c.Configuration = Field(
        "new",
        description="existing: the channel has a chat configuration already, and the guide says"
        " how to add this file's topics to it. AWS allows one for each channel in an account.",
    )
    topics: tuple[v.TopicArn, ...] = Field(
        (), description="ARNs of further topics to show in the channel, in any region."
    )
    buttons: Annotated[tuple[c.Button, ...], Field(max_length=3)] = Field(
        (),
        description="Buttons below summaries, which set the finding's workflow: suppress, resolve,"
        " notified. Every member of the channel can press them.",
    )
    teams: TeamsOrLink | None = Field(
        None, description="A channel of Microsoft Teams, in place of Slack: its link, or its IDs."
    )
    emails: Annotated[tuple[v.Email, ...], Field(min_length=1)] | None = Field(
        None, description="Addresses of e-mail, in place of a chat channel."
    )

    @property
    def kind(self) -> c.ChannelKind:
        """Where its messages are shown."""
        if self.emails:
            return "email"
        return "teams" if self.teams else "slack"

    @property
    def is_configured(self) -> bool:
        """Whether the stack makes a chat configuration for it."""
        return self.kind != "email" and self.configuration == "new"
