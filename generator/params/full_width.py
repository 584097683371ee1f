"""What a Japanese input method leaves in a params file: full-width characters, console words.

https://www.unicode.org/reports/tr15/ (NFKC makes full-width letters and punctuation ordinary ones)
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_SPACE = "\u3000"
_INDENTATION = re.compile(r"^[ \t]*(?:-[ \t]*)*(?=\u3000)")
_KEY = re.compile(r"^[ \t]*(?:- +)?[\w-]+(?=\uff1a)")
_BRACKET = re.compile(r"(?<=[:\-,\[{])[ \t]*(?=[\uff3b\uff5b\uff3d\uff5d\u3001\uff0c\u201c\u201d])")
_NAMES = {
    _SPACE: "space",
    "\uff1a": "colon",
    "\uff3b": "bracket",
    "\uff3d": "bracket",
    "\uff5b": "brace",
    "\uff5d": "brace",
    "\u3001": "comma",
    "\uff0c": "comma",
    "\u201c": "quotation mark",
    "\u201d": "quotation mark",
}

WORDS = {
    "重大": "CRITICAL",
    "高": "HIGH",
    "中": "MEDIUM",
    "低": "LOW",
    "情報": "INFORMATIONAL",
    "新規": "NEW",
    "通知済み": "NOTIFIED",
    "抑制": "SUPPRESSED",
    "抑制済み": "SUPPRESSED",
    "解決済み": "RESOLVED",
    "失敗": "FAILED",
    "合格": "PASSED",
    "成功": "PASSED",
    "警告": "WARNING",
    "利用不可": "NOT_AVAILABLE",
    "アクティブ": "ACTIVE",
    "アーカイブ済み": "ARCHIVED",
    "英語": "en",
    "日本語": "ja",
}
"""What the console in Japanese calls the values of a params file."""


class Found(NamedTuple):
    """A full-width character: its line and column, from 1, and what to type in its place."""

    line: int
    column: int
    message: str


def in_indentation(lines: Iterable[str]) -> list[Found]:
    """Return the full-width spaces that should indent a line: to YAML they are text."""
    return [
        _found(number, match.end(), line)
        for number, line in enumerate(lines, start=1)
        if (match := _INDENTATION.match(line))
    ]


def in_structure(lines: Sequence[str], last: int) -> Found | None:
    """Return the first full-width character of syntax, up to a line counted from 1."""
    for number, line in enumerate(lines[:last], start=1):
        written = line.partition(" #")[0]
        for pattern in (_KEY, _BRACKET):
            if match := pattern.search(written):
                return _found(number, match.end(), line)
    return None


def _found(number: int, column: int, line: str) -> Found:
    character = line[column]
    name = f"a full-width {_NAMES[character]} (U+{ord(character):04X})"
    return Found(number, column + 1, f"{name}; YAML needs the ordinary one")


def narrow(text: str) -> str:
    """Return a text with ordinary characters in place of full-width ones."""
    return unicodedata.normalize("NFKC", text).replace("、", ",")


def words_in(text: str) -> list[str]:
    """Return the values that a text seems to list, in the words of a params file."""
    parts = re.split(r"[\s,]+", narrow(text).strip("[]\u201c\u201d \t"))
    return [WORDS.get(part, part) for part in parts if part]
