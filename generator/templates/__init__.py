"""What each stack contains. The registry of all templates is ``TEMPLATES``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.templates import (
    exceptions,
    launch_role_stack,
    organization,
    service_catalog,
    stackset,
    standalone,
)
from generator.templates.errors import UnbuildableError

if TYPE_CHECKING:
    from collections.abc import Callable

    from troposphere import Template

    from generator.params import Settings

__all__ = ["TEMPLATES", "UnbuildableError", "wanted"]

_MODULES = {
    "standalone.yaml": standalone,
    "stackset.yaml": stackset,
    "organization.yaml": organization,
    "service-catalog.yaml": service_catalog,
    "launch-role.yaml": launch_role_stack,
    "exceptions.yaml": exceptions,
}

TEMPLATES: dict[str, Callable[[Settings], Template]] = {
    name: module.build for name, module in _MODULES.items()
}
"""File name -> what builds it."""


def wanted(settings: Settings) -> list[str]:
    """Return the file names of the templates that a params file has."""
    return [name for name, module in _MODULES.items() if module.wanted(settings)]
