"""The JSONata whose value is the text that is published."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Literal

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from generator.messages.words import WORDS, Language

Message = Literal["native", "summary"]

_NATIVE = "$string($states.input)"
"""The event as it came, which the chat service knows how to show.

What ``$string`` changes: numbers keep 15 digits. In a finding that is a Confidence or a port, and
never a text; ids of accounts are texts. https://docs.jsonata.org/string-functions#string
"""

_INDENTATION = re.compile(r"\n +")


@cache
def expression(message: Message, language: Language) -> str:
    """Return the JSONata of a message, ASCII, without the ``{% %}`` of Step Functions around it."""
    if message == "native":
        return _NATIVE
    words = {name: _literal(text) for name, text in WORDS[language].items()}
    text = _environment().get_template("summary.jsonata.j2").render(words=words)
    return _INDENTATION.sub("\n", text)


def _literal(text: str) -> str:
    """Return a JSONata text; a number ``$n`` goes where ``{}`` stands."""
    return " & $n & ".join(json.dumps(part) for part in text.split("{}"))


@cache
def _environment() -> Environment:
    return Environment(
        trim_blocks=True,  # a comment leaves no line
        loader=FileSystemLoader(Path(__file__).parent),
        undefined=StrictUndefined,
        autoescape=False,  # noqa: S701  (JSONata; its words are JSON texts)
    )
