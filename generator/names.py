"""How names in a params file become names in a template and in AWS."""

from __future__ import annotations


def logical_id(name: str) -> str:
    """Return ``HighFindings`` for ``high-findings``: the beginning of its logical ids."""
    return "".join(part.capitalize() for part in name.split("-"))


def physical_name(deployment: str, name: str, *, first: bool) -> str:
    """Return a resource's name in AWS.

    The first route and channel keep the deployment's plain name, so that adding a second
    one replaces nothing.
    """
    return deployment if first else f"{deployment}-{name}"
