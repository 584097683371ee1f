"""What is valid of a params file: the checks between its parts run on that, in its own types."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any, NamedTuple

from pydantic import ValidationError

from generator.params.problems import Location
from generator.params.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pydantic_core import ErrorDetails

_ROUNDS = 20
"""Each round removes what was refused, and shows what is refused only then: a list left empty."""
_UNNAMED = "unnamed"
_NEEDED: dict[str, dict[str, Any]] = {
    "digests": {"channel": _UNNAMED, "schedule": "rate(1 day)"},
    "exceptions": {"match": {}, "reason": "none", "until": "never"},
}
"""What these cannot do without, besides a name: items stay in their places in the list."""


class Validated(NamedTuple):
    """The settings without what the models refuse, the refusals, and where they are.

    What is required and refused is replaced; a check asks ``sound`` before it judges by a value.
    """

    settings: Settings | None
    errors: list[ErrorDetails]
    refused: frozenset[Location]

    def sound(self, *place: str | int) -> bool:
        """Whether the models refuse nothing at a place, below it or around it."""
        return not any(a[: len(place)] == place[: len(a)] for a in self.refused)


def validate(data: dict[str, Any]) -> Validated:
    """Validate a params file's plain data; what is refused does not hide the rest."""
    kept, refused = data, set[Location]()
    errors: list[ErrorDetails] = []
    for _ in range(_ROUNDS):
        try:
            return Validated(Settings.model_validate(kept), errors, frozenset(refused))
        except ValidationError as error:
            details = [detail for detail in error.errors() if not _echo(detail)]
        if not errors:
            errors, kept = details, deepcopy(data)
        places = {written(kept, detail["loc"]) for detail in details}
        refused |= places
        _take_out(kept, places)
    return Validated(None, errors, frozenset(refused))


def _echo(error: ErrorDetails) -> bool:
    """Whether this only repeats that the items of a list are wrong.

    Pydantic leaves such items out and then finds the list too short.
    """
    return error["type"] == "too_short" and len(error["input"]) > 0


def written(data: Any, steps: tuple[str | int, ...]) -> Location:
    """Leave out of pydantic's location the steps that name a branch of a union."""
    location: list[str | int] = []
    for i, step in enumerate(steps):
        if _holds(data, step):
            data = data[step]
        elif not (isinstance(data, dict) and i == len(steps) - 1):
            continue
        if step != "[key]":
            location.append(step)
    return tuple(location)


def _holds(data: Any, step: str | int) -> bool:
    in_list = isinstance(data, list) and isinstance(step, int) and step < len(data)
    return in_list or (isinstance(data, dict) and step in data)


def _order(place: Location) -> list[tuple[int, str]]:
    return [(step, "") if isinstance(step, int) else (-1, step) for step in place]


def _take_out(data: dict[str, Any], places: Iterable[Location]) -> None:
    """Take refused values out, the last of a list first, since those after it move up."""
    for place in sorted(places, key=_order, reverse=True):
        _take_one_out(data, place)


def _take_one_out(data: dict[str, Any], place: Location) -> None:
    """Take one value out, or put something valid there if the file cannot do without it."""
    *above, last = place
    parent: Any = data
    for step in above:
        if not _holds(parent, step):
            return
        parent = parent[step]
    instead = _instead(place)
    if instead is not None:
        parent[last] = instead
    elif _holds(parent, last):
        del parent[last]
    elif above:
        # A key that the mapping cannot do without: the mapping goes.
        _take_one_out(data, tuple(above))


def _instead(place: Location) -> Any:  # noqa: PLR0911  (a case each)
    match place:
        case ("name",) | ("routes", int(), "channel"):
            return _UNNAMED
        case ("channels",):
            return {_UNNAMED: {}}
        case ("routes",):
            return [{"name": _UNNAMED, "channel": _UNNAMED}]
        case ("routes", int(i)):
            return {"name": f"{_UNNAMED}-{i}", "channel": _UNNAMED}
        case ("routes" | "digests" | "exceptions", int(i), "name"):
            return f"{_UNNAMED}-{i}"
        case ("digests" | "exceptions" as key, int(i), str(inner)) if inner in _NEEDED[key]:
            return _NEEDED[key][inner]
        case ("digests" | "exceptions" as key, int(i)):
            return {"name": f"{_UNNAMED}-{i}", **_NEEDED[key]}
        case _:
            return None
