"""What filters of Security Hub CSPM accept and select, as their reference documents it.

https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_AwsSecurityFindingFilters.html
https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_StringFilter.html
https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_MapFilter.html
https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_DateFilter.html
https://docs.aws.amazon.com/securityhub/latest/userguide/automation-rules.html
A second reading: it shares nothing with the generator. What no template uses is refused.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

MOST_ATTRIBUTES, MOST_VALUES = 10, 20

# Where a finding has what an attribute is called in filters.
TEXTS = {
    "ProductArn": "ProductArn",
    "AwsAccountId": "AwsAccountId",
    "AwsAccountName": "AwsAccountName",
    "Id": "Id",
    "GeneratorId": "GeneratorId",
    "Region": "Region",
    "Type": "Types",
    "SeverityLabel": "Severity.Label",
    "ProductName": "ProductName",
    "CompanyName": "CompanyName",
    "ResourceType": "Resources.Type",
    "ResourceId": "Resources.Id",
    "ComplianceStatus": "Compliance.Status",
    "ComplianceSecurityControlId": "Compliance.SecurityControlId",
    "ComplianceAssociatedStandardsId": "Compliance.AssociatedStandards.StandardsId",
    "WorkflowStatus": "Workflow.Status",
    "RecordState": "RecordState",
}
OF_RULES = {"NoteText": "Note.Text"}
DATES = {"CreatedAt": "CreatedAt", "UpdatedAt": "UpdatedAt"}
MAPS = {"ResourceTags": "Resources.Tags"}

# Of one attribute, the first are joined by or, the second by and.
# What criteria of automation rules lack, compare as a whole only, or may list more of.
_NOT_OF_RULES = ("Region", "AwsAccountName")
_WHOLE = ("ComplianceStatus", "ResourceType", "SeverityLabel", "WorkflowStatus")
_LONG = {"AwsAccountId": 100, "GeneratorId": 100, "ResourceId": 100}

_POSITIVE, _NEGATIVE = ("EQUALS", "PREFIX"), ("NOT_EQUALS", "PREFIX_NOT_EQUALS")


def refusal(filters: Any) -> str:
    """Return why filters are refused; empty if they are not."""
    if not isinstance(filters, dict):
        return "Filters must be a structure"
    if len(filters) > MOST_ATTRIBUTES:
        return f"Filters has {len(filters)} attributes, more than {MOST_ATTRIBUTES}"
    reasons = [_refusal(attribute, listed, MOST_VALUES) for attribute, listed in filters.items()]
    reasons += [f"{attribute} is of rules" for attribute in filters.keys() & OF_RULES.keys()]
    return "; ".join(filter(None, reasons))


def refusal_of_criteria(criteria: dict[str, Any]) -> str:
    """Return why criteria of an automation rule are refused; empty if they are not."""
    reasons = [
        _refusal(attribute, listed, _LONG.get(attribute, MOST_VALUES))
        for attribute, listed in criteria.items()
    ]
    reasons += [f"unknown criterion {name}" for name in _NOT_OF_RULES if name in criteria]
    reasons += [
        f"{name} is compared as a whole"
        for name in _WHOLE
        if any("PREFIX" in each["Comparison"] for each in criteria.get(name, []))
    ]
    return "; ".join(filter(None, reasons))


def _refusal(attribute: str, listed: Any, most: int) -> str:
    if not isinstance(listed, list) or not 1 <= len(listed) <= most:
        return f"{attribute} must have 1 to {most} values"
    if attribute in DATES:
        return "" if all(map(_is_range, listed)) else f"{attribute}: {listed}"
    keys = {"Comparison", "Value"} | ({"Key"} if attribute in MAPS else set())
    if attribute not in TEXTS.keys() | OF_RULES.keys() | MAPS.keys():
        return f"unknown attribute {attribute}"
    for each in listed:
        if each.keys() != keys or not all(isinstance(x, str) and x.strip() for x in each.values()):
            return f"{attribute}: {each}"
    return _mixture(attribute, {each["Comparison"] for each in listed})


def _mixture(attribute: str, comparisons: set[str]) -> str:
    known = {"EQUALS", "NOT_EQUALS"} if attribute in MAPS else {*_POSITIVE, *_NEGATIVE}
    if not comparisons <= known:
        return f"{attribute}: {sorted(comparisons - known)}"
    if "EQUALS" in comparisons and comparisons & {*_NEGATIVE}:
        return f"{attribute} has EQUALS together with {sorted(comparisons & {*_NEGATIVE})}"
    return ""


def _is_range(listed: Any) -> bool:
    if listed.keys() == {"Start", "End"}:
        return when(listed["Start"]) <= when(listed["End"])
    days = listed.get("DateRange", {})
    return (
        listed.keys() == {"DateRange"}
        and days.keys() == {"Value", "Unit"}
        and days["Unit"] == "DAYS"
        and isinstance(days["Value"], int)
        and days["Value"] > 0
    )


def selects(filters: dict[str, Any], finding: dict[str, Any]) -> bool:
    """Whether filters that are not refused select a finding: all attributes must."""
    return all(_selects(attribute, listed, finding) for attribute, listed in filters.items())


def _selects(attribute: str, listed: list[dict[str, Any]], finding: dict[str, Any]) -> bool:
    if attribute in DATES:
        return any(_within(each, attribute, finding) for each in listed)
    positive = [each for each in listed if each["Comparison"] in _POSITIVE]
    negative = [each for each in listed if each["Comparison"] in _NEGATIVE]
    if positive and not any(_meets(attribute, each, finding) for each in positive):
        return False
    return not any(_meets(attribute, each, finding) for each in negative)


def _meets(attribute: str, condition: dict[str, str], finding: dict[str, Any]) -> bool:
    """Whether one of the finding's values is, or begins with, what the condition names."""
    if attribute in MAPS:
        maps = _at(finding, MAPS[attribute])
        return any(each.get(condition["Key"]) == condition["Value"] for each in maps)
    if "PREFIX" in condition["Comparison"]:
        return any(text.startswith(condition["Value"]) for text in values(attribute, finding))
    return condition["Value"] in values(attribute, finding)


def _within(range_: dict[str, Any], attribute: str, finding: dict[str, Any]) -> bool:
    (written,) = _at(finding, DATES[attribute])
    if "Start" in range_:
        return when(range_["Start"]) <= when(written) <= when(range_["End"])
    return when(written) >= datetime.now(UTC) - timedelta(range_["DateRange"]["Value"])


def when(written: str) -> datetime:
    return datetime.fromisoformat(written).astimezone(UTC)


def values(attribute: str, finding: dict[str, Any]) -> list[str]:
    """Return the texts that a finding has of an attribute, each once."""
    return list(dict.fromkeys(_at(finding, (TEXTS | OF_RULES)[attribute])))


def _at(value: Any, path: str) -> Iterator[Any]:
    """Yield what is at a path, of each element where there are several."""
    if isinstance(value, list):
        for each in value:
            yield from _at(each, path)
    elif not path:
        yield value
    elif isinstance(value, dict):
        first, _, rest = path.partition(".")
        if value.get(first) is not None:
            yield from _at(value[first], rest)
