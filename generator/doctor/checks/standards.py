"""Whether a standard is enabled: without one, no control is checked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.doctor.check import Check, Said, fails, fine, unknown
from generator.doctor.controls import wants_controls
from generator.doctor.hubs import OTHERS_CALLS, others_arrive
from generator.doctor.refusals import HUB_OFF, Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.doctor.case import Case
    from generator.doctor.check import Outcome


def _run(case: Case) -> Iterator[Outcome]:
    routes = wants_controls(case.settings, "security_hub_cspm")
    if not routes:
        return
    try:
        answer = case.aws.answer("securityhub", "GetEnabledStandards")
    except Refusal as refusal:
        if refusal.code not in HUB_OFF:
            raise
        return  # off: another check says so
    enabled = answer.get("StandardsSubscriptions", [])
    on = [each for each in enabled if each.get("StandardsStatus") in ("READY", "INCOMPLETE")]
    if on:
        yield fine(
            f"{len(on)} standards are enabled." if len(on) > 1 else "A standard is enabled.",
            f"{len(on)} 個のセキュリティ標準が有効です。",
        )
        return
    names = ", ".join(routes)
    found = Said(
        "No standard is enabled here, so there are no findings of controls of this account for"
        f" these routes: {names}.",
        "ここには有効なセキュリティ標準がないため、"
        f"次のルートにはこのアカウントのコントロールの検出結果がありません: {names}。",
    )
    remedy = Said(
        "Enable AWS Foundational Security Best Practices: console of Security Hub CSPM, Security"
        " standards.",
        "Security Hub CSPM のコンソールの [セキュリティ標準] で"
        " AWS 基礎セキュリティのベストプラクティスを有効にしてください。",
    )
    # Members and linked Regions have standards of their own.
    yield unknown(found, remedy, weighs=False) if others_arrive(case) else fails(found, remedy)


CHECK = Check(
    name="standards",
    group="findings",
    question=Said("Is a standard enabled?", "セキュリティ標準は有効ですか。"),
    calls=frozenset({"securityhub:GetEnabledStandards", *OTHERS_CALLS}),
    when="always",
    run=_run,
)
