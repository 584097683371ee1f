"""Whether CloudFormation accepts a template of this size; what to do if not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from generator.cloudformation.limits import (
    LARGEST_TEMPLATE,
    MOST_ATTRIBUTES,
    MOST_MAPPINGS,
    MOST_OUTPUTS,
    MOST_PARAMETERS,
    MOST_RESOURCES,
    TEMPLATE_QUOTAS,
)
from generator.templates.errors import UnbuildableError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


def refuse_too_large(name: str, template: Mapping[str, Any], size: int) -> None:
    """Raise UnbuildableError if a template of ``size`` bytes exceeds a quota that AWS never raises.

    What a file holds grows with its routes, so these are the place to change.
    """
    for count, most, what in _sizes(template, size):
        if count > most:
            message = (
                f"{name} would have {count:,} {what}, and CloudFormation accepts {most:,}"
                f" ({TEMPLATE_QUOTAS}): split this file in two"
            )
            raise UnbuildableError((("routes",), message))


def _sizes(template: Mapping[str, Any], size: int) -> Iterator[tuple[int, int, str]]:
    mappings = template.get("Mappings", {})
    yield len(template["Resources"]), MOST_RESOURCES, "resources"
    yield len(template.get("Outputs", {})), MOST_OUTPUTS, "outputs"
    yield len(template.get("Parameters", {})), MOST_PARAMETERS, "parameters"
    yield len(mappings), MOST_MAPPINGS, "mappings"
    for title, entries in mappings.items():
        yield len(entries), MOST_ATTRIBUTES, f"keys in the mapping {title}"
    yield size, LARGEST_TEMPLATE, "bytes"
