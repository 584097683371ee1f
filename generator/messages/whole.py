"""The event within what Step Functions passes on: whole, or what a person needs of it."""

from __future__ import annotations

from functools import cache

from generator.messages.template import render_jsonata

MOST = 250_000
"""Bytes of JSON within a text; 262,144 pass together with the rest.
https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
"""

_FIELDS = (
    *("SchemaVersion", "Id", "ProductArn", "ProductName", "CompanyName", "Region", "GeneratorId"),
    *("AwsAccountId", "AwsAccountName", "Types", "FirstObservedAt", "LastObservedAt", "CreatedAt"),
    *("UpdatedAt", "Severity", "Title", "Description", "Remediation", "SourceUrl", "Compliance"),
    *("Workflow", "WorkflowState", "RecordState"),
)
"""What stays of a finding that is too large: the fields that Security Hub itself bounds."""


@cache
def whole_or_short(result: str) -> str:
    """Return the JSONata of ``result``, which may use $all, $fits and $short.

    ``$all`` is the event as JSON text, ``$fits`` whether that text can be passed on within
    another, ``$short()`` the event with its first finding shortened.
    """
    return render_jsonata("whole.jsonata.j2", most=MOST, fields=_FIELDS, result=result)
