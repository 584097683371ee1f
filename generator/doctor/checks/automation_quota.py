"""Whether Security Hub accepts the rules of exceptions: 100 in an administrator account and Region.

https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub_limits.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.cloudformation.limits import MOST_AUTOMATION_RULES
from generator.doctor.check import Check, Said
from generator.doctor.quotas import room
from generator.doctor.refusals import HUB_OFF, Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.doctor.case import Case
    from generator.doctor.check import Outcome

_PAGE = 100
"""Rules that one answer has at most, which is as many as there can be."""

_LISTINGS = {
    "AWS::SecurityHub::AutomationRule": ("ListAutomationRules", "AutomationRulesMetadata"),
    "AWS::SecurityHub::AutomationRuleV2": ("ListAutomationRulesV2", "Rules"),
}


def _run(case: Case) -> Iterator[Outcome]:
    for kind, (operation, key) in _LISTINGS.items():
        wanted = len(case.planned.of_type(kind))
        if not wanted:
            continue
        try:
            there = len(case.aws.answer("securityhub", operation, MaxResults=_PAGE).get(key, []))
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
    calls=frozenset(f"securityhub:{operation}" for operation, _ in _LISTINGS.values()),
    when="before",
    run=_run,
    decisive=False,
)
