"""``standalone.yaml``: one account, one region, uploaded in the CloudFormation console."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

from generator.params.choices import ChannelKind
from generator.templates.home import home
from generator.templates.skeleton import new_template

if TYPE_CHECKING:
    from troposphere import Template

    from generator.params import Settings


def wanted(_: Settings) -> bool:
    """Whether a params file has this template: each has."""
    return True


def build(settings: Settings) -> Template:
    """Build the template: a home and nothing else."""
    parts = home(settings)
    template = new_template(
        description=settings.description,
        architecture=architecture(settings),
        parameters=parts.parameters,
        mappings=parts.mappings,
        conditions=parts.conditions,
        longest_pattern=settings.pattern_length,
    )
    template.add_resource(parts.resources)
    template.add_output(parts.outputs)
    return template


def architecture(settings: Settings) -> str:
    """Return the way of a finding through a home."""
    machine = any(route.has_state_machine for route in settings.routes)
    ends = [_ENDS[kind] for kind in get_args(ChannelKind) if kind in settings.kinds]
    return (
        "Security Hub finding -> EventBridge rule (the filter) ->"
        f"{' state machine (writes the message) ->' if machine else ''} SNS topic ->"
        f" {'; '.join(ends)}. Managed services only, no Lambda function."
    )


_CHAT = "chat configuration (Amazon Q Developer in chat applications)"
_ENDS: dict[ChannelKind, str] = {
    "slack": f"{_CHAT} -> Slack channel",
    "teams": f"{_CHAT} -> Microsoft Teams channel",
    "email": "mailbox",
}
