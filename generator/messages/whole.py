"""The event within what Step Functions passes on: whole, or what a person needs of it."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from generator.messages.template import render_jsonata

if TYPE_CHECKING:
    from generator.params.choices import Source

MOST = 250_000
"""Bytes of JSON within a text; 262,144 pass together with the rest.
https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
"""


class _Fields(NamedTuple):
    """What stays of a finding that is too large: what Security Hub itself bounds."""

    finding: tuple[str, ...]
    resources: str
    """The field with the resources, of which a few stay, with these fields."""
    resource: tuple[str, ...]
    info: tuple[str, ...] = ()
    """What stays within the field `finding_info`."""


_FIELDS: dict[Source, _Fields] = {
    "security_hub_cspm": _Fields(
        finding=(
            *("SchemaVersion", "Id", "ProductArn", "ProductName", "CompanyName", "Region"),
            *("GeneratorId", "AwsAccountId", "AwsAccountName", "Types", "FirstObservedAt"),
            *("LastObservedAt", "CreatedAt", "UpdatedAt", "Severity", "Title", "Description"),
            *("Remediation", "SourceUrl", "Compliance", "Workflow", "WorkflowState"),
            "RecordState",
        ),
        resources="Resources",
        resource=("Type", "Id", "Partition", "Region"),
    ),
    "security_hub": _Fields(
        finding=(
            *("activity_id", "activity_name", "category_name", "category_uid", "class_name"),
            *("class_uid", "type_name", "type_uid", "cloud", "severity", "severity_id", "status"),
            *("status_id", "time", "time_dt", "metadata", "compliance", "remediation"),
            *("vendor_attributes", "impact", "impact_id", "likelihood", "likelihood_id"),
        ),
        resources="resources",
        resource=("type", "uid", "uid_alt", "name", "cloud_partition", "region"),
        info=(
            *("uid", "uid_alt", "title", "desc", "types", "src_url", "related_events_count"),
            *("created_time", "created_time_dt", "modified_time", "modified_time_dt"),
            *("first_seen_time", "first_seen_time_dt", "last_seen_time", "last_seen_time_dt"),
        ),
    ),
}


@cache
def whole_or_short(result: str, source: Source = "security_hub_cspm") -> str:
    """Return the JSONata of ``result``, which may use $all, $fits and $short.

    ``$all`` is the event as JSON text, ``$fits`` whether that text can be passed on within
    another, ``$short()`` the event with its first finding shortened.
    """
    return render_jsonata("whole.jsonata.j2", most=MOST, kept=_FIELDS[source], result=result)
