"""What a home holds: the account and region that talks to Slack.

The standalone template is a home; other templates hold one beside something else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from troposphere import AWSObject, Equals, GetAtt, Output, Ref

from generator import pattern
from generator.blocks.delivery_log import delivery_log_role
from generator.blocks.key import key
from generator.blocks.rule import only_if, rule
from generator.blocks.slack import SlackChannel, slack_channel
from generator.blocks.topic import Topic, topic
from generator.names import (
    NEW_FINDINGS_ONLY,
    WORKSPACE,
    channel_parameter,
    list_parameter,
    logical_id,
    physical_name,
)
from generator.templates.boundary import CONDITIONS as BOUNDARY_CONDITIONS
from generator.templates.boundary import bound, boundary_parameter
from generator.templates.console import outputs
from generator.templates.parameters import StackParameter, stack_parameters

if TYPE_CHECKING:
    from troposphere import events

    from generator.settings import Route, Settings

ONLY_NEW = "OnlyNewFindings"


class Home(NamedTuple):
    """The parts of a home, in the order in which a template shows them."""

    parameters: list[StackParameter]
    conditions: dict[str, Any]
    resources: list[AWSObject]
    outputs: list[Output]


def home(settings: Settings) -> Home:
    """Build topics, rules and chat configurations, and what they share."""
    shared, options = _shared(settings)
    topics = _topics(settings, options)
    resources = list(shared)
    for i, route in enumerate(settings.routes):
        resources += [*topics[i], _rule(settings, route, topics[i], first=i == 0)]
    for name in settings.channels:
        resources += _channel(settings, name, topics)
    if _is_product(settings):
        bound(resources)
    return Home(_parameters(settings), _conditions(settings), resources, outputs(settings))


def _is_product(settings: Settings) -> bool:
    """Whether this is deployed through Service Catalog, whose administrator may bound roles."""
    return bool(settings.deployment and settings.deployment.service_catalog)


def _parameters(settings: Settings) -> list[StackParameter]:
    parameters = stack_parameters(settings)
    if _is_product(settings):
        parameters.append(
            boundary_parameter(
                "Permissions boundary of the roles that this stack creates: the one that your"
                " administrator names, if any."
            )
        )
    return parameters


def _conditions(settings: Settings) -> dict[str, Any]:
    conditions = dict(BOUNDARY_CONDITIONS) if _is_product(settings) else {}
    if any(pattern.only_new(route.match) for route in settings.routes):
        conditions[ONLY_NEW] = Equals(Ref(NEW_FINDINGS_ONLY), "true")
    return conditions


def _shared(settings: Settings) -> tuple[list[AWSObject], dict[str, Any]]:
    """Return what all topics share, and the topics' options that refer to it."""
    resources: list[AWSObject] = []
    options: dict[str, Any] = {}
    if settings.encryption == "customer_key":
        resources.append(key(description=settings.description, tags=settings.tags))
        options["key"] = GetAtt(resources[-1], "Arn")
    elif settings.encryption != "none":
        options["key"] = settings.encryption
    if settings.topic.delivery_status_logging:
        resources.append(delivery_log_role(path=role_path(settings), tags=settings.tags))
        options["logging_role"] = GetAtt(resources[-1], "Arn")
    return resources, options


def _topics(settings: Settings, options: dict[str, Any]) -> list[Topic]:
    return [
        topic(
            prefix=logical_id(route.name),
            name=physical_name(settings.name, route.name, first=i == 0),
            display_name=settings.topic.display_name or settings.name,
            tags=settings.tags,
            **options,
        )
        for i, route in enumerate(settings.routes)
    ]


def _rule(settings: Settings, route: Route, target: Topic, *, first: bool) -> events.Rule:
    return rule(
        prefix=logical_id(route.name),
        name=physical_name(settings.name, route.name, first=first),
        description=f"{settings.description} ({route.name})",
        pattern=_pattern(route),
        topic=Ref(target.topic),
        tags=settings.tags,
    )


def _pattern(route: Route) -> dict[str, Any]:
    lists = pattern.tunable(route.match)
    tuned = {name: Ref(list_parameter(route.name, name)) for name in lists}
    deployed = pattern.event_pattern(route.match, tuned)
    if pattern.only_new(route.match):
        return only_if(ONLY_NEW, deployed, ("detail", "findings", "Workflow"))
    return deployed


def _channel(settings: Settings, name: str, topics: list[Topic]) -> SlackChannel:
    channel = settings.channels[name]
    mine = [i for i, route in enumerate(settings.routes) if route.channel == name]
    return slack_channel(
        prefix=logical_id(name),
        name=physical_name(settings.name, name, first=name == next(iter(settings.channels))),
        workspace=Ref(WORKSPACE),
        channel=Ref(channel_parameter(name)),
        topics=[Ref(topics[i].topic) for i in mine],
        logging=channel.logging,
        guardrails=channel.guardrail_policies,
        role_path=role_path(settings),
        tags=settings.tags,
    )


def role_path(settings: Settings) -> str:
    """Return the path of all roles, by which a launch role is narrowed to them."""
    return f"/{settings.name}/"
