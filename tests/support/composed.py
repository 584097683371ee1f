"""Composed messages: how tests make one, and what holds for every one."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import jsonschema

from events import as_event, as_event_v2
from generator.messages import Language, Look, Source, evaluate, expression

SCHEMA = json.loads(
    (Path(__file__).parents[1] / "fixtures" / "custom_notification.schema.json").read_text("utf-8")
)
SHALLOW = 60
"""AWS stops at a depth of about 100, however it counts: messages stay far away from it."""
_LINK = re.compile(r"<https?://[!#-;=?-{}~]+\|[^<>|&]+>")
_ENTITY = re.compile("&(amp|lt|gt);")
_SPAN = re.compile("`(?!\u200b)[^`\n]+`")  # the mark that opens it is not neutralized
_EMAIL = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]{0,63}@[A-Za-z0-9-]+\.[A-Za-z0-9]")
_URL = re.compile(r"https?://[A-Za-z0-9./_?=#%&-]+")
_LABEL_ALONE = re.compile(r"\*[^*\n]+:\* *(\*[^*\n\u200b]|\n|$)")


def composed(
    event: dict[str, Any], language: Language = "en", source: Source = "security_hub_cspm"
) -> dict[str, Any]:
    """Return the summary of an event, after checking what holds for every one."""
    text = expression("summary", Look(language, source))
    return checked(json.loads(evaluate(text, event, deepest=SHALLOW)))


def checked(message: Any) -> dict[str, Any]:
    """Return a summary, after checking what holds for every one."""
    jsonschema.validate(message, SCHEMA)
    content = message["content"]
    check(content["title"], 250)
    check(content["description"], 8000)
    assert not _LABEL_ALONE.search(content["description"]), content["description"]
    for step in content["nextSteps"]:
        check(step, 350)
    for keyword in content["keywords"]:
        check(keyword, 75)
    return dict(message)


def check(text: str, limit: int) -> None:
    """Hold a text to its limit in UTF-16 units, and to markup that is whole."""
    assert len(text.encode("utf-16-le")) // 2 <= limit
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
