"""What the rules say of an event: as it is, and if its finding had been marked as notified."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from generator.findings.events import EXPORTED, detail_type
from generator.findings.outline import WORKFLOWS, is_ocsf, source_of
from generator.routing.missed import is_open

if TYPE_CHECKING:
    from collections.abc import Mapping

    from generator.params.choices import Source
    from generator.routing.router import Rules

Routes = tuple[int, ...]
"""Positions of routes in the params file."""

_FAILING = ("FAILED", "WARNING", "NOT_AVAILABLE")


class State(NamedTuple):
    """What decides whether Security Hub makes a finding NEW again."""

    compliance: str
    record: str
    workflow: str

    def new_again(self, now: State) -> bool:
        """Whether a finding is NEW again: it regressed, or somebody set it back.

        https://docs.aws.amazon.com/securityhub/latest/userguide/finding-workflow-status.html
        """
        return (
            (self.compliance == "PASSED" and now.compliance in _FAILING)
            or (self.record == "ARCHIVED" and now.record == "ACTIVE")
            or (self.workflow != "NEW" and now.workflow == "NEW")
        )


class Verdict(NamedTuple):
    """What is known of an event; many events have the same.

    Attributes:
        matched: the routes that match it as it is.
        marked: those that match it once its finding is NOTIFIED; as ``matched`` where no route
            notifies once, or where its workflow is not NEW.
        state: that of the finding.
        exported: whether the finding was given without the event that brought it.
        source: the product that sends it.
        severity: the label; empty if it has none.
        by_itself: whether the product sends such events by itself.
        closed: whether the finding is not open; asked of what no route matches alone.

    """

    matched: Routes
    marked: Routes
    state: State
    exported: bool
    source: Source
    severity: str
    by_itself: bool
    closed: bool

    @property
    def may_be_sent(self) -> bool:
        """Whether some route matches it in one of both cases."""
        return bool(self.matched or self.marked)


def judge(rules: Rules, event: dict[str, Any], known: Mapping[str, Any]) -> Verdict:
    """Return what the rules say of an event, whose finding in the names of ASFF is ``known``."""
    finding = event["detail"]["findings"][0]
    matched, state, source = rules.event(event), _state(known), source_of(finding)
    may_be_marked = rules.once and state.workflow == "NEW"
    return Verdict(
        matched,
        rules.event(marked(event)) if may_be_marked else matched,
        state,
        event.get("id") == EXPORTED,
        source,
        severity(known),
        event["detail-type"] == detail_type(source),
        not matched and not is_open(known),
    )


def marked(event: dict[str, Any]) -> dict[str, Any]:
    """Return an event whose finding is what a route that notifies once has set it to."""
    finding = event["detail"]["findings"][0]
    if is_ocsf(finding):
        changed = {**finding, "status": WORKFLOWS["NOTIFIED"][0]}
    else:
        changed = {**finding, "Workflow": {**finding["Workflow"], "Status": "NOTIFIED"}}
    return {**event, "detail": {**event["detail"], "findings": [changed]}}


def severity(finding: Mapping[str, Any]) -> str:
    """Return the label of a finding's severity; nothing if it has none."""
    severity = finding.get("Severity")
    label = severity.get("Label") if isinstance(severity, dict) else None
    return label if isinstance(label, str) else ""


def _state(finding: Mapping[str, Any]) -> State:
    record = finding.get("RecordState")
    return State(_status(finding, "Compliance"), str(record), _status(finding, "Workflow"))


def _status(finding: Mapping[str, Any], key: str) -> str:
    value = finding.get(key)
    return str(value.get("Status")) if isinstance(value, dict) else ""
