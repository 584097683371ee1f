"""What the guide says of channels: where messages are shown, and what each kind needs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, get_args

from generator.blocks.logical_ids import logical_ids
from generator.messages.buttons import BUTTON_TEXTS
from generator.messages.texts import texts_of
from generator.params import choices as c
from generator.params.naming import WORKSPACE, logical_id, team_parameter, tenant_parameter
from generator.templates.channel import topics_of
from generator.templates.texts import text_ids

if TYPE_CHECKING:
    from collections.abc import Iterable

    from jinja2 import Environment

    from generator.params import Channel, Settings

_NOUNS: dict[c.Language, dict[c.ChannelKind, str]] = {
    "en": {"slack": "Slack", "teams": "Microsoft Teams", "email": "e-mail"},
    "ja": {"slack": "Slack", "teams": "Microsoft Teams", "email": "メール"},
}
_COMMA_AND: dict[c.Language, tuple[str, str]] = {"en": (", ", " and "), "ja": ("、", "、")}


CHANGES: dict[c.Chat, tuple[str, str]] = {
    "slack": (
        "chatbot:DescribeSlackChannelConfigurations",
        "chatbot:UpdateSlackChannelConfiguration",
    ),
    "teams": (
        "chatbot:ListMicrosoftTeamsChannelConfigurations",
        "chatbot:UpdateMicrosoftTeamsChannelConfiguration",
    ),
}
"""What reading and changing a chat configuration requires."""


class _Existing(NamedTuple):
    """A channel that has a chat configuration already.

    ``channel`` is its id, or what the reader replaces with it; ``output`` that of the stack that
    lists the topics to add.
    """

    name: str
    kind: c.ChannelKind
    channel: str
    output: str


def channels(settings: Settings, environment: Environment) -> dict[str, Any]:
    """Return the words that the guide's sections on channels need."""
    new = {name: channel for name, channel in settings.channels.items() if channel.is_configured}
    existing = list(_existing(settings))
    kinds, chats = _kinds(settings.channels.values()), _kinds(new.values())
    return {
        "kinds": kinds,
        "chats": chats,
        "slack_alone": kinds == chats == ["slack"] and not existing,
        "places": _listed(settings.language, kinds),
        "places_in_english": _listed("en", kinds),
        "chat_places": _listed(settings.language, [kind for kind in kinds if kind != "email"]),
        "configurations": {name: settings.channel_name(name) for name in new},
        "fixed": list(_fixed(new)),
        "topic_outputs": [name for part in settings.routes for name in _topics(settings, part)],
        "more_topics": {part.name: _more_topics(settings, part) for part in settings.parts},
        "second_chat": {
            part.name: _NOUNS[settings.language][chat]
            for part in settings.parts
            for chat in settings.chats(part)[1:]
        },
        "existing": existing,
        "change_topics": _change_topics(settings, existing, environment),
        "mailboxes": {
            name: (channel.emails, topics)
            for name, channel in settings.channels.items()
            if channel.emails and (topics := len(topics_of(settings, name)))
        },
        "further": {name: ch.topics for name, ch in settings.channels.items() if ch.topics},
        **_in_messages(settings),
    }


def _kinds(given: Iterable[Channel]) -> list[c.ChannelKind]:
    """Return the kinds of channels, always in the same order."""
    kinds = {channel.kind for channel in given}
    return [kind for kind in get_args(c.ChannelKind) if kind in kinds]


def _listed(language: c.Language, kinds: list[c.ChannelKind]) -> str:
    comma, and_ = _COMMA_AND[language]
    *first, last = [_NOUNS[language][kind] for kind in kinds] or [""]
    return and_.join([comma.join(first), last] if first else [last])


def _fixed(new: dict[str, Channel]) -> Iterable[str]:
    """Yield the parameters that an update cannot change, since they replace a configuration."""
    if any(channel.kind == "slack" for channel in new.values()):
        yield WORKSPACE
    for name, channel in new.items():
        if channel.kind == "teams":
            yield from (tenant_parameter(name), team_parameter(name))


def _more_topics(settings: Settings, part: Any) -> list[str]:
    """Return the names of the topics that a route or digest has after its first."""
    return [settings.topic_name(part, ending) for ending in settings.topic_endings(part)[1:]]


def _topics(settings: Settings, part: Any) -> list[str]:
    """Return the logical ids of all topics of a route, with which outputs begin."""
    return [text_ids(part, text).topic for text in texts_of(settings, part)]


def _existing(settings: Settings) -> Iterable[_Existing]:
    for name, channel in settings.channels.items():
        if channel.kind != "email" and not channel.is_configured and topics_of(settings, name):
            given = channel.teams.channel_id if channel.teams else channel.channel_id
            output = f"{logical_ids(logical_id(name)).chat_configuration}Topics"
            yield _Existing(name, channel.kind, given or "CHANNEL_ID", output)


def _change_topics(settings: Settings, existing: list[_Existing], environment: Environment) -> str:
    """Return the command that adds this file's topics to configurations, or removes them."""
    template = environment.get_template("change_topics.sh.j2")
    return template.render(settings=settings, existing=existing).rstrip("\n")


def _in_messages(settings: Settings) -> dict[str, Any]:
    """Return what is in messages: buttons, mentions, and whose findings the buttons set."""
    buttons = {name: channel.buttons for name, channel in settings.channels.items()}
    sources = {
        source for name, shown in buttons.items() if shown for source in settings.summarized(name)
    }
    return {
        "buttons": {
            name: [BUTTON_TEXTS[button] for button in shown]
            for name, shown in buttons.items()
            if shown
        },
        "pressed": sorted(sources),
        "mentions": {route.name: route.mention for route in settings.routes if route.mention},
    }
