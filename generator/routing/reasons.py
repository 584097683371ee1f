"""Why a route matches a finding, or does not: key by key of its ``match``."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from generator.eventbridge import matcher
from generator.findings.events import wrap
from generator.params import Match, Not
from generator.routing.event_pattern import event_pattern
from generator.routing.fields import ACTION, FIELDS, Field, tag_field
from generator.routing.globs import matches

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from generator.params import Route


class Reason(NamedTuple):
    """A key of ``match``, the finding's values that satisfy it, and what they must not be.

    Without values, the field is missing, and that satisfies.
    """

    key: str
    values: tuple[str, ...]
    unlike: tuple[str, ...]


class Miss(NamedTuple):
    """A key of ``match`` that a finding does not satisfy, what the finding has, and what is asked.

    Without values, the field is missing. ``excluded`` says that the values must not be ``words``.
    """

    key: str
    values: tuple[str, ...]
    words: tuple[str, ...]
    excluded: bool


class Nearest(NamedTuple):
    """The route that a finding is nearest to, and every key that keeps it away."""

    route: int
    misses: list[Miss]


class _Asked(NamedTuple):
    """A key of ``match``, its field, and the selection of it."""

    key: str
    field: Field
    selection: tuple[str, ...] | Not[str]


def reasons(match: Match, event: Mapping[str, Any]) -> list[Reason]:
    """Return a reason for each key; the event is one that the match selects."""
    detail = event["detail"]
    all_reasons = [_reason(asked, detail["findings"][0]) for asked in _asked(match)]
    if match.actions is not None:
        all_reasons.insert(0, _reason(_Asked("actions", ACTION, match.actions), detail))
    return all_reasons


def nearest(routes: Sequence[Route], finding: Mapping[str, Any]) -> Nearest | None:
    """Return the route with the fewest keys that do not match; None without any for findings."""
    candidates = [
        Nearest(i, misses(route.match, finding))
        for i, route in enumerate(routes)
        if route.on == "imported"
    ]
    return min(candidates, key=lambda candidate: len(candidate.misses), default=None)


def misses(match: Match, finding: Mapping[str, Any]) -> list[Miss]:
    """Return each key of a match that a finding does not satisfy."""
    event = wrap(finding)
    return [
        Miss(asked.key, _values(asked, finding), _listed(asked.selection), _excludes(asked))
        for asked in _asked(match)
        if not _compile(_alone(asked))(event)
    ]


def _asked(match: Match) -> Iterator[_Asked]:
    for key, field in FIELDS.items():
        selection = getattr(match, key)
        if selection is not None:
            yield _Asked(key, field, selection)
    for tag, selection in (match.resource_tags or {}).items():
        yield _Asked(f"resource_tags.{tag}", tag_field(tag), selection)


def _alone(asked: _Asked) -> Match:
    """Return a match that asks for one key."""
    key, _, tag = asked.key.partition(".")
    return Match(**{key: {tag: asked.selection} if tag else asked.selection})


@cache
def _compile_text(text: str) -> matcher.Matcher:
    return matcher.compile(event_pattern(Match.model_validate_json(text)))


def _compile(match: Match) -> matcher.Matcher:
    return _compile_text(match.model_dump_json(by_alias=True, exclude_none=True))


def _reason(asked: _Asked, finding: Mapping[str, Any]) -> Reason:
    key, field, selection = asked
    values = list(_found(asked, finding))
    if isinstance(selection, Not):
        kept = [value for value in values if not _any(field, selection.values, value)]
        return Reason(key, _words(field, kept), tuple(selection.values))
    kept = [value for value in values if _any(field, selection, value)]
    if not kept and field.absent in selection:
        return Reason(key, (field.absent or "",), ())
    return Reason(key, _words(field, kept), ())


def _values(asked: _Asked, finding: Mapping[str, Any]) -> tuple[str, ...]:
    return _words(asked.field, list(_found(asked, finding)))


def _found(asked: _Asked, finding: Mapping[str, Any]) -> Iterator[str]:
    for path in asked.field.paths_of(_listed(asked.selection)):
        yield from _at(finding, path)


def _excludes(asked: _Asked) -> bool:
    return isinstance(asked.selection, Not)


def _listed(selection: tuple[str, ...] | Not[str]) -> tuple[str, ...]:
    return selection.values if isinstance(selection, Not) else selection


def _any(field: Field, words: Sequence[str], value: str) -> bool:
    return any(matches(glob, value) for glob in field.globs(words))


def _words(field: Field, values: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(map(field.word, values)))


def _at(value: Any, path: Sequence[str]) -> Iterator[str]:
    """Yield the texts at the end of a path, through lists on the way."""
    if isinstance(value, list):
        for item in value:
            yield from _at(item, path)
    elif not path:
        if isinstance(value, str):
            yield value
    elif isinstance(value, dict) and path[0] in value:
        yield from _at(value[path[0]], path[1:])
