"""What the tests of digests take for granted of the new Security Hub that the emulator is lent."""

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from bus import as_event_v2
from lent import models, ocsf_filters
from securityhub import SecurityHub

Send = Callable[[Any], list[str]]

CREATED, MODIFIED = "finding_info.created_time_dt", "finding_info.modified_time_dt"
TEXT, UID = "compliance.control", "metadata.uid"


def text(comparison: str, value: str = "a", field: str = TEXT) -> dict[str, Any]:
    return {"FieldName": field, "Filter": {"Comparison": comparison, "Value": value}}


def tag(comparison: str = "EQUALS", **asked: str) -> dict[str, Any]:
    return {"FieldName": "resources.tags", "Filter": {"Comparison": comparison, **asked}}


def days(number: int, unit: str = "DAYS", field: str = CREATED) -> dict[str, Any]:
    return {"FieldName": field, "Filter": {"DateRange": {"Value": number, "Unit": unit}}}


def group(*conditions: dict[str, Any], operator: str = "OR", **more: Any) -> dict[str, Any]:
    return {"StringFilters": list(conditions), "Operator": operator, **more}


def filters(*groups: dict[str, Any], operator: str = "AND") -> dict[str, Any]:
    return {"CompositeFilters": list(groups), "CompositeOperator": operator}


WIDEST = group(
    *[text("EQUALS")] * 20,
    MapFilters=[tag(Key="k", Value="v")] * 20,
    DateFilters=[days(1)] * 20,
    NestedCompositeFilters=[group(text("PREFIX"))] * 20,
)
EQUAL = group(text("EQUALS"))


@pytest.mark.parametrize(
    "given",
    [
        filters(*[WIDEST] * 10),
        filters(group(text("PREFIX"), text("NOT_EQUALS"), operator="AND")),
        filters(group(text("NOT_EQUALS"), text("PREFIX_NOT_EQUALS"), operator="AND")),
    ],
    ids=["as many as there may be", "prefix and negative", "negative"],
)
def test_filters_are_accepted_as_aws_documents(
    aws: Any, account: str, given: dict[str, Any]
) -> None:
    hub, rule = aws("securityhub", account=account), {"GroupByField": "severity", "Filters": given}
    assert hub.get_findings_v2(Filters=given, MaxResults=100)["Findings"] == []
    results = hub.get_finding_statistics_v2(GroupByRules=[rule] * 5, MaxStatisticResults=400)
    empty = {"GroupByField": "severity", "GroupByValues": []}
    assert results["GroupByResults"] == [empty] * 5


REFUSED = {
    "11 groups": filters(*[EQUAL] * 11),
    "no groups": filters(),
    "no operator of groups": {"CompositeFilters": [EQUAL]},
    "no operator": filters({"StringFilters": [text("EQUALS")]}),
    "operator": filters(group(text("EQUALS"), operator="NOR")),
    "21 texts": filters(group(*[text("EQUALS")] * 21)),
    "no texts": filters(group()),
    "field": filters(group(text("EQUALS", field="compliance.status_detail"))),
    "field of texts as a date": filters({"DateFilters": [days(1, field=TEXT)], "Operator": "OR"}),
    "field of texts as a map": filters(
        {"MapFilters": [{**tag(Key="k", Value="v"), "FieldName": TEXT}], "Operator": "OR"}
    ),
    "comparison": filters(group(text("LIKE"))),
    "comparison of rules": filters(group(text("CONTAINS"))),
    "blank": filters(group(text("EQUALS", " "))),
    "equal and not": filters(group(text("EQUALS"), text("NOT_EQUALS"))),
    "equal to both": filters(group(text("EQUALS"), text("EQUALS", "b"), operator="AND")),
    "other than either": filters(group(text("NOT_EQUALS"), text("NOT_EQUALS", "b"))),
    "unit": filters({"DateFilters": [days(1, "HOURS")], "Operator": "OR"}),
    "no day": filters({"DateFilters": [days(0)], "Operator": "OR"}),
    "beginning of a tag": filters(
        {"MapFilters": [tag("PREFIX", Key="k", Value="v")], "Operator": "OR"}
    ),
    "no key": filters({"MapFilters": [tag(Value="v")], "Operator": "OR"}),
    "a fourth layer": filters(
        {
            "NestedCompositeFilters": [{"NestedCompositeFilters": [EQUAL], "Operator": "OR"}],
            "Operator": "OR",
        }
    ),
}


