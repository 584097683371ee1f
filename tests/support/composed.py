"""Composed messages: how tests make one, and what holds for every one."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from jsonschema import validators

from events import as_event, as_event_v2
from generator.messages import Chat, Language, Look, Source, expression
from remembered import evaluate
from teams_markdown import check_markdown

SCHEMA = json.loads(
    (Path(__file__).parents[1] / "fixtures" / "custom_notification.schema.json").read_text("utf-8")
)
_VALIDATOR = validators.validator_for(SCHEMA)(SCHEMA)
SHALLOW = 60
"""AWS stops at a depth of about 100, however it counts: messages stay far away from it."""
_PLAIN = Look()
_MENTIONS = re.compile(r"(<!(here|channel)>|<@[A-Z0-9]+>|<!subteam\^[A-Z0-9]+>| )+")
_LINK = re.compile(r"<https?://[!#-;=?-{}~]+\|[^<>|&]+>")
_ENTITY = re.compile("&(amp|lt|gt);")
_SPAN = re.compile("`(?!\u200b)[^`\n]+`")  # the mark that opens it is not neutralized
_EMAIL = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]{0,63}@[A-Za-z0-9-]+\.[A-Za-z0-9]")
_URL = re.compile(r"https?://[A-Za-z0-9./_?=#%&-]+")
_LABEL_ALONE = {
    "slack": re.compile(r"\*[^*\n]+:\* *(\*[^*\n\u200b]|\n|$)"),
    "teams": re.compile(r"\*\*[^*\n]+:\*\* *(\*|\n|$)"),
}


def composed(
    event: dict[str, Any], language: Language = "en", source: Source = "security_hub_cspm"
) -> dict[str, Any]:
    """Return the summary of an event, after checking what holds for every one."""
    return looked(event, Look(language, source))


def looked(event: dict[str, Any], look: Look) -> dict[str, Any]:
    """Return the summary of an event in a look, after checking what holds for every one."""
    return checked(published(event, look), look)


def mailed(event: dict[str, Any], look: Look) -> str:
    """Return what people get by e-mail."""
    return str(published(event, look)["email"])


def published(event: dict[str, Any], look: Look) -> dict[str, Any]:
    """Return what is published for an event, read as JSON."""
    return dict(json.loads(evaluate(expression("summary", look), event, deepest=SHALLOW)))


def checked(message: Any, look: Look = _PLAIN) -> dict[str, Any]:
    """Return a summary as chats get it, after checking what holds for every one."""
    if look.mail:
        message = of_protocols(message)
    _VALIDATOR.validate(message)
    content = message["content"]
    title, description = content["title"], content["description"]
    assert len(description.encode("utf-16-le")) // 2 <= 8000
    if look.mentions and look.chat == "slack":
        mentions, _, description = description.partition("\n")
        assert _MENTIONS.fullmatch(mentions), mentions
    for text, limit in (
        (title, 250),
        (description, 8000),
        (message["metadata"]["summary"], 250),
        *((step, 350) for step in content["nextSteps"]),
        *((keyword, 75) for keyword in content["keywords"]),
    ):
        check(text, limit, look.chat)
    assert not _LABEL_ALONE[look.chat].search(description), description
    assert ("enableCustomActions" in message["metadata"]) == (look.buttons is not None)
    return dict(message)


def of_protocols(message: Any) -> Any:
    """Return what chats get, after checking what all subscriptions get.

    https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
    """
    assert list(message) == ["default", "email", "https"]
    assert message["default"] == message["email"] != ""
    assert len(json.dumps(message).encode()) < 262_144
    return json.loads(message["https"])


def check(text: str, limit: int, chat: Chat = "slack") -> None:
    """Hold a text to its limit in UTF-16 units, and to markup that is whole."""
    assert len(text.encode("utf-16-le")) // 2 <= limit
    if chat == "teams":
        check_markdown(text)
        return
    rest = text
    for kept in (_LINK, _SPAN, _ENTITY, _URL, _EMAIL):
        rest = kept.sub("", rest)
    assert not set("<>&") & set(rest), text
    # What follows is no formatting: the labels of facts are, and nothing of a finding.
    for mark in "_~`":
        assert not re.search(rf"(?<![A-Za-z0-9.]){mark}(?!\u200b)", rest), (mark, text)
    assert not re.search("@(?!\u200b)", rest), text


def content_of(finding: Any, language: Language = "en", **rest: Any) -> dict[str, Any]:
    """Return the content of the summary of one finding."""
    return dict(composed(as_event(finding, **rest), language)["content"])


def content_of_v2(finding: Any, language: Language = "en", **rest: Any) -> dict[str, Any]:
    """Return the content of the summary of a finding of the new Security Hub."""
    return dict(composed(as_event_v2(finding, **rest), language, "security_hub")["content"])
