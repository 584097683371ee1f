"""Puts findings on the event bus as Security Hub does."""

import json
import uuid
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import batched
from typing import Any

from aws import ACCOUNT, REGION, Aws
from report import Report

BATCH = 10  # entries in one PutEvents call


class RejectedError(RuntimeError):
    """The bus itself did not accept an event."""


def as_event(
    finding: dict[str, Any], account: str = ACCOUNT, region: str = REGION
) -> dict[str, Any]:
    """Wrap a finding in the event that Security Hub sends for an import or an update."""
    resources = [f"{finding['ProductArn']}/{finding['Id']}"]
    return _event("Security Hub Findings - Imported", finding, resources, account, region)


def as_event_v2(
    finding: dict[str, Any], account: str = ACCOUNT, region: str = REGION
) -> dict[str, Any]:
    """Wrap a finding in the event that the new Security Hub sends for an import or an update."""
    uid = finding["metadata"].get("uid")
    return _event("Findings Imported V2", finding, [uid] if uid else [], account, region)


def _event(
    kind: str, finding: dict[str, Any], resources: list[str], account: str, region: str
) -> dict[str, Any]:
    return {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": kind,
        "source": "aws.securityhub",
        "account": account,
        "time": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "region": region,
        "resources": resources,
        "detail": {"findings": [finding]},
    }


def by_hand(finding: dict[str, Any], action: str, account: str = ACCOUNT) -> dict[str, Any]:
    """Wrap a finding in the event that Security Hub sends when somebody uses a custom action."""
    event = as_event(finding, account)
    action_arn = f"arn:aws:securityhub:{REGION}:{account}:action/custom/{action.replace(' ', '')}"
    detail = {"actionName": action, "actionDescription": "", **event["detail"]}
    kind = "Security Hub Findings - Custom Action"
    return {**event, "detail-type": kind, "resources": [action_arn], "detail": detail}


def put_events(aws: Aws, report: Report, events: Iterable[dict[str, Any]]) -> list[str]:
    """Put events on the default bus of their own account and region; return the ids they got.

    The bus names an event again, on AWS too, so the ids tell which event a message came from.
    """
    identifiers: list[str] = []
    for batch in batched(events, BATCH, strict=False):
        identifiers += _put(aws, report, batch)
    report.sent.update(identifiers)
    return identifiers


def _put(aws: Aws, report: Report, batch: tuple[dict[str, Any], ...]) -> Iterator[str]:
    places = {(event["region"], event["account"]) for event in batch}
    for region, account in sorted(places):
        here = [e for e in batch if (e["region"], e["account"]) == (region, account)]
        answer = aws("events", region, account).put_events(Entries=[_entry(e) for e in here])
        report.rejected += answer["FailedEntryCount"]
        if answer["FailedEntryCount"]:
            raise RejectedError(json.dumps([e for e in answer["Entries"] if "ErrorCode" in e]))
        yield from (entry["EventId"] for entry in answer["Entries"])


def _entry(event: dict[str, Any]) -> dict[str, Any]:
    return {
        "Source": event["source"],
        "DetailType": event["detail-type"],
        "Time": datetime.fromisoformat(event["time"]),
        "Resources": event["resources"],
        "Detail": json.dumps(event["detail"]),
    }
