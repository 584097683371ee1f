"""What the rules matched and sent in the last day.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-monitoring.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.doctor.check import Check, Said, fails, fine
from generator.doctor.metrics import CALL, Metric, measure
from generator.doctor.path import RULE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.doctor.case import Case
    from generator.doctor.check import Outcome


def _run(case: Case) -> Iterator[Outcome]:
    names = list(case.planned.named(RULE).values())
    matched, failed, lost = (
        measure(case, [Metric("AWS/Events", metric, "RuleName", name) for name in names])
        for metric in ("TriggeredRules", "FailedInvocations", "InvocationsFailedToBeSentToDlq")
    )
    problems = [
        _outcome(name, failures.total, losses.total)
        for name, failures, losses in zip(names, failed, lost, strict=True)
        if failures.total or losses.total
    ]
    yield from problems
    if names and not problems:
        count = sum(each.total for each in matched)
        yield fine(
            f"The rules matched {count:,} times in the last day, and no delivery failed.",
            f"この 1 日で {count:,} 件のイベントがルールに一致し、配信の失敗はありません。",
        )


def _outcome(name: str, failed: int, lost: int) -> Outcome:
    losses = Said(f", and {lost:,} events were lost", f"、{lost:,} 件が失われました")
    return fails(
        Said(
            f"Rule {name}: {failed:,} deliveries failed in the last"
            f" day{losses.en if lost else ''}.",
            f"ルール {name}: この 1 日で配信が {failed:,}"
            f" 回失敗しました{losses.ja if lost else ''}。",
        ),
        Said(
            "Look at the target's policy, role and key; the dead-letter queue has the reasons.",
            "ターゲットのポリシー、ロール、キーを確認してください。理由はデッドレターキューの"
            "メッセージにあります。",
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
