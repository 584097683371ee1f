"""Processes that load something ahead of its use."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator

import pytest

from generator.system.workers import Workers


def load() -> Callable[[int], tuple[int, int]]:
    return lambda number: (number * number, os.getpid())


@pytest.fixture
def workers() -> Iterator[Workers]:
    workers = Workers(2, load)
    yield workers
    workers.stop()
    os.waitpid(workers._first, 0)


def test_results_are_in_the_order_of_what_was_given(workers: Workers) -> None:
    results = list(workers.map(range(20), lambda number: number))
    assert [square for square, _ in results] == [number**2 for number in range(20)]
    assert len({process for _, process in results} - {os.getpid()}) == 2


def test_the_largest_item_is_alone_where_it_is_as_large_as_the_others(workers: Workers) -> None:
    first, *others = (process for _, process in workers.map([9, 3, 3, 3], lambda number: number))
    assert first not in others


def test_a_worker_that_dies_is_an_error_and_no_endless_wait(workers: Workers) -> None:
    os.killpg(workers._first, signal.SIGKILL)
    with pytest.raises((EOFError, OSError)):
        list(workers.map([1, 2, 3], lambda number: number))


def test_a_function_that_cannot_be_loaded_is_an_error_where_it_is_used() -> None:
    workers = Workers(2, lambda: next(iter(())))
    with pytest.raises((EOFError, OSError)):
        list(workers.map([1, 2, 3], lambda number: number))
    os.waitpid(workers._first, 0)


def test_workers_end_when_nothing_is_given_to_them_any_more(workers: Workers) -> None:
    for _, give in workers._gives:
        os.close(give)
    deadline = time.monotonic() + 60
    while os.waitid(os.P_PID, workers._first, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
        assert time.monotonic() < deadline
        time.sleep(0.01)
