"""Topics that bring alarms to channels, one for each: a broken topic cannot report itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from troposphere import Ref

from generator.blocks.logical_ids import LogicalIds, logical_ids
from generator.blocks.topic import Publisher, cloudwatch_alarms, topic
from generator.cloudformation.limits import MOST_ALARM_ACTIONS
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
    """Return the channels that show alarms: those that are used, the first route's first.

    Of more channels than an alarm can act on, the first alone: what they share concerns those who
    run the deployment, and a topic, a policy and alarms for each would fill the template.
    """
    if not settings.alarms:
        return ()
    return settings.used_channels[:1] if has_many_channels(settings) else settings.used_channels


def has_many_channels(settings: Settings) -> bool:
    """Whether alarms are shown by the first channel, and not each by that of its route."""
    return len(settings.used_channels) > MOST_ALARM_ACTIONS


def alarm_actions(settings: Settings, channels: Sequence[str]) -> list[Ref]:
    """Return the topics that an alarm on what these channels need acts on."""
    showing = alarm_channels(settings)
    return [alarm_topic(name) for name in dict.fromkeys(channels) if name in showing] or [
        alarm_topic(showing[0])
    ]


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
