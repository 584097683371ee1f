"""Slack's mrkdwn as HTML: escaped first, and with no more than Slack itself understands.

https://api.slack.com/reference/surfaces/formatting

Emphasis applies within one line, and only where its signs are at the edges of words. Emoji
codes such as ``:bell:`` stay as they are written. A zero-width space counts as a space: our
messages put one behind a sign that is meant as text.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

if TYPE_CHECKING:
    from collections.abc import Callable

_FENCE = re.compile(r"```\n?(.+?)\n?```", re.DOTALL)
_QUOTED = re.compile(r"(?:>|&gt;) ?(.*)")
_ENTITY = re.compile(r"&(amp|lt|gt);")
_ENTITIES = {"amp": "&", "lt": "<", "gt": ">"}
_INLINE = re.compile(
    r"`(?P<code>[^`\n]+)`"
    r"|<(?P<link>https?://[^|<>\s]+)(?:\|(?P<label>[^<>\n]+))?>"
    r"|<(?P<mention>[@#!][^|<>\s]+)(?:\|(?P<name>[^<>\n]+))?>"
    r"|(?<![\w*])\*(?P<bold>[^\s\u200b*](?:[^*\n]*[^\s\u200b*])?)\*(?![\w*])"
    r"|(?<![\w_])_(?P<italic>[^\s\u200b_](?:[^_\n]*[^\s\u200b_])?)_(?![\w_])"
    r"|(?<![\w~])~(?P<strike>[^\s\u200b~](?:[^~\n]*[^\s\u200b~])?)~(?![\w~])"
)


def html(text: str) -> Markup:
    """Return a text in mrkdwn as HTML; its line breaks stay, for ``white-space: pre-wrap``."""
    # Every other part is between two fences.
    parts = _FENCE.split(text)
    return Markup().join(
        Markup("<pre>{}</pre>").format(plain(part)) if i % 2 else _lines(part.strip("\n"))
        for i, part in enumerate(parts)
        if part
    )


def plain(text: str) -> str:
    """Undo Slack's entities: what a reader sees of a text without formatting."""
    return _ENTITY.sub(lambda entity: _ENTITIES[entity[1]], text)


def _lines(text: str) -> Markup:
    """Return lines as HTML, runs of quoted ones together."""
    done: list[Markup] = []
    pending: list[str] = []
    quoting = False
    for line in text.split("\n"):
        quoted = _QUOTED.fullmatch(line)
        if (quoted is not None) != quoting:
            done += _block(pending, quoted=quoting)
            pending, quoting = [], quoted is not None
        pending.append(quoted[1] if quoted else line)
    return Markup().join([*done, *_block(pending, quoted=quoting)])


def _block(lines: list[str], *, quoted: bool) -> list[Markup]:
    if not lines:
        return []
    inner = inline("\n".join(lines))
    return [Markup("<blockquote>{}</blockquote>").format(inner) if quoted else inner]


def inline(text: str) -> Markup:
    """Return a text without quotes and fences as HTML."""
    done: list[str | Markup] = []
    at = 0
    for match in _INLINE.finditer(text):
        done += (escape(plain(text[at : match.start()])), _format(match))
        at = match.end()
    return Markup().join([*done, escape(plain(text[at:]))])


def _format(match: re.Match[str]) -> Markup:
    return _FORMATS[match.lastgroup or ""](match)


def _code(match: re.Match[str]) -> Markup:
    return Markup("<code>{}</code>").format(plain(match["code"]))


def _link(match: re.Match[str]) -> Markup:
    address = plain(match["link"])
    shown = inline(match["label"]) if match["label"] else address
    return Markup('<a href="{}" target="_blank" rel="noopener noreferrer">{}</a>').format(
        address, shown
    )


def _mention(match: re.Match[str]) -> Markup:
    """Return whom or what is mentioned by name, where Slack would look the name up."""
    target = match["mention"]
    sign = "#" if target.startswith("#") else "@"
    return Markup('<span class="mention">{}{}</span>').format(
        sign, plain(match["name"] or target[1:].removeprefix("subteam^"))
    )


def _within(tag: str, group: str) -> Callable[[re.Match[str]], Markup]:
    return lambda match: Markup(f"<{tag}>{{}}</{tag}>").format(inline(match[group]))  # noqa: S704


_FORMATS: dict[str, Callable[[re.Match[str]], Markup]] = {
    "code": _code,
    "link": _link,
    "label": _link,
    "mention": _mention,
    "name": _mention,
    "bold": _within("b", "bold"),
    "italic": _within("i", "italic"),
    "strike": _within("s", "strike"),
}
