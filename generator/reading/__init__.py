"""Reads JSON records from what people have: NDJSON, arrays, documents; plain, gzipped, piped."""

from generator.reading.batches import Broken, Lines, Values, batches, is_lines
from generator.reading.open import UNREADABLE, named, opened

__all__ = ["UNREADABLE", "Broken", "Lines", "Values", "batches", "is_lines", "named", "opened"]
