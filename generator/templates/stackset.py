"""``stackset.yaml``: one template for every account and region of a StackSet.

An instance in the home's account and region is a home. Anywhere else it forwards findings there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from troposphere import Ref, encode_to_dict

from generator.blocks.placeholder import placeholder
from generator.blocks.receiving import receive
from generator.cloudformation.limits import LONGEST_BUS_POLICY
from generator.cloudformation.stored_policy import stored_length
from generator.params.naming import ORGANIZATION
from generator.templates.errors import UnbuildableError
from generator.templates.forwarder import (
    alarm_publishers,
    alarms_at_home,
    forwarded_sources,
    forwarder,
)
from generator.templates.home import home
from generator.templates.home_location import (
    FORWARDS,
    IS_ELSEWHERE,
    IS_HOME,
    RECEIVES,
    WHERE_HOME_IS,
    home_bus,
    is_central,
    may_forward,
    placement_conditions,
    placement_parameters,
    senders,
)
from generator.templates.shared import role_path
from generator.templates.skeleton import new_template
from generator.templates.stack_instances import refuse_unknown_parameters
from generator.templates.standalone import architecture

if TYPE_CHECKING:
    from collections.abc import Sequence

    from troposphere import Template, events

    from generator.params import Settings

T = TypeVar("T")

FORWARDING = "Security Hub finding -> EventBridge rule -> event bus of the home."
AGGREGATED = "nothing: Security Hub aggregates the findings in the home."


def wanted(_: Settings) -> bool:
    """Whether a params file has this template: each has."""
    return True


def build(settings: Settings) -> Template:
    """Build the template."""
    parts = home(settings, alarm_publishers(settings))
    parameters = [*parts.parameters, *placement_parameters(settings)]
    if settings.deployment.stackset:
        # Where the home is, all instances must agree on.
        varied = [
            parameter.parameter.title
            for parameter in parameters
            if parameter.kind not in WHERE_HOME_IS
        ]
        refuse_unknown_parameters(settings.deployment.stackset, varied)
    elsewhere = FORWARDING if may_forward(settings) else AGGREGATED
    template = new_template(
        description=f"{settings.description} (StackSet)",
        architecture=f"Home: {architecture(settings)} Elsewhere: {elsewhere}",
        parameters=parameters,
        mappings=parts.mappings,
        conditions={**parts.conditions, **placement_conditions(settings)},
        longest_pattern=settings.pattern_length,
    )
    for resource in parts.resources:
        template.add_resource(_under(IS_HOME, resource))
    for output in parts.outputs:
        template.add_output(_under(IS_HOME, output))
    if may_forward(settings):
        _connect(template, settings)
    else:
        template.add_resource(_under(IS_ELSEWHERE, placeholder()))
    return template


def _connect(template: Template, settings: Settings) -> None:
    """Add what brings findings from everywhere else to the home."""
    accounts = senders(settings)
    if is_central(settings):
        organization = {} if accounts else {"organization": Ref(ORGANIZATION)}
        policy = receive(
            name=settings.name,
            bus=home_bus(settings),
            role_path=role_path(settings),
            sources=forwarded_sources(settings),
            accounts=accounts,
            **organization,
        )
        _refuse_too_long(policy, accounts)
        template.add_resource(_under(RECEIVES, policy))
    if settings.has_alarms_elsewhere:
        template.add_resource(_under(RECEIVES, alarms_at_home(settings)))
    path = forwarder(settings)
    template.add_resource(_under(IS_ELSEWHERE, path.role))
    for resource in path.resources:
        template.add_resource(_under(FORWARDS, resource))
    for output in path.outputs:
        template.add_output(_under(FORWARDS, output))


def _refuse_too_long(policy: events.EventBusPolicy, accounts: Sequence[str]) -> None:
    size = stored_length(encode_to_dict(policy.Statement), policy.StatementId)
    if size > LONGEST_BUS_POLICY:
        message = (
            f"{len(accounts)} accounts make the policy of the home's event bus {size:,} characters"
            f" long, as AWS may store it, and a bus accepts {LONGEST_BUS_POLICY:,}, other"
            " statements included. Give organization_id in place of accounts in the policy: it"
            " admits all accounts of the organization, however many. Without an organization,"
            " split this file in two with homes of their own"
        )
        raise UnbuildableError((("deployment", "stackset", "accounts"), message))


def _under(condition: str, part: T) -> T:
    """Return a freshly built part of a template, there only under a condition."""
    untyped: Any = part
    untyped.Condition = condition
    return part
