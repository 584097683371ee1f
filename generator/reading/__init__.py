"""Reads JSON records from what people have: NDJSON, arrays, documents; plain, gzipped, piped."""

from generator.reading.batches import Broken, Lines, Values, batches, is_lines
from generator.reading.open import STDIN, UNREADABLE, named, opened

__all__ = [
    "STDIN",
    "UNREADABLE",
    "Broken",
    "Lines",
    "Values",
    "batches",
    "is_lines",
    "named",
    "opened",
]
