"""``standalone.yaml``: one account, one region, uploaded in the CloudFormation console."""

from __future__ import annotations

from typing import TYPE_CHECKING

from troposphere import Template

from generator.blocks import context
from generator.templates.console import interface
from generator.templates.home import home

if TYPE_CHECKING:
    from generator.settings import Settings

ARCHITECTURE = (
    "Security Hub finding -> EventBridge rule (the filter) -> SNS topic -> chat configuration"
    " (Amazon Q Developer in chat applications) -> Slack channel. Nothing here runs code."
)


def wanted(_: Settings) -> bool:
    """Whether a params file has this template: each has."""
    return True


def build(settings: Settings) -> Template:
    """Build the template: a home and nothing else."""
    parts = home(settings)
    template = Template()
    template.set_version("2010-09-09")
    template.set_description(settings.description)
    template.set_metadata({**context(arch=ARCHITECTURE), **interface(parts.parameters)})
    for one in parts.parameters:
        template.add_parameter(one.parameter)
    for name, condition in parts.conditions.items():
        template.add_condition(name, condition)
    template.add_resource(parts.resources)
    template.add_output(parts.outputs)
    return template
