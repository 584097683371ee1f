"""A permissions boundary on every role of a stack, where the params file or a product has one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from troposphere import Equals, If, Not, NoValue, Parameter, Ref, Select, Split, Sub, iam

from generator.params import values as v
from generator.params.naming import BOUNDARY
from generator.templates.parameters import StackParameter

if TYPE_CHECKING:
    from collections.abc import Iterable

    from generator.params import Settings

HAS_BOUNDARY, IS_ARN = "HasPermissionsBoundary", "PermissionsBoundaryIsArn"


def may_be_bound(settings: Settings) -> bool:
    """Whether the roles of a file's templates may get a boundary.

    The administrator of a product may name one that the file does not know.
    """
    return bool(settings.permissions_boundary or settings.deployment.service_catalog)


def boundary_conditions() -> dict[str, Any]:
    """Return the conditions that the boundary of a role depends on."""
    return {
        HAS_BOUNDARY: Not(Equals(Ref(BOUNDARY), "")),
        IS_ARN: Equals(Select(0, Split(":", Ref(BOUNDARY))), "arn"),
    }


def boundary_parameter(settings: Settings, description: str) -> StackParameter:
    """Return the parameter, which may stay empty."""
    parameter = Parameter(
        BOUNDARY,
        Type="String",
        Description=(
            f"Optional. {description} The name of a policy of the account, with its path if it has"
            " one, such as team/boundary, or the ARN of an AWS-managed policy. Empty for none"
        ),
        Default=settings.permissions_boundary or "",
        AllowedPattern=f"^$|{v.BOUNDARY}",
        ConstraintDescription=(
            "must be a policy's name with its path and without a slash at the beginning, the ARN of"
            " an AWS-managed policy, or empty"
        ),
    )
    return StackParameter("boundary", "", "Permissions boundary (name of a policy)", parameter)


def boundary_arn() -> Any:
    """Return the boundary's ARN: a policy of a customer must be in the role's own account.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
    """
    named = f"arn:${{AWS::Partition}}:iam::${{AWS::AccountId}}:policy/${{{BOUNDARY}}}"
    return If(IS_ARN, Ref(BOUNDARY), Sub(named))


def add_boundary(resources: Iterable[Any]) -> None:
    """Give every role among freshly built resources the boundary, if one is given."""
    for resource in resources:
        if isinstance(resource, iam.Role):
            resource.PermissionsBoundary = If(HAS_BOUNDARY, boundary_arn(), NoValue)
