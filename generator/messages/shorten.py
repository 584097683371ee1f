"""Shortens JSONata that is too long, and no more than needed: it is also read, in the console."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from jsonata import Jsonata

if TYPE_CHECKING:
    from collections.abc import Callable

_ADDED = {"states", "hash", "parse", "partition", "range", "uuid"}
"""Of Step Functions. https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html"""

_TEXT = r'"(?:[^"\\]|\\.)*"|`[^`]*`'
_EXPRESSION = r"[(,?:=]\s*/(?:\[(?:[^\]\\]|\\.)*\]|[^/\[\\]|\\.)+/"
_KEPT = re.compile(f"({_TEXT}|{_EXPRESSION})")
"""Texts, quoted names and regular expressions. A slash begins one where a value may begin."""

_WORD = r"(?<!\bor)(?<!\band)(?<!\bin) +(?!(?:or|and|in)\b)"
_BRACKET = r"[(){}\[\],;]"
_SIGN = r"[-&=<>?:+*!|/]"
_SPACES = re.compile(
    rf"(?<={_BRACKET}){_WORD}|{_WORD}(?={_BRACKET})"
    rf"|(?<={_SIGN}){_WORD}(?!{_SIGN})|(?<!{_SIGN}){_WORD}(?={_SIGN})"
)
"""Spaces that separate nothing: two signs without one between them could be another sign."""

_VARIABLE = re.compile(r"\$([A-Za-z]\w*)")


def shorten(text: str, limit: int) -> str:
    """Return JSONata of the same meaning, with at most ``limit`` characters if that is possible.

    First the spaces around signs go. Then variables get shorter names, one variable after the
    other, beginning with the one that saves most.
    """
    if len(text) > limit:
        text = _outside(text, lambda code: _SPACES.sub("", code))
    for name, shorter in _shorter_names(text):
        if len(text) <= limit:
            break
        text = _rename(text, name, shorter)
    return text


def _outside(text: str, change: Callable[[str], str]) -> str:
    """Change what is neither a text nor a regular expression."""
    parts = _KEPT.split(text)
    parts[::2] = map(change, parts[::2])
    return "".join(parts)


def _rename(text: str, name: str, shorter: str) -> str:
    whole = re.compile(rf"\${name}\b")
    return _outside(text, lambda code: whole.sub(f"${shorter}", code))


def _shorter_names(text: str) -> list[tuple[str, str]]:
    """Return variables with shorter names: beginnings of theirs that nothing else is called."""
    counts = Counter(_VARIABLE.findall("".join(_KEPT.split(text)[::2])))
    functions = {*Jsonata.static_frame.bindings, *_ADDED}
    taken = {*counts, *functions}
    shorter = {}
    for name in sorted(counts.keys() - functions, key=lambda name: (-_size(name, counts), name)):
        free = (name[:end] for end in range(1, len(name)) if name[:end] not in taken)
        if beginning := next(free, None):
            shorter[name] = beginning
            taken.add(beginning)
    saved = {name: (len(name) - len(shorter[name])) * counts[name] for name in shorter}
    return [(name, shorter[name]) for name in sorted(saved, key=lambda name: (-saved[name], name))]


def _size(name: str, counts: Counter[str]) -> int:
    return len(name) * counts[name]
