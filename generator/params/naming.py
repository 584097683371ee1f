"""How names in a params file become names in a template and in AWS."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from generator.cloudformation.limits import LONGEST_ACTION_NAME, LONGEST_REGION

if TYPE_CHECKING:
    from generator.params.choices import Button, Source

WORKSPACE = "SlackWorkspaceId"
NEW_FINDINGS_ONLY = "NewFindingsOnly"
RULES_ENABLED = "RulesEnabled"
HOME_ACCOUNT = "HomeAccountId"
HOME_REGION = "HomeRegion"
ORGANIZATION = "OrganizationId"
FORWARDING = "Forwarding"
TO_HOME = "to-home"
"""Is in the names of what forwards where those of a route have the route's name."""
FORWARDED_ALARMS = "forwarded-alarms"
SHARED, MARKER = "shared", "marker"
"""Begin the names of what routes share, and of what marks findings."""
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


def action_name(deployment: str, region: str, button: Button, source: Source) -> str:
    """Return the name of a button's custom action.

    It has the Region, since such a name is unique in an account although a stack is regional.
    """
    name = f"{deployment}-{region}-{button}"
    match source:
        case "security_hub_cspm":
            return name
        case "security_hub":
            return f"{name}-v2"
        case _:
            assert_never(source)


def action_name_excess(deployment: str, button: Button, source: Source) -> int:
    """Return how many characters a deployment's name has too many for a button; 0 if it fits.

    It fits in every Region, since a file does not always say where it is deployed.
    """
    longest = action_name(deployment, "x" * LONGEST_REGION, button, source)
    return max(0, len(longest) - LONGEST_ACTION_NAME)
