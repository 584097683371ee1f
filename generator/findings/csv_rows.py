"""Rows of CSV with events: what the console of CloudWatch Logs Insights downloads."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MESSAGE = "@message"
"""The column of Logs Insights with the event."""

_LONGEST = 16 << 20


def is_csv(head: bytes) -> bool:
    """Whether a file that begins with this line is CSV with events in it."""
    return MESSAGE in _columns(head)


def rows(lines: Iterable[bytes], first: int) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield the event of each row, as a record, with the row's last line."""
    csv.field_size_limit(_LONGEST)
    reader = csv.reader(line.decode("utf-8-sig", "replace") for line in lines)
    column = next(reader).index(MESSAGE)
    for row in reader:
        if len(row) > column:
            yield first + reader.line_num - 1, {MESSAGE: row[column]}


def _columns(head: bytes) -> list[str]:
    try:
        return next(csv.reader([head.decode("utf-8-sig", "replace").strip()]), [])
    except csv.Error:
        return []
