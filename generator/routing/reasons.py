"""Why a route matches a finding, or does not: key by key of its ``match``."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from generator.eventbridge import matcher
from generator.findings.events import detail_type
from generator.findings.outline import nodes, source_of
from generator.params import Match, Not
from generator.routing.asff_fields import ACTION
from generator.routing.event_pattern import finding_pattern
from generator.routing.fields import format_of
from generator.routing.globs import matches
from generator.routing.kinds import KINDS, kind_clause, kinds_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from generator.params import Route
    from generator.params.choices import Kind, Source
    from generator.routing.field import Field


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
    finding = detail["findings"][0]
    given = [_reason(asked, finding) for asked in _asked(match, source_of(finding))]
    if match.actions is not None:
        given.insert(0, _reason(_Asked("actions", ACTION, match.actions), detail))
    if match.kinds is not None:
        given.append(Reason("kinds", _kinds(finding), ()))
    return given


def nearest(routes: Sequence[Route], finding: Mapping[str, Any]) -> Nearest | None:
    """Return the route with the fewest keys that do not match; None without any for findings."""
    kind = detail_type(source_of(finding))
    candidates = [
        Nearest(i, misses(route.match, finding))
        for i, route in enumerate(routes)
        if detail_type(route.source, route.on) == kind
    ]
    return min(candidates, key=lambda candidate: len(candidate.misses), default=None)


def misses(match: Match, finding: Mapping[str, Any]) -> list[Miss]:
    """Return each key of a match that a finding does not satisfy."""
    source = source_of(finding)
    missed = [
        Miss(asked.key, _values(asked, finding), _listed(asked.selection), _excludes(asked))
        for asked in _asked(match, source)
        if not _compile(_alone(asked), source)(finding)
    ]
    if source == "security_hub":
        missed += _missed_kinds(match, finding)
    return missed


def _missed_kinds(match: Match, finding: Mapping[str, Any]) -> Iterator[Miss]:
    if not _compile_kinds(match.kinds)(finding):
        wanted = kinds_of(match.kinds)
        words = tuple(kind for kind in KINDS if kind in wanted)
        yield Miss("kinds", _kinds(finding), words, excluded=False)


def _kinds(finding: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the kinds that a finding of the new Security Hub is."""
    return tuple(kind for kind in KINDS if _compile_kinds((kind,))(finding))


def _asked(match: Match, source: Source) -> Iterator[_Asked]:
    format_ = format_of(source)
    for key, field in format_.fields.items():
        selection = getattr(match, key)
        if selection is not None:
            yield _Asked(key, field, selection)
    for tag, selection in (match.resource_tags or {}).items():
        yield _Asked(f"resource_tags.{tag}", format_.tag(tag), selection)


def _alone(asked: _Asked) -> Match:
    """Return a match that asks for one key."""
    key, _, tag = asked.key.partition(".")
    return Match(**{key: {tag: asked.selection} if tag else asked.selection})


@cache
def _compile_text(text: str, source: Source) -> matcher.Matcher:
    match = Match.model_validate_json(text)
    return matcher.compile(finding_pattern(match, source=source))


@cache
def _compile_kinds(selection: tuple[Kind, ...] | Not[Kind] | None) -> matcher.Matcher:
    return matcher.compile(kind_clause(selection))


def _compile(match: Match, source: Source) -> matcher.Matcher:
    return _compile_text(match.model_dump_json(by_alias=True, exclude_none=True), source)


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
    """Yield the texts that a finding has for a key."""
    field = asked.field
    for *parents, last in field.paths_of(_listed(asked.selection)):
        alongside = [(path[len(parents) :], text) for path, text in field.alongside]
        for parent in nodes(finding, parents):
            if all(text in _texts(parent, path) for path, text in alongside):
                yield from _texts(parent, [last])


def _excludes(asked: _Asked) -> bool:
    return isinstance(asked.selection, Not)


def _listed(selection: tuple[str, ...] | Not[str]) -> tuple[str, ...]:
    return selection.values if isinstance(selection, Not) else selection


def _any(field: Field, words: Sequence[str], value: str) -> bool:
    return field.word(value) in words or any(matches(glob, value) for glob in field.globs(words))


def _words(field: Field, values: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(map(field.word, values)))


def _texts(value: Any, path: Sequence[str]) -> Iterator[str]:
    """Yield the texts at the end of a path, through lists on the way."""
    return (node for node in nodes(value, path) if isinstance(node, str))
