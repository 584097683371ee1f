"""Markdown as Teams may read it: by CommonMark, with what GitHub added to it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from markdown_it import MarkdownIt

if TYPE_CHECKING:
    from markdown_it.token import Token

_READER = MarkdownIt("commonmark").enable(["strikethrough", "table"])
_OURS = re.compile(r"\[([^\[\]]*)\]\((https://[^\s()<>\[\]\\]+|http://[^\s()<>\[\]\\]+)\)")
_BULLET = re.compile("^- ", re.MULTILINE)
_ALLOWED = {
    *("paragraph_open", "paragraph_close", "inline"),
    *("bullet_list_open", "bullet_list_close", "list_item_open", "list_item_close"),
}
_INLINE = {"text", "strong_open", "strong_close", "link_open", "link_close"}


def check_markdown(text: str) -> None:
    """Hold a text to bold labels, links and lists of ours, and show everything that it says."""
    tokens = _READER.parse(text)
    assert {token.type for token in tokens} <= _ALLOWED, text
    inline = [child for token in tokens for child in token.children or ()]
    assert {child.type for child in inline} <= _INLINE, text
    assert _said(tokens) == _BULLET.sub("", _OURS.sub(r"\1", text)).replace("**", ""), text
    links = [str(child.attrs["href"]) for child in inline if child.type == "link_open"]
    assert len(links) == len(_OURS.findall(text)), text
    assert all(link.startswith(("https://", "http://")) for link in links), links


def _said(tokens: list[Token]) -> str:
    paragraphs = [token for token in tokens if token.type == "inline"]
    return "\n\n".join(
        "".join(child.content for child in paragraph.children or ()) for paragraph in paragraphs
    )
