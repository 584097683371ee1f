"""Files of findings and events: read in whatever form they come, and recognized."""

from generator.findings.batches import Broken, Lines, TornError, Values, batches, is_lines
from generator.findings.input_file import STDIN, UNREADABLE, display_name, first_line, open_input
from generator.findings.looks_like import looks_like

__all__ = [
    "STDIN",
    "UNREADABLE",
    "Broken",
    "Lines",
    "TornError",
    "Values",
    "batches",
    "display_name",
    "first_line",
    "is_lines",
    "looks_like",
    "open_input",
]
