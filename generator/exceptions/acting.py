"""What the automation rules of a file's exceptions do to findings, and how often.

Rules act in the order of the file, each on the finding as its product sent it; what a later one
sets is what stays. An exception that has ended by the time of an update does nothing to it, but
that its own suppression ends.
https://docs.aws.amazon.com/securityhub/latest/userguide/automation-rules.html
"""

from __future__ import annotations

from collections import Counter, defaultdict
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from generator.findings.identity import digest
from generator.findings.outline import (
    SEVERITIES,
    SEVERITY_IDS,
    STATUS_IDS,
    WORKFLOWS,
    source_of,
)
from generator.findings.period import in_utc
from generator.params.values import NEVER
from generator.routing.criteria import criteria
from generator.routing.field_values import named
from generator.routing.filters import selects
from generator.routing.ocsf_filters import ocsf_selects

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from generator.params import Settings
    from generator.params.choices import Source
    from generator.params.exceptions import AcceptedFindings

SEVERE = ("CRITICAL", "HIGH")


class _Rule(NamedTuple):
    accepted: AcceptedFindings
    selects: Callable[[Mapping[str, Any]], bool]

    def acts_on(self, finding: Mapping[str, Any], source: Source) -> bool:
        """Whether the rule acts on an update of a finding of a product.

        One with an end acts on no finding that does not say when it was updated.
        """
        if source != self.accepted.source:
            return False
        until = self.accepted.until
        in_force = until == NEVER or "" < in_utc(_updated(finding, source))[: len(until)] <= until
        return in_force and self.selects(finding)

    def ends_for(self, finding: Mapping[str, Any]) -> bool:
        """Whether the rule that ends the exception acts on an update of a finding.

        It does so on what still has the note and the status that the exception has set.
        """
        accepted = self.accepted
        if not accepted.needs_end:
            return False
        ended = in_utc(finding.get("UpdatedAt"))[: len(accepted.until)] > accepted.until
        noted = _object(finding, "Note").get("Text")
        status = _object(finding, "Workflow").get("Status")
        return (
            ended
            and isinstance(noted, str)
            and noted.startswith(accepted.note_begins)
            and status == accepted.set_to
        )


def _rule(accepted: AcceptedFindings) -> _Rule:
    reading = ocsf_selects if accepted.source == "security_hub" else selects
    return _Rule(accepted, partial(reading, criteria(accepted)))


def _updated(finding: Mapping[str, Any], source: Source) -> Any:
    if source == "security_hub_cspm":
        return finding.get("UpdatedAt")
    return _object(finding, "finding_info").get("modified_time_dt")


class ExceptionCounts:
    """How many distinct findings each exception matches, and would have been sent without it."""

    def __init__(self, names: Sequence[str]) -> None:
        self.names = list(names)
        self._matched: dict[str, dict[bytes, str]] = defaultdict(dict)
        self._sent: dict[str, set[bytes]] = defaultdict(set)
        self._severe: set[bytes] = set()

    def note(self, finding: Mapping[str, Any], label: str, names: Sequence[str]) -> None:
        """Note a finding, its severity without exceptions, and the exceptions that match it."""
        key = digest(finding["ProductArn"], finding["Id"])
        if label in SEVERE:
            self._severe.add(key)
        for name in names:
            self._matched[name][key] = label

    def note_sent(self, finding: Mapping[str, Any], names: Sequence[str]) -> None:
        """Note that a finding would have been sent without these exceptions."""
        key = digest(finding["ProductArn"], finding["Id"])
        for name in names:
            self._sent[name].add(key)

    def add(self, other: ExceptionCounts) -> None:
        """Add another one's counts."""
        self.names = self.names or other.names
        self._severe |= other._severe
        for name in other.names:
            self._matched[name].update(other._matched[name])
            self._sent[name] |= other._sent[name]

    def rows(self) -> list[dict[str, Any]]:
        """Return the counts of each exception, in the order of the file."""
        return [
            {
                "name": name,
                "matched": len(self._matched[name]),
                "would_have_sent": len(self._sent[name]),
                "by_severity": dict(Counter(self._matched[name].values())),
            }
            for name in self.names
        ]

    def share_of_severe(self, name: str) -> float:
        """Return which part of the CRITICAL and HIGH findings an exception matches."""
        matched = self._severe.intersection(self._matched[name])
        return len(matched) / len(self._severe) if self._severe else 0.0

    def overlaps(self) -> list[tuple[str, str, int]]:
        """Return the pairs of exceptions that match the same findings, and how many."""
        pairs = [(a, b) for i, a in enumerate(self.names) for b in self.names[i + 1 :]]
        shared = [(a, b, len(self._matched[a].keys() & self._matched[b].keys())) for a, b in pairs]
        return [pair for pair in shared if pair[2]]