@pytest.mark.parametrize("given", REFUSED.values(), ids=REFUSED)
def test_filters_are_refused_as_aws_does(given: dict[str, Any]) -> None:
    shape = models.service("securityhub").shape_for("OcsfFindingFilters")
    assert [*models.refusals(given, shape)] or [*ocsf_filters.refusals(given)]


@pytest.mark.parametrize("name", ["comparison", "11 groups"])
def test_both_calls_refuse_filters(
    aws: Any, account: str, name: str, securityhub: SecurityHub
) -> None:
    given = REFUSED[name]
    hub, rule = aws("securityhub", account=account), {"GroupByField": "severity", "Filters": given}
    with pytest.raises(hub.exceptions.ValidationException):
        hub.get_findings_v2(Filters=given)
    with pytest.raises(hub.exceptions.ValidationException):
        hub.get_finding_statistics_v2(GroupByRules=[rule])
    assert [call["processed"] for call in securityhub.history(account)] == [False, False]


BY = {"GroupByField": "severity"}


@pytest.mark.parametrize(
    ("operation", "asked"),
    [
        ("get_finding_statistics_v2", {"GroupByRules": []}),
        ("get_finding_statistics_v2", {"GroupByRules": [BY] * 6}),
        ("get_finding_statistics_v2", {"GroupByRules": [{"GroupByField": "severity_id"}]}),
        ("get_finding_statistics_v2", {"GroupByRules": [BY], "MaxStatisticResults": 401}),
        ("get_finding_statistics_v2", {"GroupByRules": [BY], "SortOrder": "down"}),
        ("get_findings_v2", {"MaxResults": 101}),
        ("get_findings_v2", {"SortCriteria": [{"Field": "CreatedAt", "SortOrder": "asc"}]}),
        ("get_findings_v2", {"SortCriteria": [{"Field": CREATED, "SortOrder": "up"}]}),
    ],
    ids=[
        *("no rule", "6 rules", "field", "401 results", "order of results"),
        *("101 findings", "field of ASFF", "order of findings"),
    ],
)
def test_requests_are_refused_as_aws_does(
    aws: Any, account: str, operation: str, asked: dict[str, Any]
) -> None:
    with pytest.raises(ClientError) as refused:
        getattr(aws("securityhub", account=account), operation)(**asked)
    assert refused.value.response["Error"]["Code"] == "ValidationException"


def kept(number: int, month: int, **more: Any) -> dict[str, Any]:
    """Return a finding about as many resources, of which it names the first twice."""
    time = f"2026-{month:02}-01T00:00:00.000Z"
    return {
        "finding_info": {"uid": "the same for all", CREATED.rpartition(".")[2]: time},
        "metadata": {"uid": str(number)},
        "resources": [{"uid": f"resource-{n:02}"} for n in (*range(number), 0)],
        "severity": "High",
        "time_dt": time,
        **more,
    }


