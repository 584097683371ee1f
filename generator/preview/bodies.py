"""What one message shows in a channel: a card of Slack or Teams, a mail, or why there is none."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from generator.messages.buttons import BUTTON_TEXTS
from generator.preview import markdown, mrkdwn
from generator.preview.compose import Failed, Sent
from generator.preview.verdicts import severity

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from markupsafe import Markup

    from generator.params import Channel
    from generator.preview.texts import Texts


class Custom(NamedTuple):
    """A custom notification, as the chat service shows it."""

    title: Markup
    description: Markup
    steps: list[Markup]
    keywords: list[Markup]
    thread: str
    buttons: list[str]
    kind: str = "custom"


class Mail(NamedTuple):
    """A mail: plain text."""

    subject: str
    text: str
    thread: str = ""
    kind: str = "mail"


class Native(NamedTuple):
    """What is known of a message that the chat service draws itself."""

    title: str
    description: str
    facts: list[tuple[str, str]]
    thread: str = ""
    kind: str = "native"


Body = Custom | Mail | Native | Failed


def body(sent: Sent | Failed, channel: Channel, texts: Texts) -> Body:
    """Return how a channel shows what was published."""
    if isinstance(sent, Failed):
        return sent
    if channel.kind == "email":
        return Mail(sent.subject, sent.mail)
    markup = markdown if channel.kind == "teams" else mrkdwn
    try:
        message = json.loads(sent.chat)
        content, metadata = message["content"], message.get("metadata", {})
        pressable = metadata.get("enableCustomActions") is True
        return Custom(
            markup.inline(content.get("title") or texts.untitled),
            markup.html(content["description"]),
            [markup.inline(step) for step in content.get("nextSteps", ())],
            [markup.inline(word) for word in content.get("keywords", ())],
            str(metadata.get("threadId", "")),
            [BUTTON_TEXTS[button] for button in channel.buttons if pressable],
        )
    except (KeyError, TypeError, AttributeError, json.JSONDecodeError):
        return Failed(texts.raw)


def native(finding: Mapping[str, Any], texts: Texts) -> Native:
    """Return the main fields of a finding, which the chat service shows in its own way."""
    facts = [
        (texts.severity, severity(finding)),
        (texts.account, " ".join(_known(finding, "AwsAccountId", "AwsAccountName"))),
        (texts.region, " ".join(_known(finding, "Region"))),
        (texts.product, " ".join(_known(finding, "ProductName"))),
        (texts.control, _inner(finding, "Compliance", "SecurityControlId")),
        (texts.compliance, _inner(finding, "Compliance", "Status")),
        (texts.workflow, _inner(finding, "Workflow", "Status")),
        (texts.resource, _resource(finding, texts)),
    ]
    return Native(
        _text(finding.get("Title")) or texts.untitled,
        _text(finding.get("Description")),
        [(label, value) for label, value in facts if value],
    )


def _resource(finding: Mapping[str, Any], texts: Texts) -> str:
    listed = finding.get("Resources")
    resources = (
        [resource for resource in listed if isinstance(resource, dict)]
        if isinstance(listed, list)
        else []
    )
    if not resources:
        return ""
    named = " ".join(_known(resources[0], "Type", "Id"))
    others = len(resources) - 1
    return f"{named} {texts.more.format(n=others)}" if others else named


def _known(value: Mapping[str, Any], *keys: str) -> Iterator[str]:
    return filter(None, (_text(value.get(key)) for key in keys))


def _inner(finding: Mapping[str, Any], key: str, inner: str) -> str:
    value = finding.get(key)
    return _text(value.get(inner)) if isinstance(value, dict) else ""


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
