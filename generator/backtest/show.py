"""The report on a terminal: tables, bars, and the lines to add.

Findings come from anywhere: what they say is printed as plain text, without control characters.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from rich.table import Table
from rich.text import Text

from generator.backtest.bars import bars

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from rich.console import RenderableType

    from generator.backtest.summary import Report

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_EXPORT = ("Route", "Channel", "Findings", "Sent now", "Repeats a day (estimate)")
_EVENTS = (
    *("Route", "Channel", "Findings", "Messages", "First day", "Median day", "Busiest day"),
    *("Repeats", "notify: once"),
)
_TITLES = {
    "controls": "Noisiest controls",
    "accounts": "Noisiest accounts",
    "products": "Noisiest products",
    "resource_types": "Noisiest resource types",
}


def shown(report: Report) -> Iterator[RenderableType]:
    """Yield what a console prints, part by part."""
    yield from _read(report["read"])
    if report["events"]:
        yield _title("From events, counted")
        yield from _kind(report["events"], _EVENTS, _event_row)
        yield _title("Messages a day")
        yield from bars(report["events"]["days"])
    if report["export"]:
        yield _title("From exported findings, each once in its latest state")
        yield from _kind(report["export"], _EXPORT, _export_row)
        yield Text(
            "The repeats are an estimate, not counted: Security Hub sends control findings again"
            " every 24 or 12 hours."
        )


def plain(value: object) -> str:
    """Return a text without characters that would move the cursor or colour the rest."""
    return _CONTROL.sub("?", str(value))


def _title(text: str) -> Text:
    return Text(f"\n{text}", style="bold")


def _read(read: dict[str, Any]) -> Iterator[RenderableType]:
    yield Text(f"Read {_n(read['findings'], 'finding')} and {_n(read['events'], 'event')}.")
    for form, count in read["unwrapped"].items():
        yield Text(f"Unwrapped {_n(count, 'record')} from {form}.")
    for kind, count in read["other_events"].items():
        yield Text(f"Left out: {_n(count, 'event')} of the kind {plain(kind)!r}: no rule takes it.")
    if read["outside_period"]:
        yield Text(f"Left out: {_n(read['outside_period'], 'finding')} outside the period.")
    if read["filled_in"]:
        filled = ", ".join(f"{key} in {count:,}" for key, count in read["filled_in"].items())
        yield Text(f"Filled in as Security Hub does on import: {filled}.")
    rejected = read["not_findings"]
    if rejected["count"]:
        what = "is not a finding" if rejected["count"] == 1 else "are not findings"
        yield Text(f"Skipped {_n(rejected['count'], 'record')} that {what}:")
        for one in rejected["shown"]:
            yield Text(f"  {plain(one['file'])}:{one['line']}: {plain(one['why'])}")
        if rejected["count"] > len(rejected["shown"]):
            yield Text(f"  and {rejected['count'] - len(rejected['shown']):,} more")


def _kind(kind: Report, head: Sequence[str], row: Any) -> Iterator[RenderableType]:
    rows = [row(one["route"], one["channel"], one) for one in kind["routes"]]
    shared = [one for one in kind["channels"] if len(one["routes"]) > 1]
    rows += [row("(all of the channel)", one["channel"], one) for one in shared]
    yield _table(head, rows)
    for one in kind["routes"]:
        if one["to_send_once"] and _repeats(one):
            how = _line(one["to_send_once"])
            yield Text(plain(f"To send each finding of route {one['route']} once: {how}"))
    lost = kind["without_compliance"]
    for route, count in lost["dropped_by"].items():
        yield Text(
            f"Dropped for want of Compliance by {route}: {count:,} of"
            f" {lost['findings']:,} findings without it (ABSENT in its compliance takes them)"
        )
    if kind["not_taken"]:
        levels = ", ".join(f"{plain(label)} {n:,}" for label, n in kind["not_taken"].items())
        yield Text(f"Taken by no route: {sum(kind['not_taken'].values()):,} ({levels})")
    for key, title in _TITLES.items():
        if kind["noisiest"][key]:
            yield _title(title)
            yield _table(("", "Messages", "To silence it"), _noise(kind["noisiest"][key]))


def _noise(values: Iterable[dict[str, Any]]) -> Iterator[tuple[str, ...]]:
    for one in values:
        for i, way in enumerate(one["silence"]):
            first = (plain(one["value"]), f"{one['messages']:,}") if i == 0 else ("", "")
            yield (*first, plain(_line(way)))


def _repeats(route: dict[str, Any]) -> int:
    """Return how many messages came again, or would every day."""
    estimate = route.get("estimated_daily_repeats", {})
    return int(route.get("repeats") or estimate.get("every_24_hours", 0))


def _line(way: dict[str, Any]) -> str:
    """Return what to write where, and what else is to be said of it."""
    how = f"{way['place']}: {way['change']}  {way['line']}" if way["line"] else ""
    return "  # ".join(part for part in (how, way["note"]) if part)


def _export_row(name: str, channel: str, one: dict[str, Any]) -> tuple[str, ...]:
    daily = one["estimated_daily_repeats"]
    repeats = f"{daily['every_24_hours']:,} to {daily['every_12_hours']:,}"
    return (name, channel, f"{one['findings']:,}", f"{one['sent_now']:,}", repeats)


def _event_row(name: str, channel: str, one: dict[str, Any]) -> tuple[str, ...]:
    busiest = one["busiest_day"]
    return (
        *(name, channel, f"{one['findings']:,}", f"{one['messages']:,}"),
        *(f"{one['first_day']['messages']:,}", f"{one['median_day']:,g}"),
        f"{busiest['messages']:,}" + (f" ({busiest['day']})" if busiest["messages"] else ""),
        *(f"{one['repeats']:,}", f"{one['once']:,}"),
    )


def _table(head: Sequence[str], rows: Iterable[tuple[str, ...]]) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for i, title in enumerate(head):
        words = i == 0 or title in ("Channel", "To silence it")
        table.add_column(title, justify="left" if words else "right", no_wrap=True)
    for row in rows:
        table.add_row(*map(Text, row))
    return table


def _n(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"
