"""What only shows when a template is built, and is still the params file's to mend."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from generator.params.problems import Location


class UnbuildableError(Exception):
    """A template cannot be built from these settings; ``location`` is where to change them."""

    def __init__(self, location: Location, message: str) -> None:
        super().__init__(message)
        self.location = location
        self.message = message
