"""What a home holds of one route: where its findings go, and the rule that sends them there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from troposphere import AWSObject, Ref

from generator import pattern
from generator.blocks.rule import only_if, rule
from generator.blocks.target import target
from generator.blocks.topic import EVENTBRIDGE, topic
from generator.names import list_parameter, logical_id, physical_name

if TYPE_CHECKING:
    from generator.settings import Route, Settings

ONLY_NEW = "OnlyNewFindings"


class Shared(NamedTuple):
    """What all routes of a home share: a key's ARN and a role's, where there are any."""

    key: Any = None
    logging_role: Any = None


def route_resources(settings: Settings, route: Route, shared: Shared) -> list[AWSObject]:
    """Build a route's resources, in the order of a finding's way back from the channel."""
    prefix, name = logical_id(route.name), route_name(settings, route)
    made = topic(
        prefix=prefix,
        name=name,
        display_name=settings.topic.display_name or settings.name,
        key=shared.key,
        logging_role=shared.logging_role,
        publisher=EVENTBRIDGE,
        why="Takes findings from the rule; the chat configuration subscribes to it.",
        tags=settings.tags,
    )
    # No role: the topic's own policy admits EventBridge, and a role is documented to fail with
    # encrypted topics.
    to_topic = target(title=made.topic.title, arn=Ref(made.topic))
    filtering = rule(
        prefix=prefix,
        name=name,
        description=f"{settings.description} ({route.name})",
        pattern=_pattern(route),
        target=to_topic,
        tags=settings.tags,
    )
    return [*made, filtering]


def route_name(settings: Settings, route: Route) -> str:
    """Return the name in AWS of the route's rule, with which its other names begin."""
    return physical_name(settings.name, route.name, first=route == settings.routes[0])


def topic_title(route: Route) -> str:
    """Return the logical id of the topic to which the chat configuration subscribes."""
    return f"{logical_id(route.name)}Topic"


def _pattern(route: Route) -> dict[str, Any]:
    lists = pattern.tunable(route.match)
    tuned = {name: Ref(list_parameter(route.name, name)) for name in lists}
    deployed = pattern.event_pattern(route.match, tuned)
    if pattern.only_new(route.match):
        return only_if(ONLY_NEW, deployed, ("detail", "findings", "Workflow"))
    return deployed
