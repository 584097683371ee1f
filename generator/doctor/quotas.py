"""What an account may have, as Service Quotas says.

https://docs.aws.amazon.com/servicequotas/2019-06-24/apireference/API_GetServiceQuota.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.doctor.check import Said, fails, fine, unknown
from generator.doctor.refusals import Refusal

if TYPE_CHECKING:
    from generator.doctor.case import Case
    from generator.doctor.check import Outcome


def applied(case: Case, service: str, code: str) -> int:
    """Return the account's own quota, or 0 where it cannot be read: the default may hold."""
    try:
        answer = case.aws.answer(
            "service-quotas", "GetServiceQuota", ServiceCode=service, QuotaCode=code
        )
    except Refusal:
        return 0
    return int(answer.get("Quota", {}).get("Value", 0))


def exceeds(found: Said, quota: int, remedy: Said) -> Outcome:
    """Say that a quota is exceeded: for certain only if it could be read."""
    return fails(found, remedy) if quota else unknown(found, remedy, weighs=False)


def room(there: int, wanted: int, most: int, what: Said) -> Outcome:
    """Say whether as many more fit into a quota that AWS does not raise, or not on request."""
    if there + wanted <= most:
        return fine(
            f"{there} of {most} {what.en}; {wanted} will be added.",
            f"{what.ja}は {most} 個中 {there} 個で、{wanted} 個が追加されます。",
        )
    return fails(
        Said(
            f"There are {there} {what.en}, {wanted} will be added, and the quota is {most}.",
            f"{what.ja}は {there} 個で、{wanted} 個が追加されますが、クォータは {most} 個です。",
        ),
        Said("Delete some that are not used.", "使われていないものを削除してください。"),
    )
