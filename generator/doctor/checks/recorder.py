"""Whether AWS Config records: most controls look at what it has recorded.

https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-setup-prereqs.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.doctor.check import Check, Said, fails, fine, sentence, unknown
from generator.doctor.controls import wants_controls
from generator.doctor.hubs import OTHERS_CALLS, others_arrive

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.doctor.case import Case
    from generator.doctor.check import Outcome


def _run(case: Case) -> Iterator[Outcome]:
    if not any(wants_controls(case.settings, source) for source in case.settings.sources):
        return
    answer = case.aws.answer("config", "DescribeConfigurationRecorderStatus")
    recorders = answer.get("ConfigurationRecordersStatus", [])
    if any(recorder.get("recording") for recorder in recorders):
        failing = [each for each in recorders if each.get("lastStatus") == "Failure"]
        if not failing:
            yield fine("AWS Config is recording.", "AWS Config は記録中です。")
            return
        why = sentence(
            f"{failing[0].get('lastErrorCode', '')} {failing[0].get('lastErrorMessage', '')}"
        )
        found = Said(
            f"AWS Config's recorder fails: {why}.",
            f"AWS Config の記録が失敗しています: {why}。",
        )
    else:
        found = Said(
            f"AWS Config records nothing in {case.here}, so most controls have no findings.",
            f"{case.here} では AWS Config が記録していないため、"
            "ほとんどのコントロールの検出結果がありません。",
        )
    remedy = Said(
        "Turn its recorder on: console of AWS Config, Settings.",
        "AWS Config のコンソールの [設定] で設定レコーダーを有効にしてください。",
    )
    # Members and linked Regions have recorders of their own.
    yield unknown(found, remedy, weighs=False) if others_arrive(case) else fails(found, remedy)


CHECK = Check(
    name="recorder",
    group="findings",
    question=Said("Does AWS Config record?", "AWS Config は記録していますか。"),
    calls=frozenset({"config:DescribeConfigurationRecorderStatus", *OTHERS_CALLS}),
    when="always",
    run=_run,
    decisive=False,
)
