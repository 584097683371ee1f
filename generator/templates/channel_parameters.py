"""The CloudFormation parameters that say which channels of Slack and Teams are meant, by ids."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from troposphere import Parameter

from generator.params import values as v
from generator.params.naming import (
    WORKSPACE,
    channel_parameter,
    team_parameter,
    tenant_parameter,
)
from generator.params.teams import Teams
from generator.templates.parameters import StackParameter

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.params import Channel, Settings
    from generator.params import choices as c

_ONE_EACH = (
    "To change it, delete the stack and create it again: an update would replace the chat"
    " configuration, and AWS allows one for each"
)


def channel_parameters(settings: Settings) -> Iterator[StackParameter]:
    """Yield the ids of what the stack makes chat configurations for: Slack first, then Teams."""
    slack = _configured(settings, "slack")
    if slack:
        yield StackParameter("workspace", "", "Slack workspace ID", _workspace(settings))
    for name, channel in slack.items():
        label = f"Slack channel ID ({name})"
        yield StackParameter("channel", name, label, _slack_channel(name, channel))
    for name, channel in _configured(settings, "teams").items():
        teams = channel.teams or Teams()
        for label, parameter in (
            ("Tenant ID", _tenant(name, teams)),
            ("Team ID", _team(name, teams)),
            ("Channel ID", _teams_channel(name, teams)),
        ):
            yield StackParameter("teams", name, f"{label} ({name})", parameter)


def _configured(settings: Settings, kind: c.ChannelKind) -> dict[str, Channel]:
    """Return the channels of a kind whose chat configuration is ours."""
    return {
        name: channel
        for name, channel in settings.channels.items()
        if channel.is_configured and channel.kind == kind
    }


def _workspace(settings: Settings) -> Parameter:
    return _id(
        WORKSPACE,
        settings.slack.workspace_id,
        Description=(
            "ID of the Slack workspace, such as T0123ABCD. First authorize the workspace, once"
            " per AWS account: console of Amazon Q Developer in chat applications, Slack,"
            f" Configure client. The ID is then shown there. {_ONE_EACH} Slack channel."
        ),
        AllowedPattern=v.WORKSPACE,
        ConstraintDescription="must be capital letters and digits, such as T0123ABCD",
    )


def _slack_channel(name: str, channel: Channel) -> Parameter:
    return _id(
        channel_parameter(name),
        channel.channel_id,
        Description=(
            f"ID of the Slack channel for {name}, such as C0123ABCD: the last part of the"
            " channel's link. In a private channel, first invite the app: /invite @Amazon Q"
        ),
        AllowedPattern=v.CHANNEL,
        MaxLength=256,
        ConstraintDescription="must be letters and digits, such as C0123ABCD, not the name",
    )


def _tenant(name: str, teams: Teams) -> Parameter:
    return _id(
        tenant_parameter(name),
        teams.tenant_id,
        Description=(
            f"ID of the Microsoft tenant for {name}, such as 0123abcd-45ef-67ab-89cd-0123456789ab:"
            " tenantId in the channel's link. First authorize Teams, once per AWS account: console"
            " of Amazon Q Developer in chat applications, Microsoft Teams, Configure client."
            f" {_ONE_EACH} channel"
        ),
        AllowedPattern=v.UUID,
        ConstraintDescription="must be the tenantId of the channel's link",
    )


def _team(name: str, teams: Teams) -> Parameter:
    return _id(
        team_parameter(name),
        teams.team_id,
        Description=(
            f"ID of the team for {name}, such as 0123abcd-45ef-67ab-89cd-0123456789ab: groupId in"
            " the channel's link. The app Amazon Q Developer must be in the team."
            f" {_ONE_EACH} channel"
        ),
        AllowedPattern=v.UUID,
        ConstraintDescription="must be the groupId of the channel's link",
    )


def _teams_channel(name: str, teams: Teams) -> Parameter:
    return _id(
        channel_parameter(name),
        teams.channel_id,
        Description=(
            f"ID of the Teams channel for {name}, such as 19%3aabc%40thread.tacv2: in the channel's"
            " link, after /l/channel/, with %3a for : and %40 for @. A private channel does not"
            " work"
        ),
        AllowedPattern=v.TEAMS_CHANNEL,
        MaxLength=256,
        ConstraintDescription="must be the ID in the channel's link, with %3a and %40",
    )


def _id(title: str, given: str | None, **properties: Any) -> Parameter:
    """Build the parameter of an id; what the params file gives is its default."""
    default = {} if given is None else {"Default": given}
    return Parameter(title, Type="String", **properties, **default)
