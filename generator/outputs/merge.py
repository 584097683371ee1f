"""Reads and writes the values of a file that people fill in, in the form that the file has."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

import yaml

if TYPE_CHECKING:
    from collections.abc import Callable


class UnknownFormError(ValueError):
    """The file is not in the form in which render wrote it."""


class Merge(NamedTuple):
    """The values that a file has, those that render would write, and how to write others.

    ``same`` is whether a text says the same as the file; ``has_more`` whether the file has what
    writing it again loses, such as comments.
    """

    values: dict[str, str]
    planned: dict[str, str]
    text: Callable[[dict[str, str]], str]
    same: Callable[[str], bool]
    has_more: bool


def _parameters(current: str, planned: str) -> Merge:
    def text(values: dict[str, str]) -> str:
        rows = [{"ParameterKey": key, "ParameterValue": value} for key, value in values.items()]
        return json.dumps(rows, indent=2) + "\n"

    on_disk = _rows(current)
    return Merge(
        {key: str(row["ParameterValue"]) for key, row in on_disk.items()},
        {key: str(row["ParameterValue"]) for key, row in _rows(planned).items()},
        text,
        lambda merged: _rows(merged) == on_disk,
        has_more=any(set(row) != {"ParameterKey", "ParameterValue"} for row in on_disk.values()),
    )


def _rows(text: str) -> dict[str, dict[str, Any]]:
    try:
        return {
            str(row["ParameterKey"]): row
            for row in json.loads(text)
            if isinstance(row["ParameterValue"], str)
        }
    except (ValueError, KeyError, TypeError):
        message = "it is not a list of ParameterKey and ParameterValue"
        raise UnknownFormError(message) from None


def _git_sync(current: str, planned: str) -> Merge:
    on_disk, wanted = _mapping(current), _mapping(planned)
    header = planned.partition("\n")[0]

    def text(values: dict[str, str]) -> str:
        # Path and tags are the repository's own affair.
        content = {**wanted, **on_disk, "parameters": values}
        return f"{header}\n{yaml.safe_dump(content, sort_keys=False, width=100)}"

    comments = [line for line in current.splitlines() if line.lstrip().startswith("#")]
    return Merge(
        _texts(on_disk),
        _texts(wanted),
        text,
        lambda merged: _mapping(merged) == on_disk,
        has_more=bool(set(comments) - {header}),
    )


def _mapping(text: str) -> dict[str, Any]:
    try:
        content = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise UnknownFormError(f"it is not YAML: {' '.join(str(error).split())}") from None
    if not isinstance(content, dict) or not isinstance(content.get("parameters"), dict):
        raise UnknownFormError("it has no mapping 'parameters'")
    return content


def _texts(content: dict[str, Any]) -> dict[str, str]:
    return {str(key): str(value) for key, value in content["parameters"].items()}


MERGES: dict[str, Callable[[str, str], Merge]] = {
    "parameters.json": _parameters,
    "stackset-parameters.json": _parameters,
    "git-sync.yml": _git_sync,
}
"""How each file that people fill in is read and written."""
