"""Findings as Security Hub sends them to EventBridge."""

from __future__ import annotations

from typing import Any


def as_event(*findings: Any, **rest: Any) -> dict[str, Any]:
    """Return the event that Security Hub in one account and region sends of findings."""
    return {
        "version": "0",
        "source": "aws.securityhub",
        "detail-type": "Security Hub Findings - Imported",
        "account": "111122223333",
        "region": "eu-west-1",
        "detail": {"findings": list(findings)},
        **rest,
    }


def as_event_v2(*findings: Any, **rest: Any) -> dict[str, Any]:
    """Return the event that the new Security Hub of an administrator sends of a finding."""
    return as_event(*findings, **{"detail-type": "Findings Imported V2", **rest})
