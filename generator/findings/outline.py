"""What a finding of the new Security Hub (OCSF) says, in the names of ASFF.

Reports and pages count and name findings of both formats in one way: by this outline. Rules match
the finding as it is.
https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-ocsf-findings.html
"""

from __future__ import annotations

from datetime import UTC, datetime
from math import inf
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from generator.params.choices import Source

SEVERITIES = {
    "CRITICAL": ("Critical", "Fatal"),
    "HIGH": ("High",),
    "MEDIUM": ("Medium",),
    "LOW": ("Low",),
    "INFORMATIONAL": ("Informational",),
}
COMPLIANCES = {
    "PASSED": ("Pass",),
    "FAILED": ("Fail",),
    "WARNING": ("Warning",),
    "NOT_AVAILABLE": ("Unknown", "Other"),
}
WORKFLOWS = {
    "NEW": ("New",),
    "NOTIFIED": ("In Progress",),
    "RESOLVED": ("Resolved",),
    "SUPPRESSED": ("Suppressed",),
}
ACTIVITIES = {"ARCHIVED": ("Close",)}
"""The texts of OCSF for the words of a params file. Any activity but these is an ACTIVE finding.

https://schema.ocsf.io/1.6.0/classes/compliance_finding
"""

SEVERITY_IDS = {"INFORMATIONAL": 1, "LOW": 2, "MEDIUM": 3, "HIGH": 4, "CRITICAL": 5}
STATUS_IDS = {"NEW": 1, "NOTIFIED": 2, "SUPPRESSED": 3, "RESOLVED": 4}
"""The numbers that are written for the words of a params file, by the same source."""

_LATEST = 1e11
"""Seconds since 1970: a larger number counts in a smaller unit."""

PRODUCT = ":productv2/"
"""What comes before the company and name of a product in its ARN."""


def is_ocsf(value: Mapping[str, Any]) -> bool:
    """Whether a finding has the format of the new Security Hub."""
    return "class_uid" in value or "finding_info" in value


def source_of(finding: Mapping[str, Any]) -> Source:
    """Return the product whose format a finding has."""
    return "security_hub" if is_ocsf(finding) else "security_hub_cspm"


def outline(finding: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a finding in the names of ASFF: itself, unless it is in OCSF."""
    if not is_ocsf(finding):
        return finding
    info = finding["finding_info"]
    always = {
        "Id": info["uid"],
        "ProductArn": finding["metadata"]["product"]["uid"],
        "AwsAccountId": finding["cloud"]["account"]["uid"],
    }
    known = {
        "ProductName": inner(finding, "metadata", "product", "name"),
        "AwsAccountName": inner(finding, "cloud", "account", "name"),
        "Region": inner(finding, "cloud", "region"),
        "Title": info.get("title"),
        "Description": info.get("desc"),
        "CreatedAt": _time(info, "created_time"),
        "UpdatedAt": _time(info, "modified_time") or _time(finding, "time"),
        "Severity": _labelled("Label", SEVERITIES, finding.get("severity")),
        "Workflow": _labelled("Status", WORKFLOWS, finding.get("status")),
        "RecordState": word(ACTIVITIES, finding.get("activity_name"), "ACTIVE"),
        "Compliance": _compliance(finding),
        "Resources": list(_resources(finding)),
    }
    return always | {key: value for key, value in known.items() if value}


def word(words: Mapping[str, tuple[str, ...]], text: object, otherwise: str = "") -> str:
    """Return the word of the params file for a text of OCSF; ``otherwise``, or the text itself."""
    known = (word for word, texts in words.items() if text in texts)
    return next(known, otherwise or str(text or ""))


def inner(value: Any, *path: str) -> Any:
    """Return what is at the end of a path of objects; None if it is not there."""
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def nodes(value: Any, path: Sequence[str]) -> Iterator[Any]:
    """Yield what is at the end of a path, through lists on the way."""
    if isinstance(value, list):
        for item in value:
            yield from nodes(item, path)
    elif not path:
        yield value
    elif isinstance(value, dict) and path[0] in value:
        yield from nodes(value[path[0]], path[1:])


def _time(value: Mapping[str, Any], key: str) -> str:
    """Return a time of OCSF, which is a text, a number since 1970, or both.

    The number has milliseconds, in older samples of AWS nanoseconds.
    """
    text, number = value.get(f"{key}_dt"), value.get(key)
    if isinstance(text, str):
        return text
    if isinstance(number, bool) or not isinstance(number, int | float) or not 0 < number < inf:
        return ""
    while number > _LATEST:
        number /= 1000
    return datetime.fromtimestamp(number, UTC).isoformat(timespec="milliseconds")


def _labelled(key: str, words: Mapping[str, tuple[str, ...]], text: object) -> dict[str, str]:
    return {key: word(words, text)} if text else {}


def _compliance(finding: Mapping[str, Any]) -> dict[str, Any]:
    control = inner(finding, "compliance", "control")
    status = _labelled("Status", COMPLIANCES, inner(finding, "compliance", "status"))
    return {**status, **({"SecurityControlId": control} if control else {})}


def _resources(finding: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    listed = finding.get("resources")
    for resource in listed if isinstance(listed, list) else ():
        if isinstance(resource, dict):
            uid = resource.get("uid_alt") or resource.get("uid")
            yield {"Type": str(resource.get("type") or "Other"), "Id": str(uid or "")}
