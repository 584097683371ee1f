"""Replaces account numbers, names and ids, each by the same substitute everywhere.

What stays is what AWS or this program says: words of the APIs, of templates that are rendered from
nothing of the user's, and of this package. Anything else becomes a substitute of the same form, so
that a recording can be examined again.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

_ESCAPE = r"%(?!\d{12}(?!\d))[0-9a-fA-F]{2}|\\u00[0-9a-fA-F]{2}"
"""What an address or JSON has in place of a character: a name may begin right behind it."""

_LETTERS = r"(?:\\+u(?!00|[dD][89a-fA-F])[0-9a-fA-F]{4})+"
"""Letters of other scripts, as JSON in ASCII has them."""

_BEGIN, _END = "(?<![A-Za-z0-9])", "(?![A-Za-z0-9])"

_FORMS = {
    "email": r"[\w.+-]+@[\w-]+\.[\w.-]+",
    "uuid": r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}",
    "unit": rf"{_BEGIN}(?:ou-[a-z0-9]{{4,32}}-[a-z0-9]{{8,32}}|[or]-[a-z0-9]{{4,32}}){_END}",
    "principal": rf"{_BEGIN}A[A-Z]{{3}}[A-Z0-9]{{16}}{_END}",
    "chat": rf"{_BEGIN}[CGTUSW](?=[A-Z]*\d)[A-Z0-9]{{7,}}{_END}",
    "hex": rf"{_BEGIN}[0-9a-f]{{16,}}{_END}",
    "address": r"\b(?:\d{1,3}\.){3}\d{1,3}\b",
    "account": r"(?<!\d)\d{12}(?!\d)",
    "word": r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[^\W\d_a-zA-Z]+",
}
_TOKEN = re.compile("|".join(f"(?P<{name}>{form})" for name, form in _FORMS.items()))
_WORD = re.compile(_FORMS["word"])

_SHORT = 2
"""Latin letters of a word that names nothing."""


class Mask:
    """Substitutes for what was seen.

    Args:
        public: texts whose words and examples may stay.

    """

    def __init__(self, public: Iterable[str] = ()) -> None:
        self._public: set[str] = set()
        self._renamed: dict[str, str] = {}
        self._apart = re.compile(f"({_ESCAPE}|{_LETTERS})")
        self._seen: dict[tuple[str, str], int] = {}
        for text in (*public, *_own_sources()):
            self.keep(text)

    def keep(self, text: str) -> None:
        """Let the words of a text stay, and the examples of ids in it."""
        self._public |= _said(text)

    def rename(self, names: Mapping[str, str]) -> None:
        """Replace parts of words by substitutes that are known."""
        self._renamed.update(names)
        parts = "|".join([_ESCAPE, _LETTERS, *map(re.escape, self._renamed)])
        self._apart = re.compile(f"({parts})")

    def plain(self, value: Any) -> Any:
        """Return plain data with its texts masked, keys included."""
        if isinstance(value, dict):
            return {self.text(key): self.plain(inner) for key, inner in value.items()}
        if isinstance(value, list | tuple):
            return [self.plain(inner) for inner in value]
        return self.text(value) if isinstance(value, str) else value

    def text(self, text: str) -> str:
        """Return a text with what it names replaced."""
        parts = self._apart.split(text)
        return "".join(
            self._between(part) if i % 2 else self._part(part) for i, part in enumerate(parts)
        )

    def _between(self, part: str) -> str:
        if part in self._renamed:
            return self._renamed[part]
        said = _unescaped(part)
        masked = self._part(said)
        return part if masked == said else masked

    def _part(self, text: str) -> str:
        return _TOKEN.sub(lambda found: self._token(found.lastgroup or "", found[0]), text)

    def _token(self, kind: str, token: str) -> str:
        if token.casefold() in self._public or (kind == "word" and _is_short(token)):
            return token
        number = self._seen.setdefault((kind, token.casefold()), len(self._seen) + 1)
        return _SUBSTITUTES[kind](token, number)


@cache  # the same texts are kept by a mask for the params file, and by that for the whole
def _said(text: str) -> frozenset[str]:
    """Return the words of a text, and the examples of ids in it."""
    text += " ".join(map(_unescaped, re.findall(_LETTERS, text)))
    words = {word.casefold() for word in _WORD.findall(text)}
    return frozenset(words | {token[0].casefold() for token in _TOKEN.finditer(text)})


def _unescaped(letters: str) -> str:
    return re.sub(r"\\+u([0-9a-fA-F]{4})", lambda found: chr(int(found[1], 16)), letters)


def _is_short(token: str) -> bool:
    # Names in Japanese may have one or two characters.
    return token.isascii() and len(token) <= _SHORT


def _word(token: str, number: int) -> str:
    name = f"name{_in_letters(number)}"
    return name.upper() if token.isupper() else name.capitalize() if token[0].isupper() else name


def _in_letters(number: int) -> str:
    """Return a number without digits: those behind a word are not its own."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("a") + rest) + letters
    return letters


def _unit(token: str, number: int) -> str:
    prefix, *parts = token.split("-")
    return "-".join([prefix, *(f"{number:0>{len(part)}}" for part in parts)])


_SUBSTITUTES: dict[str, Callable[[str, int], str]] = {
    "email": lambda _, number: f"name{number}@example.com",
    "uuid": lambda _, number: f"00000000-0000-4000-8000-{number:012}",
    "unit": _unit,
    "principal": lambda token, number: f"{token[:4]}{number:0>16}",
    "chat": lambda token, number: f"{token[0]}{number:0>{len(token) - 1}}",
    "hex": lambda token, number: f"{number:0>{len(token)}x}",
    "address": lambda _, number: f"192.0.2.{number % 256}",
    "account": lambda _, number: f"{number:012}",
    "word": _word,
}


def _own_sources() -> list[str]:
    return [path.read_text("utf-8") for path in sorted(Path(__file__).parent.rglob("*.py"))]
