"""Whether another account notifies of these findings too, or members forward what is here already.

An administrator account has the findings of its members.
https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-accounts.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.doctor.check import Check, Said, fine, twice, unknown
from generator.doctor.hubs import MEMBER_CALLS, members
from generator.doctor.refusals import HUB_OFF, Refusal
from generator.system.plural import plural

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.doctor.case import Case
    from generator.doctor.check import Outcome


def _run(case: Case) -> Iterator[Outcome]:
    if "security_hub_cspm" not in case.settings.sources:
        return
    try:
        answer = case.aws.answer("securityhub", "GetAdministratorAccount")
        associated = members(case)
    except Refusal as refusal:
        if refusal.code not in HUB_OFF:
            raise
        return  # off: another check says so
    administrator = (answer.get("Administrator") or {}).get("AccountId", "")
    if administrator not in ("", case.aws.id):
        yield _member(administrator)
    elif associated:
        yield _administers(case, associated)
    else:
        yield fine(
            "This account is neither an administrator nor a member in Security Hub.",
            "このアカウントは Security Hub の管理者アカウントでもメンバーアカウントで"
            "もありません。",
        )


def _member(administrator: str) -> Outcome:
    return unknown(
        Said(
            f"Account {administrator} administers Security Hub and has these findings as well; if"
            " it notifies too, they arrive twice.",
            f"Security Hub の管理者アカウント {administrator} にも同じ検出結果があります。"
            "そこでも通知していると、二重に届きます。",
        ),
        Said(
            "Ask the people who run that account, or run doctor there.",
            "そのアカウントの担当者に確認するか、そこで doctor を実行してください。",
        ),
    )


def _administers(case: Case, associated: list[str]) -> Outcome:
    deployment = case.settings.deployment
    stackset = deployment.stackset
    forwarded = bool(stackset) and deployment.asks_to_forward
    accounts = stackset.accounts if stackset else ()
    doubled = [member for member in associated if not accounts or member in accounts]
    if not forwarded or not doubled:
        return fine(
            f"This account administers {plural(len(associated), 'member')}, whose findings arrive"
            " here.",
            f"このアカウントは管理者アカウントで、{len(associated)}"
            " 個のメンバーアカウントの検出結果も届きます。",
        )
    return twice(
        Said(
            f"This account administers Security Hub: findings of {plural(len(doubled), 'member')}"
            " are here already, and the StackSet's instances forward them as well.",
            f"このアカウントは Security Hub の管理者アカウントです。{len(doubled)} 個のメンバー"
            "アカウントの検出結果はここに集まっていますが、StackSet のインスタンスも転送します。",
        ),
        Said(
            "Set deployment.forwarding to false.", "deployment.forwarding を false にしてください。"
        ),
    )


CHECK = Check(
    name="administrator",
    group="findings",
    question=Said(
        "Does another account have these findings?",
        "ほかのアカウントにも同じ検出結果がありますか。",
    ),
    calls=frozenset({"securityhub:GetAdministratorAccount", *MEMBER_CALLS}),
    when="always",
    run=_run,
    decisive=False,
)
