"""Whether Security Hub accepts the insights by which digests count: 100 in an account and Region.

https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub_limits.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.cloudformation.limits import MOST_INSIGHTS
from generator.doctor.check import Check, Said
from generator.doctor.quotas import room
from generator.doctor.refusals import HUB_OFF, Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.doctor.case import Case
    from generator.doctor.check import Outcome


def _run(case: Case) -> Iterator[Outcome]:
    wanted = len(case.planned.of_type("AWS::SecurityHub::Insight"))
    if not wanted:
        return
    try:
        there = len(case.aws.answer("securityhub", "GetInsights").get("Insights", []))
    except Refusal as refusal:
        if refusal.code not in HUB_OFF:
            raise
        return  # off: another check says so
    what = Said("custom insights in Security Hub", "Security Hub のカスタムインサイト")
    yield room(there, wanted, MOST_INSIGHTS, what)


CHECK = Check(
    name="insight-quota",
    group="deployment",
    question=Said("Is there room for the insights?", "インサイトを追加できますか。"),
    calls=frozenset({"securityhub:GetInsights"}),
    when="before",
    run=_run,
    decisive=False,
)
