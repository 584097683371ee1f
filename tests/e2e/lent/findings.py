"""Lends the emulator a memory of the findings on its bus, and the call that reads them.

Security Hub keeps a finding in its latest state; what it sends on the bus, it has. GetFindings is
POST /findings (botocore, securityhub 2018-10-26).
"""

import json
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from localstack.http import Request, Response
from localstack.services.edge import ROUTER
from localstack.services.events.provider import EventsProvider

from lent import automation_rules, automation_rules_v2
from lent.finding_filters import DATES, refusal, selects, when
from lent.securityhub import Place, as_asked, as_json, error, noted, place_of, workflows

_MOST = 100
_LONG_AGO = datetime.min.replace(tzinfo=UTC)

CSPM, V2 = "Security Hub Findings - Imported", "Findings Imported V2"
_sent: dict[tuple[Place, str], list[str]] = defaultdict(list)
_process = EventsProvider._process_entries


def lend() -> None:
    EventsProvider._process_entries = _remembering
    ROUTER.add("/findings", _get_findings, methods=["POST"])


def _remembering(provider: Any, context: Any, entries: Any) -> Any:
    """Keep the texts alone: hardly any account is ever asked for its findings."""
    place = context.account_id, context.region
    for entry in entries:
        if entry.get("DetailType") == CSPM:
            entry["Detail"] = automation_rules.RULES.applied(place, entry["Detail"])
        elif entry.get("DetailType") == V2:
            entry["Detail"] = automation_rules_v2.RULES.applied(place, entry["Detail"])
    for kind in (CSPM, V2):
        _sent[place, kind] += [e["Detail"] for e in entries if e.get("DetailType") == kind]
    return _process(provider, context, entries)


def on_the_bus(place: Place, kind: str) -> Iterator[dict[str, Any]]:
    """Yield the findings in events of a detail type, in all the states in which they were sent."""
    for detail in list(_sent[place, kind]):
        yield from json.loads(detail)["findings"]


def selected(place: Place, filters: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the findings of an account and region that filters select, in their latest state."""
    latest: dict[tuple[str, str], dict[str, Any]] = {}
    for finding in on_the_bus(place, CSPM):
        name = finding["ProductArn"], finding["Id"]
        if name not in latest or _updated(latest[name]) <= _updated(finding):
            latest[name] = finding
    return [finding for finding in latest.values() if selects(filters, finding)]


def _updated(finding: dict[str, Any]) -> datetime:
    return when(finding["UpdatedAt"]) if "UpdatedAt" in finding else _LONG_AGO


def _get_findings(request: Request) -> Response:
    body = json.loads(request.get_data())
    reason = _refusal(body)
    answer = noted("GetFindings", request, body, [], reason)
    if reason:
        return error(HTTPStatus.BAD_REQUEST, "InvalidInputException", reason)
    if answer["status"] != HTTPStatus.OK:
        return as_asked(answer)
    place = place_of(request)
    marked = workflows(place)
    known = [_with(marked.get(each["Id"]), each) for each in selected(place, {})]
    findings = [finding for finding in known if selects(body.get("Filters", {}), finding)]
    for criterion in reversed(body.get("SortCriteria", [])):
        descending, field = criterion["SortOrder"] == "desc", criterion["Field"]
        findings.sort(key=lambda finding: when(finding[field]), reverse=descending)
    return as_json({"Findings": findings[: body.get("MaxResults", _MOST)]})


def _with(workflow: dict[str, Any] | None, finding: dict[str, Any]) -> dict[str, Any]:
    return {**finding, "Workflow": workflow} if workflow else finding


def _refusal(body: Any) -> str:
    if reason := refusal(body.get("Filters", {})):
        return reason
    if not 1 <= body.get("MaxResults", _MOST) <= _MOST:
        return f"MaxResults {body['MaxResults']}"
    for criterion in body.get("SortCriteria", []):
        if criterion["Field"] not in DATES or criterion["SortOrder"] not in {"asc", "desc"}:
            return f"SortCriteria {criterion}"
    return ""
