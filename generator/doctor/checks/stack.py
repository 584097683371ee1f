"""Whether the stack itself is in order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.doctor.check import Check, Said, fails, fine, sentence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.doctor.case import Case
    from generator.doctor.check import Outcome

_GOOD = ("CREATE_COMPLETE", "UPDATE_COMPLETE", "IMPORT_COMPLETE")
_UNDONE = ("UPDATE_ROLLBACK_COMPLETE", "IMPORT_ROLLBACK_COMPLETE")
_BEGUN = "User Initiated"
"""The reason of the event with which an operation begins.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/view-stack-events.html
"""


def _run(case: Case) -> Iterator[Outcome]:
    for stack in case.stacks:
        if stack.status in _GOOD:
            yield fine(
                f"Stack {stack.name}: {stack.status}.", f"スタック {stack.name}: {stack.status}。"
            )
            continue
        reason = (
            f" ({why})"
            if (why := sentence(stack.reason or _first_failure(case, stack.name)))
            else ""
        )
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
    if status in _UNDONE:
        return Said(
            "The last update was undone: fix its cause, and update again.",
            "前回の更新は取り消されました。原因を修正し、もう一度更新してください。",
        )
    if status == "UPDATE_ROLLBACK_FAILED":
        return Said(
            "Continue the rollback of the update in the CloudFormation console, then update again.",
            "CloudFormation コンソールで更新のロールバックを続行してから、"
            "もう一度更新してください。",
        )
    return Said(
        "Delete the stack, fix the cause, and create it again.",
        "スタックを削除し、原因を修正して、作り直してください。",
    )


def _first_failure(case: Case, stack: str) -> str:
    """Return why the newest operation failed: the event that all others follow from."""
    answer = case.aws.answer("cloudformation", "DescribeStackEvents", most=200, StackName=stack)
    first = ""
    for event in answer.get("StackEvents", []):  # the newest come first
        reason = event.get("ResourceStatusReason", "")
        if reason == _BEGUN:
            break
        if event.get("ResourceStatus", "").endswith("_FAILED") and "cancelled" not in reason:
            first = f"{event['LogicalResourceId']}: {reason}"
    return first


CHECK = Check(
    name="stack",
    group="deployment",
    question=Said("Is the stack in order?", "スタックは正常ですか。"),
    calls=frozenset({"cloudformation:DescribeStackEvents"}),
    when="after",
    run=_run,
)
