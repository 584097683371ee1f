"""What a record is: a finding, an event, or neither; and what Security Hub fills in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from generator.pattern import IMPORTED, SOURCE

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterator

ALWAYS = ("Id", "ProductArn", "AwsAccountId")
"""Texts without which Security Hub takes no finding."""

_IMPORTED = {"source": SOURCE, "detail-type": IMPORTED}
NEW = {"Status": "NEW"}
"""Security Hub fills in what a finding lacks that a product imports: this Workflow, and more below.

A finding that Security Hub has sent or exported lacks none of it.
https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_AwsSecurityFinding.html
"""

_OCSF = ("class_uid", "finding_info")
_LABELS = ((90, "CRITICAL"), (70, "HIGH"), (40, "MEDIUM"), (1, "LOW"), (0, "INFORMATIONAL"))
"""https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_Severity.html"""


def why_no_finding(value: Any) -> str:
    """Return why a record is no finding; nothing if it is one."""
    if type(value) is not dict:
        return "not a finding: no JSON object"
    if any(key in value for key in _OCSF):
        return "not a finding: a finding of the new Security Hub (OCSF), which the rules never take"
    lacking = [key for key in ALWAYS if type(value.get(key)) is not str]
    return f"not a finding: no {', '.join(lacking)}" if lacking else ""


def opened(value: Any) -> Iterator[Any]:
    """Yield the records that a value holds: those of a page of get-findings, or itself."""
    page = value.get("Findings") if type(value) is dict else None
    if type(page) is list:
        yield from page
    else:
        yield value


def as_event(value: Any) -> dict[str, Any] | None:
    """Return the event that a record is; None if it is none.

    Where only an event's detail was kept, the rest of it is that of every imported finding.
    """
    if type(value) is not dict or "ProductArn" in value:
        return None
    if type(value.get("findings")) is list:
        value = {"detail": value}
    if type(value.get("detail")) is not dict:
        return None
    usual = {} if "source" in value or "detail-type" in value else _IMPORTED
    return {**usual, **value}


def fill_in_region(finding: dict[str, Any], counts: Counter[str]) -> None:
    """Fill in the region of the product that found it."""
    try:
        region = finding["ProductArn"].split(":", 4)[3]
    except IndexError:
        return
    if region:
        finding["Region"] = region
        counts["Region"] += 1


def fill_in_rarer(finding: dict[str, Any], counts: Counter[str]) -> None:
    """Fill in what is rarely left out."""
    if "RecordState" not in finding:
        finding["RecordState"] = "ACTIVE"
        counts["RecordState"] += 1
    severity = finding.get("Severity")
    if type(severity) is dict and "Label" not in severity:
        normalized = severity.get("Normalized")
        if isinstance(normalized, int | float) and normalized >= 0:
            severity["Label"] = next(label for least, label in _LABELS if normalized >= least)
            counts["Severity.Label"] += 1
