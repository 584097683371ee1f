"""Which texts a route or digest sends, and which channels show each: a topic for each text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from generator.messages.expression import expression
from generator.messages.look import Look, Portal
from generator.messages.template import TooLongExpressionError
from generator.params.routes import Route

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.params import Settings
    from generator.params.choices import Chat
    from generator.params.digests import Digest
    from generator.params.problems import Location


class Text(NamedTuple):
    """A text, and the channels that show it.

    ``ending`` ends the names of what only this text needs; the first text's is empty, so that
    another channel renames nothing.
    """

    look: Look
    channels: tuple[str, ...]
    ending: str = ""

    def is_mailed(self, settings: Settings) -> bool:
        """Whether it goes to mailboxes alone."""
        return all(settings.channels[name].kind == "email" for name in self.channels)


def too_long(settings: Settings) -> Iterator[tuple[Location, str]]:
    """Yield the routes whose texts Step Functions would not accept, and what would be right."""
    for i, route in enumerate(settings.routes):
        for text in texts_of(settings, route):
            try:
                expression(route.message, text.look)
            except TooLongExpressionError as error:
                message = f"its message is too long for a state machine ({error})"
                yield ("routes", i), f"{message}: {_remedy(route, text.look)}"


_LEFT_OUT: dict[str, dict[str, Any]] = {
    "e-mail": {"mail": False},
    "mention": {"mentions": ()},
    "buttons": {"buttons": None},
    "console": {"portal": None},
}
"""What of a look can be left out, by the words of a params file."""


def _remedy(route: Route, look: Look) -> str:
    """Return what is short enough: without one thing, or without all of them."""
    ways = [f"leave out {name}" for name, less in _LEFT_OUT.items() if _fits(route, look, less)]
    if _fits(route, look, {"language": "en"}):
        ways.append("write language: en")
    return " or ".join(ways) or f"leave out several of {', '.join(_LEFT_OUT)}"


def _fits(route: Route, look: Look, less: dict[str, Any]) -> bool:
    try:
        expression(route.message, look._replace(**less))
    except TooLongExpressionError:
        return False
    return True


def texts_of(settings: Settings, part: Route | Digest) -> list[Text]:
    """Return the texts of a route or digest, the first channel's first.

    Slack and Teams have markups of their own; the chat service's own message is for both. Mailboxes
    are subscribed to the first text's topic.
    """
    if isinstance(part, Route) and not part.composes:
        return [Text(Look(settings.language, part.source), part.channels)]
    chats: list[Chat] = settings.chats(part) or ["slack"]
    texts = []
    for chat, ending in zip(chats, settings.topic_endings(part), strict=True):
        shown = [
            name
            for name in part.channels
            if settings.channels[name].kind in (chat, *(() if ending else ("email",)))
        ]
        mailed = any(settings.channels[name].kind == "email" for name in shown)
        look = _look(settings, part, chat, shown)._replace(mail=mailed)
        texts.append(Text(look, tuple(shown), ending))
    return texts


def _look(settings: Settings, part: Route | Digest, chat: Chat, shown: list[str]) -> Look:
    look = Look(settings.language, part.source, chat)
    if not isinstance(part, Route):
        return look
    console = settings.console
    return look._replace(
        mentions=part.mention,
        buttons=_buttons(settings, shown),
        portal=Portal(console.start_url, console.role) if console else None,
    )


def _buttons(settings: Settings, shown: list[str]) -> bool | None:
    """Return whether buttons are shown; None in a file without any, whose texts say nothing."""
    if not any(channel.buttons for channel in settings.channels.values()):
        return None
    return any(settings.channels[name].buttons for name in shown)
