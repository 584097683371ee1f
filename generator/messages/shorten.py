"""Shortens JSONata that is too long, and no more than needed: it is also read, in the console."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from typing import TYPE_CHECKING

from generator.messages.short_names import shortest_names

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_ADDED = {"states", "hash", "parse", "partition", "range", "uuid"}
"""What Step Functions adds to JSONata.
https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html
"""

_TEXT = r'"(?:[^"\\]|\\.)*"|`[^`]*`'
_EXPRESSION = r"[(,?:=]\s*/(?:\[(?:[^\]\\]|\\.)*\]|[^/\[\\]|\\.)+/"
_KEPT = re.compile(f"({_TEXT}|{_EXPRESSION})")
"""Texts, quoted names and regular expressions. A slash begins one where a value may begin."""

_BRACKET = r"[(){}\[\],;]"
_SIGN = r"[-&=<>?:+*!|/]"


def _separating_nothing(gap: str) -> re.Pattern[str]:
    """Match gaps that may go: two signs without one between them could be another sign."""
    word = rf"(?<!\bor)(?<!\band)(?<!\bin){gap}(?!(?:or|and|in)\b)"
    return re.compile(
        rf"(?<={_BRACKET}){word}|{word}(?={_BRACKET})"
        rf"|(?<={_SIGN}){word}(?!{_SIGN})|(?<!{_SIGN}){word}(?={_SIGN})"
    )


_SPACES = _separating_nothing(" +")
_NEWLINES = _separating_nothing("\n")

_VARIABLE = re.compile(r"\$([A-Za-z]\w*)")


@cache
def _functions() -> frozenset[str]:
    """Return what no variable is called: functions of JSONata and of Step Functions."""
    from jsonata import Jsonata  # noqa: PLC0415  (only where an expression is too long)

    return frozenset({*Jsonata.static_frame.bindings, *_ADDED})


def shorten(text: str, limit: int) -> str:
    """Return JSONata of the same meaning, with at most ``limit`` characters if that is possible.

    First the spaces around signs go. Then variables get shorter names that still say something,
    one variable after the other, beginning with the one that saves most. If that is not enough,
    the newlines go, and at last all variables get the shortest names that there are. JSONata's own
    functions keep theirs: whether Step Functions accepts them as values is not documented.
    """
    if len(text) <= limit:
        return text
    text = _outside(text, lambda code: _SPACES.sub("", code))
    for name, shorter in _shorter_names(text):
        if len(text) <= limit:
            break
        text = _rename(text, {name: shorter})
    if len(text) > limit:
        text = _outside(text, lambda code: _NEWLINES.sub("", code))
    if len(text) > limit:
        text = _rename(text, _shortest_names(text))
    return text


def _outside(text: str, change: Callable[[str], str]) -> str:
    """Change what is neither a text nor a regular expression."""
    parts = _KEPT.split(text)
    parts[::2] = map(change, parts[::2])
    return "".join(parts)


def _code(text: str) -> str:
    """Return the text without texts and regular expressions, with all of its brackets."""
    return _KEPT.sub(lambda kept: "(" if kept[0].startswith("(") else " ", text)


def _rename(text: str, names: Mapping[str, str]) -> str:
    def renamed(variable: re.Match[str]) -> str:
        return f"${names.get(variable[1], variable[1])}"

    return _outside(text, lambda code: _VARIABLE.sub(renamed, code))


def _shorter_names(text: str) -> list[tuple[str, str]]:
    """Return variables with shorter names: beginnings of theirs that nothing else is called."""
    counts = _counts(text)
    taken = {*counts, *_functions()}
    shorter = {}
    for name in sorted(counts, key=lambda name: (-_size(name, counts), name)):
        free = (name[:end] for end in range(1, len(name)) if name[:end] not in taken)
        if beginning := next(free, None):
            shorter[name] = beginning
            taken.add(beginning)
    saved = {name: (len(name) - len(shorter[name])) * counts[name] for name in shorter}
    return [(name, shorter[name]) for name in sorted(saved, key=lambda name: (-saved[name], name))]


def _shortest_names(text: str) -> dict[str, str]:
    return shortest_names(_code(text), _functions())


def _counts(text: str) -> Counter[str]:
    """Return how often each variable is used."""
    counts = Counter(_VARIABLE.findall(_code(text)))
    return Counter({name: counts[name] for name in counts.keys() - _functions()})


def _size(name: str, counts: Counter[str]) -> int:
    return len(name) * counts[name]
