"""Whether the permissions boundary exists: a role cannot be created with one that does not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.doctor.check import Check, Said, fails, fine
from generator.doctor.refusals import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.doctor.case import Case
    from generator.doctor.check import Outcome


def _run(case: Case) -> Iterator[Outcome]:
    roles = case.planned.of_type("AWS::IAM::Role").values()
    boundaries = {
        str(role["PermissionsBoundary"]) for role in roles if "PermissionsBoundary" in role
    }
    for boundary in sorted(boundaries):
        if _exists(case, boundary):
            yield fine(
                f"The permissions boundary {boundary} exists.",
                f"許可の境界 {boundary} は存在します。",
            )
            continue
        yield fails(
            Said(
                f"The permissions boundary {boundary} does not exist in this account.",
                f"許可の境界 {boundary} はこのアカウントに存在しません。",
            ),
            Said(
                "Create the policy, or change permissions_boundary: a boundary of another account"
                " is not accepted.",
                "ポリシーを作成するか、permissions_boundary を変更してください。"
                "別のアカウントのポリシーは境界にできません。",
            ),
        )


def _exists(case: Case, arn: str) -> bool:
    try:
        case.aws.answer("iam", "GetPolicy", PolicyArn=arn)
    except Refusal as refusal:
        if refusal.code not in ("NoSuchEntity", "ValidationError", "InvalidInput"):
            raise
        return False
    return True


CHECK = Check(
    name="boundary",
    group="deployment",
    question=Said("Does the permissions boundary exist?", "許可の境界は存在しますか。"),
    calls=frozenset({"iam:GetPolicy"}),
    when="before",
    run=_run,
    decisive=False,
)
