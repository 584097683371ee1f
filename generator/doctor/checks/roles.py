"""Whether the roles that services assume on the way are there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.doctor.check import Check, Said, fails, fine
from generator.doctor.refusals import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.doctor.case import Case
    from generator.doctor.check import Outcome


def _run(case: Case) -> Iterator[Outcome]:
    roles = case.deployed("AWS::IAM::Role")
    gone = [(title, name) for title, name in roles.items() if not _exists(case, name)]
    for title, name in gone:
        yield fails(
            Said(
                f"Role {name} ({title}) does not exist.",
                f"ロール {name} ({title}) は存在しません。",
            ),
            Said("Delete the stack and create it again.", "スタックを削除して作り直してください。"),
        )
    if roles and not gone:
        yield fine(
            f"All {len(roles)} roles are there." if len(roles) > 1 else "The role is there.",
            f"{len(roles)} 個のロールはすべて存在します。",
        )


def _exists(case: Case, name: str) -> bool:
    try:
        case.aws.answer("iam", "GetRole", RoleName=name)
    except Refusal as refusal:
        if refusal.code != "NoSuchEntity":
            raise
        return False
    return True


CHECK = Check(
    name="roles",
    group="path",
    question=Said("Are the roles there?", "ロールは存在しますか。"),
    calls=frozenset({"iam:GetRole"}),
    when="after",
    run=_run,
)
