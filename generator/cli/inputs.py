"""What commands that read findings and events share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.cli.output import show_progress
from generator.params import BadInput, problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from generator.findings.chunks import Step


def nothing_read(files: list[Path]) -> BadInput:
    """Return what to say of files in which nothing could be read."""
    from generator.findings import display_name, first_line, looks_like  # noqa: PLC0415

    return BadInput(
        [
            problem(
                display_name(file), f"nothing here could be read: {looks_like(first_line(file))}"
            )
            for file in files
        ]
    )


def watch_reading(steps: Iterable[Step], total: int) -> Iterator[Step]:
    """Yield each step, with a progress bar if it needs long."""
    return show_progress(steps, total=total, label="Reading", size=lambda step: step.size)
