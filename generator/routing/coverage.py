"""Whether one match matches all that another matches: key by key, since keys are independent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, get_args

from generator.params import Not
from generator.params import choices as c
from generator.routing.asff_fields import ACTION
from generator.routing.field import ANY, Field
from generator.routing.fields import format_of
from generator.routing.globs import contains as glob_contains
from generator.routing.globs import overlap
from generator.routing.kinds import kinds_of

if TYPE_CHECKING:
    from generator.params import Match
    from generator.params.choices import Source

LABELS: dict[str, tuple[str, ...]] = {
    "severity": get_args(c.Severity),
    "compliance": get_args(c.Compliance),
    "workflow": get_args(c.Workflow),
    "record_state": get_args(c.RecordState),
}


def contains(match: Match, other: Match, source: Source = "security_hub_cspm") -> bool:
    """Whether a match matches all findings of a product that another one matches.

    Where it cannot be known, the answer is no.
    """
    tags, others = match.resource_tags or {}, other.resource_tags or {}
    format_ = format_of(source)
    return (
        kinds_of(other.kinds) <= kinds_of(match.kinds)
        and _contains("", ACTION, match.actions, other.actions)
        and all(
            _contains(key, field, getattr(match, key), getattr(other, key))
            for key, field in format_.fields.items()
        )
        and all(_contains("", format_.tag(tag), tags[tag], others.get(tag)) for tag in tags)
    )


def words(selection: Any) -> tuple[str, ...]:
    """Return the words of a selection, in whichever form it is."""
    return selection.values if isinstance(selection, Not) else selection or ()


def _contains(key: str, field: Field, selection: Any, other: Any) -> bool:
    """Whether one selection of a field matches all that another matches."""
    if selection is None or (field.required and isinstance(selection, tuple) and ANY in selection):
        return True
    if key in LABELS:
        return labels(key, other) <= labels(key, selection)
    globs = field.globs(words(selection))
    others = field.globs(words(other))
    match isinstance(selection, Not), isinstance(other, Not):
        case True, True:
            return all(any(glob_contains(b, a) for b in others) for a in globs)
        case True, False if other:
            return not any(overlap(a, b) for a in globs for b in others)
        case False, False if other:
            return all(any(glob_contains(a, b) for a in globs) for b in others)
    return False


def labels(key: str, selection: Any) -> set[str]:
    """Return the labels that a selection matches, a missing Compliance as ABSENT."""
    known = set(LABELS[key])
    if selection is None:
        return known
    named = set(words(selection))
    return known - named if isinstance(selection, Not) else named
