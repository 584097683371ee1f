"""Values of the format that this version cannot carry out yet: refused, never ignored."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.settings.models import Settings
    from generator.settings.problems import Location


def unbuilt(settings: Settings) -> Iterator[tuple[Location, str]]:
    """Yield a location and a message for each such value."""
    for i, route in enumerate(settings.routes):
        if route.message == "summary":
            yield ("routes", i, "message"), _later("summary", "write native")
        if route.notify == "once":
            yield ("routes", i, "notify"), _later("once", "write every_update")


def _later(value: str, instead: str) -> str:
    return f"{value} is valid, but not built yet in this version; {instead}"
