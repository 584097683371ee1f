"""Checks of channels, and of what routes and digests ask of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.params.naming import action_name_excess

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from generator.params.channels import Channel
    from generator.params.partial import Validated
    from generator.params.problems import Location
    from generator.params.routes import Route
    from generator.params.settings import Settings

Found = tuple["Location", str]

_OF_CHAT = ("channel_id", "logging", "guardrail_policies", "configuration", "topics", "buttons")
_OF_CONFIGURATION = ("logging", "guardrail_policies", "topics", "buttons")
"""What only a chat configuration of ours can have."""


def check(settings: Settings, valid: Validated) -> Iterator[Found]:
    """Yield a location and a message for everything that does not fit a channel's kind."""
    for name, channel in settings.channels.items():
        for key, message in _wrong(channel):
            if valid.sound("channels", name, key):
                yield ("channels", name, key), message
    yield from _distinct(settings)
    yield from _topics_of_the_home(settings, valid)
    yield from _buttons_need_a_summary(settings, valid)
    yield from _buttons_have_names(settings, valid)
    yield from _links_are_in_summaries(settings, valid)
    yield from _one_channel_for_each_address(settings)
    for i, route in enumerate(settings.routes):
        known = [
            settings.channels[name]
            for name in route.channels
            if name in settings.channels and valid.sound("channels", name)
        ]
        for rule in _OF_ROUTES:
            for at, message in rule(route, known):
                if valid.sound("routes", i, at[0]):
                    yield ("routes", i, *at), message


def _wrong(channel: Channel) -> Iterator[tuple[str, str]]:
    """Yield the keys of a channel that another of its keys excludes."""
    given = channel.model_fields_set
    if channel.emails and channel.teams:
        yield "emails", _one_kind("teams")
    elif channel.emails and "channel_id" in given:
        yield "emails", _one_kind("channel_id")
    elif channel.teams and "channel_id" in given:
        yield "channel_id", "this is the ID of a Slack channel; that of Teams goes below `teams`"
    elif channel.emails:
        for key in sorted(given.intersection(_OF_CHAT)):
            yield key, "e-mail has no chat configuration: remove this key"
    if channel.kind != "email" and channel.configuration == "existing":
        for key in sorted(given.intersection(_OF_CONFIGURATION)):
            message = "the channel's own configuration decides this: change it there"
            yield key, f"with `configuration: existing`, {message}, and remove this key"
    for key, values in (
        ("emails", channel.emails or ()),
        ("topics", channel.topics),
        ("buttons", channel.buttons),
    ):
        twice = [value for i, value in enumerate(values) if value in values[:i]]
        if twice:
            yield key, f"{twice[0]!r} is listed twice"


def _one_kind(key: str) -> str:
    return (
        f"a channel is one of Slack, Microsoft Teams and e-mail: remove `{key}`, or make two"
        " channels and list both in the route, as in channel: [chat, mail]"
    )


def _distinct(settings: Settings) -> Iterator[Found]:
    """Yield the channels that are the same in Slack or Teams."""
    seen: dict[str, str] = {}
    for name, channel in settings.channels.items():
        chat_id = (channel.teams or channel).channel_id
        if chat_id is not None and seen.setdefault(chat_id, name) != name:
            what = "Teams" if channel.teams else "Slack"
            message = (
                f"{seen[chat_id]!r} already has {chat_id}; AWS allows one chat configuration"
                f" for each {what} channel in an account: send both routes to one channel"
            )
            key = ("teams", "channel_id") if channel.teams else ("channel_id",)
            yield ("channels", name, *key), message


def _topics_of_the_home(settings: Settings, valid: Validated) -> Iterator[Found]:
    """Yield further topics of another account than the home's."""
    deployment, home = settings.deployment, settings.deployment.home
    account = home.account if home else None
    several = account is None and bool(deployment.stackset or deployment.service_catalog)
    for name, channel in settings.channels.items():
        if several and channel.topics and valid.sound("deployment"):
            message = "a topic is of one account, and this file is for several: set home.account"
            yield ("channels", name, "topics"), message
        for i, topic in enumerate(channel.topics):
            owner = topic.split(":")[4]
            if account is not None and owner != account and valid.sound("deployment", "home"):
                message = f"this topic is of account {owner}, and the home is {account}"
                yield ("channels", name, "topics", i), f"{message}: the chat service shows its own"


def _buttons_need_a_summary(settings: Settings, valid: Validated) -> Iterator[Found]:
    """Yield the channels with buttons that no message of ours could show.

    https://docs.aws.amazon.com/chatbot/latest/adminguide/custom-actions.html
    """
    for name, channel in settings.channels.items():
        if channel.buttons and valid.sound("routes") and not settings.summarized(name):
            message = (
                "buttons are below summaries, and no route sends summaries to this channel: add"
                " message: summary to one, or remove this key"
            )
            yield ("channels", name, "buttons"), message


def _buttons_have_names(settings: Settings, valid: Validated) -> Iterator[Found]:
    """Yield the channels with buttons whose names would be too long."""
    for name, channel in settings.channels.items():
        excess = max(
            (
                action_name_excess(settings.name, button, route.source)
                for route in settings.routes
                for button in channel.buttons
                if name in route.channels
            ),
            default=0,
        )
        if excess and valid.sound("name"):
            message = f"the names of its buttons are {excess} characters too long: shorten `name`"
            yield ("channels", name, "buttons"), message


def _links_are_in_summaries(settings: Settings, valid: Validated) -> Iterator[Found]:
    if settings.console and valid.sound("routes") and not any(r.composes for r in settings.routes):
        message = "only summaries have links of ours: add message: summary, or remove this key"
        yield ("console",), message


def _one_channel_for_each_address(settings: Settings) -> Iterator[Found]:
    """Yield addresses that two channels have: SNS has one subscription of an address to a topic."""
    seen: dict[str, str] = {}
    for name, channel in settings.channels.items():
        for i, address in enumerate(channel.emails or ()):
            if seen.setdefault(address, name) != name:
                message = f"{seen[address]!r} has this address already: send to both channels"
                yield ("channels", name, "emails", i), message


def _no_native_mail(route: Route, channels: list[Channel]) -> Iterator[Found]:
    if not route.composes and any(channel.emails for channel in channels):
        message = (
            "the chat service's own message is the event as JSON, which nobody can read in a mail:"
            " write message: summary for e-mail"
        )
        yield ("message",), message


def _mentions_are_for_slack(route: Route, channels: list[Channel]) -> Iterator[Found]:
    kinds = {channel.kind for channel in channels}
    if not route.mention:
        return
    if not route.composes:
        yield ("mention",), "only a summary can mention: add message: summary, or remove this key"
    elif "teams" in kinds:
        # https://docs.aws.amazon.com/chatbot/latest/adminguide/custom-notifs.html
        message = "mentions do not work in Microsoft Teams: send there by a route of its own"
        yield ("mention",), message
    elif kinds == {"email"}:
        yield ("mention",), "a mail mentions nobody: remove this key"


_OF_ROUTES: tuple[Callable[[Route, list[Channel]], Iterator[Found]], ...] = (
    _no_native_mail,
    _mentions_are_for_slack,
)
