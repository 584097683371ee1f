"""Which IAM actions deploying a resource requires: each block has its ``DEPLOY_GRANTS``.

They are those that CloudFormation's resource schemas list for create, read, update and delete,
without those that only a property needs which the block never sets.
"""

from __future__ import annotations

from typing import NamedTuple


class Grant(NamedTuple):
    """Actions of one service, and the resources that they can be narrowed to.

    ``resources`` are the ends of ARNs, without ``arn:PARTITION:``; ``{name}`` is the
    deployment's name. ``passed_to`` names the services that a role may be passed to.
    """

    actions: tuple[str, ...]
    resources: tuple[str, ...] = ("*",)
    passed_to: tuple[str, ...] = ()


Actions = dict[str, tuple[Grant, ...]]
"""By resource type."""

ACCOUNT = "${AWS::AccountId}"
ROLES = (f"iam::{ACCOUNT}:role/{{name}}/*",)
"""The stack's roles: they have no names, but a path of their own."""


def arns_of(prefix: str) -> tuple[str, ...]:
    """Return the names that a first resource of a deployment and the others have."""
    return f"{prefix}{{name}}", f"{prefix}{{name}}-*"
