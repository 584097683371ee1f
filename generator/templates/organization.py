"""``organization.yaml``: one upload that creates the StackSet over organization or accounts."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from troposphere import Join, Output, Parameter, Ref, Tags, cloudformation

from generator.blocks.metadata import about
from generator.cloudformation.limits import LARGEST_INLINE
from generator.templates import stackset as instance
from generator.templates.errors import UnbuildableError
from generator.templates.home import home
from generator.templates.home_location import placement_parameters
from generator.templates.parameters import StackParameter
from generator.templates.skeleton import new_template
from generator.templates.stack_instances import Group, groups

if TYPE_CHECKING:
    from troposphere import Template

    from generator.params import Settings
    from generator.params.deployment import StackSet

CALL_AS, ADDRESS = "CallAs", "StackSetTemplateUrl"
ARCHITECTURE = (
    "This stack -> StackSet -> one stack in each account and region, of which the home is"
    " connected to the chat and the others forward findings to it."
)


def wanted(settings: Settings) -> bool:
    """Whether the file names units or accounts to deploy to."""
    stackset = settings.deployment.stackset
    return bool(stackset and (stackset.organizational_units or stackset.accounts))


def build(settings: Settings) -> Template:
    """Build the template; where the StackSet's own is too large to embed, it asks where that is."""
    deployment = settings.deployment
    if deployment.stackset is None:
        raise UnbuildableError((("deployment",), "organization.yaml needs deployment.stackset"))
    passed, body = _passed(settings), embed_template(settings)
    own = [*_own(deployment.stackset), *([] if body else [_address()])]
    template = new_template(
        description=f"{settings.description} (StackSet over accounts and regions)",
        architecture=ARCHITECTURE,
        parameters=[*passed, *own],
    )
    stackset = template.add_resource(_stackset(settings, deployment.stackset, passed, body))
    template.add_output(Output("StackSetId", Description="StackSet", Value=Ref(stackset)))
    return template


def embed_template(settings: Settings) -> str | None:
    """Return the StackSet's template as it is embedded in this one; None where it does not fit."""
    body = json.dumps(instance.build(settings).to_dict(), separators=(",", ":"))
    return body if len(body.encode()) <= LARGEST_INLINE else None


def by_address(settings: Settings) -> bool:
    """Whether the template asks where the StackSet's own template is."""
    return wanted(settings) and embed_template(settings) is None


def _passed(settings: Settings) -> list[StackParameter]:
    """Return the parameters that are asked for here and passed on to the instances."""
    return [*home(settings).parameters, *placement_parameters(settings)]


def _own(stackset: StackSet) -> list[StackParameter]:
    if not stackset.organizational_units:
        return []
    parameter = Parameter(
        CALL_AS,
        Type="String",
        Description=(
            "SELF: this is the organization's management account. DELEGATED_ADMIN: this account"
            " is a delegated administrator for CloudFormation StackSets."
        ),
        AllowedValues=["SELF", "DELEGATED_ADMIN"],
        Default="SELF",
        ConstraintDescription="must be SELF or DELEGATED_ADMIN",
    )
    return [StackParameter("other", "", "Call as", parameter)]


def _address() -> StackParameter:
    parameter = Parameter(
        ADDRESS,
        Type="String",
        Description=(
            "Address of stackset.yaml in an S3 bucket, such as"
            " https://amzn-s3-demo-bucket.s3.ap-northeast-1.amazonaws.com/1.0.0/stackset.yaml. It"
            " is too large to embed in this template. Give every version its own address:"
            " the StackSet is updated when the address changes."
        ),
        AllowedPattern="^https://[!-~]+$",
        ConstraintDescription="must be an https:// address",
    )
    return StackParameter("other", "", "Address of stackset.yaml", parameter)


def _stackset(
    settings: Settings, stackset: StackSet, passed: list[StackParameter], body: str | None
) -> cloudformation.StackSet:
    why = "Creates and updates one stack in each account and region."
    return cloudformation.StackSet(
        "StackSet",
        StackSetName=settings.name,
        Description=settings.description,
        **({"TemplateBody": body} if body else {"TemplateURL": Ref(ADDRESS)}),
        Capabilities=["CAPABILITY_IAM"],
        Parameters=[
            cloudformation.Parameter(
                ParameterKey=parameter.parameter.title, ParameterValue=_value(parameter.parameter)
            )
            for parameter in passed
        ],
        OperationPreferences=_preferences(settings, stackset),
        StackInstancesGroup=[_instances(group, stackset) for group in groups(stackset)],
        ManagedExecution=cloudformation.ManagedExecution(Active=True),
        **_permission_model(stackset),
        **({"Tags": Tags(**settings.tags)} if settings.tags else {}),
        **about(why),
    )


def _value(parameter: Parameter) -> Any:
    # A parameter value of a StackSet is a text; a list parameter refers to a list.
    reference = Ref(parameter)
    return Join(",", reference) if parameter.Type == "CommaDelimitedList" else reference


def _permission_model(stackset: StackSet) -> dict[str, Any]:
    """Return how the StackSet may act in its targets.

    Service-managed ones need no roles, but take organizational units only, and skip the
    management account. Self-managed ones take accounts, where AWS's two roles must exist.
    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-concepts.html
    """
    if not stackset.organizational_units:
        return {"PermissionModel": "SELF_MANAGED"}
    automatic: dict[str, Any] = {"Enabled": stackset.auto_deployment}
    if stackset.auto_deployment:
        automatic["RetainStacksOnAccountRemoval"] = False
    return {
        "PermissionModel": "SERVICE_MANAGED",
        "CallAs": Ref(CALL_AS),
        "AutoDeployment": cloudformation.AutoDeployment(**automatic),
    }


def _preferences(settings: Settings, stackset: StackSet) -> cloudformation.OperationPreferences:
    location = settings.deployment.home
    # The home's region first: what others forward then finds somebody to receive it.
    regions = sorted(
        stackset.regions, key=lambda region: location is None or region != location.region
    )
    return cloudformation.OperationPreferences(
        FailureTolerancePercentage=stackset.failure_tolerance_percentage,
        MaxConcurrentPercentage=stackset.max_concurrent_percentage,
        RegionOrder=regions,
    )


def _instances(group: Group, stackset: StackSet) -> cloudformation.StackInstances:
    kind = "OrganizationalUnitIds" if stackset.organizational_units else "Accounts"
    overrides = [
        cloudformation.Parameter(ParameterKey=key, ParameterValue=value)
        for key, value in group.values
    ]
    return cloudformation.StackInstances(
        DeploymentTargets=cloudformation.DeploymentTargets(**{kind: list(group.targets)}),
        Regions=list(group.regions),
        **({"ParameterOverrides": overrides} if overrides else {}),
    )
