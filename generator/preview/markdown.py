"""The markdown that Microsoft Teams shows as HTML: bold, links, lists, and what else it may read.

https://learn.microsoft.com/microsoftteams/platform/bots/how-to/format-your-bot-messages

A line break alone is a space, an empty line ends a paragraph. A zero-width space is a letter.
"""

from __future__ import annotations

import re

from markupsafe import Markup, escape

_PARAGRAPHS = re.compile(r"\n\s*\n")
_ITEM = re.compile(r"[-*+] +(.*)", re.DOTALL)
_INLINE = re.compile(
    r"`(?P<code>[^`\n]+)`"
    r"|\[(?P<label>[^\[\]\n]+)\]\((?P<link>https?://[^\s()]+)\)"
    r"|\*\*(?P<bold>[^\s*](?:[^*\n]*[^\s*])?)\*\*"
    r"|(?<![\w*])\*(?P<star>[^\s*](?:[^*\n]*[^\s*])?)\*(?![\w*])"
    r"|(?<![\w_])_(?P<italic>[^\s_](?:[^_\n]*[^\s_])?)_(?![\w_])"
)


def html(text: str) -> Markup:
    """Return a text as HTML: a paragraph or a list item for each part."""
    return Markup().join(_part(part) for part in _PARAGRAPHS.split(text) if part.strip())


def _part(text: str) -> Markup:
    item = _ITEM.fullmatch(text.strip())
    if item:
        return Markup("<ul><li>{}</li></ul>").format(inline(item[1]))
    return Markup("<p>{}</p>").format(inline(text))


def inline(text: str) -> Markup:
    """Return one paragraph as HTML."""
    done: list[str | Markup] = []
    at = 0
    for match in _INLINE.finditer(text):
        done += (escape(text[at : match.start()]), _format(match))
        at = match.end()
    return Markup().join([*done, escape(text[at:])])


def _format(match: re.Match[str]) -> Markup:
    kind = match.lastgroup or ""
    if kind == "code":
        return Markup("<code>{}</code>").format(match["code"])
    if kind == "link":
        return Markup('<a href="{}" target="_blank" rel="noopener noreferrer">{}</a>').format(
            match["link"], inline(match["label"])
        )
    tag = Markup("<b>{}</b>") if kind == "bold" else Markup("<i>{}</i>")
    return tag.format(inline(match[kind]))
