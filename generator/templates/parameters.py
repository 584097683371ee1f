"""The CloudFormation parameters of a stack: what differs by account or is tuned later."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from troposphere import Parameter

from generator.params import choices as c
from generator.params import values as v
from generator.params.naming import (
    NEW_FINDINGS_ONLY,
    RULES_ENABLED,
    WORKSPACE,
    channel_parameter,
    list_parameter,
    team_parameter,
    tenant_parameter,
)
from generator.params.teams import Teams
from generator.routing.event_pattern import only_new, tunable
from generator.routing.fields import fields_of
from generator.routing.rule_parts import known_texts

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from generator.params import Channel, Route, Settings

Kind = Literal[
    "workspace",
    "channel",
    "teams",
    "severity",
    "compliance",
    "new_only",
    "rules",
    "home_account",
    "home_region",
    "organization",
    "forwarding",
    "boundary",
    "other",
]


class StackParameter(NamedTuple):
    """A parameter, what it is about, and how the console shows it.

    ``owner`` is the route or channel it belongs to, or an empty text.
    """

    kind: Kind
    owner: str
    label: str
    parameter: Parameter


def stack_parameters(settings: Settings) -> list[StackParameter]:
    """Return the parameters of a home's stack in the order in which the console asks for them."""
    pause = StackParameter("rules", "", "Rules enabled (false: paused)", _rules_enabled(settings))
    return [*_slack(settings), *_teams(settings), *_filters(settings), pause]


def _slack(settings: Settings) -> Iterator[StackParameter]:
    channels = _configured(settings, "slack")
    if channels:
        yield StackParameter("workspace", "", "Slack workspace ID", _workspace(settings))
    for name, channel in channels.items():
        label = f"Slack channel ID ({name})"
        yield StackParameter("channel", name, label, _channel(name, channel))


def _teams(settings: Settings) -> Iterator[StackParameter]:
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


def _tenant(name: str, teams: Teams) -> Parameter:
    return Parameter(
        tenant_parameter(name),
        Type="String",
        Description=(
            f"ID of the Microsoft tenant for {name}, such as 0123abcd-45ef-67ab-89cd-0123456789ab:"
            " tenantId in the channel's link. First authorize Teams, once per AWS account: console"
            " of Amazon Q Developer in chat applications, Microsoft Teams, Configure client. To"
            " change it, delete the stack and create it again: an update would replace the chat"
            " configuration, and AWS allows one for each channel"
        ),
        AllowedPattern=v.UUID,
        ConstraintDescription="must be the tenantId of the channel's link",
        **_default(teams.tenant_id),
    )


def _team(name: str, teams: Teams) -> Parameter:
    return Parameter(
        team_parameter(name),
        Type="String",
        Description=(
            f"ID of the team for {name}, such as 0123abcd-45ef-67ab-89cd-0123456789ab: groupId in"
            " the channel's link. The app Amazon Q Developer must be in the team. To change it,"
            " delete the stack and create it again: an update would replace the chat configuration,"
            " and AWS allows one for each channel"
        ),
        AllowedPattern=v.UUID,
        ConstraintDescription="must be the groupId of the channel's link",
        **_default(teams.team_id),
    )


def _teams_channel(name: str, teams: Teams) -> Parameter:
    return Parameter(
        channel_parameter(name),
        Type="String",
        Description=(
            f"ID of the Teams channel for {name}, such as 19%3aabc%40thread.tacv2: in the channel's"
            " link, after /l/channel/, with %3a for : and %40 for @. A private channel does not"
            " work"
        ),
        AllowedPattern=v.TEAMS_CHANNEL,
        MaxLength=256,
        ConstraintDescription="must be the ID in the channel's link, with %3a and %40",
        **_default(teams.channel_id),
    )


def _workspace(settings: Settings) -> Parameter:
    return Parameter(
        WORKSPACE,
        Type="String",
        Description=(
            "ID of the Slack workspace, such as T0123ABCD. First authorize the workspace, once"
            " per AWS account: console of Amazon Q Developer in chat applications, Slack,"
            " Configure client. The ID is then shown there. To change it, delete the"
            " stack and create it again: an update would replace the chat configuration, and AWS"
            " allows one for each Slack channel."
        ),
        AllowedPattern=v.WORKSPACE,
        ConstraintDescription="must be capital letters and digits, such as T0123ABCD",
        **_default(settings.slack.workspace_id),
    )


