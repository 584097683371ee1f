"""Whether Security Hub accepts the rules of exceptions: 100 in an administrator account and Region.

https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub_limits.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.cloudformation.limits import MOST_AUTOMATION_RULES
from generator.doctor.automation import CALLS, KINDS, automation_rules
from generator.doctor.check import Check, Said
from generator.doctor.quotas import room
from generator.doctor.refusals import HUB_OFF, Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.doctor.case import Case
    from generator.doctor.check import Outcome


def _run(case: Case) -> Iterator[Outcome]:
    for kind in KINDS:
        wanted = len(case.planned.of_type(kind))
        if not wanted:
            continue
        try:
            there = len(automation_rules(case.aws, kind))
        except Refusal as refusal:
            if refusal.code not in HUB_OFF:
                raise
            continue  # off: another check says so
        what = Said("automation rules in Security Hub", "Security Hub のオートメーションルール")
        yield room(there, wanted, MOST_AUTOMATION_RULES, what)


CHECK = Check(
    name="automation-quota",
    group="deployment",
    question=Said(
        "Is there room for the automation rules?", "オートメーションルールを追加できますか。"
    ),
    calls=CALLS,
    when="before",
    run=_run,
    decisive=False,
)
