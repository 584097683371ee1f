"""Whether routes of both products can match what each of them sends of the same finding."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from generator.params import Not
from generator.routing import coverage
from generator.routing.field import ABSENT, ANY
from generator.routing.field_values import product
from generator.routing.fields import fields_of
from generator.routing.globs import contains, overlap
from generator.routing.kinds import KINDS, OTHERS, kinds_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from generator.params import Match, Route

_LABELS = ("severity", "compliance", "record_state")
"""Closed sets of words that a finding has alike in both products; the workflow may differ."""

_SHARED = ("accounts", "account_names", "regions", "controls")
"""Further keys whose words are alike in both, and of which a finding has one.

Standards, types, resources and tags are lists: a finding may have what each of two routes asks for.
"""

_NEW_ALONE = {"exposure", "coverage"}
"""Kinds of findings that Security Hub CSPM does not send."""

_CHECKED = {"posture", OTHERS}
"""Kinds of findings that may have a Compliance."""

_SECURITY_HUB = ("aws/securityhub",)
_GUARDDUTY = ("aws/guardduty",)
_KINDS_OF = {
    "aws/securityhub": {"posture"},
    "aws/guardduty": {"attack_sequence", "threat"},
}
"""The kinds of findings that a product sends, where these are known."""


def may_be_twins(route: Route, other: Route) -> bool:
    """Whether two routes can match the same finding, each as its product sends it."""
    if route.source == other.source or "custom_action" in (route.on, other.on):
        return False
    match, its = route.match, other.match
    return (
        bool(_kinds(route) & _kinds(other))
        and _words_meet("products", _products(match), _products(its))
        and all(_labels_meet(key, match, its) for key in _LABELS)
        and all(_words_meet(key, getattr(match, key), getattr(its, key)) for key in _SHARED)
    )


def _kinds(route: Route) -> set[str]:
    """Return the kinds of findings of both products that a route can match."""
    match = route.match
    kinds = kinds_of(match.kinds) if route.source == "security_hub" else {*KINDS, OTHERS}
    if ABSENT not in coverage.labels("compliance", match.compliance):
        kinds &= _CHECKED
    products = _products(match)
    if not _words_meet("products", products, _GUARDDUTY):
        kinds -= {"attack_sequence"}
    if isinstance(products, tuple):
        named = [_KINDS_OF.get(product(word)) for word in products]
        known = [sent for sent in named if sent is not None]
        if len(known) == len(named):
            kinds &= set().union(*known)
    return kinds - _NEW_ALONE


def _products(match: Match) -> tuple[str, ...] | Not[str] | None:
    """Return the products that a match selects: only Security Hub CSPM has controls."""
    if not any(isinstance(getattr(match, key), tuple) for key in ("controls", "standards")):
        return match.products
    return _SECURITY_HUB if _words_meet("products", match.products, _SECURITY_HUB) else ()


def _labels_meet(key: str, match: Match, other: Match) -> bool:
    labels = coverage.labels(key, getattr(match, key))
    return bool(labels & coverage.labels(key, getattr(other, key)))


def _words_meet(key: str, selection: Any, other: Any) -> bool:
    """Whether some value is selected by both, as far as one can see from the words."""
    if selection is None or other is None:
        return True
    words, others = (_globs(key, coverage.words(some)) for some in (selection, other))
    match isinstance(selection, Not), isinstance(other, Not):
        case False, False:
            return any(overlap(a, b) for a in words for b in others)
        case True, False:
            return not _all_within(others, words)
        case False, True:
            return not _all_within(words, others)
    return True


def _globs(key: str, words: Sequence[str]) -> list[str]:
    """Return the words as globs of values: of a product, without what is before it in its ARN."""
    if key == "products":
        return [word if word == ANY else product(word) for word in words]
    return fields_of("security_hub_cspm")[key].globs(words)


def _all_within(globs: Sequence[str], excluded: Sequence[str]) -> bool:
    """Whether everything that these globs match is excluded."""
    return all(any(contains(glob, text) for glob in excluded) for text in globs)
