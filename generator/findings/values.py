"""The values of a batch, one after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from generator.findings.batches import Broken, Lines

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from generator.findings.batches import Values


def values(
    batch: Lines | Values | Broken, parse: Callable[[bytes], Any]
) -> Iterator[tuple[int, Any]]:
    """Yield each value with its line; a Broken for what cannot be read.

    ``parse`` raises ValueError for a line that is not a whole value: it is read as text then.
    """
    if isinstance(batch, Broken):
        yield batch.line, batch
    elif isinstance(batch, Lines):
        for index, line in enumerate(batch.lines):
            if not line.strip():
                continue
            number = batch.first + index
            try:
                value = parse(line)
            except ValueError:
                batch.stop(index)
                return
            except RecursionError:
                value = Broken(number, "nested too deeply")
            yield number, value
    else:
        yield from batch.items
