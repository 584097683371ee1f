"""What a home holds of one route: where its findings go, and the rule that sends them there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from troposphere import AWSObject, GetAtt, Ref

from generator import pattern
from generator.blocks.definition import ALL, FIRST
from generator.blocks.processor import Processor, processor, publisher
from generator.blocks.rule import only_if, rule
from generator.blocks.target import target
from generator.blocks.topic import EVENTBRIDGE, Topic, topic
from generator.messages import expression
from generator.names import list_parameter, logical_id, physical_name

if TYPE_CHECKING:
    from troposphere import events

    from generator.settings import Route, Settings

ONLY_NEW = "OnlyNewFindings"


class Shared(NamedTuple):
    """What all routes of a home share: a key's ARN and a role's, where there are any."""

    key: Any = None
    logging_role: Any = None


def route_resources(settings: Settings, route: Route, shared: Shared) -> list[AWSObject]:
    """Build a route's resources, in the order of a finding's way back from the channel."""
    prefix, name = logical_id(route.name), route_name(settings, route)
    between = _processor(settings, route, shared) if processed(route) else None
    made = topic(
        prefix=prefix,
        name=name,
        display_name=settings.topic.display_name or settings.name,
        key=shared.key,
        logging_role=shared.logging_role,
        publisher=publisher(between) if between else EVENTBRIDGE,
        why=f"Takes {'messages' if between else 'findings'} from the"
        f" {'state machine' if between else 'rule'}; the chat configuration subscribes to it.",
        tags=settings.tags,
    )
    filtering = rule(
        prefix=prefix,
        name=name,
        description=f"{settings.description} ({route.name})",
        pattern=_pattern(route),
        target=_target(made, between),
        tags=settings.tags,
    )
    return [*made, *(between or ()), filtering]


def processed(route: Route) -> bool:
    """Whether a state machine stands between the route's rule and topic."""
    return route.message != "native" or route.notify == "once"


def _processor(settings: Settings, route: Route, shared: Shared) -> Processor:
    shown = ALL if route.message == "native" else FIRST
    return processor(
        prefix=logical_id(route.name),
        name=route_name(settings, route),
        topic=Ref(topic_title(route)),
        message=expression(route.message, settings.language),
        marks=shown if route.notify == "once" else "",
        queue=None,
        key=shared.key,
        role_path=role_path(settings),
        tags=settings.tags,
    )


def _target(made: Topic, between: Processor | None) -> events.Target:
    if between:
        machine = between.machine
        role = GetAtt(between.starter, "Arn")
        return target(title=machine.title, arn=Ref(machine), role=role)
    # No role: the topic's own policy admits EventBridge, and a role is documented to fail with
    # encrypted topics.
    return target(title=made.topic.title, arn=Ref(made.topic))


def route_name(settings: Settings, route: Route) -> str:
    """Return the name in AWS of the route's rule, with which its other names begin."""
    return physical_name(settings.name, route.name, first=route == settings.routes[0])


def role_path(settings: Settings) -> str:
    """Return the path of all roles, by which a launch role is narrowed to them."""
    return f"/{settings.name}/"


def topic_title(route: Route) -> str:
    """Return the logical id of the topic to which the chat configuration subscribes."""
    return f"{logical_id(route.name)}Topic"


def _pattern(route: Route) -> dict[str, Any]:
    lists = pattern.tunable(route.match)
    tuned = {name: Ref(list_parameter(route.name, name)) for name in lists}
    deployed = pattern.event_pattern(route.match, tuned)
    if pattern.only_new(route):
        return only_if(ONLY_NEW, deployed, ("detail", "findings", "Workflow"))
    return deployed
