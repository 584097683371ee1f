"""The role with which Service Catalog deploys the product, so that its users need no rights."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from awacs.aws import Action as IamAction
from awacs.aws import Allow, Condition, PolicyDocument, Principal, Statement, StringEquals
from troposphere import AccountId, If, Sub, iam

from generator.blocks.metadata import about

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from generator.blocks.deploy_permissions import Grant

_BOUNDED = ("iam:CreateRole", "iam:PutRolePermissionsBoundary", "iam:PutRolePolicy")
_LOOSENS = "iam:DeleteRolePermissionsBoundary"
"""A role that may remove its boundary is not bounded."""


def launch_role(  # noqa: PLR0913  (the properties of a role)
    *,
    name: str,
    deployment: str,
    needs: Iterable[Grant],
    boundary: Any,
    has_boundary: str,
    tags: Mapping[str, str],
) -> iam.Role:
    """Build the role; ``needs`` is what deploying the product requires.

    Where the condition ``has_boundary`` is true, it can create roles with ``boundary`` only.
    https://docs.aws.amazon.com/servicecatalog/latest/adminguide/constraints-launch.html
    """
    statements = [*_of_every_product(), *_of_this_product(needs, deployment)]
    roles = [statement for statement in statements if _creates_roles(statement)]
    always = [statement for statement in statements if not _creates_roles(statement)]
    return iam.Role(
        "LaunchRole",
        # A launch constraint names the role, the same in every account.
        RoleName=name,
        Description="Service Catalog deploys Security Hub notifications with this role.",
        AssumeRolePolicyDocument=_document([_trust()]),
        Policies=[
            iam.Policy(PolicyName="LaunchProduct", PolicyDocument=_document(always)),
            iam.Policy(
                PolicyName="CreateRoles",
                PolicyDocument=If(
                    has_boundary,
                    _document([s for role in roles for s in _bounded(role, boundary)]),
                    _document(roles),
                ),
            ),
        ],
        **about("What deploying the product requires, and nothing else.", tags),
    )


def _trust() -> Statement:
    return Statement(
        Effect=Allow,
        Principal=Principal("Service", "servicecatalog.amazonaws.com"),
        Action=[IamAction("sts", "AssumeRole")],
        Condition=Condition(StringEquals({"aws:SourceAccount": AccountId})),
    )


def _of_every_product() -> list[Statement]:
    """Return what AWS's page on launch constraints asks for.

    Service Catalog's stacks all have names that begin with SC-, and the copies of templates in
    its own bucket have a tag.
    """
    stacks = "arn:${AWS::Partition}:cloudformation:*:${AWS::AccountId}:stack/SC-*"
    return [
        Statement(Effect=Allow, Action=[IamAction("cloudformation", "*")], Resource=[Sub(stacks)]),
        Statement(
            Effect=Allow,
            Action=[
                IamAction("cloudformation", "GetTemplateSummary"),
                IamAction("cloudformation", "ValidateTemplate"),
            ],
            Resource=["*"],
        ),
        Statement(
            Effect=Allow,
            Action=[IamAction("s3", "GetObject")],
            Resource=["*"],
            Condition=Condition(
                StringEquals({"s3:ExistingObjectTag/servicecatalog:provisioning": "true"})
            ),
        ),
    ]


def _of_this_product(needs: Iterable[Grant], deployment: str) -> list[Statement]:
    """Return one statement for all actions on the same resources."""
    merged: dict[tuple[tuple[str, ...], tuple[str, ...]], set[str]] = {}
    for need in needs:
        merged.setdefault((need.resources, need.passed_to), set()).update(need.actions)
    return [
        Statement(
            Effect=Allow,
            Action=_actions(sorted(actions)),
            Resource=[_arn(resource, deployment) for resource in resources],
            **_passed(passed_to),
        )
        for (resources, passed_to), actions in merged.items()
    ]


def _creates_roles(statement: Statement) -> bool:
    return any(name in _BOUNDED for name in _names(statement))


def _bounded(statement: Statement, boundary: Any) -> list[Statement]:
    """Return the statement with the boundary required of what creates or changes roles."""
    names = _names(statement)
    free = [name for name in names if name not in (*_BOUNDED, _LOOSENS)]
    condition = Condition(StringEquals({"iam:PermissionsBoundary": boundary}))
    same = {"Effect": Allow, "Resource": statement.Resource}
    return [
        Statement(Action=_actions(free), **same),
        Statement(Action=_actions(_BOUNDED), Condition=condition, **same),
    ]


def _names(statement: Statement) -> list[str]:
    return [action.JSONrepr() for action in statement.Action]


def _actions(names: Iterable[str]) -> list[IamAction]:
    return [IamAction(*name.split(":")) for name in names]


def _arn(resource: str, deployment: str) -> Any:
    if resource == "*":
        return resource
    return Sub(f"arn:${{AWS::Partition}}:{resource.replace('{name}', deployment)}")


def _passed(services: tuple[str, ...]) -> dict[str, Any]:
    if not services:
        return {}
    return {"Condition": Condition(StringEquals({"iam:PassedToService": list(services)}))}


def _document(statements: Sequence[Statement]) -> PolicyDocument:
    return PolicyDocument(Version="2012-10-17", Statement=list(statements))
