"""Whether findings were marked as notified although no message of theirs was delivered.

Others mark findings too: people, automation rules. So only a state machine that succeeded in the
last day, and none of whose topics delivered anything, is a reason to look.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, assert_never

from generator.doctor.check import Check, Said, fails, fine
from generator.doctor.metrics import CALL, Metric, measure
from generator.doctor.path import machine_arns, route_topics
from generator.doctor.refusals import HUB_OFF, Refusal
from generator.doctor.traffic import traffic
from generator.templates.kinds import kinds

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.doctor.case import Case
    from generator.doctor.check import Outcome
    from generator.params.choices import Source
    from generator.templates.kinds import Kind

_SHOWN = 3


def _run(case: Case) -> Iterator[Outcome]:
    once = [kind for kind in kinds(case.settings) if kind.routes[0].notifies_once]
    there = [kind for kind in once if kind.ids.state_machine in machine_arns(case)]
    silent = _silent(case, there)
    try:
        titles = [
            title
            for source in dict.fromkeys(kind.source for kind in silent)
            for title in _marked(case, source)
        ]
    except Refusal as refusal:
        if refusal.code not in HUB_OFF:
            raise
        return  # off: another check says so
    if titles:
        yield _outcome(titles, ", ".join(route.name for kind in silent for route in kind.routes))
    elif there:
        yield fine(
            "No finding was marked without a message in the last day.",
            "この 1 日で、メッセージが配信されずに「通知済み」になった検出結果はありません。",
        )


def _silent(case: Case, once: list[Kind]) -> list[Kind]:
    """Return the kinds of routes whose state machine ended well, and delivered nothing."""
    delivered = {topic.title: topic.delivered.total for topic in traffic(case)}
    arns = machine_arns(case)
    metrics = [
        Metric("AWS/States", "ExecutionsSucceeded", "StateMachineArn", arns[kind.ids.state_machine])
        for kind in once
    ]
    return [
        kind
        for kind, succeeded in zip(once, measure(case, metrics), strict=True)
        if succeeded.total
        and not any(
            delivered[title] for route in kind.routes for title in route_topics(case, route)
        )
    ]


def _marked(case: Case, source: Source) -> list[str]:
    """Return the titles of findings of the last day that are marked as notified."""
    match source:
        case "security_hub_cspm":
            answer = case.aws.answer("securityhub", "GetFindings", most=100, Filters=_filters(case))
            return [str(finding.get("Title", "")) for finding in answer.get("Findings", [])]
        case "security_hub":
            answer = case.aws.answer(
                "securityhub", "GetFindingsV2", most=100, Filters=_filters_v2(case)
            )
            return [_title(finding) for finding in answer.get("Findings", [])]
        case _:
            assert_never(source)


def _filters(case: Case) -> dict[str, Any]:
    return {
        "WorkflowStatus": [{"Value": "NOTIFIED", "Comparison": "EQUALS"}],
        "RecordState": [{"Value": "ACTIVE", "Comparison": "EQUALS"}],
        "CreatedAt": [{"Start": case.since, "End": case.now.isoformat()}],
    }


def _filters_v2(case: Case) -> dict[str, Any]:
    filters = [{"FieldName": "status", "Filter": {"Value": "In Progress", "Comparison": "EQUALS"}}]
    dates = [
        {
            "FieldName": "finding_info.created_time_dt",
            "Filter": {"Start": case.since, "End": case.now.isoformat()},
        }
    ]
    both = {"StringFilters": filters, "DateFilters": dates, "Operator": "AND"}
    return {"CompositeFilters": [both], "CompositeOperator": "AND"}


def _title(finding: dict[str, Any]) -> str:
    return str(finding.get("finding_info", {}).get("title", ""))


def _outcome(titles: list[str], routes: str) -> Outcome:
    named = "; ".join(titles[:_SHOWN]) + ("; ..." if len(titles) > _SHOWN else "")
    return fails(
        Said(
            f"The state machine of {routes} succeeded in the last day, and no message was"
            f" delivered. Marked as notified on that day: {named} ({len(titles):,} in all).",
            f"この 1 日に {routes} のステートマシンは成功しましたが、"
            f"メッセージは配信されていません。その日の検出結果 {len(titles):,} 件が「通知済み」で"
            f"す: {named}。",
        ),
        Said(
            "Fix the delivery; then set these findings to NEW in Security Hub: they notify with"
            " their next update.",
            "配信を修正してから、Security Hub でこれらの検出結果を「新規」に戻してください。"
            "次に更新されたときに通知されます。",
        ),
    )


CHECK = Check(
    name="marked",
    group="path",
    question=Said(
        "Was a finding marked as notified without a message?",
        "メッセージが配信されずに「通知済み」になった検出結果はありますか。",
    ),
    calls=frozenset({CALL, "securityhub:GetFindings", "securityhub:GetFindingsV2"}),
    when="after",
    run=_run,
    decisive=False,
)
