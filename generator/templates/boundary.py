"""A permissions boundary on every role of a stack, where a Service Catalog product asks for one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from troposphere import Equals, If, Not, NoValue, Parameter, Ref, iam

from generator.names import BOUNDARY
from generator.templates.parameters import StackParameter

if TYPE_CHECKING:
    from collections.abc import Iterable

HAS_BOUNDARY = "HasPermissionsBoundary"
CONDITIONS: dict[str, Any] = {HAS_BOUNDARY: Not(Equals(Ref(BOUNDARY), ""))}


def boundary_parameter(description: str) -> StackParameter:
    """Return the parameter, which may stay empty."""
    parameter = Parameter(
        BOUNDARY,
        Type="String",
        Description=f"Optional. {description}",
        Default="",
        AllowedPattern=r"^$|^arn:aws[a-z-]*:iam::[0-9]{12}:policy/[\w+=,.@/-]+$",
        ConstraintDescription="must be the ARN of a managed policy, or empty",
    )
    return StackParameter("boundary", "", "Permissions boundary (ARN of a policy)", parameter)


def bound(resources: Iterable[Any]) -> None:
    """Give every role among freshly built resources the boundary, if one is given."""
    for resource in resources:
        if isinstance(resource, iam.Role):
            resource.PermissionsBoundary = If(HAS_BOUNDARY, Ref(BOUNDARY), NoValue)
