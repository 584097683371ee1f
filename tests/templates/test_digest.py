"""A digest: what counts, what is composed and published, and what starts it."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml

from conftest import QUICKSTART, Build, of_type
from generator.messages import Look, digest_expression, evaluate
from generator.params import BadInput, Settings
from generator.templates import TEMPLATES, UnbuildableError
from state_machine import Call, Execution, Failed, definition_of, expressions

SHALLOW = 60
OPEN = {
    "severity": ["CRITICAL", "HIGH", "LOW"],
    "compliance": {"not": ["PASSED"]},
    "workflow": ["NEW", "NOTIFIED"],
    "record_state": ["ACTIVE"],
}


def file(digest: dict[str, Any] | None = None, **more: Any) -> str:
    """Return the quickstart with a digest."""
    data = yaml.safe_load(QUICKSTART)
    whole = {
        "name": "weekly",
        "channel": "security",
        "schedule": "cron(0 9 ? * MON *)",
        "match": OPEN,
        **(digest or {}),
    }
    return str(yaml.safe_dump({**data, "digests": [whole], **more}, sort_keys=False))


def of_the_new_hub(**digest: Any) -> str:
    """Return a file whose digest counts findings of the new Security Hub."""
    match = {"kinds": ["exposure", "threat"], "severity": ["CRITICAL"], "workflow": ["NEW"]}
    whole = {"source": "security_hub", "match": match, "by": ["account", "resource"], **digest}
    return file(whole)


class NewHub:
    """Answers as the new Security Hub does."""

    def __init__(self, counts: dict[str, list[tuple[str, int]]], created: str) -> None:
        self.counts, self.created = counts, created
        self.calls: list[Call] = []

    def __call__(self, call: Call) -> Any:
        self.calls.append(call)
        if call.action.endswith("getFindingStatisticsV2"):
            fields = [rule["GroupByField"] for rule in call.arguments["GroupByRules"]]
            return {"GroupByResults": [self.group(field) for field in fields]}
        if call.action.endswith("getFindingsV2"):
            info = {"created_time_dt": self.created, "title": "t"}
            return {"Findings": [{"finding_info": info}] if self.created else []}
        return {}

    def group(self, field: str) -> dict[str, Any]:
        values = [{"FieldValue": value, "Count": n} for value, n in self.counts.get(field, [])]
        return {"GroupByField": field, "GroupByValues": values}


class Hub:
    """Answers as Security Hub does: counts by insight, and the oldest finding by severity."""

    def __init__(self, counts: dict[str, list[tuple[str, int]]], oldest: dict[str, str]) -> None:
        self.counts, self.oldest = counts, oldest

    def __call__(self, call: Call) -> Any:
        if call.action.endswith("getInsightResults"):
            rows = self.counts.get(call.arguments["InsightArn"], [])
            values = [{"GroupByAttributeValue": value, "Count": n} for value, n in rows]
            return {"InsightResults": {"ResultValues": values}}
        if call.action.endswith("getFindings"):
            (wanted,) = call.arguments["Filters"]["SeverityLabel"]
            created = self.oldest.get(wanted["Value"])
            return {"Findings": [{"CreatedAt": created, "Title": "t"}] if created else []}
        return {}


def run(template: dict[str, Any], hub: Hub) -> Execution:
    definition = definition_of(template, "WeeklyStateMachine")
    return Execution(definition, hub, deepest=SHALLOW).run({})


COUNTED = Hub(
    {
        "WeeklySeverityInsight": [("HIGH", 12), ("CRITICAL", 3)],
        "WeeklyNewInsight": [("HIGH", 4)],
        "WeeklyControlInsight": [(f"S3.{n}", 20 - n) for n in range(8)],
        "WeeklyAccountInsight": [("111122223333", 15)],
    },
    {"CRITICAL": "2026-10-01T00:00:00.000Z"},
)


def published(done: Execution) -> dict[str, Any]:
    (call,) = [call for call in done.calls if call.action == "sns:publish"]
    message: dict[str, Any] = json.loads(call.arguments["Message"])
    return message


def test_what_is_counted_is_what_is_published(build: Build) -> None:
    template = build(file())
    done = run(template, COUNTED)
    assert done.error == "", done.cause
    assert done.evaluated == expressions(definition_of(template, "WeeklyStateMachine"))
    content = published(done)["content"]
    assert content["title"] == "weekly: 15 open findings"
    text = content["description"].replace("\u200b", "")
    assert text.splitlines()[:4] == [
        "🔴 CRITICAL 3 · 🟠 HIGH 12",
        "*New in the last 7 days:* 4 (HIGH 4)",
        "*Oldest:* CRITICAL 60 days",
        "",
    ]
    assert "• S3.4: 16\nand 3 more" in text
    assert "S3.5" not in text
    assert text.index("*Controls*") < text.index("*Accounts*")


def test_the_new_hub_is_asked_for_statistics_and_fatal_is_critical(build: Build) -> None:
    template = build(of_the_new_hub())
    hub = NewHub(
        {
            "severity": [("Critical", 3), ("Fatal", 2), ("High", 1)],
            "cloud.account.uid": [("111122223333", 6)],
            "resources.uid": [("shop-logs", 4)],
        },
        "2026-11-28T00:00:00.000Z",
    )
    definition = definition_of(template, "WeeklyStateMachine")
    done = Execution(definition, hub, deepest=SHALLOW).run({})
    assert done.error == "", done.cause
    assert done.evaluated == expressions(definition)
    content = published(done)["content"]
    assert content["title"] == "weekly: 6 open findings"
    text = content["description"].replace("\u200b", "")
    assert text.splitlines()[:3] == [
        "🔴 CRITICAL 5 · 🟠 HIGH 1",
        "*New in the last 7 days:* 6 (CRITICAL 5 · HIGH 1)",
        "*Oldest:* CRITICAL 2 days",
    ]
    assert "/securityhub/v2/home?region=eu-west-1#/findings|" in text
    assert not of_type(template, "AWS::SecurityHub::Insight")


def test_the_new_hub_answers_without_findings_too(build: Build) -> None:
    definition = definition_of(build(of_the_new_hub()), "WeeklyStateMachine")
    done = Execution(definition, NewHub({}, ""), deepest=SHALLOW).run({})
    assert published(done)["content"]["title"] == "weekly: nothing open"


def test_a_call_for_statistics_is_within_what_the_service_accepts(build: Build) -> None:
    hub = NewHub({}, "")
    by = ["severity", "control", "account"]
    definition = definition_of(build(of_the_new_hub(by=by)), "WeeklyStateMachine")
    Execution(definition, hub, deepest=SHALLOW).run({})
    for call in hub.calls:
        rules = call.arguments.get("GroupByRules", [])
        assert len(rules) <= 5
        for rule in rules:
            assert len(rule["Filters"]["CompositeFilters"]) <= 10


def test_the_machine_of_the_new_hub_may_read_statistics(build: Build) -> None:
    role = build(of_the_new_hub())["Resources"]["WeeklyStateMachineRole"]
    (policy,) = role["Properties"]["Policies"]
    (count,) = [s for s in policy["PolicyDocument"]["Statement"] if s["Sid"] == "Count"]
    assert count["Action"] == ["securityhub:GetFindings", "securityhub:GetAdhocInsightResults"]


def test_nothing_open_is_reported(build: Build) -> None:
    content = published(run(build(file()), Hub({}, {})))["content"]
    assert content["title"] == "weekly: nothing open"
    assert content["description"] == "*New in the last 7 days:* 0"


def test_a_count_that_fails_fails_the_execution_and_nothing_is_sent(build: Build) -> None:
    class Throttled(Hub):
        def __call__(self, call: Call) -> Any:
            if call.arguments.get("InsightArn") == "WeeklyControlInsight":
                raise Failed("SecurityHub.TooManyRequestsException")
            return super().__call__(call)

    done = run(build(file()), Throttled({}, {}))
    assert done.error == "SecurityHub.TooManyRequestsException"
    assert not [call for call in done.calls if call.action == "sns:publish"]


def test_a_count_is_tried_again_with_pauses_that_grow(build: Build) -> None:
    states = definition_of(build(file()), "WeeklyStateMachine")["States"]
    for name in ("CountBySeverity", "CountNew", "OldestCritical"):
        (retry,) = states[name]["Retry"]
        assert retry["ErrorEquals"] == ["States.ALL"]
        assert retry["BackoffRate"] > 1
        assert retry["JitterStrategy"] == "FULL"


@pytest.mark.parametrize("language", ["en", "ja"])
def test_a_hundred_groups_of_long_names_fit(language: Any) -> None:
    rows = [{"value": f"arn:aws:x:{'<&日😀'[n % 4] * 500}{n}", "count": n} for n in range(100)]
    counted = {
        "name": "weekly",
        "days": 7,
        "at": "2026-11-30T00:00:00.000Z",
        "region": "eu-west-1",
        "severity": [{"value": "HIGH", "count": 9_999_999}],
        "new": [{"value": "HIGH", "count": 9_999_999}],
        "oldest": [{"severity": "HIGH", "created": "2020-01-01T00:00:00.000Z"}],
        "groups": [
            {
                "by": by,
                "insight": f"arn:aws:securityhub:eu-west-1:1:insight/{'a' * 200}",
                "rows": rows,
            }
            for by in ("resource", "resource_type", "control")
        ],
    }
    text = evaluate(digest_expression(Look(language)), counted, deepest=SHALLOW)
    content = json.loads(text)["content"]
    assert len(content["title"]) <= 250
    assert len(content["description"].encode("utf-16-le")) // 2 <= 8_000
    assert "<&" not in content["description"]


def test_a_resource_type_cannot_write_markup_into_a_digest() -> None:
    counted = {
        "name": "weekly",
        "days": 1,
        "at": "2026-11-30T00:00:00.000Z",
        "region": "eu-west-1",
        "severity": [{"value": "HIGH", "count": 1}],
        "new": [],
        "oldest": [{"severity": "HIGH", "created": "yesterday"}],
        "groups": [
            {"by": "resource_type", "insight": "", "rows": [{"value": "<!here> *b*", "count": 1}]}
        ],
    }
    description = json.loads(evaluate(digest_expression(Look()), counted))["content"]["description"]
    assert "<!here>" not in description
    assert "*b*" not in description
    assert "Oldest" not in description


def test_a_file_has_as_many_insights_as_an_account_may_have_and_no_more(build: Build) -> None:
    """https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub_limits.html"""
    digest = yaml.safe_load(file({"by": ["control", "account", "resource"]}))["digests"][0]
    digests = [{**digest, "name": f"weekly-{n}"} for n in range(21)]
    insights = of_type(build(file(digests=digests[:20])), "AWS::SecurityHub::Insight")
    assert len(insights) == 100
    with pytest.raises(BadInput, match="105 custom insights, and Security Hub accepts 100"):
        build(file(digests=digests))


def test_each_insight_counts_the_matchs_findings_by_one_attribute(build: Build) -> None:
    insights = of_type(build(file({"by": ["resource_type"]})), "AWS::SecurityHub::Insight")
    by = {title: one["Properties"]["GroupByAttribute"] for title, one in insights.items()}
    assert by == {
        "WeeklySeverityInsight": "SeverityLabel",
        "WeeklyResourceTypeInsight": "ResourceType",
        "WeeklyNewInsight": "SeverityLabel",
    }
    filters = {title: one["Properties"]["Filters"] for title, one in insights.items()}
    created = filters["WeeklyNewInsight"].pop("CreatedAt")
    assert created == [{"DateRange": {"Unit": "DAYS", "Value": 7}}]
    assert filters["WeeklyNewInsight"] == filters["WeeklySeverityInsight"]
    assert filters["WeeklySeverityInsight"]["ComplianceStatus"] == [
        {"Comparison": "NOT_EQUALS", "Value": "PASSED"}
    ]


def test_the_schedule_starts_this_machine_alone_and_only_from_its_group(build: Build) -> None:
    resources = build(file({"timezone": "Asia/Tokyo"}))["Resources"]
    schedule = resources["WeeklySchedule"]["Properties"]
    assert schedule["ScheduleExpression"] == "cron(0 9 ? * MON *)"
    assert schedule["ScheduleExpressionTimezone"] == "Asia/Tokyo"
    assert schedule["Target"]["Arn"] == {"Ref": "WeeklyStateMachine"}
    role = resources["WeeklyStartRole"]["Properties"]
    (trust,) = role["AssumeRolePolicyDocument"]["Statement"]
    assert trust["Principal"] == {"Service": "scheduler.amazonaws.com"}
    group = {"Fn::GetAtt": ["WeeklyScheduleGroup", "Arn"]}
    assert trust["Condition"]["ArnEquals"] == {"aws:SourceArn": group}
    (policy,) = role["Policies"]
    (statement,) = policy["PolicyDocument"]["Statement"]
    assert (statement["Action"], statement["Resource"]) == (
        ["states:StartExecution"],
        [{"Ref": "WeeklyStateMachine"}],
    )


def test_the_machine_reads_counts_and_publishes_and_nothing_else(build: Build) -> None:
    role = build(file(encryption="customer_key"))["Resources"]["WeeklyStateMachineRole"]
    (policy,) = role["Properties"]["Policies"]
    statements = {one["Sid"]: one for one in policy["PolicyDocument"]["Statement"]}
    assert set(statements) == {"Count", "Publish", "Encrypt", "Log"}
    assert statements["Count"]["Action"] == [
        "securityhub:GetFindings",
        "securityhub:GetInsightResults",
    ]
    assert statements["Publish"]["Resource"] == [{"Ref": "WeeklyTopic"}]


def test_the_channel_of_a_digest_subscribes_to_its_topic(build: Build) -> None:
    (channel,) = of_type(build(file()), "AWS::Chatbot::SlackChannelConfiguration").values()
    assert {"Ref": "WeeklyTopic"} in channel["Properties"]["SnsTopicArns"]


@pytest.mark.parametrize(
    ("schedule", "periods"),
    [("rate(1 day)", 2), ("cron(0 9 ? * MON-FRI *)", 4), ("cron(0 9 ? * MON *)", 0)],
)
def test_a_run_that_is_missing_is_reported_where_cloudwatch_looks_back_far_enough(
    build: Build, schedule: str, periods: int
) -> None:
    template = build(file({"schedule": schedule}, alarms=True))
    alarm = of_type(template, "AWS::CloudWatch::Alarm").get("WeeklyMissingRunsAlarm")
    assert (alarm["Properties"]["EvaluationPeriods"] if alarm else 0) == periods
    for suffix in ("FailedStarts", "DroppedStarts", "FailedExecutions", "FailedNotifications"):
        assert f"Weekly{suffix}Alarm" in template["Resources"]


def test_a_stackset_has_the_digest_at_home_alone() -> None:
    text = file(deployment={"home": {"region": "eu-west-1"}})
    settings = Settings.model_validate(yaml.safe_load(text))
    template = TEMPLATES["stackset.yaml"](settings).to_dict()
    parts = {title: one for title, one in template["Resources"].items() if "Weekly" in title}
    assert len(parts) > 8
    assert {one["Condition"] for one in parts.values()} == {"IsHome"}


def test_what_filters_cannot_say_is_refused_at_its_line(build: Build) -> None:
    with pytest.raises(UnbuildableError) as refused:
        build(file({"match": {**OPEN, "products": ["prowler/*"]}}))
    ((location, message),) = refused.value.problems
    assert location == ("digests", 0, "match", "products")
    assert "by their names" in message
