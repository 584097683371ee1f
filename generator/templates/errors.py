"""What only shows when a template is built, and is still for the params file to change."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from generator.params.problems import Location


class UnbuildableError(Exception):
    """A template cannot be built from these settings: where to change them, and why."""

    def __init__(self, *problems: tuple[Location, str]) -> None:
        super().__init__("\n".join(message for _, message in problems))
        self.problems = problems
