"""The JSONata whose value is the text that is published."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any, assert_never

from generator.messages.addressed import PortalLink, mentioned, portal_link
from generator.messages.buttons import LONGEST_IDENTIFIER, SAFE_ID, SAFE_UID
from generator.messages.template import render_jsonata
from generator.messages.whole import whole_or_short
from generator.messages.words import GROUPS, WORDS

if TYPE_CHECKING:
    from generator.messages.look import Look, Portal
    from generator.params.choices import Chat, Message, Source


_SUMMARIES: dict[Source, str] = {
    "security_hub_cspm": "summary.jsonata.j2",
    "security_hub": "summary_ocsf.jsonata.j2",
}

_MARKUP: dict[Chat, dict[str, str]] = {
    "slack": {"bold": "*", "line": r"\n"},
    "teams": {"bold": "**", "line": r"\n\n"},
}
"""Teams joins lines that only one newline separates, and lists are not shown everywhere: so each
line is a paragraph. https://github.com/microsoft/AdaptiveCards/issues/5538
https://learn.microsoft.com/microsoftteams/platform/bots/how-to/format-your-bot-messages
"""


@cache
def expression(message: Message, look: Look) -> str:
    """Return the JSONata of a message, ASCII, without the ``{% %}`` of Step Functions around it.

    The native one is the event as it came, which the chat service knows how to show. What
    ``$string`` changes: numbers keep 15 digits. In a finding that is a Confidence or a port, and
    never a text; ids of accounts are texts. https://docs.jsonata.org/string-functions#string
    """
    match message:
        case "native":
            return whole_or_short("$fits ? $all : $string($short())", look.source)
        case "summary":
            return render_jsonata(_SUMMARIES[look.source], **_values(look))
        case _:
            assert_never(message)


@cache
def digest_expression(look: Look) -> str:
    """Return the JSONata of a digest, of the counts that its state machine has put together."""
    groups = {by: _literal(text) for by, text in GROUPS[look.language].items()}
    return render_jsonata("digest.jsonata.j2", groups=groups, **_values(look))


@cache
def subject_expression(source: Source) -> str:
    """Return the JSONata of an e-mail's subject, of the event. SNS accepts ASCII alone."""
    match source:
        case "security_hub_cspm":
            fields = {"level": "$f.Severity.Label", "title": "$f.Title"}
        case "security_hub":
            fields = {"level": "$f.severity", "title": "$f.finding_info.title"}
        case _:
            assert_never(source)
    return render_jsonata("subject.jsonata.j2", **fields)


@cache
def digest_subject_expression() -> str:
    """Return the JSONata of the subject of a digest's e-mail: its name is letters and digits."""
    return '"Security Hub digest: " & $states.input.name'


def _values(look: Look) -> dict[str, Any]:
    """Return what the files of a message refer to."""
    return {
        "words": {name: _literal(text) for name, text in WORDS[look.language].items()},
        "look": look,
        "teams": look.chat == "teams",
        **_MARKUP[look.chat],
        "mentioned": mentioned(look) and json.dumps(f"{mentioned(look)}\n"),
        "safe": {
            "id": SAFE_ID.replace("/", r"\/"),
            "uid": SAFE_UID,
            "longest": LONGEST_IDENTIFIER,
        },
        "portal": _portal(look.portal) if look.portal else None,
    }


def _portal(portal: Portal) -> PortalLink:
    link = portal_link(portal)
    return link._replace(start=_literal(link.start), middle=_literal(link.middle))


def _literal(text: str) -> str:
    """Return a JSONata text; a number ``$n`` replaces ``{}``."""
    return " & $n & ".join(json.dumps(part) for part in text.split("{}"))
