"""The JSONata whose value is the text that is published."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, assert_never

from generator.messages.template import render_jsonata
from generator.messages.whole import whole_or_short
from generator.messages.words import GROUPS, WORDS

if TYPE_CHECKING:
    from generator.messages.look import Look
    from generator.params.choices import Message, Source


_SUMMARIES: dict[Source, str] = {
    "security_hub_cspm": "summary.jsonata.j2",
    "security_hub": "summary_ocsf.jsonata.j2",
}


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
            words = {name: _literal(text) for name, text in WORDS[look.language].items()}
            return render_jsonata(_SUMMARIES[look.source], words=words)
        case _:
            assert_never(message)


@cache
def digest_expression(look: Look) -> str:
    """Return the JSONata of a digest, of the counts that its state machine has put together."""
    words = {name: _literal(text) for name, text in WORDS[look.language].items()}
    groups = {by: _literal(text) for by, text in GROUPS[look.language].items()}
    return render_jsonata("digest.jsonata.j2", words=words, groups=groups)


def _literal(text: str) -> str:
    """Return a JSONata text; a number ``$n`` replaces ``{}``."""
    return " & $n & ".join(json.dumps(part) for part in text.split("{}"))


def subject_expression(source: Source) -> str:
    """Return the JSONata of a mail's subject."""
    raise NotImplementedError(source)
