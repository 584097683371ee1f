"""The events in which both products send findings, each in its own format.

https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-cwe-event-formats.html
https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-v2-cwe-event-formats.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, assert_never

from generator.findings.outline import inner, outline, source_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from generator.params.choices import On, Source

SOURCE = "aws.securityhub"
IMPORTED = "Security Hub Findings - Imported"
CUSTOM_ACTION = "Security Hub Findings - Custom Action"
IMPORTED_V2 = "Findings Imported V2"
SOURCE_OF: Mapping[str, Source] = {IMPORTED: "security_hub_cspm", IMPORTED_V2: "security_hub"}
"""The product that sends findings by itself in events of a detail-type."""

EXPORTED = "00000000-0000-0000-0000-000000000000"
"""The id of the event in which an exported finding is shown."""


def detail_type(source: Source, on: On = "imported") -> str:
    """Return the detail-type of the events of a product; each has one finding.

    https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-cwe-integration-types.html
    https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-v2-cwe-event-types.html
    """
    match source:
        case "security_hub":
            # The new product has no custom actions.
            return IMPORTED_V2
        case "security_hub_cspm":
            return CUSTOM_ACTION if on == "custom_action" else IMPORTED
        case _:
            assert_never(source)


def wrap(finding: Mapping[str, Any]) -> dict[str, Any]:
    """Return what rules can see of the event that a product sends of its finding."""
    kind = detail_type(source_of(finding))
    return {"source": SOURCE, "detail-type": kind, "detail": {"findings": [finding]}}


def whole_event(finding: Mapping[str, Any]) -> dict[str, Any]:
    """Return the event that a product sends of its finding, with all its fields."""
    known = outline(finding)
    about = inner(finding, "metadata", "uid") or known["Id"]
    return {
        "version": "0",
        "id": EXPORTED,
        **wrap(finding),
        "account": known["AwsAccountId"],
        "time": known.get("UpdatedAt") or "",
        "region": known.get("Region") or "",
        "resources": [about],
    }
