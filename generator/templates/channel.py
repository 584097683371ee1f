"""What a home contains for one channel: its chat configuration, or subscriptions of mailboxes."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any

from troposphere import AWSObject, GetAtt, Ref

from generator.blocks.chat_configuration import notification_role, slack_channel, teams_channel
from generator.blocks.custom_action import custom_action, press_permission
from generator.blocks.guardrail import guardrail
from generator.blocks.logical_ids import button_id, logical_ids
from generator.blocks.mail import mail_subscription
from generator.params.naming import (
    WORKSPACE,
    channel_parameter,
    logical_id,
    team_parameter,
    tenant_parameter,
)
from generator.templates.alarm_topics import alarm_channels, alarm_topic, has_many_channels
from generator.templates.shared import role_path
from generator.templates.texts import topics_shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.params import Channel, Settings


def channel_resources(settings: Settings, name: str) -> list[AWSObject]:
    """Build a channel's resources; a channel that is configured already has none."""
    channel = settings.channels[name]
    if channel.emails:
        return list(_subscriptions(name, channel.emails, topics_of(settings, name)))
    if not channel.is_configured:
        return []
    return _configuration(settings, name, channel)


def topics_of(settings: Settings, name: str) -> list[Ref]:
    """Return references to the topics of this file that a channel shows."""
    topics = [topic for part in settings.parts for topic in topics_shown(settings, part, name)]
    if name in alarm_channels(settings):
        topics.append(alarm_topic(name))
    return topics


def button_resources(settings: Settings) -> list[AWSObject]:
    """Build the buttons of all channels: one for each product and thing to do, which they share."""
    pairs = {
        (button, source): None
        for name, channel in settings.channels.items()
        for source in settings.summarized(name)
        for button in channel.buttons
    }
    return [
        custom_action(
            title=button_id(button, source),
            name=settings.name,
            button=button,
            source=source,
            tags=settings.tags,
        )
        for button, source in pairs
    ]


def _configuration(settings: Settings, name: str, channel: Channel) -> list[AWSObject]:
    ids, path = logical_ids(logical_id(name)), role_path(settings)
    sources = settings.summarized(name) if channel.buttons else []
    permissions = [press_permission(source=source, buttons=channel.buttons) for source in sources]
    limits: list[AWSObject] = []
    if permissions:
        limits.append(guardrail(title=ids.guardrail, path=path, statements=permissions))
    owner = _role_owner(settings, name)
    role = logical_ids(logical_id(owner)).chat_role
    if owner == name:
        made = notification_role(title=role, path=path, tags=settings.tags, statements=permissions)
        limits.append(made)
    shared: dict[str, Any] = {
        "customizations": [
            Ref(button_id(button, source)) for source in sources for button in channel.buttons
        ],
        "guardrail_arns": [Ref(ids.guardrail)] if permissions else [],
        "ids": ids,
        "name": settings.channel_name(name),
        "channel": Ref(channel_parameter(name)),
        "topics": [*topics_of(settings, name), *channel.topics],
        "logging": channel.logging,
        "guardrails": channel.guardrail_policies,
        "role": GetAtt(role, "Arn"),
        "tags": settings.tags,
    }
    if channel.kind == "teams":
        team, tenant = Ref(team_parameter(name)), Ref(tenant_parameter(name))
        return [*limits, teams_channel(team=team, tenant=tenant, **shared)]
    return [*limits, slack_channel(workspace=Ref(WORKSPACE), **shared)]


def _role_owner(settings: Settings, name: str) -> str:
    """Return the channel that makes the role of a channel: itself, if there are few.

    Of many, the first of those whose roles would be the same.
    """
    if not has_many_channels(settings):
        return name
    return next(
        other
        for other, channel in settings.channels.items()
        if channel.is_configured and _pressed(settings, other) == _pressed(settings, name)
    )


def _pressed(settings: Settings, name: str) -> tuple[object, ...]:
    """Return what decides the permissions of a channel: its buttons, and of which products."""
    buttons = settings.channels[name].buttons
    return (buttons, tuple(settings.summarized(name)) if buttons else ())


def _subscriptions(name: str, addresses: tuple[str, ...], topics: list[Ref]) -> Iterator[AWSObject]:
    for topic in topics:
        for address in addresses:
            # From the address, and not from its place in the list: one that CloudFormation
            # replaces has to be confirmed again.
            number = sha256(address.encode()).hexdigest()[:8]
            title = f"{topic.data['Ref']}{logical_id(name)}Email{number}"
            yield mail_subscription(title=title, topic=topic, address=address)
