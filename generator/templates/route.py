"""What a home holds of one route: where its findings go, and the rule that sends them there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from troposphere import AWSObject, GetAtt, Ref

from generator import pattern
from generator.blocks.alarms import alarms, watched_queue, watched_rule, watched_topic
from generator.blocks.dead_letters import queue, queue_policy
from generator.blocks.rule import only_if, rule
from generator.blocks.target import target
from generator.blocks.topic import EVENTBRIDGE, topic
from generator.names import list_parameter, logical_id, physical_name
from generator.templates.alarm_topics import alarm_topic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from troposphere import events, sns, sqs

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
        only_tls=shared.key is not None,
        tags=settings.tags,
    )
    letters = _dead_letters(settings, route, shared)
    # No role: the topic's own policy admits EventBridge, and a role is documented to fail with
    # encrypted topics.
    to_topic = target(
        title=made.topic.title,
        arn=Ref(made.topic),
        dead_letters=letters and GetAtt(letters, "Arn"),
    )
    filtering = rule(
        prefix=prefix,
        name=name,
        description=f"{settings.description} ({route.name})",
        pattern=_pattern(route),
        target=to_topic,
        tags=settings.tags,
    )
    return [*made, filtering, *_never_lost(settings, route, filtering, made.topic, letters)]


def _dead_letters(settings: Settings, route: Route, shared: Shared) -> sqs.Queue | None:
    if not settings.dead_letter_queue:
        return None
    name = route_name(settings, route)
    return queue(prefix=logical_id(route.name), name=name, key=shared.key, tags=settings.tags)


def _never_lost(
    settings: Settings,
    route: Route,
    filtering: events.Rule,
    topic: sns.Topic,
    letters: sqs.Queue | None,
) -> Iterator[AWSObject]:
    """Yield the queue with its policy, and the alarms, as far as the file asks for them."""
    watched = [
        watched_rule(Ref(filtering), has_queue=letters is not None),
        watched_topic(GetAtt(topic, "TopicName")),
    ]
    if letters is not None:
        yield letters
        yield queue_policy(letters, rule=GetAtt(filtering, "Arn"))
        watched.append(watched_queue(GetAtt(letters, "QueueName")))
    if settings.alarms:
        yield from alarms(
            prefix=logical_id(route.name),
            name=route_name(settings, route),
            subject=f"Route {route.name}",
            watched=watched,
            actions=[alarm_topic(route.channel)],
            tags=settings.tags,
        )


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
