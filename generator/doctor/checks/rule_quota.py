"""Whether the bus accepts as many more rules.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.cloudformation.limits import MOST_RULES, MOST_RULES_IN
from generator.doctor.check import Check, Said, fine
from generator.doctor.path import RULE
from generator.doctor.quotas import applied, exceeds

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.doctor.case import Case
    from generator.doctor.check import Outcome

_QUOTA = "L-244521F2"


def _run(case: Case) -> Iterator[Outcome]:
    wanted = len(case.planned.of_type(RULE))
    if not wanted:
        return
    there = len(case.aws.answer("events", "ListRules", most=2_000).get("Rules", []))
    quota = applied(case, "events", _QUOTA)
    most = quota or MOST_RULES_IN.get(case.here, MOST_RULES)
    if there + wanted <= most:
        yield fine(
            f"The bus has {there} of {most} rules; {wanted} will be added.",
            f"イベントバスのルールは {most} 個中 {there} 個で、{wanted} 個が追加されます。",
        )
        return
    yield exceeds(
        Said(
            f"The bus has {there} rules, {wanted} will be added, and the quota is {most}.",
            f"イベントバスのルールは {there} 個で、{wanted} 個が追加されますが、"
            f"クォータは {most} 個です。",
        ),
        quota,
        Said(
            f"Ask for more: Service Quotas, Amazon EventBridge, {_QUOTA}.",
            f"Service Quotas の Amazon EventBridge ({_QUOTA}) で引き上げをリクエストしてください。",
        ),
    )


CHECK = Check(
    name="rule-quota",
    group="deployment",
    question=Said("Is there room for the rules?", "ルールを追加できますか。"),
    calls=frozenset({"events:ListRules", "service-quotas:GetServiceQuota"}),
    when="before",
    run=_run,
    decisive=False,
)
