"""Why a route takes a finding: for each key of its ``match``, what in the finding satisfies it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from generator.fields import ACTION, FIELDS, Field, tag_field
from generator.globs import takes
from generator.settings import Not

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from generator.settings import Match


class Reason(NamedTuple):
    """A key of ``match``, the finding's values that satisfy it, and what they must not be.

    Without values, the field is missing, and that satisfies.
    """

    key: str
    values: tuple[str, ...]
    unlike: tuple[str, ...]


def reasons(match: Match, event: Mapping[str, Any]) -> list[Reason]:
    """Return a reason for each key; the event is one that the match takes."""
    detail = event["detail"]
    finding = detail["findings"][0]
    asked = [(key, field, getattr(match, key)) for key, field in FIELDS.items()]
    asked += [
        (f"resource_tags.{tag}", tag_field(tag), selection)
        for tag, selection in (match.resource_tags or {}).items()
    ]
    reasons = [
        _reason(key, field, selection, finding)
        for key, field, selection in asked
        if selection is not None
    ]
    if match.actions is not None:
        reasons.insert(0, _reason("actions", ACTION, match.actions, detail))
    return reasons


def _reason(
    key: str, field: Field, selection: Sequence[str] | Not[str], finding: Mapping[str, Any]
) -> Reason:
    values = [value for path in field.paths_of(_listed(selection)) for value in _at(finding, path)]
    if isinstance(selection, Not):
        kept = [value for value in values if not _any(field, selection.values, value)]
        return Reason(key, _words(field, kept), tuple(selection.values))
    kept = [value for value in values if _any(field, selection, value)]
    if not kept and field.absent in selection:
        return Reason(key, (field.absent or "",), ())
    return Reason(key, _words(field, kept), ())


def _listed(selection: Sequence[str] | Not[str]) -> Sequence[str]:
    return selection.values if isinstance(selection, Not) else selection


def _any(field: Field, words: Sequence[str], value: str) -> bool:
    return any(takes(glob, value) for glob in field.globs(words))


def _words(field: Field, values: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(map(field.word, values)))


def _at(value: Any, path: Sequence[str]) -> Iterator[str]:
    """Yield the texts at the end of a path, through lists on the way."""
    if isinstance(value, list):
        for one in value:
            yield from _at(one, path)
    elif not path:
        if isinstance(value, str):
            yield value
    elif isinstance(value, dict) and path[0] in value:
        yield from _at(value[path[0]], path[1:])
