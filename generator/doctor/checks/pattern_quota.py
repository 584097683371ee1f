"""Whether EventBridge accepts patterns as long as the file says that it does.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.cloudformation.limits import LONGEST_PATTERN, pattern_length
from generator.doctor.check import Check, Said, fine
from generator.doctor.path import RULE
from generator.doctor.quotas import applied, exceeds

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.doctor.case import Case
    from generator.doctor.check import Outcome

_QUOTA = "L-664C5505"


def _run(case: Case) -> Iterator[Outcome]:
    rules = case.planned.of_type(RULE).values()
    longest = max((pattern_length(rule.get("EventPattern")) for rule in rules), default=0)
    if longest <= LONGEST_PATTERN:
        return  # always accepted
    quota = applied(case, "events", _QUOTA)
    most = quota or LONGEST_PATTERN
    if longest <= most:
        yield fine(
            f"The longest event pattern has {longest} of {most} characters.",
            f"最も長いイベントパターンは {most} 文字中 {longest} 文字です。",
        )
        return
    yield exceeds(
        Said(
            f"The longest event pattern has {longest} characters, and the quota is {most}.",
            f"最も長いイベントパターンは {longest} 文字ですが、クォータは {most} 文字です。",
        ),
        quota,
        Said(
            "Ask for more: Service Quotas, Amazon EventBridge, event pattern size; or shorten the"
            " lists of the route.",
            "Service Quotas の Amazon EventBridge でイベントパターンのサイズの引き上げを"
            "リクエストするか、ルートのリストを短くしてください。",
        ),
    )


CHECK = Check(
    name="pattern-quota",
    group="deployment",
    question=Said("Are long patterns accepted?", "長いイベントパターンは使えますか。"),
    calls=frozenset({"service-quotas:GetServiceQuota"}),
    when="before",
    run=_run,
    decisive=False,
)
