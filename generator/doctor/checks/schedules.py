"""Whether the schedules of digests are there and enabled."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from generator.doctor.check import Check, Said, fails, fine
from generator.doctor.refusals import Refusal
from generator.params.naming import RULES_ENABLED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.doctor.case import Case
    from generator.doctor.check import Outcome

_SCHEDULE = "AWS::Scheduler::Schedule"
_GONE = "ResourceNotFoundException"


def _run(case: Case) -> Iterator[Outcome]:
    schedules = case.planned.of_type(_SCHEDULE)
    groups = case.planned.named("AWS::Scheduler::ScheduleGroup")
    problems = [
        problem
        for title, name in case.planned.named(_SCHEDULE).items()
        for problem in _looks(case, name, groups.get(str(schedules[title].get("GroupName"))))
    ]
    yield from problems
    if schedules and not problems:
        yield fine(
            f"{len(schedules)} schedules are enabled."
            if len(schedules) > 1
            else "The schedule is enabled.",
            f"スケジュールは有効です ({len(schedules)} 個)。",
        )


def _looks(case: Case, name: str, group: str | None) -> Iterator[Outcome]:
    named: dict[str, Any] = {"GroupName": group} if group else {}
    try:
        schedule = case.aws.answer("scheduler", "GetSchedule", Name=name, **named)
    except Refusal as refusal:
        if refusal.code != _GONE:
            raise
        yield fails(
            Said(f"Schedule {name} does not exist.", f"スケジュール {name} は存在しません。"),
            Said("Delete the stack and create it again.", "スタックを削除して作り直してください。"),
        )
        return
    if schedule.get("State") == "ENABLED":
        return
    paused = case.stack and case.stack.parameters.get(RULES_ENABLED) == "false"
    remedy = Said(
        "Enable it in the console of EventBridge Scheduler.",
        "EventBridge スケジューラのコンソールで有効にしてください。",
    )
    if paused:
        remedy = Said(
            f"The stack is paused: set its parameter {RULES_ENABLED} to true.",
            f"スタックは一時停止中です。パラメータ {RULES_ENABLED} を true にしてください。",
        )
    yield fails(Said(f"Schedule {name} is disabled.", f"スケジュール {name} は無効です。"), remedy)


CHECK = Check(
    name="schedules",
    group="path",
    question=Said("Are the digests scheduled?", "ダイジェストのスケジュールは有効ですか。"),
    calls=frozenset({"scheduler:GetSchedule"}),
    when="after",
    run=_run,
)