def test_statistics_count_the_latest_state_by_each_rule_as_many_groups_as_asked(
    send: Send, aws: Any, account: str
) -> None:
    last = kept(11, 3)
    sent = [kept(20, 2), kept(20, 1, severity="Low"), last, {**last, "severity": "Low"}]
    send(as_event_v2(finding, account) for finding in sent)
    rules = [
        {"GroupByField": "resources.uid"},
        {"GroupByField": "severity", "Filters": filters(group(text("EQUALS", "20", UID)))},
        {"GroupByField": "severity"},
    ]
    hub = aws("securityhub", account=account)
    answer = hub.get_finding_statistics_v2(GroupByRules=rules, MaxStatisticResults=15)
    resources, few, severities = [each["GroupByValues"] for each in answer["GroupByResults"]]
    assert [row["Count"] for row in resources] == [2] * 11 + [1] * 4
    assert few == [{"FieldValue": "High", "Count": 1}]
    assert sorted(row["FieldValue"] for row in severities) == ["High", "Low"]


def test_findings_are_listed_as_asked_and_as_they_were_sent(
    send: Send, aws: Any, account: str
) -> None:
    sent = [kept(number, month) for number, month in enumerate((3, 1, 2))]
    send(as_event_v2(finding, account) for finding in sent)
    order = [{"Field": CREATED, "SortOrder": "asc"}]
    hub = aws("securityhub", account=account)
    listed = hub.get_findings_v2(SortCriteria=order, MaxResults=2)["Findings"]
    assert listed == [sent[1], sent[2]]


FINDING = {
    "finding_info": {"types": ["A/B", "C/D"], "created_time_dt": "2026-01-01T00:00:00Z"},
    "severity": "High",
    "resources": [
        {"uid": "x", "tags": [{"name": "k", "value": "v"}, {"name": "l", "value": "w"}]},
        {"uid": "y"},
    ],
}
TYPES = "finding_info.types"
A, C, Z = (text("PREFIX", value, TYPES) for value in "ACZ")
NO_A, NO_Z = (text("PREFIX_NOT_EQUALS", value, TYPES) for value in "AZ")


@pytest.mark.parametrize(
    "given",
    [
        filters(group(text("EQUALS", "C/D", TYPES))),
        filters(group(Z, A)),
        filters(group(NO_Z, text("NOT_EQUALS", "C", TYPES), operator="AND")),
        filters(group(text("NOT_EQUALS", "Pass", "compliance.status"))),
        filters({"MapFilters": [tag(Key="l", Value="w")], "Operator": "AND"}),
        filters(group(Z), group(A), operator="OR"),
        filters(group(A, NestedCompositeFilters=[group(Z), group(C)])),
        filters(group(Z, NestedCompositeFilters=[group(A)])),
        filters({"DateFilters": [days(36_500)], "Operator": "AND"}),
        {},
    ],
    ids=[
        *("equal", "either beginning", "neither", "other than what is not there", "tag"),
        *("either group", "nested", "nested alone", "date", "nothing asked"),
    ],
)
def test_filters_select_as_aws_documents(given: dict[str, Any]) -> None:
    assert ocsf_filters.selects(given, FINDING)


@pytest.mark.parametrize(
    "given",
    [
        filters(group(text("EQUALS", "C", TYPES))),
        filters(group(text("EQUALS", "high", "severity"))),
        filters(group(NO_A)),
        filters(group(A, text("NOT_EQUALS", "C/D", TYPES), operator="AND")),
        filters(group(A, text("EQUALS", "Low", "severity"), operator="AND")),
        filters(group(text("EQUALS", "Pass", "compliance.status"))),
        filters({"MapFilters": [tag(Key="k", Value="w")], "Operator": "AND"}),
        filters(group(Z), group(A)),
        filters(group(A, operator="AND", NestedCompositeFilters=[group(Z)])),
        filters({"DateFilters": [days(1)], "Operator": "AND"}),
        filters({"DateFilters": [days(1, field=MODIFIED)], "Operator": "AND"}),
    ],
    ids=[
        *("beginning as equal", "case", "one of several", "beginning and not", "both texts"),
        *("what is not there", "tag", "both groups", "nested", "date", "date that is not there"),
    ],
)
def test_filters_leave_out_what_aws_documents(given: dict[str, Any]) -> None:
    assert not ocsf_filters.selects(given, FINDING)
