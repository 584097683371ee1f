"""At which line a key is changed for one route alone, in a file whose parts may share lines.

What an alias or a merge key brings is written once for several routes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from generator.params.problems import Location
    from generator.params.yaml_document import Document
    from generator.params.yaml_nodes import Place


class Spot(NamedTuple):
    """Where something is written, and what: the key asked for, or one around it as a whole."""

    change: str
    """``add`` a line there, or ``replace`` the key that is there."""
    line: int
    key: Location


def spot(document: Document, key: Location) -> Spot | None:
    """Return where to write a key of a route; None where other parts would change as well."""
    for length in range(len(key) - 1, 1, -1):
        parent, child = key[:length], key[: length + 1]
        if parent not in document.places or _is_shared(document, parent):
            continue
        around, within = document.places[parent], document.places.get(child)
        if within is None or _key(within) < _value(around):
            return Spot("add", around.key_line, child)
        if child == key or _value(within) < _key(within):
            return Spot("replace", within.key_line, child)
    return None


def _is_shared(document: Document, parent: Location) -> bool:
    """Whether the text of a mapping is an anchor's, which others refer to or this one does."""
    around = document.places[parent]
    if _value(around) < _key(around):
        return True
    own = {
        _key(place)
        for at, place in document.places.items()
        if at[:-1] == parent and _key(place) >= _value(around)
    }
    # An item of a list begins where its first key does.
    others = (at for at in document.places if at[:-1] != parent and at != parent)
    return any(_key(document.places[at]) in own for at in others)


def _key(place: Place) -> tuple[int, int]:
    return place.key_line, place.key_column


def _value(place: Place) -> tuple[int, int]:
    """Return where a value begins: before its key, if it is an alias."""
    return place.line, place.column
