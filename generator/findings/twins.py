"""Findings that both products send: which messages of a channel would come twice.

The ``Id`` of a finding in ASFF is its ``finding_info.uid`` in OCSF.
https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-v2-eventbridge-automations.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.findings.identity import digest

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from generator.params.choices import Source


class Twins:
    """The findings that each product sent to a channel, by their ids."""

    def __init__(self, channels: Mapping[int, tuple[str, ...]]) -> None:
        """Note findings of these routes alone, each with its channels."""
        self._channels = channels
        self._sent: dict[tuple[str, Source], set[bytes]] = {}

    def note(self, source: Source, routes: Iterable[int], finding: str) -> None:
        """Note that these routes send a finding of a product."""
        for route in routes:
            for channel in self._channels.get(route, ()):
                self._sent.setdefault((channel, source), set()).add(digest("", finding))

    def add(self, other: Twins) -> None:
        """Add what another one noted."""
        self._channels = {**self._channels, **other._channels}
        for key, ids in other._sent.items():
            self._sent.setdefault(key, set()).update(ids)

    def count(self) -> dict[str, int]:
        """Return for each channel how many findings both products sent there."""
        channels = sorted({name for names in self._channels.values() for name in names})
        return {channel: n for channel in channels if (n := len(self._twice(channel)))}

    def _twice(self, channel: str) -> set[bytes]:
        cspm = self._sent.get((channel, "security_hub_cspm"), set())
        return cspm & self._sent.get((channel, "security_hub"), set())
