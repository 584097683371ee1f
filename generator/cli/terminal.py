"""What a terminal gets: tables that fit it, and lines to paste, which are never cut or wrapped."""

from __future__ import annotations

import os
import shutil
import sys
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from rich.console import ConsoleOptions, RenderableType

_UNLIMITED = 10_000
"""Columns of what is not a terminal: a file or another program needs no line breaks."""

_NARROWEST = 16
"""Columns to which the first column of a table may be folded."""

_GAP = 2


def console() -> Console:
    """Return a console for standard output.

    The height too is given, since rich otherwise assumes 80 columns for a terminal called dumb.
    """
    return Console(highlight=False, width=columns(), height=25)


def prints_blocks() -> bool:
    """Whether standard output can show more than ASCII."""
    return (sys.stdout.encoding or "").lower().replace("-", "").startswith("utf")


def columns() -> int:
    """Return how many characters fit into a line."""
    given = os.environ.get("COLUMNS", "")
    if given.isdecimal() and int(given):
        return int(given)
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else _UNLIMITED


def show(parts: Iterable[RenderableType]) -> None:
    """Print parts, one below the other; texts that are one line stay one line."""
    out = console()
    for part in parts:
        out.print(part, soft_wrap=isinstance(part, Line))


class Line(Text):
    """A text to paste: however narrow the terminal is, it is printed as one line."""


class Rows:
    """A table; where it would be too wide, its first column is folded, or each row is a list."""

    def __init__(
        self, head: Sequence[str], rows: Iterable[Sequence[str]], left: Collection[str] = ()
    ) -> None:
        self._head = tuple(head)
        self._rows = [tuple(row) for row in rows]
        self._left = {self._head[0], *left}

    def __rich_console__(self, _: Console, options: ConsoleOptions) -> Iterator[RenderableType]:
        lines = [self._head, *self._rows]
        widths = [max(map(cell_len, column)) for column in zip(*lines, strict=True)]
        others = sum(widths[1:]) + _GAP * len(widths[1:])
        if min(widths[0], _NARROWEST) + others <= options.max_width:
            yield self._table()
        else:
            yield from self._lists()

    def _table(self) -> Table:
        table = Table(box=None, pad_edge=False, padding=(0, _GAP, 0, 0))
        for i, title in enumerate(self._head):
            table.add_column(
                title,
                justify="left" if title in self._left else "right",
                no_wrap=i > 0,
                overflow="fold",
            )
        for row in self._rows:
            table.add_row(*map(Text, row))
        return table

    def _lists(self) -> Iterator[RenderableType]:
        for first, *others in self._rows:
            yield Text(first or "-", style="bold", overflow="fold")
            for title, value in zip(self._head[1:], others, strict=True):
                if value:
                    yield Text(f"  {title}: {value}", overflow="fold")