class Acting:
    """The rules of a file's exceptions."""

    def __init__(self, settings: Settings) -> None:
        self._rules = [_rule(accepted) for accepted in settings.exceptions]

    def act(self, finding: dict[str, Any], but: str = "") -> list[str]:
        """Set what the rules set, in the finding itself; return the exceptions that match it.

        All rules, ``but`` those of the exception of this name, act on the finding as it was sent;
        where several set the same, the last stays. An end follows its own exception.
        """
        source = source_of(finding)
        old = source == "security_hub_cspm"
        sent = dict(named(finding) if old else finding)
        names = []
        for rule in self._rules:
            if rule.accepted.name == but:
                continue
            if rule.acts_on(sent, source):
                (_set if old else _set_v2)(finding, rule.accepted)
                names.append(rule.accepted.name)
            if old and rule.ends_for(sent):
                finding["Workflow"] = {**_object(finding, "Workflow"), "Status": "NEW"}
        return names

    def without(self, finding: Mapping[str, Any], but: str) -> dict[str, Any]:
        """Return a copy of a finding as it would be without one of the exceptions.

        What that exception has set before, in the account that the finding comes from, is gone too.
        """
        copy = dict(finding)
        for rule in self._rules:
            if rule.accepted.name == but:
                _unset(copy, rule.accepted)
        self.act(copy, but)
        return copy


def _unset(finding: dict[str, Any], accepted: AcceptedFindings) -> None:
    """Make a finding new again that has the note and the status of an exception."""
    if accepted.sets_severity:
        return  # the first severity is not known
    if accepted.source == "security_hub_cspm":
        text, now = _object(finding, "Note").get("Text"), _object(finding, "Workflow").get("Status")
        if now == accepted.set_to and str(text).startswith(accepted.note_begins):
            finding["Workflow"] = {**_object(finding, "Workflow"), "Status": "NEW"}
    elif finding.get("status") == WORKFLOWS[accepted.set_to][0] and str(
        finding.get("comment")
    ).startswith(accepted.note_begins):
        finding |= {"status": WORKFLOWS["NEW"][0], "status_id": STATUS_IDS["NEW"]}


def _set(finding: dict[str, Any], accepted: AcceptedFindings) -> None:
    if accepted.sets_severity:
        finding["Severity"] = {**_object(finding, "Severity"), "Label": accepted.set_to}
    else:
        finding["Workflow"] = {**_object(finding, "Workflow"), "Status": accepted.set_to}
    finding["Note"] = {"Text": accepted.note}


def _set_v2(finding: dict[str, Any], accepted: AcceptedFindings) -> None:
    word = accepted.set_to
    if accepted.sets_severity:
        finding |= {"severity": SEVERITIES[word][0], "severity_id": SEVERITY_IDS[word]}
    else:
        finding |= {"status": WORKFLOWS[word][0], "status_id": STATUS_IDS[word]}
    finding["comment"] = accepted.note


def _object(finding: Mapping[str, Any], key: str) -> dict[str, Any]:
    value = finding.get(key)
    return value if isinstance(value, dict) else {}


def acting_of(settings: Settings) -> Acting | None:
    """Return the rules of a file; None where it has no exceptions."""
    return Acting(settings) if settings.exceptions else None