def _channel(name: str, channel: Channel) -> Parameter:
    return Parameter(
        channel_parameter(name),
        Type="String",
        Description=(
            f"ID of the Slack channel for {name}, such as C0123ABCD: the last part of the"
            " channel's link. In a private channel, first invite the app: /invite @Amazon Q"
        ),
        AllowedPattern=v.CHANNEL,
        MaxLength=256,
        ConstraintDescription="must be letters and digits, such as C0123ABCD, not the name",
        **_default(channel.channel_id),
    )


def _filters(settings: Settings) -> Iterator[StackParameter]:
    for route in settings.routes:
        for key, values in tunable(route.match, route.source).items():
            yield _list(route, key, values)
    if any(only_new(route) for route in settings.routes):
        label = "Notify only of NEW findings"
        yield StackParameter("new_only", "", label, _new_findings_only(settings))


def _list(route: Route, key: str, values: tuple[str, ...]) -> StackParameter:
    known = known_texts(key, route.source)
    what = "severities" if key == "severity" else "compliance statuses"
    parameter = Parameter(
        list_parameter(route.name, key),
        Type="CommaDelimitedList",
        Description=(
            f"Findings of these {what} notify (route {route.name}): a comma-separated list of"
            f" {', '.join(known)}. Example: {','.join(values)}{_absent(route, key)}"
        ),
        Default=",".join(values),
        AllowedPattern=list_pattern(known),
        ConstraintDescription=f"must be a comma-separated list of {', '.join(known)}",
    )
    return StackParameter(
        "severity" if key == "severity" else "compliance",
        route.name,
        f"{what.capitalize()} ({route.name})",
        parameter,
    )


def list_pattern(words: Sequence[str]) -> str:
    """Return what each item of a list matches, and the list as a whole too.

    CloudFormation tries each item (its announcement of 27 December 2022); Service Catalog's console
    documents that the entire value must match.
    https://docs.aws.amazon.com/servicecatalog/latest/dg/API_ParameterConstraints.html
    """
    word = f"({'|'.join(words)})"
    return f"^ *{word}( *, *{word})* *$"


def _absent(route: Route, key: str) -> str:
    """Say what the list does not govern."""
    if fields_of(route.source)[key].absent not in getattr(route.match, key):
        return ""
    return ". Findings without a compliance status always notify, whatever is listed here"


_HANDLED: dict[c.Source, tuple[str, str]] = {
    "security_hub_cspm": ("workflow status is NEW", "NOTIFIED, SUPPRESSED or RESOLVED"),
    "security_hub": ("status is New", "In Progress, Suppressed or Resolved"),
}
"""What a finding is before anybody has dealt with it, and then, in each product's words."""


def _new_findings_only(settings: Settings) -> Parameter:
    governed = [route for route in settings.routes if only_new(route)]
    names = [route.name for route in governed]
    sources = dict.fromkeys(route.source for route in governed)
    old = "security_hub_cspm" in sources
    new = " or ".join(_HANDLED[source][0] for source in sources)
    silent = ", or ".join(_HANDLED[source][1] for source in sources)
    return Parameter(
        NEW_FINDINGS_ONLY,
        Type="String",
        Description=(
            f"true: only findings whose {new} notify; setting a finding"
            f" to {silent} silences it. false: any {'workflow ' if old else ''}status."
            " Applies to the routes:"
            f" {', '.join(names)}"
        ),
        AllowedValues=["true", "false"],
        Default="true",
        ConstraintDescription="must be true or false",
    )


def _rules_enabled(settings: Settings) -> Parameter:
    digests = bool(settings.digests)
    return Parameter(
        RULES_ENABLED,
        Type="String",
        Description=(
            f"true: findings notify{', and digests are sent' if digests else ''}. false: pause. The"
            f" EventBridge rules that send findings{' and the schedules' if digests else ''} are"
            " disabled; nothing is deleted, and alarms are still sent. What happens in a pause is"
            " not kept and not sent later: a finding that stays open notifies with its next update,"
            " others do not"
        ),
        AllowedValues=["true", "false"],
        Default="true",
        ConstraintDescription="must be true or false",
    )


def _default(value: str | None) -> dict[str, str]:
    return {} if value is None else {"Default": value}
