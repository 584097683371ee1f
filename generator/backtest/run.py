"""Runs a backtest: counts all files, in one process or in several."""

from __future__ import annotations

import gc
import sys
from concurrent.futures.process import BrokenProcessPool
from typing import TYPE_CHECKING, NamedTuple

from generator.backtest.count import Counting
from generator.backtest.tally import Tally
from generator.digests import counting_of
from generator.findings import TornError
from generator.findings.chunks import Part, Step, divide, is_divisible, steps, whole
from generator.params import BadInput, load, problem
from generator.routing.router import Rules, compile_routes
from generator.system.memory import uncollected
from generator.system.processes import processes as pool_of
from generator.system.processes import without_interrupts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from generator.findings.period import Period
    from generator.params import Loaded

    Watch = Callable[[Iterable[Step], int], Iterable[Step]]


class _Counted(NamedTuple):
    """What a process found in a part."""

    tally: Tally
    size: int


def count_files(  # noqa: PLR0913  (the options of the command)
    loaded: Loaded,
    files: Sequence[Path],
    *,
    period: Period | None = None,
    processes: int = 1,
    watched: int = 0,
    watch: Watch = lambda steps, _: steps,
) -> Tally:
    """Count the findings of files. ``watch`` sees every step, with the bytes of all.

    Open findings that no route matches are counted down to the severity of rank ``watched``.
    """
    rules = compile_routes(loaded)
    # A process of a pool has no standard input, and a pipe can be read once.
    processes = processes if all(map(is_divisible, files)) else 1
    parts = divide(files) if processes > 1 else whole(files)
    total = sum(part.size for part in parts)
    if processes > 1 and len(parts) > 1:
        begin = (loaded.path, period, watched)
        try:
            tally = Tally(digests=counting_of(loaded.settings))
            return _in_processes(tally, begin, parts, min(processes, len(parts)), watch)
        except TornError:
            # A value goes on behind the end of a part: one process reads all, from the beginning.
            parts = whole(files)
    counting = Counting(rules, period, watched)
    with uncollected():  # parsed JSON has no cycles
        for _ in watch((step for part in parts for step in steps(part, counting)), total):
            pass
    return counting.tally


def _in_processes(
    tally: Tally,
    begin: tuple[Path, Period | None, int],
    parts: list[Part],
    processes: int,
    watch: Watch,
) -> Tally:
    """Count parts in several processes and add up in the order of the files."""
    total = sum(part.size for part in parts)
    sys.stdout.flush()
    try:
        with pool_of(processes, _begin, *begin) as pool:
            # All processes start now, before a progress bar starts a thread: forking then is
            # unsafe.
            with without_interrupts():
                counted = pool.map(_count, parts)
            for _ in watch(_add_up(tally, parts, counted), total):
                pass
    except BrokenProcessPool:
        message = "a worker process was killed (out of memory?); try --processes 1"
        raise BadInput([problem(begin[0], message)]) from None
    return tally


def _add_up(tally: Tally, parts: Sequence[Part], counted: Iterable[_Counted]) -> Iterator[Step]:
    before = 0
    for part, counted_part in zip(parts, counted, strict=True):
        before = before if part.start else 0
        tally.add(counted_part.tally, lines_before=before)
        before += counted_part.tally.lines
        yield Step(counted_part.size)


_RULES: list[tuple[Rules, Period | None, int]] = []
"""What a process was begun with."""


def _begin(path: Path, period: Period | None, watched: int) -> None:
    gc.disable()
    _RULES.append((compile_routes(load(path)), period, watched))


def _count(part: Part) -> _Counted:
    counting = Counting(*_RULES[0])
    for _ in steps(part, counting):
        pass
    return _Counted(counting.tally, part.size)
