"""``standalone.yaml``: one account, one region, uploaded in the CloudFormation console."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from troposphere import Equals, GetAtt, Ref, Template

from generator import pattern
from generator.blocks import context
from generator.blocks.delivery_log import delivery_log_role
from generator.blocks.key import key
from generator.blocks.rule import only_if, rule
from generator.blocks.slack import SlackChannel, slack_channel
from generator.blocks.topic import Topic, topic
from generator.names import logical_id, physical_name
from generator.templates.console import interface, outputs
from generator.templates.parameters import (
    NEW_FINDINGS_ONLY,
    WORKSPACE,
    channel_parameter,
    list_parameter,
    stack_parameters,
)

if TYPE_CHECKING:
    from troposphere import events

    from generator.settings import Route, Settings

ARCHITECTURE = (
    "Security Hub finding -> EventBridge rule (the filter) -> SNS topic -> chat configuration"
    " (Amazon Q Developer in chat applications) -> Slack channel. Nothing here runs code."
)
ONLY_NEW = "OnlyNewFindings"


def build(settings: Settings) -> Template:
    """Build the template of a home: topics, rules and chat configurations."""
    template = Template()
    template.set_version("2010-09-09")
    template.set_description(settings.description)
    parameters = stack_parameters(settings)
    for one in parameters:
        template.add_parameter(one.parameter)
    template.set_metadata({**context(arch=ARCHITECTURE), **interface(parameters)})
    if any(pattern.only_new(route.match) for route in settings.routes):
        template.add_condition(ONLY_NEW, Equals(Ref(NEW_FINDINGS_ONLY), "true"))
    topics = _shared(template, settings)
    for i, route in enumerate(settings.routes):
        template.add_resource(list(topics[i]))
        template.add_resource(_rule(settings, route, topics[i], first=i == 0))
    for name in settings.channels:
        template.add_resource(list(_channel(settings, name, topics)))
    template.add_output(outputs(settings))
    return template


def _shared(template: Template, settings: Settings) -> list[Topic]:
    """Add what all topics share, and return the topics, a route each."""
    options: dict[str, Any] = {}
    if settings.encryption == "customer_key":
        made = template.add_resource(key(description=settings.description, tags=settings.tags))
        options["key"] = GetAtt(made, "Arn")
    elif settings.encryption != "none":
        options["key"] = settings.encryption
    if settings.topic.delivery_status_logging:
        role = delivery_log_role(path=_role_path(settings), tags=settings.tags)
        options["logging_role"] = GetAtt(template.add_resource(role), "Arn")
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
        role_path=_role_path(settings),
        tags=settings.tags,
    )


def _role_path(settings: Settings) -> str:
    return f"/{settings.name}/"
