"""``launch-role.yaml``: the launch role by itself, for every account that launches the product."""

from __future__ import annotations

from typing import TYPE_CHECKING

from troposphere import Output, Ref

from generator.blocks import (
    alarms,
    chat_configuration,
    custom_action,
    dead_letters,
    guardrail,
    insight,
    kms_key,
    mail,
    rule,
    schedule,
    service_role,
    state_machine,
    topic,
)
from generator.blocks.deploy_permissions import Grant
from generator.blocks.launch_role import launch_role
from generator.params.naming import launch_role_name
from generator.templates import standalone
from generator.templates.boundary import (
    HAS_BOUNDARY,
    add_boundary,
    boundary_arn,
    boundary_conditions,
    boundary_parameter,
)
from generator.templates.home_location import is_launched
from generator.templates.skeleton import new_template

if TYPE_CHECKING:
    from collections.abc import Iterable

    from troposphere import Template, iam

    from generator.params import Settings
    from generator.templates.parameters import StackParameter

BLOCKS = (
    topic,
    rule,
    state_machine,
    dead_letters,
    alarms,
    service_role,
    chat_configuration,
    kms_key,
    insight,
    mail,
    schedule,
    custom_action,
    guardrail,
)
"""The blocks of a home: each says in its DEPLOY_GRANTS what deploying its resources requires."""


def wanted(settings: Settings) -> bool:
    """Whether the product has a launch constraint."""
    return is_launched(settings)


def build(settings: Settings) -> Template:
    """Build the template."""
    asked = parameter(settings)
    template = new_template(
        description=f"{settings.description} (Service Catalog launch role)",
        architecture="Service Catalog assumes this role when somebody launches the product.",
        parameters=[asked],
        conditions=boundary_conditions(),
    )
    role = template.add_resource(product_role(settings))
    template.add_output(Output("LaunchRoleName", Description="Launch role", Value=Ref(role)))
    return template


def parameter(settings: Settings) -> StackParameter:
    """Return the parameter that bounds the launch role and the roles that it creates."""
    return boundary_parameter(
        settings,
        "Permissions boundary of the launch role, and of every role that it creates: it"
        " then cannot create roles without it, and users enter the same value when they launch.",
    )


def product_role(settings: Settings) -> iam.Role:
    """Return the role for the template that the product launches."""
    types = {
        resource["Type"] for resource in standalone.build(settings).to_dict()["Resources"].values()
    }
    role = launch_role(
        name=launch_role_name(settings.name),
        deployment=settings.name,
        needs=[*grants(types), *_further_topics(settings)],
        boundary=boundary_arn(),
        has_boundary=HAS_BOUNDARY,
        tags=settings.tags,
    )
    add_boundary([role])
    return role


def _further_topics(settings: Settings) -> Iterable[Grant]:
    """Yield what subscribing the chat service to further topics requires."""
    topics = [topic for channel in settings.channels.values() for topic in channel.topics]
    ends = sorted({topic.split(":", 2)[2] for topic in topics})
    if ends:
        yield Grant(("sns:Subscribe",), tuple(ends))


def grants(types: Iterable[str]) -> Iterable[Grant]:
    """Yield what deploying resources of these types requires."""
    for kind in sorted(types):
        for block in BLOCKS:
            yield from block.DEPLOY_GRANTS.get(kind, ())
