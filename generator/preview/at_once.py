"""What the page says of how many messages a channel gets at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from generator.backtest.floods import floods, routes_of
from generator.preview.texts import TEXTS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from generator.backtest.busiest import Busiest
    from generator.params import Loaded
    from generator.preview.texts import Texts


class Note(NamedTuple):
    """A line of a channel, and whether it is that messages are lost."""

    text: str
    lost: bool


def notes_at_once(loaded: Loaded, busiest: Busiest) -> dict[str, list[Note]]:
    """Return the lines of each channel; those of all channels together under no name."""
    texts = TEXTS[loaded.settings.language]
    notes: dict[str, list[Note]] = {"": []}
    for name in loaded.settings.channels:
        peaks = busiest.peaks(routes_of(loaded, name))
        said = texts.at_once.format(
            minute=f"{peaks.minute.messages:,}",
            minute_at=_clock(peaks.minute.at),
            hour=f"{peaks.hour.messages:,}",
            hour_at=_clock(peaks.hour.at),
        )
        notes[name] = [Note(said, lost=False)] if peaks.minute.messages else []
    for flood in floods(loaded, busiest):
        notes[flood.channel].append(Note(lost(flood.as_dict(), texts), lost=True))
    return notes


def lost(flood: Mapping[str, Any], texts: Texts) -> str:
    """Return what is said of a flood, given as plain data."""
    said = texts.lost_in_channel if flood["channel"] else texts.lost_in_service
    helping = [
        texts.helping.format(
            route=route["route"],
            messages=f"{route['messages']:,}",
            ways=_either([texts.helps[way] for way in route["helps"]], texts),
        )
        for route in flood["routes"]
    ]
    return said.format(
        messages=f"{flood['messages']:,}",
        limit=f"{flood['limit']:,}",
        per=texts.per[flood["per"]],
        at=_clock(flood["at"]),
        helping=texts.semicolon.join(helping),
    )


def _either(ways: Sequence[str], texts: Texts) -> str:
    *others, last = ways
    return texts.or_.join(filter(None, (texts.comma.join(others), last)))


def _clock(at: str) -> str:
    return at.replace("T", " ")
