"""What an author has seen and accepts: a comment says it, where one reads the answer."""

from __future__ import annotations

import re
from itertools import takewhile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from generator.params import Loaded, Problem


def accepted(loaded: Loaded, location: tuple[str | int, ...], word: str) -> bool:
    """Whether a comment within the value, or in the lines right above it, has this word.

    No key of the format says it, since it changes nothing: it is a note that the author has seen
    the question, and so it is where one reads the answer.
    """
    places = loaded.document.places
    key, first = places[location].key_line, places[location].line
    last = max(place.line for at, place in places.items() if at[: len(location)] == location)
    written = loaded.document.lines
    above = takewhile(lambda line: line.lstrip()[:1] == "#", reversed(written[: key - 1]))
    accepting = re.compile(rf"(?:^|\s)#.*\b{word}\b")
    # The value of an alias is where its anchor is: far above its key.
    of_value = written[min(key, first) - 1 : last]
    return any(accepting.search(line) for line in [*above, written[key - 1], *of_value])


def of_route(loaded: Loaded, route: int, key: str, message: str) -> Problem:
    """Return a warning about a route, or about a key of its match."""
    location = ("routes", route, "match", key) if key else ("routes", route)
    return loaded.document.problem(location, f"warning: {message}", at_key=bool(key))
