"""Distinct findings are counted exactly, in little memory, in one process or several."""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from generator.backtest.distinct import Distinct, bits
from generator.findings.identity import digest

if TYPE_CHECKING:
    from collections.abc import Iterable

TAKEN = st.lists(
    st.tuples(st.sampled_from("abcdef"), st.sampled_from("xyz"), st.sets(st.integers(0, 199))),
    max_size=30,
)
Taken = list[tuple[str, str, set[int]]]


def counted(matched: Iterable[tuple[str, str, set[int]]], *, settle: int = 5) -> Distinct:
    distinct = Distinct()
    for product, finding, routes in matched:
        blocks = bits(routes, control=product == "a")
        distinct.pending.extend(digest(product, finding) + block for block in blocks)
        distinct.settle(most=settle)
    return distinct


@given(TAKEN, TAKEN, st.sets(st.integers(0, 199)))
def test_counts_are_those_of_plain_sets(matched: Taken, more: Taken, wanted: set[int]) -> None:
    distinct = counted(matched)
    distinct.add(pickle.loads(pickle.dumps(counted(more, settle=0))))  # noqa: S301
    found = {(product, finding) for product, finding, r in [*matched, *more] if r & wanted}
    everything = {(product, finding) for product, finding, r in [*matched, *more] if r}
    assert distinct.count([wanted, range(200)]) == [len(found), len(everything)]
    of_controls = [1 for product, _ in found if product == "a"]
    assert distinct.count([wanted], controls=True) == [len(of_controls)]


def test_a_finding_that_comes_again_and_again_takes_no_more_memory() -> None:
    distinct = counted((("a", str(n % 3_000), {1}) for n in range(300_000)), settle=1_000)
    distinct.settle(most=0)
    assert distinct.count([[1]]) == [3_000]
    assert distinct.in_use < 100 * 3_000
