"""Whether the custom actions of Security Hub's console exist, which routes by hand wait for.

https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-cwe-custom-actions.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.doctor.check import Check, Said, fails, fine
from generator.doctor.refusals import HUB_OFF, Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.doctor.case import Case
    from generator.doctor.check import Outcome


def _run(case: Case) -> Iterator[Outcome]:
    wanted = {
        name: route.name
        for route in case.settings.routes
        if route.on == "custom_action" and isinstance(route.match.actions, tuple)
        for name in route.match.actions
        if "*" not in name
    }
    if not wanted:
        return
    try:
        answer = case.aws.answer("securityhub", "DescribeActionTargets")
    except Refusal as refusal:
        if refusal.code not in HUB_OFF:
            raise
        return  # off: another check says so
    there = {target.get("Name") for target in answer.get("ActionTargets", [])}
    missing = {name: route for name, route in wanted.items() if name not in there}
    for name, route in missing.items():
        yield fails(
            Said(
                f"Security Hub has no custom action named {name!r}, which route {route} waits for.",
                f"Security Hub にルート {route} のカスタムアクション「{name}」がありません。",
            ),
            Said(
                "Create it: console of Security Hub CSPM, Custom actions (DEPLOY.md).",
                "Security Hub CSPM のコンソールの [カスタムアクション] で"
                "作成してください (DEPLOY.md)。",
            ),
        )
    if not missing:
        yield fine("The custom actions exist.", "カスタムアクションは存在します。")


CHECK = Check(
    name="custom-actions",
    group="findings",
    question=Said("Do the custom actions exist?", "カスタムアクションは存在しますか。"),
    calls=frozenset({"securityhub:DescribeActionTargets"}),
    when="after",
    run=_run,
)
