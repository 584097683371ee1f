"""The beginning of every template: what it is for, and what the console asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from troposphere import Template

from generator.blocks.metadata import context
from generator.cloudformation.limits import LONGEST_PATTERN, PATTERN_LENGTH
from generator.system.version import version
from generator.templates.console import interface

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from generator.templates.parameters import StackParameter


VERSION = "FindingsToSlackVersion"
"""The key of a template's Metadata that has the version of what rendered it."""


def new_template(  # noqa: PLR0913  (the parts of a template)
    *,
    description: str,
    architecture: str,
    parameters: Sequence[StackParameter],
    mappings: Mapping[str, Any] | None = None,
    conditions: Mapping[str, Any] | None = None,
    longest_pattern: int = LONGEST_PATTERN,
) -> Template:
    """Return a template that has everything but resources and outputs."""
    template = Template()
    template.set_version("2010-09-09")
    template.set_description(description)
    raised = {} if longest_pattern == LONGEST_PATTERN else {PATTERN_LENGTH: longest_pattern}
    template.set_metadata(
        {**context(arch=architecture), VERSION: version(), **raised, **interface(parameters)}
    )
    for parameter in parameters:
        template.add_parameter(parameter.parameter)
    for name, mapping in (mappings or {}).items():
        template.add_mapping(name, mapping)
    for name, condition in (conditions or {}).items():
        template.add_condition(name, condition)
    return template
