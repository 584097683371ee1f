"""The chat configurations of an account, and which channel of the params file each is for."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote

from generator.blocks.logical_ids import logical_ids
from generator.doctor.account import CHAT_REGION
from generator.doctor.check import sentence
from generator.doctor.path import channel_topics
from generator.params.naming import channel_parameter, logical_id

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from generator.doctor.case import Case
    from generator.params.choices import Chat

_LISTINGS: dict[Chat, tuple[str, str, str]] = {
    "slack": (
        "DescribeSlackChannelConfigurations",
        "SlackChannelConfigurations",
        "SlackChannelId",
    ),
    "teams": (
        "ListMicrosoftTeamsChannelConfigurations",
        "TeamChannelConfigurations",
        "ChannelId",
    ),
}

CALLS = frozenset(f"chatbot:{operation}" for operation, _, _ in _LISTINGS.values())


class Configuration(NamedTuple):
    """A chat configuration that is in the account."""

    arn: str
    name: str
    channel_id: str
    topics: tuple[str, ...]
    state: str
    reason: str


class Channel(NamedTuple):
    """A chat channel of the params file.

    Attributes:
        name: its name in the file.
        channel_id: its id in the chat, or nothing if neither the file nor a stack has it.
        own: whether the stack makes its configuration.
        arn: ARN of the stack's configuration, if there is one.
        configurations: those of the account for this channel.

    """

    name: str
    channel_id: str
    own: bool
    arn: str
    configurations: tuple[Configuration, ...]


def channels(case: Case) -> Iterator[Channel]:
    """Yield the chat channels of the file that messages are sent to."""
    for name in case.settings.used_channels:
        channel = case.settings.channels[name]
        if channel.kind == "email" or not channel_topics(case, name):
            continue  # an instance that only forwards has no channel
        given = _given(case, name)
        stack = case.stack.resources if case.stack else {}
        there = _of(case, channel.kind)
        yield Channel(
            name=name,
            channel_id=given,
            own=channel.is_configured,
            arn=stack.get(logical_ids(logical_id(name)).chat_configuration, ""),
            configurations=tuple(each for each in there if given and _same(each.channel_id, given)),
        )


def _given(case: Case, name: str) -> str:
    channel = case.settings.channels[name]
    teams = channel.teams.channel_id if channel.teams else None
    value = case.planned.values.get(channel_parameter(name))
    return str(value or channel.channel_id or teams or "")


def _same(one: str, other: str) -> bool:
    """Whether two ids name one channel: those of Teams may be URL-encoded."""
    return unquote(one).casefold() == unquote(other).casefold()


def _of(case: Case, chat: Chat) -> list[Configuration]:
    operation, key, channel_id = _LISTINGS[chat]
    answer = case.aws.answer("chatbot", operation, region=CHAT_REGION)
    return [_configuration(each, channel_id) for each in answer.get(key, [])]


def _configuration(answer: dict[str, Any], channel_id: str) -> Configuration:
    return Configuration(
        arn=answer.get("ChatConfigurationArn", ""),
        name=answer.get("ConfigurationName", ""),
        channel_id=answer.get(channel_id, ""),
        topics=tuple(answer.get("SnsTopicArns") or ()),
        state=answer.get("State", "ENABLED"),
        reason=sentence(answer.get("StateReason", "")),
    )
