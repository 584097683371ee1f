"""Whether routes of both products can match what each of them sends of the same finding."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from generator.params import Not
from generator.routing import coverage
from generator.routing.field import ANY
from generator.routing.fields import fields_of
from generator.routing.globs import contains, overlap
from generator.routing.kinds import kinds_of

if TYPE_CHECKING:
    from generator.params import Match, Route
    from generator.routing.field import Field

_LABELS = ("severity", "compliance", "record_state")
"""Closed sets of words that a finding has alike in both products; the workflow may differ."""

_SHARED = ("accounts", "account_names", "regions", "products", "controls", "types")
"""Further keys whose words are alike in both."""

_NEW_ALONE = {"exposure", "coverage"}
"""Kinds of findings that Security Hub CSPM does not send."""

_SECURITY_HUB = ("aws/securityhub",)


def may_be_twins(route: Route, other: Route) -> bool:
    """Whether two routes can match the same finding, each as its product sends it."""
    if route.source == other.source or "custom_action" in (route.on, other.on):
        return False
    old, new = (route, other) if other.source == "security_hub" else (other, route)
    return (
        _kinds_meet(old.match, new.match)
        and all(_labels_meet(key, old.match, new.match) for key in _LABELS)
        and all(_words_meet(key, old.match, new.match) for key in _SHARED)
    )


def _kinds_meet(old: Match, new: Match) -> bool:
    """Whether a kind of the new product's findings is one that the other route matches."""
    kinds = kinds_of(new.kinds) - _NEW_ALONE
    if _of_controls(old):
        return "posture" in kinds
    return bool(kinds)


def _of_controls(match: Match) -> bool:
    listed = any(isinstance(getattr(match, key), tuple) for key in ("controls", "standards"))
    field = fields_of("security_hub_cspm")["products"]
    products = match.products if isinstance(match.products, tuple) else ()
    return listed or bool(products and field.globs(products) == field.globs(_SECURITY_HUB))


def _labels_meet(key: str, old: Match, new: Match) -> bool:
    labels = coverage.labels(key, getattr(old, key))
    return bool(labels & coverage.labels(key, getattr(new, key)))


def _words_meet(key: str, old: Match, new: Match) -> bool:
    """Whether some value is selected by both, as far as one can see from the words."""
    field = fields_of("security_hub_cspm")[key]
    selection, other = getattr(old, key), getattr(new, key)
    if selection is None or other is None:
        return True
    match isinstance(selection, Not), isinstance(other, Not):
        case False, False:
            return _overlap(field, selection, other)
        case True, False:
            return not _all_within(field, other, selection.values)
        case False, True:
            return not _all_within(field, selection, other.values)
    return True


def _overlap(field: Field, words: Any, others: Any) -> bool:
    if ANY in words or ANY in others:
        return True
    return any(overlap(a, b) for a in field.globs(words) for b in field.globs(others))


def _all_within(field: Field, words: Any, excluded: Any) -> bool:
    """Whether everything that these words match is excluded."""
    globs = field.globs(excluded)
    return all(any(contains(glob, text) for glob in globs) for text in field.globs(words))
