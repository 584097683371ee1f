"""What the rules matched and sent in the last day.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-monitoring.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.doctor.check import Check, Said, fails, fine
from generator.doctor.metrics import CALL, Measured, Metric, measure
from generator.doctor.path import RULE
from generator.system.plural import plural

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.doctor.case import Case
    from generator.doctor.check import Outcome


def _run(case: Case) -> Iterator[Outcome]:
    # A schedule is invoked each minute, which says nothing of findings.
    patterns = case.planned.of_type(RULE)
    names = [
        name
        for title, name in case.planned.named(RULE).items()
        if "EventPattern" in patterns[title]
    ]
    matched, sent, failed, lost = (
        measure(case, [Metric("AWS/Events", metric, "RuleName", name) for name in names])
        for metric in (
            "TriggeredRules",
            "Invocations",
            "FailedInvocations",
            "InvocationsFailedToBeSentToDlq",
        )
    )
    problems = [
        _outcome(name, failures.total, losses.total)
        for name, calls, failures, losses in zip(names, sent, failed, lost, strict=True)
        if max(failures, losses, key=lambda each: each.last).since(calls)
    ]
    yield from problems
    if names and not problems:
        yield _well(matched, sent, failed)


def _well(matched: list[Measured], sent: list[Measured], failed: list[Measured]) -> Outcome:
    rules, calls = (sum(each.total for each in measured) for measured in (matched, sent))
    earlier = sum(each.total for each in failed)
    before = Said(
        f" Before that, {plural(earlier, 'call')} failed.",
        f" その前に {earlier:,} 回失敗しました。",
    )
    return fine(
        f"In the last day, rules matched {plural(rules, 'time')}, and called their targets"
        f" {plural(calls, 'time')}.{before.en if earlier else ''}",
        f"この 1 日でルールは {rules:,} 回一致し、ターゲットを {calls:,} 回呼び出しました。"
        f"{before.ja if earlier else ''}",
    )


def _outcome(name: str, failed: int, lost: int) -> Outcome:
    losses = Said(f", and lost {plural(lost, 'event')}", f"、{lost:,} 件が失われました")
    return fails(
        Said(
            f"In the last day, rule {name} failed to deliver {plural(failed, 'time')}"
            f"{losses.en if lost else ''}.",
            f"ルール {name}: この 1 日で配信が {failed:,}"
            f" 回失敗しました{losses.ja if lost else ''}。",
        ),
        Said(
            "Look at the target's policy, role and key; the dead-letter queue has the reasons.",
            "ターゲットのポリシー、ロール、キーを確認してください。"
            "理由はデッドレターキューのメッセージにあります。",
        ),
    )


CHECK = Check(
    name="invocations",
    group="path",
    question=Said("Do rules match, and deliver?", "ルールは検出結果に一致し、配信していますか。"),
    calls=frozenset({CALL}),
    when="after",
    run=_run,
)
