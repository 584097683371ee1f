"""How names in a params file become names in a template and in AWS."""

from __future__ import annotations

WORKSPACE = "SlackWorkspaceId"
NEW_FINDINGS_ONLY = "NewFindingsOnly"
HOME_ACCOUNT = "HomeAccountId"
HOME_REGION = "HomeRegion"
ORGANIZATION = "OrganizationId"
FORWARDING = "Forwarding"
TO_HOME = "to-home"
"""Is in the names of what forwards where those of a route have the route's name."""
FORWARDED_ALARMS = "forwarded-alarms"
BOUNDARY = "PermissionsBoundary"


def launch_role_name(deployment: str) -> str:
    """Return the one name that the launch role has in every account."""
    return f"SCLaunch-{deployment}"


def logical_id(name: str) -> str:
    """Return ``HighFindings`` for ``high-findings``: the beginning of its logical ids."""
    return "".join(part.capitalize() for part in name.split("-"))


def physical_name(deployment: str, name: str, *, first: bool) -> str:
    """Return a resource's name in AWS.

    The first route and channel keep the deployment's plain name, so that adding a second
    one replaces nothing.
    """
    return deployment if first else f"{deployment}-{name}"


def channel_parameter(channel: str) -> str:
    """Return the name of a channel's parameter."""
    return f"{logical_id(channel)}ChannelId"


def team_parameter(channel: str) -> str:
    """Return the name of the parameter for the team of a channel of Microsoft Teams."""
    return f"{logical_id(channel)}TeamId"


def tenant_parameter(channel: str) -> str:
    """Return the name of the parameter for the tenant of a channel of Microsoft Teams."""
    return f"{logical_id(channel)}TenantId"


def list_parameter(route: str, key: str) -> str:
    """Return the name of the parameter for one of a route's lists."""
    suffix = {"severity": "Severities", "compliance": "ComplianceStatuses"}[key]
    return f"{logical_id(route)}{suffix}"


def alarm_topic_prefix(channel: str) -> str:
    """Return the beginning of the logical ids of a channel's alarm topic."""
    return f"{logical_id(channel)}Alarm"
