"""A key of ``match``: where it looks in a finding, and which texts its words mean there."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Iterable, Mapping

Path = tuple[str, ...]

ABSENT = "ABSENT"
"""What a params file calls a missing Compliance."""

ANY = "*"
"""What a params file calls any value at all: the field only has to be there."""


class Field(NamedTuple):
    """One key of ``match``, in one format.

    Attributes:
        paths: lead from a finding to the field; several where findings keep it elsewhere.
        required: the format demands the field, so that it is never missing.
        single: a finding has at most one value.
        expand: turns the user's word into the texts that the field may have, ``*`` being a
            wildcard.
        word: turns a field's text into the user's word.
        text: turns the user's word, without wildcards, into a text that the field may have.
        absent: the word, if there is one, that means a missing field.
        otherwise: the word, if there is one, that means every text but those of ``others``.
        others: the texts that ``otherwise`` excludes.
        alongside: texts that the same element of a list has elsewhere, by their paths.
        rarer: further paths for words that may occur there.

    """

    paths: tuple[Path, ...]
    required: bool = False
    single: bool = False
    expand: Callable[[str], tuple[str, ...]] = lambda word: (word,)
    word: Callable[[str], str] = str
    text: Callable[[str], str] = str
    absent: str | None = None
    otherwise: str | None = None
    others: tuple[str, ...] = ()
    alongside: tuple[tuple[Path, str], ...] = ()
    rarer: tuple[tuple[re.Pattern[str], Path], ...] = ()

    def globs(self, words: Iterable[str]) -> list[str]:
        """Return the field's texts for words of the params file, ``*`` being a wildcard.

        The word ``*`` alone means any value: no text is put around it.
        """
        texts = [
            text
            for word in words
            if word not in (self.absent, self.otherwise)
            for text in ((word,) if word == ANY else self.expand(word))
        ]
        return list(dict.fromkeys(texts))

    def paths_of(self, words: Iterable[str]) -> tuple[Path, ...]:
        """Return the paths at which one of these words may occur."""
        listed = tuple(words)
        rarer = [path for begins, path in self.rarer if any(map(begins.match, listed))]
        return (*self.paths, *rarer)


def labels(
    paths: tuple[Path, ...], words: Mapping[str, tuple[str, ...]], otherwise: str | None = None
) -> Field:
    """Return a field of a closed set of words, each with its texts.

    ``otherwise`` is the word for any text that is not among them.
    """
    by_text = {text: word for word, texts in words.items() for text in texts}
    return Field(
        paths,
        required=True,
        single=True,
        expand=lambda word: words.get(word, (word,)),
        word=lambda text: by_text.get(text, otherwise or text),
        otherwise=otherwise,
        others=tuple(by_text) if otherwise else (),
    )
