"""Where the home is: the parameters and conditions from which an instance knows what it is.

Either one account is everybody's home, or, without an account, every account is its own. In both
cases the home is in one region, since chat configurations are global: a second region of the
same account would collide.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from troposphere import And, Condition, Equals, Not, Parameter, Ref, Sub

from generator.params import values as v
from generator.params.naming import FORWARDING, HOME_ACCOUNT, HOME_REGION, ORGANIZATION
from generator.templates.parameters import StackParameter

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.params import Settings

IS_HOME, IS_ELSEWHERE, IS_FORWARDING = "IsHome", "IsElsewhere", "IsForwarding"
FORWARDS, RECEIVES = "ForwardsFindings", "ReceivesFindings"
WHERE_HOME_IS = ("home_account", "home_region", "organization")
"""Kinds of parameters."""


def may_forward(settings: Settings) -> bool:
    """Whether the template offers forwarding: the home may not mark what it was forwarded."""
    return not settings.notifies_once


def is_launched(settings: Settings) -> bool:
    """Whether Service Catalog deploys with a launch role; a StackSet constraint has its own."""
    catalog = settings.deployment.service_catalog
    return bool(catalog and not catalog.accounts)


def is_central(settings: Settings) -> bool:
    """Whether one account is the home of all."""
    home = settings.deployment.home
    return bool(home and home.account)


def senders(settings: Settings) -> tuple[str, ...]:
    """Return the accounts that may forward, where no organization is named."""
    deployment = settings.deployment
    if not (deployment.home and deployment.stackset):
        return ()
    stackset = deployment.stackset
    if stackset.organization_id:
        return ()
    return tuple(account for account in stackset.accounts if account != deployment.home.account)


def placement_parameters(settings: Settings) -> Iterator[StackParameter]:
    """Yield the parameters, their defaults being what the file says."""
    home, stackset = settings.deployment.home, settings.deployment.stackset
    if is_central(settings):
        account = home.account if home else None
        yield StackParameter(
            "home_account", "", "Home account", _account(account, forwards=may_forward(settings))
        )
        if may_forward(settings) and not senders(settings):
            organization = _organization(stackset.organization_id if stackset else None)
            yield StackParameter("organization", "", "Organization", organization)
    region = _region(home.region if home else None, forwards=may_forward(settings))
    yield StackParameter("home_region", "", "Home region", region)
    if may_forward(settings):
        on = settings.deployment.forwarding
        yield StackParameter("forwarding", "", "Forward findings to the home", _forwarding(on=on))


def placement_conditions(settings: Settings) -> dict[str, Any]:
    """Return what an instance is, by the account and region that it finds itself in."""
    here = Equals(Ref("AWS::Region"), Ref(HOME_REGION))
    conditions = {IS_HOME: here, IS_ELSEWHERE: Not(Condition(IS_HOME))}
    if is_central(settings):
        conditions[IS_HOME] = And(Equals(Ref("AWS::AccountId"), Ref(HOME_ACCOUNT)), here)
    if may_forward(settings):
        conditions[IS_FORWARDING] = Equals(Ref(FORWARDING), "true")
        conditions[FORWARDS] = And(Condition(IS_ELSEWHERE), Condition(IS_FORWARDING))
        if is_central(settings) or settings.has_alarms_elsewhere:
            conditions[RECEIVES] = And(Condition(IS_HOME), Condition(IS_FORWARDING))
    return conditions


def home_bus(settings: Settings) -> Any:
    """Return the ARN of the home's event bus."""
    account = HOME_ACCOUNT if is_central(settings) else "AWS::AccountId"
    return Sub(
        f"arn:${{AWS::Partition}}:events:${{{HOME_REGION}}}:${{{account}}}:event-bus/default"
    )


def _account(default: str | None, *, forwards: bool) -> Parameter:
    return Parameter(
        HOME_ACCOUNT,
        Type="String",
        Description=(
            "The one account that is connected to the chat, such as 111122223333."
            + (" Every other instance forwards findings to it." if forwards else "")
            + " Only this account needs the chat client, such as the Slack workspace."
        ),
        AllowedPattern=v.ACCOUNT,
        ConstraintDescription="must be an account id of twelve digits",
        **({} if default is None else {"Default": default}),
    )


def _region(default: str | None, *, forwards: bool) -> Parameter:
    return Parameter(
        HOME_REGION,
        Type="String",
        Description=(
            "The one region that is connected to the chat, such as ap-northeast-1: chat"
            " configurations are global, so a second region would conflict. Where Security Hub"
            " aggregates regions,"
            " its aggregation region."
            + (" Other regions forward findings to it." if forwards else "")
        ),
        AllowedPattern=v.REGION,
        ConstraintDescription="must be a region such as ap-northeast-1",
        **({} if default is None else {"Default": default}),
    )


def _organization(default: str | None) -> Parameter:
    return Parameter(
        ORGANIZATION,
        Type="String",
        Description=(
            "ID of the organization whose accounts may forward findings to the home, such as"
            " o-abc1234567: shown in the AWS Organizations console."
        ),
        AllowedPattern=v.ORGANIZATION,
        ConstraintDescription="must be the id of an organization, such as o-abc1234567",
        **({} if default is None else {"Default": default}),
    )


def _forwarding(*, on: bool) -> Parameter:
    return Parameter(
        FORWARDING,
        Type="String",
        Description=(
            "true: instances outside the home forward findings to it. false: they do not; choose"
            " it where Security Hub already aggregates these accounts and regions into the home,"
            " since with both each finding notifies twice."
        ),
        AllowedValues=["true", "false"],
        Default="true" if on else "false",
        ConstraintDescription="must be true or false",
    )
