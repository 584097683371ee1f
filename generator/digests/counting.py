"""What the insights of a digest would count, of findings that are given in any order.

The latest state of a finding counts. The result is the input of the digest's message, so that the
expression that is deployed composes what is shown.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple, assert_never

from generator.findings.identity import digest as digest_of
from generator.findings.outline import nodes, outline, source_of
from generator.findings.period import in_utc
from generator.params.schedule import longest_gap
from generator.routing.field_values import named
from generator.routing.filters import filters, oldest_wanted, selects
from generator.routing.ocsf_filters import ocsf_filters, ocsf_selects, oldest_wanted_v2

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from generator.params import Settings
    from generator.params.choices import GroupBy, Source
    from generator.params.digests import Digest

_PATHS: dict[Source, dict[GroupBy, tuple[str, ...]]] = {
    "security_hub_cspm": {
        "severity": ("Severity", "Label"),
        "control": ("Compliance", "SecurityControlId"),
        "account": ("AwsAccountId",),
        "region": ("Region",),
        "product": ("ProductName",),
        "resource_type": ("Resources", "Type"),
        "resource": ("Resources", "Id"),
    },
    "security_hub": {
        "severity": ("severity",),
        "control": ("compliance", "control"),
        "account": ("cloud", "account", "uid"),
        "region": ("cloud", "region"),
        "product": ("metadata", "product", "name"),
        "resource_type": ("resources", "type"),
        "resource": ("resources", "uid"),
    },
}
_MOST = 100
"""Groups that GetInsightResults returns."""


class _Row(NamedTuple):
    """A finding that is counted: when it was created, and its values of each group."""

    created: str
    severity: str
    values: tuple[tuple[str, ...], ...]


State = tuple[dict[bytes, tuple[str, _Row | None]], str]


class Counting:
    """The findings that a digest counts, each in its latest state."""

    def __init__(self, settings: Settings, digest: Digest) -> None:
        self.digest = digest
        self.language = settings.language
        self._exceptions = [{"name": e.name, "until": e.until} for e in settings.exceptions]
        self._conditions = conditions_of(digest)
        self._rows: dict[bytes, tuple[str, _Row | None]] = {}
        self._newest = ""

    def __getstate__(self) -> State:
        """Give what another process needs to add up, which knows the digest: not its models."""
        return self._rows, self._newest

    def __setstate__(self, state: State) -> None:
        self._rows, self._newest = state

    def add(self, finding: Mapping[str, Any]) -> None:
        """Take in a state of a finding, if it is of the digest's product."""
        if source_of(finding) != self.digest.source:
            return
        known = outline(finding)
        updated = in_utc(known.get("UpdatedAt"))
        key = digest_of(known["ProductArn"], known["Id"])
        before = self._rows.get(key)
        self._newest = max(self._newest, updated)
        if before is None or before[0] <= updated:
            selected = self._conditions.selects(named(finding))
            self._rows[key] = (updated, self._row(named(finding), known) if selected else None)

    def add_all(self, other: Counting) -> None:
        """Take in what another one was given, after this one."""
        self._newest = max(self._newest, other._newest)
        for key, (updated, row) in other._rows.items():
            before = self._rows.get(key)
            if before is None or before[0] <= updated:
                self._rows[key] = (updated, row)

    def _row(self, finding: Mapping[str, Any], known: Mapping[str, Any]) -> _Row:
        paths = _PATHS[self.digest.source]
        values = (tuple(_texts(finding, paths[by])) for by in self.digest.by)
        severity = next(_texts(known, _PATHS["security_hub_cspm"]["severity"]), "")
        return _Row(in_utc(known.get("CreatedAt")), severity, tuple(values))

    def result(self) -> dict[str, Any]:
        """Return the input of the message, as of the newest finding."""
        rows = [row for _, row in self._rows.values() if row is not None]
        days = longest_gap(self.digest.schedule)
        since = _days_before(self._newest, days)
        return {
            "name": self.digest.name,
            "days": days,
            "at": _written(self._newest),
            "region": "",
            "severity": _counts((row.severity,) for row in rows),
            "new": _counts((row.severity,) for row in rows if since and row.created >= since),
            "oldest": [
                {"severity": label, "created": _written(_first(rows, label))}
                for label in self._conditions.oldest
            ],
            "groups": [
                {"by": by, "insight": "", "rows": _counts(row.values[i] for row in rows)}
                for i, by in enumerate(self.digest.by)
                if by != "severity"
            ],
            "exceptions": self._exceptions,
        }


class Conditions(NamedTuple):
    """Whether a digest counts a finding, and the severities whose oldest it names."""

    selects: Callable[[Mapping[str, Any]], bool]
    oldest: list[str]


def conditions_of(digest: Digest) -> Conditions:
    """Return what a digest counts; raise UnsayableError for what filters cannot say."""
    match digest.source:
        case "security_hub_cspm":
            conditions = filters(digest.match)
            return Conditions(partial(selects, conditions), oldest_wanted(conditions))
        case "security_hub":
            asked = ocsf_filters(digest.match)
            return Conditions(partial(ocsf_selects, asked), oldest_wanted_v2(digest.match))
        case _:
            assert_never(digest.source)


def counting_of(settings: Settings) -> list[Counting]:
    """Return what counts the digests of a file; nothing where it has none."""
    return [Counting(settings, digest) for digest in settings.digests]


def _texts(finding: Mapping[str, Any], path: tuple[str, ...]) -> Iterator[str]:
    values = (value for value in nodes(finding, path) if isinstance(value, str))
    return iter(dict.fromkeys(values))


def _counts(values: Iterable[Iterable[str]]) -> list[dict[str, Any]]:
    counts = Counter(value for texts in values for value in texts)
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return [{"value": value, "count": count} for value, count in ordered[:_MOST]]


def _first(rows: Iterable[_Row], severity: str) -> str:
    created = (row.created for row in rows if row.severity == severity and row.created)
    return min(created, default="")


def _days_before(time: str, days: int) -> str:
    try:
        return (datetime.fromisoformat(time) - timedelta(days)).isoformat()
    except (ValueError, OverflowError):
        return ""


def _written(time: str) -> str:
    """Return a time in UTC as Security Hub writes it."""
    try:
        whole = datetime.fromisoformat(time)
    except ValueError:
        return ""
    return f"{whole.isoformat(timespec='milliseconds')}Z"
