"""Processes that load something slow while this one still finds out what they are to do."""

from __future__ import annotations

import gc
import os
import pickle
import signal
from contextlib import ExitStack, suppress
from typing import TYPE_CHECKING, Any, NoReturn

from generator.system.memory import uncollected
from generator.system.processes import without_interrupts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence


class Workers:
    """Processes that load a function, and then call it for what they are given, once.

    The first one loads, and the others are its copies. They end when this process does.
    """

    def __init__(self, count: int, load: Callable[[], Callable[[Any], Any]]) -> None:
        self._gives = [os.pipe() for _ in range(count)]
        self._returns = [os.pipe() for _ in range(count)]
        with without_interrupts():
            self._first = os.fork()
            if not self._first:
                self._run(load)
        # Both sides do it: whichever is first.
        with suppress(OSError):
            os.setpgid(self._first, self._first)
        for given, returned in zip(self._gives, self._returns, strict=True):
            os.close(given[0])
            os.close(returned[1])

    def map(self, items: Sequence[Any], size: Callable[[Any], int]) -> Iterator[Any]:
        """Yield what the function returns for each item, in order.

        ``size`` is about in proportion to the time that an item needs. Raises OSError or EOFError
        where a process has ended before it should.
        """
        owners = self._owners(items, size)
        for number, (_, give) in enumerate(self._gives):
            share = [item for item, owner in zip(items, owners, strict=True) if owner == number]
            with os.fdopen(give, "wb") as file:
                pickle.dump(share, file)
        with ExitStack() as stack:
            files = [stack.enter_context(os.fdopen(result, "rb")) for result, _ in self._returns]
            for owner in owners:
                try:
                    result = pickle.load(files[owner])  # noqa: S301  (a copy of this process wrote it)
                except pickle.UnpicklingError as error:
                    raise EOFError from error
                yield result

    def stop(self) -> None:
        """End the processes, whatever they do."""
        with suppress(OSError):
            os.killpg(self._first, signal.SIGKILL)

    def _owners(self, items: Sequence[Any], size: Callable[[Any], int]) -> list[int]:
        """Return which process gets each item: the largest first, to the one that has least."""
        loads = [0] * len(self._gives)
        owners = [0] * len(items)
        for number in sorted(range(len(items)), key=lambda number: -size(items[number])):
            owners[number] = loads.index(min(loads))
            loads[owners[number]] += size(items[number])
        return owners

    def _run(self, load: Callable[[], Callable[[Any], Any]]) -> NoReturn:
        # What fails here fails again, and is reported, where the results are missed.
        with suppress(BaseException):
            os.setpgid(0, 0)
            for given, returned in zip(self._gives, self._returns, strict=True):
                os.close(given[1])
                os.close(returned[0])
            _be_silent()
            with uncollected():
                function = load()
            gc.enable()
            number = self._copy()
            with os.fdopen(self._gives[number][0], "rb") as file:
                share = pickle.load(file)  # noqa: S301  (this process's first one wrote it)
            with os.fdopen(self._returns[number][1], "wb") as file:
                for item in share:
                    pickle.dump(function(item), file)
                    file.flush()
        os._exit(0)

    def _copy(self) -> int:
        """Become all processes; return the number of this one, which keeps its own pipes alone."""
        number = next((n for n in range(1, len(self._gives)) if not os.fork()), 0)
        for other in set(range(len(self._gives))) - {number}:
            os.close(self._gives[other][0])
            os.close(self._returns[other][1])
        return number


def _be_silent() -> None:
    """Keep neither the terminal nor a pipe waiting for this process to end."""
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in range(3):
        os.dup2(nothing, stream)
