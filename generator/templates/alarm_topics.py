"""Topics that bring alarms to channels, one for each: a broken topic cannot report itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from troposphere import Ref

from generator.blocks.logical_ids import LogicalIds, logical_ids
from generator.blocks.topic import Publisher, cloudwatch_alarms, topic
from generator.params.naming import alarm_topic_prefix

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from troposphere import AWSObject

    from generator.params import Settings


def alarm_topic_ids(channel: str) -> LogicalIds:
    """Return the logical ids of the topic that brings alarms to a channel."""
    return logical_ids(alarm_topic_prefix(channel))


def alarm_topic(channel: str) -> Ref:
    """Return a reference to the topic that brings alarms to a channel."""
    return Ref(alarm_topic_ids(channel).topic)


def alarm_channels(settings: Settings) -> tuple[str, ...]:
    """Return the channels that show alarms: those that are used, the first route's first."""
    return settings.used_channels if settings.alarms else ()


def alarm_topics(
    settings: Settings, key: Any, also: Sequence[Publisher] = ()
) -> Iterator[AWSObject]:
    """Yield the topics; ``also`` may publish to that of the first route's channel."""
    for i, channel in enumerate(alarm_channels(settings)):
        yield from topic(
            ids=alarm_topic_ids(channel),
            name=f"{settings.channel_name(channel)}-alarms",
            display_name=f"{settings.topic.display_name or settings.name} alarms"[:100],
            publishers=(cloudwatch_alarms(settings.name), *(() if i else also)),
            key=key,
            why=_why(settings, channel),
            tags=settings.tags,
        )


def _why(settings: Settings, channel: str) -> str:
    mailed = settings.channels[channel].kind == "email"
    where = "the addresses" if mailed else "the chat configuration"
    return f"Brings alarms to {where}, apart from the topics that they watch."
