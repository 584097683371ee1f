"""The events in which Security Hub CSPM sends findings.

https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-cwe-event-formats.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from generator.params.choices import On

SOURCE = "aws.securityhub"
IMPORTED = "Security Hub Findings - Imported"
CUSTOM_ACTION = "Security Hub Findings - Custom Action"
DETAIL_TYPES: dict[On, str] = {"imported": IMPORTED, "custom_action": CUSTOM_ACTION}
"""By the ``on`` of a route. Both kinds of events have one finding each.

https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-cwe-integration-types.html
"""

EXPORTED = "00000000-0000-0000-0000-000000000000"
"""The id of the event in which an exported finding is shown."""


def wrap(finding: Mapping[str, Any]) -> dict[str, Any]:
    """Return what rules can see of the event that Security Hub sends of a finding."""
    return {"source": SOURCE, "detail-type": IMPORTED, "detail": {"findings": [finding]}}


def whole_event(finding: Mapping[str, Any]) -> dict[str, Any]:
    """Return the event that Security Hub sends of a finding, with all its fields."""
    return {
        "version": "0",
        "id": EXPORTED,
        **wrap(finding),
        "account": finding["AwsAccountId"],
        "time": finding.get("UpdatedAt") or "",
        "region": finding.get("Region") or "",
        "resources": [finding["Id"]],
    }
