"""Whether a control gives one finding, or one for each standard that contains it.

https://docs.aws.amazon.com/securityhub/latest/userguide/controls-findings-create-update.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.doctor.check import Check, Said, fine, twice
from generator.doctor.controls import wants_controls
from generator.doctor.refusals import HUB_OFF, Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.doctor.case import Case
    from generator.doctor.check import Outcome


def _run(case: Case) -> Iterator[Outcome]:
    if not wants_controls(case.settings, "security_hub_cspm"):
        return
    try:
        hub = case.aws.answer("securityhub", "DescribeHub")
        standards = case.aws.answer("securityhub", "GetEnabledStandards")
    except Refusal as refusal:
        if refusal.code not in HUB_OFF:
            raise
        return  # off: another check says so
    several = len(standards.get("StandardsSubscriptions", [])) > 1
    if hub.get("ControlFindingGenerator") == "STANDARD_CONTROL" and not several:
        yield fine(
            "Consolidated control findings are off, and with one standard that changes nothing.",
            "統合されたコントロールの検出結果は無効ですが、"
            "セキュリティ標準が 1 つなので重複しません。",
        )
        return
    if hub.get("ControlFindingGenerator") != "STANDARD_CONTROL":
        yield fine(
            "Consolidated control findings are on: one finding for each control.",
            "統合されたコントロールの検出結果が有効です (コントロールごとに 1 件)。",
        )
        return
    yield twice(
        Said(
            "Consolidated control findings are off: a control in several standards gives a finding,"
            " and a message, for each of them.",
            "統合されたコントロールの検出結果が無効なため、複数のセキュリティ標準に含まれる"
            "コントロールは、標準ごとに検出結果ができ、それぞれが通知されます。",
        ),
        Said(
            "Turn them on: console of Security Hub CSPM, Settings, General.",
            "Security Hub CSPM のコンソールの [設定] → [一般] で有効にしてください。",
        ),
    )


CHECK = Check(
    name="consolidated",
    group="findings",
    question=Said(
        "Does a control give one finding?", "コントロールごとの検出結果は 1 件だけですか。"
    ),
    calls=frozenset({"securityhub:DescribeHub", "securityhub:GetEnabledStandards"}),
    when="always",
    run=_run,
    decisive=False,
)
