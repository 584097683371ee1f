"""Files for the command line and for Git sync: the parameters of a template, with their values."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from collections.abc import Mapping

    from generator.params import Settings

TO_FILL_IN = "REPLACE_ME"
"""Written where a value is missing. No parameter's AllowedPattern accepts the underscore."""


def parameters_text(template: Mapping[str, Any]) -> str:
    """Return the parameters as create-stack, create-stack-set and deploy read them.

    https://docs.aws.amazon.com/cli/latest/reference/cloudformation/create-stack.html
    https://docs.aws.amazon.com/cli/latest/reference/cloudformation/deploy/
    """
    rows = [
        {"ParameterKey": name, "ParameterValue": value} for name, value in _values(template).items()
    ]
    return json.dumps(rows, indent=2) + "\n"


def git_sync_text(settings: Settings, template: Mapping[str, Any], path: str) -> str:
    """Return the stack deployment file of CloudFormation's Git sync.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/git-sync-concepts-terms.html
    """
    content: dict[str, Any] = {"template-file-path": path, "parameters": _values(template)}
    if settings.tags:
        content["tags"] = settings.tags
    return yaml.safe_dump(content, sort_keys=False, width=100)


def _values(template: Mapping[str, Any]) -> dict[str, str]:
    return {
        name: str(parameter.get("Default", TO_FILL_IN))
        for name, parameter in template["Parameters"].items()
    }
