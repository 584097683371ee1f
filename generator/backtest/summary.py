"""From counts to the report, as plain data: what ``--json`` prints and the terminal shows."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from statistics import median
from typing import TYPE_CHECKING, Any

from generator.backtest.busiest import Peak
from generator.backtest.floods import floods, routes_of
from generator.backtest.noise import noisiest
from generator.backtest.suggestions import to_send_once
from generator.cloudformation.limits import MAILS_A_MINUTE
from generator.findings.outline import outline
from generator.findings.period import DAY
from generator.routing.field_values import product_word
from generator.routing.missed import by_severity, is_open
from generator.routing.reasons import nearest

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from generator.backtest.busiest import Busiest
    from generator.backtest.tally import Kind, Tally
    from generator.digests import Counting
    from generator.params import Loaded

Report = dict[str, Any]

ESTIMATE = (
    "an estimate, not counted: an export has each finding once, and Security Hub sends a control"
    " finding again every 12 or 24 hours for as long as the route matches it"
)


def report(loaded: Loaded, tally: Tally) -> Report:
    """Return the report."""
    return {
        "params": str(loaded.path),
        "read": {
            "findings": tally.export.findings,
            "events": tally.events.findings,
            "unwrapped": dict(tally.unwrapped.most_common()),
            "other_events": dict(tally.other_events.most_common()),
            "outside_period": tally.outside,
            "not_findings": {
                "count": tally.rejected,
                "shown": [reject._asdict() for reject in tally.rejects],
            },
            "filled_in": dict(tally.filled_in.most_common()),
        },
        "sent_by_both": tally.twins.count(),
        "exceptions": _exceptions(tally),
        "digests": [_digest(counting) for counting in tally.digests],
        "export": _kind(loaded, tally.export, _sent_now) if tally.export.findings else None,
        "events": _kind(loaded, tally.events, _sent_daily) if tally.events.findings else None,
    }


def _kind(loaded: Loaded, kind: Kind, sent: Any) -> Report:
    routes, busiest = loaded.settings.routes, kind.all_minutes()
    members = {name: routes_of(loaded, name) for name in loaded.settings.channels}
    groups = [[i] for i in range(len(routes))] + list(members.values())
    distinct = kind.distinct.count([*groups, range(len(routes))])
    rows = [
        {"findings": n, **sent(loaded, kind, group, sum(distinct[i] for i in group))}
        for group, n in zip(groups, distinct, strict=False)
    ]
    return {
        "findings": kind.findings,
        "taken": distinct[-1],
        "routes": [_route(loaded, i, row) for i, row in enumerate(rows[: len(routes)])],
        "channels": [
            {
                "channel": name,
                "routes": [routes[i].name for i in members[name]],
                **row,
                "busiest": _busiest(busiest, members[name]),
                **_mails(loaded, busiest, name, members[name]),
            }
            for name, row in zip(members, rows[len(routes) :], strict=True)
        ],
        "floods": [flood.as_dict() for flood in floods(loaded, busiest)],
        "not_taken": by_severity(kind.unmatched),
        "not_taken_open": by_severity(kind.missed.open),
        "missed": [_missed(loaded, finding) for finding in kind.missed.findings()],
        "without_compliance": {
            "findings": kind.without_compliance,
            "dropped_by_every_route": kind.lost,
            "dropped_by": {routes[i].name: n for i, n in sorted(kind.dropped.items())},
        },
        "by_standard": kind.by_standard,
        "noisiest": noisiest(loaded, kind),
        **({"days": _days(kind, range(len(routes)))} if kind.days else {}),
    }


def _busiest(busiest: Busiest, members: Sequence[int]) -> Report:
    """Return the minute and the hour in which these routes send most, in UTC."""
    peaks = busiest.peaks(members)
    return {"minute": peaks.minute._asdict(), "hour": peaks.hour._asdict()}


def _mails(loaded: Loaded, busiest: Busiest, channel: str, members: Sequence[int]) -> Report:
    """Return the busiest minute of a route's mails, and how many SNS delivers in one.

    Each route's topic has a subscription of its own for each address.
    """
    if loaded.settings.channels[channel].kind != "email":
        return {}
    peaks = [(busiest.peaks([route]).minute, route) for route in members]
    peak, route = max(peaks, key=lambda peak: peak[0].messages, default=(Peak(), 0))
    return {
        "busiest_minute": {
            "minute": peak.at,
            "route": loaded.settings.routes[route].name,
            "mails": peak.messages,
            "limit": MAILS_A_MINUTE,
        }
    }


def _exceptions(tally: Tally) -> list[Report]:
    """Return what each exception matches, and what is to be said of it."""
    counts = tally.exceptions
    overlaps = counts.overlaps()
    return [
        {
            **row,
            "by_severity": by_severity(Counter(row["by_severity"])),
            "share_of_severe": round(counts.share_of_severe(row["name"]), 3),
            "overlaps": {
                (b if a == row["name"] else a): n for a, b, n in overlaps if row["name"] in (a, b)
            },
        }
        for row in counts.rows()
    ]


def _digest(counting: Counting) -> Report:
    """Return what a digest would say, as of the newest finding."""
    counted = counting.result()
    return {
        "digest": counting.digest.name,
        "channel": _as_written(counting.digest.channels),
        "as_of": counted["at"],
        "open": sum(row["count"] for row in counted["severity"]),
        "severity": by_severity(_by_value(counted["severity"])),
        "new_in_days": counted["days"],
        "new": by_severity(_by_value(counted["new"])),
        "oldest": {item["severity"]: item["created"] for item in counted["oldest"]},
        "by": {group["by"]: dict(_by_value(group["rows"])) for group in counted["groups"]},
    }


def _by_value(rows: Iterable[dict[str, Any]]) -> Counter[str]:
    return Counter({row["value"]: row["count"] for row in rows})


def _route(loaded: Loaded, i: int, row: Report) -> Report:
    route, once = loaded.settings.routes[i], to_send_once(loaded, i)
    return {
        "route": route.name,
        "channel": _as_written(route.channels),
        "notify": route.notify,
        **row,
        "to_send_once": once and once._asdict(),
    }


def _as_written(channels: tuple[str, ...]) -> str | list[str]:
    """Return the channels as a params file has them: one, or a list."""
    return channels[0] if len(channels) == 1 else list(channels)


def _missed(loaded: Loaded, finding: dict[str, Any]) -> Report:
    """Return what names a finding that no route matches, and what keeps the nearest route off."""
    near, known = nearest(loaded.settings.routes, finding), outline(finding)
    severity = known.get("Severity")
    return {
        "severity": severity.get("Label") if isinstance(severity, dict) else None,
        "open": is_open(known),
        "title": known.get("Title"),
        "id": known["Id"],
        "account": known["AwsAccountId"],
        "region": known.get("Region"),
        "product": product_word(known["ProductArn"]),
        "nearest": near and loaded.settings.routes[near.route].name,
        "because": [miss._asdict() for miss in near.misses] if near else [],
    }


def _messages(kind: Kind, members: Collection[int]) -> int:
    """Return how many messages these routes send: two that take the same finding send two."""
    every = set(members) - kind.first_minutes.keys()
    first = sum(
        minutes.counts().total()
        for route, minutes in kind.first_minutes.items()
        if route in members
    )
    return first + sum(
        group.messages * len(every & set(routes)) for (routes, _), group in kind.groups.items()
    )


def _sent_now(loaded: Loaded, kind: Kind, members: Collection[int], once: int) -> Report:
    """Return what routes send of an export: each finding once now, then controls daily."""
    every_update = [i for i in members if loaded.settings.routes[i].notify == "every_update"]
    again = sum(kind.distinct.count([[i] for i in every_update], controls=True))
    return {
        "sent_now": once,
        "given_again": _messages(kind, members) - once,
        "estimated_daily_repeats": {
            "every_24_hours": again,
            "every_12_hours": 2 * again,
            "note": ESTIMATE,
        },
    }


def _sent_daily(_: Loaded, kind: Kind, members: Collection[int], once: int) -> Report:
    """Return what routes send of events: counted, and what ``notify: once`` would send.

    What comes back after a check has passed is not among the latter.
    """
    days = _days(kind, members)
    messages = _messages(kind, members)
    busiest = max(days, key=lambda day: days[day], default="")
    first = next(iter(days), "")
    return {
        "messages": messages,
        "repeats": messages - once,
        "once": once,
        "first_day": {"day": first, "messages": days.get(first, 0)},
        "median_day": median(days.values()) if days else 0,
        "busiest_day": {"day": busiest, "messages": days.get(busiest, 0)},
    }


def _days(kind: Kind, members: Collection[int]) -> dict[str, int]:
    """Return the messages of each day from the first event to the last, days without included."""
    every = set(members) - kind.first_minutes.keys()
    sent: dict[str, int] = {}
    for (routes, _), group in kind.groups.items():
        for day, n in group.days.items():
            sent[day] = sent.get(day, 0) + n * len(every & set(routes))
    for route in kind.first_minutes.keys() & set(members):
        for minute, n in kind.first_minutes[route].counts().items():
            day = minute[:DAY]
            sent[day] = sent.get(day, 0) + n
    return {day: sent.get(day, 0) for day in _calendar(kind.days)}


def _calendar(days: Collection[str]) -> Iterator[str]:
    known = sorted(filter(None, map(_date, days)))
    if known:
        for i in range((known[-1] - known[0]).days + 1):
            yield (known[0] + timedelta(i)).isoformat()


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
