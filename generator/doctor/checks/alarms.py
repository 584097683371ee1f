"""Whether an alarm of the stack is on, or gone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.doctor.check import Check, Said, fails, fine, sentence
from generator.doctor.path import ALARM

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.doctor.case import Case
    from generator.doctor.check import Outcome


def _run(case: Case) -> Iterator[Outcome]:
    names = case.planned.named(ALARM).values()
    if not names:
        return
    answer = case.aws.answer("cloudwatch", "DescribeAlarms", AlarmNamePrefix=case.settings.name)
    states = {alarm["AlarmName"]: alarm for alarm in answer.get("MetricAlarms", [])}
    gone = [name for name in names if name not in states]
    on = [name for name in names if states.get(name, {}).get("StateValue") == "ALARM"]
    if gone:
        yield _gone(gone)
    for name in on:
        yield _on(name, sentence(states[name].get("StateReason", "")))
    if not gone and not on:
        yield fine(
            f"None of the {len(names)} alarms is on.",
            f"アラーム状態のアラームはありません ({len(names)} 個)。",
        )


def _gone(names: list[str]) -> Outcome:
    listed = ", ".join(names)
    return fails(
        Said(f"These alarms do not exist: {listed}.", f"次のアラームは存在しません: {listed}。"),
        Said("Delete the stack and create it again.", "スタックを削除して作り直してください。"),
    )


def _on(name: str, reason: str) -> Outcome:
    return fails(
        Said(f"Alarm {name} is on: {reason}.", f"アラーム {name} がアラーム状態です: {reason}。"),
        Said(
            "Its description says what to do first; DEPLOY.md has a table of all alarms.",
            "最初に確認することは、アラームの説明と DEPLOY.md の表にあります。",
        ),
    )


CHECK = Check(
    name="alarms",
    group="alarms",
    question=Said("Is an alarm on?", "アラーム状態のアラームはありますか。"),
    calls=frozenset({"cloudwatch:DescribeAlarms"}),
    when="after",
    run=_run,
    decisive=False,
)
