"""Counts what the tests do to the emulator, and tells it at the end of the run."""

import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any


@dataclass
class Report:
    """The helpers count here as they work; nothing is ever typed in."""

    emulator: str = ""
    started_after: float = 0.0
    began: float = field(default_factory=time.monotonic)
    templates: set[str] = field(default_factory=set)
    deployed: int = 0
    updated: int = 0
    deleted: int = 0
    failed: int = 0
    deploying: float = 0.0
    placeholders: Counter[str] = field(default_factory=Counter)
    missing: list[str] = field(default_factory=list)
    sent: set[str] = field(default_factory=set)
    matched: set[str] = field(default_factory=set)
    rejected: int = 0
    delivered: int = 0
    composed: int = 0
    written_back: int = 0
    started: int = 0

    def plain(self) -> dict[str, Any]:
        """Return the counts as plain data, for another process."""
        counts = {each.name: getattr(self, each.name) for each in fields(self)}
        return {
            name: sorted(value) if isinstance(value, set) else value
            for name, value in counts.items()
        } | {"placeholders": dict(self.placeholders)}

    def add(self, counts: dict[str, Any]) -> None:
        """Add what another process has counted, with an emulator of its own."""
        for name, value in counts.items():
            mine = getattr(self, name)
            if name == "began":
                self.began = min(mine, value)
            elif name == "started_after":
                self.started_after = max(mine, value)
            elif isinstance(mine, set | Counter):
                mine.update(value)
            elif isinstance(mine, str):
                setattr(self, name, value or mine)
            else:
                setattr(self, name, mine + value)

    def rendered(self, template: Path) -> None:
        """Count a template as it is shipped; what tests make up for themselves does not count."""
        if "templates_out" in template.parts:
            self.templates.add(str(template))

    def lines(self) -> Iterator[str]:
        if not self.emulator:
            yield "Nothing was deployed: the emulator did not start, or no test asked for it."
            return
        yield f"Deployed for real, on {self.emulator}, ready after {self.started_after:.1f} s."
        yield from self._stacks()
        yield from self._missing()
        yield from self._events()
        if self.placeholders:
            yield "  Taken as a placeholder, its properties not looked at by the emulator:"
            for name, count in sorted(self.placeholders.items()):
                yield f"    {name} ({count})"
        yield f"  {time.monotonic() - self.began:.0f} seconds in all."

    def _stacks(self) -> Iterator[str]:
        templates = _count(len(self.templates), "rendered template")
        pace = f", {self.deploying / self.deployed:.1f} s each" if self.deployed else ""
        yield f"  {templates} deployed in {_count(self.deployed, 'stack')}{pace}."
        yield (
            f"  {_count(self.updated, 'stack')} updated, {self.deleted} deleted, "
            f"{self.failed} failed to deploy."
        )

    def _missing(self) -> Iterator[str]:
        for one in self.missing:
            yield f"  Noticed as gone, though its stack should hold it: {one}."

    def _events(self) -> Iterator[str]:
        matched = len(self.sent & self.matched)
        yield (
            f"  {_count(len(self.sent), 'event')} sent: {matched:,} matched by a rule, "
            f"{len(self.sent) - matched:,} refused by every rule."
        )
        if self.rejected:
            yield f"  {_count(self.rejected, 'event')} not accepted by the bus itself."
        yield f"  {_count(self.delivered, 'message')} delivered to where Slack would read them."
        if self.composed:
            yield (
                f"  {self.composed:,} of these were composed by state machines. That they are what"
                " preview shows, the emulator cannot"
            )
            yield (
                "    tell of AWS: it was lent preview's own library for JSONata. What it shows is"
                " that texts of any kind"
            )
            yield (
                "    get from event to topic whole. tests/reference holds the library against the"
                " reference implementation."
            )
        if self.written_back:
            findings = _count(self.written_back, "finding")
            yield f"  {findings} written back to Security Hub."
        if self.started:
            yield (
                f"  {_count(self.started, 'digest')} started with the input that the schedule has:"
                " the emulator keeps schedules, but"
            )
            yield "    never starts anything by them."


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
