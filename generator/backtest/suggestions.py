"""The line of a params file that silences what is noisy, given what the route's match says."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from itertools import chain, count
from typing import TYPE_CHECKING, Any, NamedTuple

import yaml
from pydantic import ValidationError

from generator.backtest.written_where import spot
from generator.params import Match, Not
from generator.routing.coverage import labels
from generator.routing.field import ANY
from generator.routing.fields import fields_of
from generator.routing.filters import AUTOMATION_RULE, UnsayableError, filters
from generator.routing.globs import matches

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Mapping, Sequence

    from generator.params import Loaded
    from generator.params.problems import Location
    from generator.routing.field import Field

_ONE_LINE = 1 << 20
_DAYS = 90
"""How long an exception lasts that is suggested."""
_SEVERE = ("CRITICAL", "HIGH")
_FILL_IN = "fill in the reason"


class Silence(NamedTuple):
    """What to write for one route, and where.

    Attributes:
        route: the name of the route.
        place: file and line of its match, or of the line to replace.
        change: ``add`` a line there, or ``replace`` the key that is there.
        line: the line, of ``match``, of the route, or an item of ``exceptions``; empty where there
            is none.
        note: what else the line does, or why there is none.

    """

    route: str
    place: str
    change: str
    line: str
    note: str = ""


def silence(
    loaded: Loaded, route: int, key: str, words: Sequence[str], seen: Iterable[str]
) -> Silence:
    """Return the line that keeps a route from taking findings with these words.

    ``key`` is a key of match, ``words`` are values in the words of the params file, and ``seen``
    all such values that the route matched.
    """
    asked = loaded.settings.routes[route]
    match, name = asked.match, asked.name
    field = fields_of(asked.source)[key]
    values, note = _without(field, getattr(match, key), words, seen)
    where = _where(loaded, ("routes", route, "match", key))
    if values is None or not _valid(match, key, values):
        return Silence(name, where.place, "", "", note or "no key of a match expresses this")
    line = f"{key}: {_flow(values)}"
    if where.key != key:
        written = loaded.document.data["routes"][route].get("match", {})
        line = f"match: {_flow({**written, key: values})}"
    return Silence(
        name, where.place, where.change, line, "; ".join(filter(None, (note, where.note)))
    )


def except_for(
    loaded: Loaded, route: int, control: str, resources: Sequence[str]
) -> Silence | None:
    """Return the exception for a control on some resources, with its reason to be filled in.

    None where an automation rule cannot say so, or where the route matches what it suppresses.
    """
    asked = loaded.settings.routes[route]
    match = {"controls": [control], "resources": list(resources)}
    if asked.source != "security_hub_cspm" or "SUPPRESSED" in labels(
        "workflow", asked.match.workflow
    ):
        return None
    try:
        filters(Match.model_validate(match), AUTOMATION_RULE)
    except (UnsayableError, ValidationError):
        return None
    name = _free_name(control, {accepted.name for accepted in loaded.settings.exceptions})
    until = datetime.now(UTC).date() + timedelta(_DAYS)
    item = _flow({"name": name, "match": match, "reason": "", "until": until})
    place = loaded.document.places.get(("exceptions",))
    if place is None:
        return Silence(asked.name, str(loaded.path), "add", f"exceptions: [{item}]", _FILL_IN)
    return Silence(asked.name, f"{loaded.path}:{place.key_line}", "add", f"- {item}", _FILL_IN)


def _free_name(control: str, used: Container[str]) -> str:
    name = re.sub(r"[^a-z0-9]+", "-", control.lower()).strip("-")
    names = chain([name], (f"{name}-{n}" for n in count(2)))
    return next(each for each in names if each not in used)


def refrain(loaded: Loaded, route: int, key: str) -> Silence:
    """Return that there is no line, since it would silence most of the route."""
    where = _where(loaded, ("routes", route, "match", key))
    note = "no suggestion: this is more than half of what the route sends"
    return Silence(loaded.settings.routes[route].name, where.place, "", "", note)


def severe(way: Silence, severities: Mapping[str, int], more: str = "") -> Silence:
    """Return a way with a note of what it silences, where that is severe or more than asked."""
    counts = [f"{label} {severities[label]:,}" for label in _SEVERE if severities.get(label)]
    silenced = f"silences {', '.join(counts)}" if counts and way.line else ""
    if more and way.line:
        silenced = f"{silenced}, {more}" if silenced else f"silences {more.removeprefix('and ')}"
    return way._replace(note="; ".join(filter(None, (silenced, way.note))))


def to_send_once(loaded: Loaded, position: int) -> Silence | None:
    """Return the line with which a route sends each finding once; None where it cannot or does."""
    route = loaded.settings.routes[position]
    if route.notifies_once or loaded.settings.deployment.asks_to_forward:
        return None
    where = _where(loaded, ("routes", position, "notify"))
    new = route.match.workflow == ("NEW",)
    notes = ("" if new else "the route must match workflow: [NEW] alone", where.note)
    line = "notify: once"
    return Silence(route.name, where.place, where.change, line, "; ".join(filter(None, notes)))


def _without(
    field: Field, selection: Any, words: Sequence[str], seen: Iterable[str]
) -> tuple[Any, str]:
    """Return the selection without the words, and a note; None where none is left."""
    if selection is None or (
        field.required and not isinstance(selection, Not) and ANY in selection
    ):
        return {"not": list(words)}, ""
    if isinstance(selection, Not):
        return {"not": [*selection.values, *words]}, ""
    kept = [word for word in selection if not _any(field, [word], words)]
    wild = [word for word in selection if word not in kept and "*" in word]
    named = [word for word in sorted(set(seen) - set(words)) if _any(field, wild, [word])]
    if not kept and not named:
        return None, "the route sends nothing else: remove the route"
    note = f"names what was seen in place of {', '.join(wild)}" if wild else ""
    return [*kept, *named], note


def _any(field: Field, patterns: Sequence[str], words: Sequence[str]) -> bool:
    """Whether a pattern of these matches a word of those."""
    globs = field.globs(patterns)
    return any(matches(glob, field.text(word)) for glob in globs for word in words)


class _Where(NamedTuple):
    place: str
    change: str
    key: str | int
    """The key to write: the one asked for, or the one that it is in."""
    note: str = ""


def _where(loaded: Loaded, key: Location) -> _Where:
    """Return what to do to a key of a route or of its match, and at which line."""
    document = loaded.document
    if here := spot(document, key):
        return _Where(f"{loaded.path}:{here.line}", here.change, here.key[-1])
    note = "other parts of the file share this line and change too"
    change = "replace" if key in document.places else "add"
    nearest = next(key[:n] for n in range(len(key), 0, -1) if key[:n] in document.places)
    within = key[len(nearest)] if change == "add" else key[-1]
    return _Where(f"{loaded.path}:{document.places[nearest].key_line}", change, within, note)


def _valid(match: Match, key: str, values: Any) -> bool:
    try:
        Match.model_validate({**match.model_dump(by_alias=True, exclude_none=True), key: values})
    except ValidationError:
        return False
    return True


def _flow(values: Any) -> str:
    """Return a value as it is written on one line, quoted where some YAML reader wants it."""
    flow = yaml.safe_dump(values, default_flow_style=True, width=_ONE_LINE, sort_keys=False)
    return flow.strip()
