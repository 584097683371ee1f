"""What is wrong with an input, where, and what would be right."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, NamedTuple

from generator.params.full_width import narrow

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Location = tuple[str | int, ...]
"""Keys and list indices from the top of a params file down to a value."""


class Problem(NamedTuple):
    """One thing wrong in one file; ``str()`` gives the line that the user reads."""

    file: str
    line: int | None
    column: int | None
    location: Location
    message: str

    def __str__(self) -> str:
        """``file:line:column: routes[0].match: message``, leaving out what is unknown."""
        place = ":".join(str(part) for part in self[:3] if part is not None)
        return ": ".join(part for part in (place, dotted(self.location), self.message) if part)


class BadInput(Exception):  # noqa: N818  (it is an input that is bad, not this program)
    """Raised with every problem found, so that the user sees them all at once."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = tuple(problems)


def each_once(problems: Iterable[Problem]) -> list[Problem]:
    """Return the problems, one for each place and message.

    A line that aliases or merge keys use again is wrong in each of its uses, and is fixed once.
    """
    uses: dict[tuple[object, ...], list[Problem]] = {}
    for each in problems:
        uses.setdefault((each.file, each.line, each.column, each.message), []).append(each)
    return [
        first._replace(message=f"{first.message}; this line is used in {1 + len(more)} places")
        if more
        else first
        for first, *more in uses.values()
    ]


def problem(file: object, message: str) -> Problem:
    """Return a problem of a whole file, without a place in it."""
    return Problem(str(file), None, None, (), message)


def dotted(location: Location) -> str:
    """Write a location as ``routes[0].match.severity``."""
    text = ""
    for step in location:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else step
    return "".join(char if char.isprintable() else repr(char)[1:-1] for char in text)


def did_you_mean(word: object, known: Iterable[str]) -> str:
    """Return `` (did you mean X?)`` for the nearest known word, or nothing."""
    folded = {name.casefold(): name for name in known}
    near = get_close_matches(narrow(str(word)).casefold(), folded, n=1, cutoff=0.6)
    return f" (did you mean {folded[near[0]]}?)" if near else ""
