"""Advice on params files that are valid and still may not do what their author expects.

Shown by render, check and backtest; none of it ends a run. A kind of advice is a function that
yields problems, in the module of its subject, and a line here.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from generator.advice.accepted import of_route
from generator.advice.exceptions import ending, sent_nevertheless, untagged
from generator.advice.later import counts_what_is_done, late
from generator.advice.listed_accounts import many_accounts
from generator.advice.names import names_for_ids, types_of_the_other_product, unknown_products
from generator.advice.nothing import matches_nothing
from generator.advice.twice import duplicates, from_both
from generator.advice.unexpected import (
    drops_without_compliance,
    many_wildcards,
    native_is_unproven,
    unused_channels,
)
from generator.params.problems import each_once

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.params import Loaded, Problem

__all__ = ["advice"]


def advice(loaded: Loaded, today: date | None = None) -> list[Problem]:
    """Return the warnings about a params file, each with its place and a remedy.

    Outputs never depend on the day; that an exception ends is a warning of this day alone.
    """
    return each_once(_advice(loaded, today or datetime.now(UTC).date()))


def _advice(loaded: Loaded, today: date) -> Iterator[Problem]:
    routes = loaded.settings.routes
    for i, route in enumerate(routes):
        nothing = list(matches_nothing(route))
        for key, why in nothing:
            yield of_route(loaded, i, key, f"can match no finding: {why}")
        if not nothing:
            yield from duplicates(loaded, i)
            yield from drops_without_compliance(loaded, i, route)
            yield from from_both(loaded, i)
        yield from native_is_unproven(loaded, i, route)
        yield from unknown_products(loaded, i, route.match.products)
        yield from types_of_the_other_product(loaded, i, route)
    yield from ending(loaded, today)
    yield from sent_nevertheless(loaded)
    yield from untagged(loaded)
    yield from many_wildcards(loaded)
    yield from counts_what_is_done(loaded)
    yield from late(loaded)
    yield from many_accounts(loaded)
    yield from names_for_ids(loaded)
    yield from unused_channels(loaded)
