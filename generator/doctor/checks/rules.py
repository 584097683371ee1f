"""Whether the rules are there, enabled, and as they were deployed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from generator.doctor.check import Check, Said, fails, fine
from generator.doctor.path import RULE, machine_arns, topic_arns
from generator.doctor.refusals import Refusal
from generator.params.naming import RULES_ENABLED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.doctor.case import Case
    from generator.doctor.check import Outcome

_GONE = "ResourceNotFoundException"


def _run(case: Case) -> Iterator[Outcome]:
    names = case.planned.named(RULE)
    problems = [problem for title, name in names.items() for problem in _looks(case, title, name)]
    yield from problems
    if names and not problems:
        count = len(names)
        yield fine(
            "The rule is enabled, with its pattern and target."
            if count == 1
            else f"All {count} rules are enabled, with their patterns and targets.",
            f"{count} 個のルールはすべて有効で、パターンとターゲットもデプロイ時のままです。",
        )


def _looks(case: Case, title: str, name: str) -> Iterator[Outcome]:
    try:
        rule = case.aws.answer("events", "DescribeRule", Name=name)
        targets = case.aws.answer("events", "ListTargetsByRule", Rule=name).get("Targets", [])
    except Refusal as refusal:
        if refusal.code != _GONE:
            raise
        yield _wrong(name, Said("does not exist", "は存在しません"), _REDEPLOY)
        return
    planned = case.planned.of_type(RULE)[title]
    if rule.get("State") != "ENABLED":
        yield _disabled(case, name)
    if _pattern(rule.get("EventPattern", "null")) != planned.get("EventPattern"):
        found = Said(
            "has another event pattern than it was deployed with",
            "のイベントパターンはデプロイ時と異なります",
        )
        yield _wrong(name, found, _REDEPLOY)
    keeps = any("DeadLetterConfig" in target for target in targets)
    if targets and not keeps and _keeps(case, title):
        found = Said("has no dead-letter queue any more", "にデッドレターキューがありません")
        yield _wrong(name, found, _REDEPLOY)
    missing = [arn for arn in _wanted(case, title) if arn not in {each["Arn"] for each in targets}]
    if missing:
        found = Said(
            f"does not send to {', '.join(missing)}", f"は {'、'.join(missing)} に送りません"
        )
        yield _wrong(name, found, _REDEPLOY)


_REDEPLOY = Said(
    "Undo the change in the EventBridge console; or delete the stack and create it again.",
    "EventBridge のコンソールで元に戻すか、スタックを削除して作り直してください。",
)


def _wrong(name: str, found: Said, remedy: Said) -> Outcome:
    return fails(Said(f"Rule {name} {found.en}.", f"ルール {name} {found.ja}。"), remedy)


def _disabled(case: Case, name: str) -> Outcome:
    if case.stack and case.stack.parameters.get(RULES_ENABLED) == "false":
        return _wrong(
            name,
            Said("is paused", "は一時停止中です"),
            Said(
                f"Set the stack's parameter {RULES_ENABLED} to true.",
                f"スタックのパラメータ {RULES_ENABLED} を true にしてください。",
            ),
        )
    command = f"aws events enable-rule --name {name} --region {case.here}"
    return _wrong(
        name,
        Said("is disabled", "は無効です"),
        Said(f"Enable it: {command}", f"有効にする: {command}"),
    )


def _pattern(text: str) -> Any:
    return json.loads(text)


def _wanted(case: Case, title: str) -> list[str]:
    """Return the ARNs of the topics, state machines and buses that a rule sends to."""
    known = {**topic_arns(case), **machine_arns(case)}
    targets = [str(target["Arn"]) for target in case.planned.of_type(RULE)[title]["Targets"]]
    return [known.get(arn, arn) for arn in targets if arn in known or arn.startswith("arn:")]


def _keeps(case: Case, title: str) -> bool:
    """Whether a rule keeps what it cannot deliver."""
    targets = case.planned.of_type(RULE)[title]["Targets"]
    return any("DeadLetterConfig" in target for target in targets)


CHECK = Check(
    name="rules",
    group="path",
    question=Said("Do the rules send findings?", "ルールは検出結果を送りますか。"),
    calls=frozenset({"events:DescribeRule", "events:ListTargetsByRule"}),
    when="after",
    run=_run,
)
