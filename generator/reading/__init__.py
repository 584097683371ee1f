"""Reads JSON records from what people have: NDJSON, arrays, documents; plain, gzipped, piped."""

from generator.reading.batches import Broken, Lines, TornError, Values, batches, is_lines
from generator.reading.looks import looks_like
from generator.reading.open import STDIN, UNREADABLE, first_line, named, opened
from generator.reading.pattern import read_pattern

__all__ = [
    "STDIN",
    "UNREADABLE",
    "Broken",
    "Lines",
    "TornError",
    "Values",
    "batches",
    "first_line",
    "is_lines",
    "looks_like",
    "named",
    "opened",
    "read_pattern",
]
