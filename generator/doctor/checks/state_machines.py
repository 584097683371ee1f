"""Whether the state machines are there, and why they failed in the last day.

https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from generator.doctor.check import Check, Said, fails, fine
from generator.doctor.logs import latest
from generator.doctor.metrics import CALL, Metric, measure
from generator.doctor.path import MACHINE, machine_arns
from generator.doctor.refusals import Refusal
from generator.system.plural import plural

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.doctor.case import Case
    from generator.doctor.check import Outcome

_GONE = "StateMachineDoesNotExist"
_FAILED = '{ $.type = "ExecutionFailed" || $.type = "ExecutionTimedOut" }'


def _run(case: Case) -> Iterator[Outcome]:
    names = case.planned.named(MACHINE)
    arns = machine_arns(case)
    failures = _failures(case, list(arns.values()))
    problems = [
        problem
        for title, name in names.items()
        for problem in _looks(case, name, arns[title], failures[arns[title]])
    ]
    yield from problems
    if names and not problems:
        yield fine(
            "The state machines are there, and none failed in the last day.",
            "ステートマシンは存在し、この 1 日で失敗していません。",
        )


def _failures(case: Case, arns: list[str]) -> dict[str, int]:
    """Return how often each failed, unless a later hour has successes alone."""
    failed, late, succeeded = (
        measure(case, [Metric("AWS/States", name, "StateMachineArn", arn) for arn in arns])
        for name in ("ExecutionsFailed", "ExecutionsTimedOut", "ExecutionsSucceeded")
    )
    return {
        arn: fails.total + timeouts.total
        if max(fails, timeouts, key=lambda each: each.last).since(successes)
        else 0
        for arn, fails, timeouts, successes in zip(arns, failed, late, succeeded, strict=True)
    }


def _looks(case: Case, name: str, arn: str, failed: int) -> Iterator[Outcome]:
    try:
        # The definition is not asked for: reading it would need the key.
        named: dict[str, Any] = {"stateMachineArn": arn, "includedData": "METADATA_ONLY"}
        case.aws.answer("stepfunctions", "DescribeStateMachine", **named)
    except Refusal as refusal:
        if refusal.code != _GONE:
            raise
        yield fails(
            Said(
                f"State machine {name} does not exist.", f"ステートマシン {name} は存在しません。"
            ),
            Said("Delete the stack and create it again.", "スタックを削除して作り直してください。"),
        )
        return
    if failed:
        reason = _reason(case, name)
        yield fails(
            Said(
                f"State machine {name} failed {plural(failed, 'time')} in the last day:"
                f" {reason or '-'}.",
                f"ステートマシン {name} はこの 1 日で {failed:,} 回失敗しました: {reason or '-'}。",
            ),
            Said(
                f"Its log group is {_log(name)}; NotMarked: the message was sent, but the finding"
                " was not marked as notified.",
                f"ロググループは {_log(name)} です。NotMarked は、メッセージを発行したが、"
                "検出結果を「通知済み」にできなかったことを示します。",
            ),
        )


def _log(name: str) -> str:
    return f"/aws/vendedlogs/states/{name}"


def _reason(case: Case, name: str) -> str:
    """Return the error and cause of the newest failure that was logged."""
    try:
        answer = case.aws.answer(
            "logs",
            "FilterLogEvents",
            most=50,
            logGroupName=_log(name),
            filterPattern=_FAILED,
            startTime=case.millis_since,
            startFromHead=False,
        )
    except Refusal as refusal:
        if refusal.denied or refusal.busy:
            return f"{refusal.action}: {refusal.code}"
        return ""
    newest = latest(answer.get("events", []))
    return _cause(newest) if newest else ""


def _cause(message: str) -> str:
    try:
        details: dict[str, Any] = json.loads(message).get("details", {})
    except ValueError:
        return message[:200]
    return f"{details.get('error', '')} {details.get('cause', '')}".strip()[:200]


CHECK = Check(
    name="state-machines",
    group="path",
    question=Said("Do the state machines succeed?", "ステートマシンは成功していますか。"),
    calls=frozenset({CALL, "stepfunctions:DescribeStateMachine", "logs:FilterLogEvents"}),
    when="after",
    run=_run,
)
