"""Does the same to many things on all cores, or one after the other where that is quicker."""

from __future__ import annotations

import os
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_all_start_methods, get_context
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

T = TypeVar("T")
R = TypeVar("R")


def mapped(
    function: Callable[[T], R],
    items: Collection[T],
    *,
    few: int,
    warm_up: Callable[[], object] = lambda: None,
) -> Iterator[R]:
    """Yield what a function returns for each item, in order.

    Up to ``few`` items are done in this process: another one takes longer to start.
    ``warm_up`` loads, before the processes part, what all of them need.
    """
    workers = min(os.cpu_count() or 1, len(items))
    if workers <= 1 or len(items) <= few or "fork" not in get_all_start_methods():
        yield from map(function, items)
        return
    warm_up()
    with ProcessPoolExecutor(workers, mp_context=get_context("fork")) as pool:
        yield from pool.map(function, items, chunksize=4)
