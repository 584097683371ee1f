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
