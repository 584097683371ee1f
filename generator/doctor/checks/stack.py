"""Whether the stack itself is in order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.doctor.check import Check, Said, fails, fine

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.doctor.case import Case
    from generator.doctor.check import Outcome

_GOOD = ("CREATE_COMPLETE", "UPDATE_COMPLETE", "IMPORT_COMPLETE")
_AGAIN = "UPDATE_ROLLBACK_COMPLETE"


def _run(case: Case) -> Iterator[Outcome]:
    for stack in case.stacks:
        if stack.status in _GOOD:
            yield fine(
                f"Stack {stack.name}: {stack.status}.", f"スタック {stack.name}: {stack.status}。"
            )
            continue
        reason = f" ({why})" if (why := stack.reason or _first_failure(case, stack.name)) else ""
        yield fails(
            Said(
                f"Stack {stack.name} is {stack.status}{reason}.",
                f"スタック {stack.name} は {stack.status} です{reason}。",
            ),
            _remedy(stack.status),
        )


def _remedy(status: str) -> Said:
    if status.endswith("_IN_PROGRESS"):
        return Said("Wait until it is done.", "完了するまで待ってください。")
    if status == _AGAIN:
        return Said(
            "The last update was undone: fix its cause, and update again.",
            "前回の更新は取り消されました。原因を修正し、もう一度更新してください。",
        )
    return Said(
        "Delete the stack, fix the cause, and create it again.",
        "スタックを削除し、原因を修正して、作り直してください。",
    )


def _first_failure(case: Case, stack: str) -> str:
    """Return why the newest operation failed: the event that all others follow from."""
    answer = case.aws.answer("cloudformation", "DescribeStackEvents", most=200, StackName=stack)
    failed = [
        event
        for event in answer.get("StackEvents", [])
        if event.get("ResourceStatus", "").endswith("_FAILED")
        and "cancelled" not in event.get("ResourceStatusReason", "")
    ]
    if not failed:
        return ""
    return f"{failed[-1]['LogicalResourceId']}: {failed[-1].get('ResourceStatusReason', '')}"


CHECK = Check(
    name="stack",
    group="deployment",
    question=Said("Is the stack in order?", "スタックは正常ですか。"),
    calls=frozenset({"cloudformation:DescribeStackEvents"}),
    when="after",
    run=_run,
)
