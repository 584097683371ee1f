"""Whether state machines can log: Step Functions adds to the resource policies of CloudWatch Logs.

A Region has ten, and a state machine that logs cannot be created where they are all in use and none
already lets log delivery write. Log groups below /aws/vendedlogs/ share one policy.
https://docs.aws.amazon.com/step-functions/latest/dg/bp-cwl.html
https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutResourcePolicy.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.cloudformation.limits import MOST_LOG_POLICIES
from generator.doctor.check import Check, Said
from generator.doctor.path import MACHINE
from generator.doctor.quotas import room

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.doctor.case import Case
    from generator.doctor.check import Outcome

_DELIVERY = "delivery.logs.amazonaws.com"


def _run(case: Case) -> Iterator[Outcome]:
    if not case.planned.of_type(MACHINE):
        return
    policies = case.aws.answer("logs", "DescribeResourcePolicies").get("resourcePolicies", [])
    shared = any(_DELIVERY in policy.get("policyDocument", "") for policy in policies)
    what = Said("resource policies of CloudWatch Logs", "CloudWatch Logs のリソースポリシー")
    yield room(len(policies), 0 if shared else 1, MOST_LOG_POLICIES, what)


CHECK = Check(
    name="log-policies",
    group="deployment",
    question=Said("Can state machines log?", "ステートマシンはログを記録できますか。"),
    calls=frozenset({"logs:DescribeResourcePolicies"}),
    when="before",
    run=_run,
    decisive=False,
)
