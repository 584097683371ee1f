"""Routes that can match no finding at all."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from generator.params import Not
from generator.routing import coverage
from generator.routing.field import ABSENT, ANY
from generator.routing.field_values import product
from generator.routing.fields import fields_of
from generator.routing.globs import matches

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.params import Match, Route

_ALWAYS = ("severity", "workflow", "record_state", "accounts", "regions", "products")
"""Keys whose field every finding has once Security Hub has it: it fills in what is missing."""

_OF_CONTROLS = ("controls", "standards")
_SECURITY_HUB = "aws/securityhub"
_OF_CIS_1_2 = re.compile(r"(?:CIS\.)?[0-9]")
"""How the numbers of CIS 1.2 begin, which only Security Hub CSPM has had as ids of controls."""


def matches_nothing(route: Route) -> Iterator[tuple[str, str]]:
    """Yield the keys that leave no finding over, and why."""
    match = route.match
    for key in (*_ALWAYS, "resource_types", "resources", "generators", "compliance"):
        selection = getattr(match, key)
        if not isinstance(selection, Not):
            continue
        if ANY in selection.values:
            yield key, 'every finding has this field, and not: ["*"] asks that it is missing'
        elif set(coverage.LABELS.get(key, ("",))) <= set(selection.values):
            yield key, "all values are excluded; leave one out of the list"
    if coverage.labels("compliance", match.compliance) == {ABSENT} and of_controls(match):
        message = "control findings always have a Compliance; write FAILED, or leave the key out"
        yield "compliance", message
    for key in _OF_CONTROLS:
        if isinstance(getattr(match, key), tuple) and not _may_be_security_hub(route):
            yield key, "only aws/securityhub has controls and standards; add it to products"
    yield from _never_in_the_new_product(route)


def _never_in_the_new_product(route: Route) -> Iterator[tuple[str, str]]:
    """Yield the keys whose words no finding of the new Security Hub has."""
    match = route.match
    if route.source != "security_hub":
        return
    if _only(match.controls, _OF_CIS_1_2):
        yield "controls", "the new Security Hub has ids such as EC2.2, not numbers of CIS 1.2"
    if coverage.labels("compliance", match.compliance) == {"PASSED"}:
        becomes = "the new Security Hub sets a control that passed to"
        if "RESOLVED" not in coverage.labels("workflow", match.workflow):
            yield "workflow", f"{becomes} Resolved; add RESOLVED"
        if "INFORMATIONAL" not in coverage.labels("severity", match.severity):
            yield "severity", f"{becomes} Informational; add INFORMATIONAL"


def _only(selection: Any, begins: re.Pattern[str]) -> tuple[str, ...]:
    """Return the words of a list if all of them begin like this."""
    listed = selection if isinstance(selection, tuple) else ()
    return listed if all(map(begins.match, listed)) else ()


def _may_be_security_hub(route: Route) -> bool:
    """Whether a route may match findings of controls, by its products."""
    field, products = fields_of(route.source)["products"], route.match.products
    globs = field.globs(coverage.words(products))
    named = any(matches(glob, field.text(_SECURITY_HUB)) for glob in globs)
    return products is None or named != isinstance(products, Not)


def of_controls(match: Match) -> bool:
    """Whether a match matches findings of controls alone, which always have a Compliance."""
    if any(isinstance(getattr(match, key), tuple) for key in _OF_CONTROLS):
        return True
    if match.kinds == ("posture",):
        return True
    return isinstance(match.products, tuple) and all(
        product(word) == _SECURITY_HUB for word in match.products
    )
