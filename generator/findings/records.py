"""What a record is: a finding, an event, or neither; and what Security Hub fills in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from generator.findings.envelopes import unwrap
from generator.findings.events import CUSTOM_ACTION, IMPORTED, SOURCE, detail_type
from generator.findings.outline import inner, is_ocsf, source_of

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Collection, Iterator

ALWAYS = ("Id", "ProductArn", "AwsAccountId")
"""Texts without which Security Hub accepts no finding."""

NEW = {"Status": "NEW"}
"""The Workflow of a finding that a product imports without any."""

_ENVELOPE = {
    *("version", "id", "detail-type", "source", "account", "time", "region", "resources"),
    *("detail", "replay-name"),
}
"""The keys that events have, whatever is in them.

https://docs.aws.amazon.com/eventbridge/latest/ref/overiew-event-structure.html
"""

_ALWAYS_IN_OCSF = (
    ("finding_info", "uid"),
    ("metadata", "product", "uid"),
    ("cloud", "account", "uid"),
)
"""The same of the new Security Hub, by their paths."""

_LABELS = ((90, "CRITICAL"), (70, "HIGH"), (40, "MEDIUM"), (1, "LOW"), (0, "INFORMATIONAL"))
"""https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_Severity.html"""


class Found(NamedTuple):
    """A finding, and the event that brought it; None where the finding alone was recorded."""

    finding: dict[str, Any]
    event: dict[str, Any] | None


class Other(NamedTuple):
    """An event of a kind that no rule of the params file matches, or a finding sent in such."""

    detail_type: str


class Unfit(NamedTuple):
    """What is neither finding nor event."""

    why: str


def read(
    value: Any, unwrapped: Counter[str], detail_types: Collection[str] = (IMPORTED,)
) -> Iterator[Found | Other | Unfit]:
    """Yield the findings and events of a value, each finding by itself.

    ``unwrapped`` counts what they were unwrapped from. ``detail_types`` are the kinds of events
    that the rules may match.
    """
    for record in unwrap(value, unwrapped):
        event = event_of(record)
        if event is None:
            why = why_no_finding(record)
            yield Unfit(why) if why else _alone(record, detail_types)
        elif event.get("source") != SOURCE or event.get("detail-type") not in detail_types:
            yield Other(str(event.get("detail-type")))
        else:
            yield from _each(event)


def _alone(finding: dict[str, Any], detail_types: Collection[str]) -> Found | Other:
    """Return a finding without its event, unless no rule matches what its product sends."""
    sent = detail_type(source_of(finding))
    return Found(finding, None) if sent in detail_types else Other(sent)


def _each(event: dict[str, Any]) -> Iterator[Found | Unfit]:
    """Yield each finding in an event of its own, as Security Hub sends them."""
    findings = event["detail"].get("findings")
    if type(findings) is not list or not findings:
        yield Unfit("not a finding: an event without findings")
        return
    for finding in findings:
        why = why_no_finding(finding)
        alone = {**event, "detail": {**event["detail"], "findings": [finding]}}
        yield Unfit(why) if why else Found(finding, alone)


def only_finding(event: Any) -> dict[str, Any] | None:
    """Return the finding of an event as Security Hub CSPM sends it by itself, with nothing odd.

    None means that it is for `read` to say what the record is, and so do KeyError and TypeError.
    Where the finding is returned, a rule that matches it alone matches the event: no key of the
    envelope has a dot.
    """
    detail = event["detail"]
    findings = detail["findings"]
    if (
        type(findings) is list
        and len(findings) == len(detail) == 1
        and event["detail-type"] == IMPORTED
        and event["source"] == SOURCE
        and _ENVELOPE.issuperset(event)
    ):
        finding: dict[str, Any] = findings[0]
        if (
            type(finding["Id"]) is str
            and type(finding["ProductArn"]) is type(finding["AwsAccountId"]) is str
            and "class_uid" not in finding
            and "finding_info" not in finding
        ):
            return finding
    return None


def why_no_finding(value: Any) -> str:
    """Return why a record is not a finding; nothing if it is one."""
    if type(value) is not dict:
        return "not a finding: not a JSON object"
    if is_ocsf(value):
        paths = [path for path in _ALWAYS_IN_OCSF if type(inner(value, *path)) is not str]
        lacking = [".".join(path) for path in paths]
    else:
        lacking = [key for key in ALWAYS if type(value.get(key)) is not str]
    return f"not a finding: no {', '.join(lacking)}" if lacking else ""


def event_of(value: Any) -> dict[str, Any] | None:
    """Return the event that a record is; None if it is none.

    Where only an event's detail was kept, the rest of it is that of every such event.
    """
    if type(value) is not dict or "ProductArn" in value or is_ocsf(value):
        return None
    if type(value.get("findings")) is list:
        value = {"detail": value}
    if type(value.get("detail")) is not dict:
        return None
    if "source" in value or "detail-type" in value:
        return {**value}
    return {"source": SOURCE, "detail-type": _kind(value["detail"]), **value}


def _kind(detail: dict[str, Any]) -> str:
    """Return the detail-type of an event of which only the detail was kept."""
    if "actionName" in detail:
        return CUSTOM_ACTION
    findings = detail.get("findings")
    first = findings[0] if type(findings) is list and findings else None
    return detail_type(source_of(first)) if type(first) is dict else IMPORTED


def complete(finding: dict[str, Any], counts: Counter[str]) -> None:
    """Fill in what Security Hub fills in on import, and count by field what was lacking.

    A product gives Severity and Types under FindingProviderFields; Security Hub copies them.

    A finding that Security Hub has sent or exported lacks none of it; the new product's findings
    cannot be imported.
    https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_AwsSecurityFinding.html
    """
    if is_ocsf(finding):
        return
    if "Workflow" not in finding:
        finding["Workflow"] = NEW
        counts["Workflow"] += 1
    if "Region" not in finding:
        _fill_in_region(finding, counts)
    if "RecordState" not in finding:
        finding["RecordState"] = "ACTIVE"
        counts["RecordState"] += 1
    if "FindingProviderFields" in finding:
        _copy_given(finding, counts)
    severity = finding.get("Severity")
    if type(severity) is dict and "Label" not in severity:
        _label(severity, counts)


def _copy_given(finding: dict[str, Any], counts: Counter[str]) -> None:
    given = finding["FindingProviderFields"]
    for key in ("Severity", "Types"):
        if type(given) is dict and key not in finding and key in given:
            finding[key] = given[key]
            counts[key] += 1


def _label(severity: dict[str, Any], counts: Counter[str]) -> None:
    normalized = severity.get("Normalized")
    if isinstance(normalized, int | float) and normalized >= 0:
        severity["Label"] = next(label for least, label in _LABELS if normalized >= least)
        counts["Severity.Label"] += 1


def _fill_in_region(finding: dict[str, Any], counts: Counter[str]) -> None:
    """Fill in the region of the product that found it."""
    try:
        region = finding["ProductArn"].split(":", 4)[3]
    except IndexError:
        return
    if region:
        finding["Region"] = region
        counts["Region"] += 1
