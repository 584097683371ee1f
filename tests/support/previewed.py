"""Reads a preview page back: its messages by channel, and what each of them shows."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any, NamedTuple
from xml.etree.ElementTree import Element, SubElement

VOID = {"meta", "input", "br", "hr", "img", "link"}
_LINK = re.compile(r"<https?://[^|>\s]+\|([^>]*)>")
_BOLD = re.compile(r"(?m)(?:^|(?<=\s))\*([^*\n\u200b][^*\n]*)\*(?=\s|$)")


class Message(NamedTuple):
    """A message as the page shows it."""

    channel: str
    route: str
    severity: str
    kind: str
    title: str
    text: str
    steps: list[str]
    keywords: list[str]
    why: str
    reply: bool


class _Tree(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("root")
        self._open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = SubElement(self._open[-1], tag, {key: value or "" for key, value in attrs})
        if tag not in VOID:
            self._open.append(element)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop().tag == tag, f"</{tag}> closes something else"

    def handle_data(self, data: str) -> None:
        parent = self._open[-1]
        if len(parent):
            parent[-1].tail = (parent[-1].tail or "") + data
        else:
            parent.text = (parent.text or "") + data


def parsed(html: str) -> Element:
    """Return the tree of a page; every element in it is closed by itself."""
    tree = _Tree()
    tree.feed(html)
    tree.close()
    assert len(tree._open) == 1
    return tree.root


def messages(html: str) -> list[Message]:
    """Return the messages of a page, in its order."""
    return [
        _message(channel.get("id", "").removeprefix("channel-"), article, reply=reply)
        for channel in _of_class(parsed(html), "channel")
        for article, reply in _articles(channel, reply=False)
    ]


def _articles(within: Element, *, reply: bool) -> Iterator[tuple[Element, bool]]:
    for one in within:
        if one.tag == "article":
            yield one, reply
        else:
            yield from _articles(one, reply=reply or one.tag == "details")


def _message(channel: str, article: Element, *, reply: bool) -> Message:
    return Message(
        channel,
        article.attrib["data-route"],
        article.attrib["data-severity"],
        article.attrib["data-kind"],
        text(next(_of_class(article, "title"))),
        "".join(text(one) for one in _of_class(article, "text")),
        [text(one) for steps in _of_class(article, "steps") for one in steps],
        [text(one) for words in _of_class(article, "keywords") for one in words],
        " ".join(" ".join(text(one) for one in _of_class(article, "why")).split()),
        reply,
    )


def _of_class(within: Element, name: str) -> Iterator[Element]:
    return (one for one in within.iter() if name in one.get("class", "").split())


def text(element: Element) -> str:
    """Return all text in an element."""
    return "".join(element.itertext())


def rest(html: str) -> str:
    """Return what the page says of what was not sent, in one line."""
    found = next(one for one in parsed(html).iter() if one.get("id") == "rest")
    return " ".join(text(found).split())


def as_slack_shows(sent: str) -> str:
    """Return the text that a reader sees of the mrkdwn that our messages are written in."""
    shown = _LINK.sub(r"\1", sent)
    shown = "".join(
        part if i % 2 else _BOLD.sub(r"\1", part) for i, part in enumerate(shown.split("`"))
    )
    for entity, character in (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")):
        shown = shown.replace(entity, character)
    return shown


def content(sent: str) -> tuple[str, str, list[str], list[str]]:
    """Return title, text, next steps and keywords of a custom notification, as Slack shows them."""
    held: dict[str, Any] = json.loads(sent)["content"]
    return (
        as_slack_shows(held["title"]),
        as_slack_shows(held["description"]),
        [as_slack_shows(one) for one in held.get("nextSteps", [])],
        [as_slack_shows(one) for one in held.get("keywords", [])],
    )
