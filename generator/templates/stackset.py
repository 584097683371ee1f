"""``stackset.yaml``: one template for every account and region of a StackSet.

An instance in the home's account and region is a home. Anywhere else it forwards findings there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from troposphere import GetAtt, Output, Ref, Sub

from generator.blocks.forward import forward
from generator.blocks.nothing import nothing
from generator.blocks.receive import receive
from generator.names import ORGANIZATION
from generator.settings.references import RULE_NAME_LIMIT
from generator.templates.boundary import bound
from generator.templates.forwarding import forwarding_pattern
from generator.templates.home import home
from generator.templates.placement import (
    FORWARDS,
    IS_ELSEWHERE,
    IS_HOME,
    RECEIVES,
    home_bus,
    is_central,
    may_forward,
    placement_conditions,
    placement_parameters,
    senders,
)
from generator.templates.route import role_path
from generator.templates.standalone import architecture
from generator.templates.start import started

if TYPE_CHECKING:
    from troposphere import Template

    from generator.blocks.forward import Forward
    from generator.settings import Settings

T = TypeVar("T")

_ROOM = RULE_NAME_LIMIT - len("-forward")

FORWARDING = "Security Hub finding -> EventBridge rule -> event bus of the home."
AGGREGATED = "nothing, since Security Hub itself brings findings to the home's account and region."


def wanted(_: Settings) -> bool:
    """Whether a params file has this template: each has."""
    return True


def build(settings: Settings) -> Template:
    """Build the template."""
    parts = home(settings)
    elsewhere = FORWARDING if may_forward(settings) else AGGREGATED
    template = started(
        description=f"{settings.description} (StackSet)",
        architecture=f"Home: {architecture(settings)} Elsewhere: {elsewhere}",
        parameters=[*parts.parameters, *placement_parameters(settings)],
        conditions={**parts.conditions, **placement_conditions(settings)},
    )
    for resource in parts.resources:
        template.add_resource(_under(IS_HOME, resource))
    for output in parts.outputs:
        template.add_output(_under(IS_HOME, output))
    if may_forward(settings):
        _connect(template, settings)
    else:
        template.add_resource(_under(IS_ELSEWHERE, nothing()))
    return template


def _connect(template: Template, settings: Settings) -> None:
    """Add what brings findings from everywhere else to the home."""
    accounts = senders(settings)
    if is_central(settings):
        organization = {} if accounts else {"organization": Ref(ORGANIZATION)}
        policy = receive(
            name=settings.name, bus=home_bus(settings), accounts=accounts, **organization
        )
        template.add_resource(_under(RECEIVES, policy))
    sending = _forward(settings)
    if settings.deployment and settings.deployment.service_catalog:
        bound(sending)
    # The role stays without the rule: whether a stack may hold nothing at all is not documented.
    template.add_resource(_under(IS_ELSEWHERE, sending.role))
    template.add_resource(_under(FORWARDS, sending.rule))
    template.add_output(_under(FORWARDS, _rule_arn(sending)))
    template.add_output(_under(FORWARDS, _rule_link(sending)))


def _forward(settings: Settings) -> Forward:
    return forward(
        name=f"{settings.name[:_ROOM]}-forward",
        description=f"{settings.description} (to the home)",
        pattern=forwarding_pattern(settings),
        bus=home_bus(settings),
        role_path=role_path(settings),
        tags=settings.tags,
    )


def _rule_arn(sending: Forward) -> Output:
    return Output("RuleToHomeArn", Description="Forwarding rule", Value=GetAtt(sending.rule, "Arn"))


def _rule_link(sending: Forward) -> Output:
    link = (
        "https://${AWS::Region}.console.aws.amazon.com/events/home?region=${AWS::Region}"
        f"#/eventbus/default/rules/${{{sending.rule.title}}}"
    )
    return Output("RuleToHomeLink", Description="Forwarding rule in the console", Value=Sub(link))


def _under(condition: str, part: T) -> T:
    """Return a freshly built part of a template, there only under a condition."""
    made: Any = part
    made.Condition = condition
    return part
