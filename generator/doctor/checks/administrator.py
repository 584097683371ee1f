"""Whether another account notifies of these findings too, or members forward what is here already.

An administrator account has the findings of its members.
https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-accounts.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.doctor.check import Check, Said, fine, twice, unknown
from generator.doctor.refusals import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.doctor.case import Case
    from generator.doctor.check import Outcome


def _run(case: Case) -> Iterator[Outcome]:
    if "security_hub_cspm" not in case.settings.sources:
        return
    try:
        answer = case.aws.answer("securityhub", "GetAdministratorAccount")
        members = case.aws.answer("securityhub", "ListMembers", OnlyAssociated=True)["Members"]
    except Refusal as refusal:
        if refusal.denied or refusal.busy:
            raise
        return  # off: another check says so
    administrator = (answer.get("Administrator") or {}).get("AccountId", "")
    if administrator not in ("", case.aws.id):
        yield _member(administrator)
    elif members:
        yield _administers(case, [member["AccountId"] for member in members])
    else:
        yield fine(
            "This account is neither administrator nor member of another in Security Hub.",
            "このアカウントは Security Hub の管理者でもメンバーでもありません。",
        )


def _member(administrator: str) -> Outcome:
    return unknown(
        Said(
            f"Account {administrator} administers Security Hub and has these findings as well; if"
            " it"
            " notifies too, they come twice.",
            f"アカウント {administrator} が Security Hub の管理者で、同じ検出結果を持っています。"
            "そこでも通知していれば、2 回届きます。",
        ),
        Said(
            "Ask who runs that account, or run doctor there.",
            "そのアカウントの担当者に確認するか、そこで doctor を実行してください。",
        ),
    )


def _administers(case: Case, members: list[str]) -> Outcome:
    deployment = case.settings.deployment
    stackset = deployment.stackset
    forwarded = bool(stackset) and deployment.asks_to_forward
    accounts = stackset.accounts if stackset else ()
    doubled = [member for member in members if not accounts or member in accounts]
    if not forwarded or not doubled:
        return fine(
            f"This account administers {len(members)} members; their findings arrive here.",
            f"このアカウントは {len(members)} 個のメンバーの管理者です。検出結果はここに届きます。",
        )
    return twice(
        Said(
            f"This account administers Security Hub: findings of its {len(doubled)} members are"
            " here already, and the StackSet's instances forward them as well.",
            f"このアカウントは Security Hub の管理者です。{len(doubled)} 個のメンバーの検出結果は"
            "すでにここにあり、StackSet のインスタンスも転送します。",
        ),
        Said(
            "Set deployment.forwarding to false.", "deployment.forwarding を false にしてください。"
        ),
    )


CHECK = Check(
    name="administrator",
    group="findings",
    question=Said(
        "Does another account have these findings?", "同じ検出結果を持つアカウントはありますか。"
    ),
    calls=frozenset({"securityhub:GetAdministratorAccount", "securityhub:ListMembers"}),
    when="always",
    run=_run,
    decisive=False,
)
