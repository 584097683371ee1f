"""Lends the emulator the two calls that read findings of the new Security Hub.

GetFindingsV2 is POST /findingsv2, GetFindingStatisticsV2 is POST /findingsv2/statistics (botocore,
securityhub 2018-10-26). Findings are those on the bus, each in its latest state.
https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_GetFindingsV2.html
https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_GetFindingStatisticsV2.html
"""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from localstack.http import Request, Response
from localstack.services.edge import ROUTER

from lent import models, ocsf_filters
from lent.findings import V2, on_the_bus
from lent.securityhub import CODES_V2, Place, as_asked, as_json, error, noted, place_of

MOST_RULES, MOST_GROUPS, MOST_FINDINGS = 5, 400, 100

_LONG_AGO = datetime.min.replace(tzinfo=UTC)
_Body = dict[str, Any]


def lend() -> None:
    ROUTER.add("/findingsv2", _get_findings, methods=["POST"])
    ROUTER.add("/findingsv2/statistics", _get_statistics, methods=["POST"])


def _get_findings(request: Request) -> Response:
    return _answered("GetFindingsV2", request, _refusals_of_findings, _findings)


def _get_statistics(request: Request) -> Response:
    return _answered("GetFindingStatisticsV2", request, _refusals_of_statistics, _statistics)


def _answered(
    operation: str,
    request: Request,
    refusals: Callable[[_Body], Iterator[str]],
    result: Callable[[Place, _Body], _Body],
) -> Response:
    body = json.loads(request.get_data())
    shape = models.service("securityhub").operation_model(operation).input_shape
    # What does not even fit the model is not looked at any further.
    reason = "; ".join(models.refusals(body, shape)) or "; ".join(refusals(body))
    answer = noted(operation, request, body, [], reason)
    if reason:
        return error(HTTPStatus.BAD_REQUEST, "ValidationException", reason)
    if answer["status"] != HTTPStatus.OK:
        return as_asked(answer, CODES_V2)
    return as_json(result(place_of(request), body))


def _refusals_of_findings(body: _Body) -> Iterator[str]:
    if "Filters" in body:
        yield from ocsf_filters.refusals(body["Filters"])
    shapes = models.service("securityhub")
    dates = shapes.shape_for("OcsfDateField").metadata["enum"]
    for criterion in body.get("SortCriteria", []):
        if criterion.keys() != {"Field", "SortOrder"} or criterion["Field"] not in dates:
            yield f"SortCriteria {criterion}"


def _refusals_of_statistics(body: _Body) -> Iterator[str]:
    rules = body["GroupByRules"]
    if not 1 <= len(rules) <= MOST_RULES:
        yield f"{len(rules)} rules, not 1 to {MOST_RULES}"
    for rule in rules:
        if "Filters" in rule:
            yield from ocsf_filters.refusals(rule["Filters"])


def _findings(place: Place, body: _Body) -> _Body:
    findings = _selected(place, body.get("Filters", {}))
    for criterion in reversed(body.get("SortCriteria", [])):
        descending = criterion["SortOrder"] == "desc"
        findings.sort(key=lambda finding: _time(finding, criterion["Field"]), reverse=descending)
    return {"Findings": findings[: body.get("MaxResults", MOST_FINDINGS)]}


def _statistics(place: Place, body: _Body) -> _Body:
    return {"GroupByResults": [_groups(place, rule, body) for rule in body["GroupByRules"]]}


def _groups(place: Place, rule: _Body, body: _Body) -> _Body:
    """Count the findings by each value of a field, the largest groups first if not asked else."""
    field, sign = rule["GroupByField"], 1 if body.get("SortOrder") == "asc" else -1
    findings = _selected(place, rule.get("Filters", {}))
    counts = Counter(text for each in findings for text in ocsf_filters.values(field, each))
    ordered = sorted(counts.items(), key=lambda group: (sign * group[1], group[0]))
    most = body.get("MaxStatisticResults", MOST_GROUPS)
    groups = [{"FieldValue": value, "Count": count} for value, count in ordered[:most]]
    return {"GroupByField": field, "GroupByValues": groups}


def _selected(place: Place, filters: _Body) -> list[_Body]:
    latest: dict[str, _Body] = {}
    for finding in on_the_bus(place, V2):
        name = finding["metadata"].get("uid") or finding["finding_info"]["uid"]
        if name not in latest or _updated(latest[name]) <= _updated(finding):
            latest[name] = finding
    return [each for each in latest.values() if ocsf_filters.selects(filters, each)]


def _updated(finding: _Body) -> datetime:
    times = ("finding_info.modified_time_dt", "time_dt")
    return max(_time(finding, field) for field in times)


def _time(finding: _Body, field: str) -> datetime:
    written = ocsf_filters.values(field, finding)
    return ocsf_filters.when(written[0]) if written else _LONG_AGO
