"""The line for each flood, more messages at once than a channel accepts: as on the page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping


def flood_texts(floods: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Yield a line for each flood, given as plain data, with what helps."""
    from generator.preview.at_once import lost  # noqa: PLC0415  (only where messages are counted)
    from generator.preview.texts import TEXTS  # noqa: PLC0415

    for flood in floods:
        where = f"Channel {flood['channel']}: " if flood["channel"] else ""
        yield f"{where}{lost(flood, TEXTS['en'])}"
