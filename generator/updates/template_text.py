"""Reads the text of a template, of this project or of a stack."""

from __future__ import annotations

from typing import Any


def parse(text: str) -> dict[str, Any]:
    """Return a template as plain data; raise ValueError if it is none."""
    from cfnlint.decode.decode import decode_str  # noqa: PLC0415  (where there are changes)

    template, broken = decode_str(text)
    if broken or not isinstance(template, dict) or not _has_resources(template):
        raise ValueError(text)
    return dict(template)


def _has_resources(template: dict[str, Any]) -> bool:
    resources = template.get("Resources")
    return isinstance(resources, dict) and all(
        isinstance(resource, dict) and "Type" in resource for resource in resources.values()
    )
