"""``service-catalog.yaml``: the product through which others deploy the template."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from troposphere import Equals, If, Output, Parameter, Ref

from generator.blocks.portfolio import (
    Catalog,
    access,
    catalog,
    launch_constraint,
    shares,
    stackset_constraint,
)
from generator.params import values as v
from generator.params.naming import launch_role_name
from generator.templates import launch_role_stack
from generator.templates.boundary import boundary_conditions
from generator.templates.errors import UnbuildableError
from generator.templates.parameters import StackParameter
from generator.templates.skeleton import new_template

if TYPE_CHECKING:
    from collections.abc import Iterator

    from troposphere import Template

    from generator.params import Settings
    from generator.params.deployment import ServiceCatalog

BASE_URL, PROVIDER, CREATE_ROLE = "TemplateBaseUrl", "ProviderName", "CreateLaunchRole"
CREATES_ROLE = "CreatesLaunchRole"
ARCHITECTURE = (
    "Portfolio -> product -> launched by users, deployed with a launch role or as a StackSet;"
    " templates are read from a bucket, below a folder for each version."
)


def wanted(settings: Settings) -> bool:
    """Whether the file describes a product."""
    return settings.deployment.service_catalog is not None


def build(settings: Settings) -> Template:
    """Build the template."""
    asked = settings.deployment.service_catalog
    if asked is None:
        raise UnbuildableError((("deployment",), "service-catalog.yaml needs service_catalog"))
    template = new_template(
        description=f"{settings.description} (Service Catalog product)",
        architecture=ARCHITECTURE,
        parameters=list(_parameters(settings, asked)),
        conditions=None if asked.accounts else _conditions(),
    )
    offer = _catalog(settings, asked)
    around = [*access(offer, asked.principals), *shares(offer, asked.share_with)]
    template.add_resource([*offer, *around])
    _constrain(template, settings, asked, offer)
    for part in (offer.portfolio, offer.product):
        template.add_output(Output(f"{part.title}Id", Description=part.title, Value=Ref(part)))
    return template


def file_of(asked: ServiceCatalog) -> str:
    """Return which template the product launches."""
    return "stackset.yaml" if asked.accounts else "standalone.yaml"


def _catalog(settings: Settings, asked: ServiceCatalog) -> Catalog:
    return catalog(
        name=asked.product_name or settings.name,
        description=settings.description,
        owner=Ref(PROVIDER),
        versions=asked.versions,
        base_url=BASE_URL,
        file=file_of(asked),
        tags=settings.tags,
    )


def _constrain(
    template: Template, settings: Settings, asked: ServiceCatalog, offer: Catalog
) -> None:
    """Add the one constraint: AWS refuses a launch and a StackSet constraint together."""
    if asked.accounts:
        template.add_resource(stackset_constraint(offer, asked.accounts, asked.regions))
        return
    role: Any = launch_role_stack.product_role(settings)
    role.Condition = CREATES_ROLE
    # By reference, where this stack creates the role: it must exist before the constraint.
    name = If(CREATES_ROLE, Ref(role), launch_role_name(settings.name))
    template.add_resource([role, launch_constraint(offer, name)])


def _conditions() -> dict[str, Any]:
    return {CREATES_ROLE: Equals(Ref(CREATE_ROLE), "true"), **boundary_conditions()}


def _parameters(settings: Settings, asked: ServiceCatalog) -> Iterator[StackParameter]:
    yield StackParameter("other", "", "Address of the templates", _base_url(asked))
    yield StackParameter("other", "", "Provider", _provider(settings))
    if not asked.accounts:
        yield StackParameter("other", "", "Create the launch role", _create_role())
        yield launch_role_stack.parameter(settings)


def _base_url(asked: ServiceCatalog) -> Parameter:
    return Parameter(
        BASE_URL,
        Type="String",
        Description=(
            "Address of the folder in the S3 bucket with a folder for each version, such as"
            " https://amzn-s3-demo-bucket.s3.ap-northeast-1.amazonaws.com/findings. The guide has"
            " the commands that put the files there."
        ),
        AllowedPattern=v.BASE_URL.replace("(?:|", "(?:"),
        ConstraintDescription="must be an https:// address without a slash at its end",
        **({"Default": asked.template_base_url} if asked.template_base_url else {}),
    )


def _provider(settings: Settings) -> Parameter:
    return Parameter(
        PROVIDER,
        Type="String",
        Description="Who offers the product, as its users see it. Example: Security team",
        Default=settings.tags.get("Team", "") or "Security team",
        AllowedPattern=r"^[ -~]{1,50}$",
        ConstraintDescription="must be 1 to 50 printable ASCII characters",
    )


def _create_role() -> Parameter:
    return Parameter(
        CREATE_ROLE,
        Type="String",
        Description=(
            "true: this stack creates the launch role in this account. false: it is there already,"
            " from launch-role.yaml or from this template in another region (roles are global)."
        ),
        AllowedValues=["true", "false"],
        Default="true",
        ConstraintDescription="must be true or false",
    )
