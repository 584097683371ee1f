"""The report on a terminal: tables, bars, and the lines to add.

Findings come from anywhere: what they say is printed as plain text, without control characters.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from rich.text import Text

from generator.cli.bar_chart import bars
from generator.cli.flood_text import flood_texts
from generator.cli.output import both_texts, skipped_text
from generator.cli.terminal import Line, Rows, columns, prints_blocks
from generator.findings.events import SOURCE_OF

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rich.console import RenderableType

    from generator.backtest.summary import Report

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_EXPORT = ("Route", "Channel", "Findings", "Sent now", "Repeats a day (estimate)")
_EVENTS = (
    *("Route", "Channel", "Findings", "Messages", "First day", "Median day", "Busiest day"),
    *("Repeats", "notify: once"),
)
_NO_LABEL = "no severity"
_TOO_WIDE = 0.2
"""The part of severe findings above which an exception is reported as too wide."""
_FEW = 5
"""Values of a finding or a list that are shown; more would hide what matters."""
_TITLES = {
    "controls": "Noisiest controls",
    "accounts": "Noisiest accounts",
    "products": "Noisiest products",
    "resource_types": "Noisiest resource types",
}


def shown(report: Report) -> Iterator[RenderableType]:
    """Yield what a console prints, part by part."""
    yield from _read(report["read"])
    yield from map(Text, both_texts(report["sent_by_both"]))
    yield from exceptions_shown(report["exceptions"])
    for digest in report["digests"]:
        yield from _digest(digest)
    if report["events"]:
        yield _title("From events, counted")
        yield from _kind(report["events"], _EVENTS, _event_row)
        yield _title("Messages a day")
        yield from bars(report["events"]["days"], columns(), blocks=prints_blocks())
    if report["export"]:
        yield _title("From exported findings, each once in its latest state")
        yield from _kind(report["export"], _EXPORT, _export_row)
        yield Text(
            "The repeats are an estimate, not counted: Security Hub sends control findings again"
            " every 24 or 12 hours."
        )


def exceptions_shown(
    exceptions: Sequence[dict[str, Any]], where: str = ""
) -> Iterator[RenderableType]:
    """Yield what each exception matches, and which are too wide, overlap or match nothing."""
    if exceptions:
        yield _title(f"Exceptions {where}".rstrip())
    for row in exceptions:
        levels = f" ({_levels(row['by_severity'])})" if row["by_severity"] else ""
        yield Text(
            f"{row['name']}: matches {_n(row['matched'], 'finding')}{levels}, of which"
            f" {row['would_have_sent']:,} would have been sent without it"
        )
        if not row["matched"]:
            yield Text("  It matches none of these findings: is it still needed?")
        if row["share_of_severe"] > _TOO_WIDE:
            share = f"{row['share_of_severe']:.0%}"
            yield Text(f"  It matches {share} of the CRITICAL and HIGH findings: narrow it.")
        for other, count in row["overlaps"].items():
            yield Text(f"  {_n(count, 'finding')} also matched by {other}: the later one applies.")


def _digest(digest: dict[str, Any]) -> Iterator[RenderableType]:
    """Yield what a digest would say: its first lines, and the first of each group."""
    yield _title(f"Digest {plain(digest['digest'])}, as of {digest['as_of'] or 'no time'}")
    levels = _levels(digest["severity"])
    yield Text(f"Open: {digest['open']:,}" + (f" ({levels})" if levels else ""))
    new = sum(digest["new"].values())
    yield Text(f"New in the last {_n(digest['new_in_days'], 'day')}: {new:,}")
    for by, counts in digest["by"].items():
        first = dict(list(counts.items())[:_FEW])
        if first:
            yield Text(f"{by.replace('_', ' ').capitalize()}: {_levels(first)}")


def skipped(kind: str, count: int) -> str:
    """Return what was not matched against the rules, since none is for such events."""
    if kind in SOURCE_OF:
        return skipped_text(kind, count)
    return f"Skipped {_n(count, 'event')} of type {plain(kind)!r}, which no rule matches."


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
        yield Text(skipped(kind, count))
    if read["outside_period"]:
        yield Text(f"Skipped: {_n(read['outside_period'], 'finding')} outside the period.")
    if read["filled_in"]:
        filled = ", ".join(f"{key} in {count:,}" for key, count in read["filled_in"].items())
        yield Text(f"Filled in as Security Hub does on import: {filled}.")
    rejected = read["not_findings"]
    if rejected["count"]:
        what = "is not a finding" if rejected["count"] == 1 else "are not findings"
        yield Text(f"Skipped {_n(rejected['count'], 'record')} that {what}:")
        for reject in rejected["shown"]:
            yield Text(f"  {plain(reject['file'])}:{reject['line']}: {plain(reject['why'])}")
        if rejected["count"] > len(rejected["shown"]):
            yield Text(f"  and {rejected['count'] - len(rejected['shown']):,} more")


def _kind(kind: Report, head: Sequence[str], row: Any) -> Iterator[RenderableType]:
    rows = [
        row(figures["route"], _channels(figures["channel"]), figures) for figures in kind["routes"]
    ]
    shared = [figures for figures in kind["channels"] if len(figures["routes"]) > 1]
    rows += [row("(all of the channel)", figures["channel"], figures) for figures in shared]
    yield Rows(head, rows, left=("Channel",))
    again = sum(figures.get("given_again", 0) for figures in kind["routes"])
    if again:
        yield Text(
            f"Given more than once: {_n(again, 'message')} not counted above, since each exported"
            " finding counts once. What is noisiest or busiest includes them."
        )
    for figures in kind["routes"]:
        if figures["to_send_once"] and _repeats(figures):
            how = _line(figures["to_send_once"])
            yield Line(plain(f"To send each finding of route {figures['route']} once: {how}"))
    yield from map(Text, flood_texts(kind["floods"]))
    yield from map(Text, _too_many_mails(kind["channels"]))
    if kind["by_standard"]:
        yield Text(
            f"One for each standard: {_n(kind['by_standard'], 'message')} of controls. Turn on"
            " consolidated control findings to get one for all standards: Security Hub CSPM"
            " console, Settings, General."
        )
    lost = kind["without_compliance"]
    for route, count in lost["dropped_by"].items():
        yield Text(
            f"Dropped by {route} only because they have no Compliance: {count:,} of"
            f" {_n(lost['findings'], 'such finding')} (ABSENT in its compliance matches them)"
        )
    yield from _missed(kind)
    for key, title in _TITLES.items():
        if kind["noisiest"][key]:
            yield from _noise(title, kind["noisiest"][key])


def _too_many_mails(channels: Sequence[dict[str, Any]]) -> Iterator[str]:
    for channel in channels:
        busiest = channel.get("busiest_minute")
        if busiest and busiest["mails"] > busiest["limit"]:
            yield (
                f"Channel {channel['channel']}: {busiest['mails']:,} mails of route"
                f" {busiest['route']} to each address in the busiest minute"
                f" ({busiest['minute'] or 'no time'}). SNS delivers {busiest['limit']} a minute:"
                " narrow the match, or send a digest in place of a mail for each finding."
            )


def _missed(kind: Report) -> Iterator[RenderableType]:
    """Yield what no route matches: how much of it, and the most severe with the reason."""
    if not kind["not_taken"]:
        return
    total = sum(kind["not_taken"].values())
    severe = f"; open: {_levels(kind['not_taken_open'])}" if kind["not_taken_open"] else ""
    yield Text(f"Not matched by any route: {total:,} ({_levels(kind['not_taken'])}{severe})")
    yield _title("The most severe of these, and what keeps them from the nearest route")
    for finding in kind["missed"]:
        state = "" if finding["open"] else " (not open)"
        where = " ".join(plain(finding[key]) for key in ("account", "region") if finding[key])
        name = plain(finding["title"] or finding["id"])
        yield Text(f"{plain(finding['severity'] or _NO_LABEL)}{state}  {name}")
        yield Text(f"  {plain(finding['product'])}, {where}. {_because(finding)}")


def _because(finding: dict[str, Any]) -> str:
    """Say which keys of the nearest route do not match."""
    if not finding["nearest"]:
        return "No route is for imported findings"
    why = "; ".join(map(_miss, finding["because"]))
    return f"Nearest route {finding['nearest']}: {why}"


def _miss(miss: dict[str, Any]) -> str:
    has = ", ".join(plain(value) for value in miss["values"][:_FEW]) or "missing"
    if miss["excluded"]:
        return f"{miss['key']} is {has}, which is excluded"
    words = [plain(word) for word in miss["words"][:_FEW]]
    more = ", ..." if len(miss["words"]) > _FEW else ""
    return f"{miss['key']} is {has}, not {', '.join(words)}{more}"


def _levels(counts: dict[str, int]) -> str:
    return ", ".join(f"{plain(label)} {n:,}" for label, n in counts.items())


def _noise(title: str, values: Sequence[dict[str, Any]]) -> Iterator[RenderableType]:
    """Yield each value with its counts, and below it the lines that silence it."""
    yield _title(title)
    for value in values:
        count = _n(value["messages"], "message")
        yield Text(f"{plain(value['value'])}: {count} ({_levels(value['severities'])})")
        for way in value["silence"]:
            kind = Line if way["line"] else Text
            yield kind(f"  {plain(_line(way))}")


def _repeats(route: dict[str, Any]) -> int:
    """Return how many messages were repeats, or would be every day."""
    estimate = route.get("estimated_daily_repeats", {})
    return int(route.get("repeats") or estimate.get("every_24_hours", 0))


def _line(way: dict[str, Any]) -> str:
    """Return what to write where, and what else is to be said of it."""
    if not way["line"]:
        return f"route {way['route']}: {way['note']}"
    how = f"{way['place']}: {way['change']}  {way['line']}"
    return "  # ".join(part for part in (how, way["note"]) if part)


def _channels(written: str | list[str]) -> str:
    return written if isinstance(written, str) else ", ".join(written)


def _export_row(name: str, channel: str, figures: dict[str, Any]) -> tuple[str, ...]:
    daily = figures["estimated_daily_repeats"]
    repeats = f"{daily['every_24_hours']:,} to {daily['every_12_hours']:,}"
    return (name, channel, f"{figures['findings']:,}", f"{figures['sent_now']:,}", repeats)


def _event_row(name: str, channel: str, figures: dict[str, Any]) -> tuple[str, ...]:
    busiest = figures["busiest_day"]
    return (
        *(name, channel, f"{figures['findings']:,}", f"{figures['messages']:,}"),
        *(f"{figures['first_day']['messages']:,}", f"{figures['median_day']:,g}"),
        f"{busiest['messages']:,}" + (f" ({busiest['day']})" if busiest["messages"] else ""),
        *(f"{figures['repeats']:,}", f"{figures['once']:,}"),
    )


def _n(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"
