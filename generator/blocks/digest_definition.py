"""What the state machine of a digest does: count, find the oldest, compose, publish.

A standard one: it is patient with Security Hub's rates, and its executions are in the console for
90 days. It keeps nothing else: what is new follows from when findings were created.
https://docs.aws.amazon.com/step-functions/latest/dg/choosing-workflow-type.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from troposphere import Ref

from generator.blocks.publication import Publication, chained
from generator.blocks.states import Attempts, State, jsonata, task

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

COUNT = Attempts(timeout=30, retries=6, interval=2, backoff=2)
"""Security Hub accepts 3 requests for findings a second, 10 for others, of the whole account.

https://docs.aws.amazon.com/securityhub/1.0/APIReference/Welcome.html
"""
BY_SEVERITY, NEW = "bySeverity", "new"
"""The variables that hold what is open and what is new, by severity."""

FINDINGS = "findings"
"""In place of an insight: the link leads to the findings of the new Security Hub."""

Step = tuple[str, State]


class Group(NamedTuple):
    """A group of the message: the variable that holds its rows, and the insight that it links."""

    by: str
    variable: str
    insight: Any


class Oldest(NamedTuple):
    """A severity whose oldest finding is named: the variable that holds when it was created."""

    severity: str
    variable: str


def digest_definition(  # noqa: PLR0913  (the parts of a digest)
    *,
    name: str,
    days: int,
    steps: Sequence[Step],
    groups: Sequence[Group],
    oldest: Sequence[Oldest],
    exceptions: Sequence[tuple[str, str]],
    publications: Sequence[Publication],
) -> dict[str, Any]:
    """Return the definition; ``publications`` are published one after the other."""
    output = {
        "name": name,
        "days": days,
        "at": jsonata("$states.context.State.EnteredTime"),
        "region": Ref("AWS::Region"),
        "severity": jsonata(f"${BY_SEVERITY}"),
        "new": jsonata(f"${NEW}"),
        "oldest": [
            {"severity": item.severity, "created": jsonata(f"${item.variable}")} for item in oldest
        ],
        "groups": [
            {"by": group.by, "insight": group.insight, "rows": jsonata(f"${group.variable}")}
            for group in groups
        ],
        "exceptions": [{"name": excepted, "until": until} for excepted, until in exceptions],
    }
    following = [state for state, _ in steps[1:]] + ["Compose"]
    states = {
        name: {**state, "Next": then} for (name, state), then in zip(steps, following, strict=True)
    }
    publishing = chained(publications)
    states["Compose"] = {"Type": "Pass", "Output": output, "Next": publications[0].state_name}
    publishing[publications[-1].state_name]["End"] = True
    states |= publishing
    return {"QueryLanguage": "JSONata", "StartAt": steps[0][0], "States": states}


def count_by_insight(name: str, variable: str, insight: Any) -> Step:
    """Return the step that reads the groups of an insight: at most 100, the largest first."""
    state = task("aws-sdk:securityhub:getInsightResults", {"InsightArn": insight}, COUNT)
    rows = _rows("InsightResults.ResultValues", "GroupByAttributeValue")
    return name, {**state, "Assign": {variable: rows}, "Output": {}}


def count_by_statistics(name: str, filters: Mapping[str, Any], fields: Mapping[str, str]) -> Step:
    """Return the step that counts the new Security Hub's findings; ``fields`` by variable.

    https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_GetFindingStatisticsV2.html
    """
    selected = {"Filters": filters} if filters else {}
    rules = [{"GroupByField": field, **selected} for field in fields.values()]
    arguments = {"GroupByRules": rules, "MaxStatisticResults": 100, "SortOrder": "desc"}
    state = task("aws-sdk:securityhub:getFindingStatisticsV2", arguments, COUNT)
    assigned = {
        variable: _rows(
            f'GroupByResults[GroupByField = "{field}"].GroupByValues',
            # The message has the words of params files.
            '$uppercase(FieldValue = "Fatal" ? "Critical" : FieldValue)'
            if field == "severity"
            else "FieldValue",
        )
        for variable, field in fields.items()
    }
    return name, {**state, "Assign": assigned, "Output": {}}


def find_oldest(name: str, variable: str, filters: Mapping[str, Any]) -> Step:
    """Return the step that finds when the oldest finding was created; an empty text without any."""
    order = {"Field": "CreatedAt", "SortOrder": "asc"}
    return _oldest("getFindings", (name, variable), filters, order, "CreatedAt")


def find_oldest_v2(name: str, variable: str, filters: Mapping[str, Any]) -> Step:
    """Return the same step for the new Security Hub."""
    created = "finding_info.created_time_dt"
    order = {"Field": created, "SortOrder": "asc"}
    return _oldest("getFindingsV2", (name, variable), filters, order, created)


def _oldest(
    action: str,
    named: tuple[str, str],
    filters: Mapping[str, Any],
    order: Mapping[str, str],
    created: str,
) -> Step:
    name, variable = named
    arguments = {"Filters": filters, "SortCriteria": [order], "MaxResults": 1}
    found = "$states.result.Findings"
    value = jsonata(f'$exists({found}[0].{created}) ? {found}[0].{created} : ""')
    state = task(f"aws-sdk:securityhub:{action}", arguments, COUNT)
    return name, {**state, "Assign": {variable: value}, "Output": {}}


def _rows(groups: str, value: str) -> str:
    return jsonata(f'[$states.result.{groups}.{{"value": {value}, "count": Count}}]')
