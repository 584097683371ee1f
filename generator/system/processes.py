"""Does the same to many things on all cores, or one after the other where that is quicker."""

from __future__ import annotations

import os
import signal
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import active_children, get_all_start_methods, get_context
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

T = TypeVar("T")
R = TypeVar("R")

CAN_FORK = "fork" in get_all_start_methods()


def map_in_processes(
    function: Callable[[T], R],
    items: Collection[T],
    *,
    few: int,
    workers: int | None = None,
    warm_up: Callable[[], object] = lambda: None,
) -> Iterator[R]:
    """Yield what a function returns for each item, in order; ``workers`` limits the processes.

    Up to ``few`` items are done in this process: another one needs longer to start.
    ``warm_up`` loads, before the processes part, what all of them need.
    """
    workers = min(workers or os.cpu_count() or 1, len(items))
    if workers <= 1 or len(items) <= few or not CAN_FORK:
        yield from map(function, items)
        return
    warm_up()
    with processes(workers) as pool:
        with without_interrupts():
            results = pool.map(function, items, chunksize=4)
        yield from results


@contextmanager
def processes(workers: int, *begin: Any) -> Iterator[ProcessPoolExecutor]:
    """Give a pool whose processes end at once when this block is left by an exception.

    ``begin`` is a function, and its arguments, with which each process starts.
    """
    context = get_context("fork" if CAN_FORK else "spawn")
    function, *arguments = begin or (None,)
    pool = ProcessPoolExecutor(workers, context, function, tuple(arguments))
    try:
        yield pool
    except BaseException:
        # Their work is of no use any more: somebody waits for the prompt.
        for child in active_children():
            child.kill()
        raise
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


@contextmanager
def without_interrupts() -> Iterator[None]:
    """Start processes that Ctrl-C does not reach: it is this one that ends them.

    What is blocked here is blocked in them for good; here it is delivered when the block ends.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
