"""Does the same to many things on all cores, or one after the other where that is quicker."""

from __future__ import annotations

import os
import signal
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator
    from concurrent.futures import ProcessPoolExecutor

T = TypeVar("T")
R = TypeVar("R")

CAN_FORK = hasattr(os, "fork")

_CHUNK = 4
"""The most items that a process gets at once."""


def cores() -> int:
    """Return the number of cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def map_in_processes(
    function: Callable[[T], R],
    items: Collection[T],
    *,
    many: bool,
    workers: int | None = None,
    warm_up: Callable[[], object] = lambda: None,
) -> Iterator[R]:
    """Yield what a function returns for each item, in order; ``workers`` limits the processes.

    Where they are not ``many``, this process does all: another one needs longer to start.
    ``warm_up`` loads, before the processes part, what all of them need.
    """
    workers = min(workers or cores(), len(items))
    if workers <= 1 or not many or not CAN_FORK:
        yield from map(function, items)
        return
    warm_up()
    chunk = max(1, min(_CHUNK, len(items) // (_CHUNK * workers)))
    with processes(workers) as pool:
        with without_interrupts():
            results = pool.map(function, items, chunksize=chunk)
        yield from results


@contextmanager
def processes(workers: int, *begin: Any) -> Iterator[ProcessPoolExecutor]:
    """Give a pool whose processes end at once when this block is left by an exception.

    ``begin`` is a function, and its arguments, with which each process starts.
    """
    from concurrent.futures import ProcessPoolExecutor  # noqa: PLC0415  (for many things alone)
    from multiprocessing import active_children, get_context  # noqa: PLC0415

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
