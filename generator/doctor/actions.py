"""What doctor may call, and the IAM policy that allows it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from generator.doctor import stacks
from generator.doctor.check import all_checks
from generator.doctor.iam_names import iam_action

if TYPE_CHECKING:
    from collections.abc import Iterable

SAMPLE = frozenset({"securityhub:BatchImportFindings"})
"""What only --send-sample calls."""

_READS_LOGS = "logs:FilterLogEvents"
_LOGS = [
    f"arn:*:logs:*:*:log-group:{prefix}*" for prefix in ("/aws/chatbot/", "/aws/vendedlogs/states/")
]
"""The log groups that it reads: those of the chat service and of state machines."""

_IDENTITY = "sts:GetCallerIdentity"


def read_calls() -> frozenset[str]:
    """Return all calls of all checks, as ``service:Operation``."""
    return frozenset(
        {_IDENTITY, *stacks.CALLS, *(call for check in all_checks() for call in check.calls)}
    )


def policy(*, sample: bool) -> dict[str, Any]:
    """Return an identity-based policy: what doctor reads, and what sending a sample needs."""
    statements = [
        _statement("DoctorReads", read_calls() - {_READS_LOGS}, "*"),
        _statement("DoctorReadsLogs", {_READS_LOGS}, _LOGS),
    ]
    if sample:
        statements.append(_statement("DoctorSendsSample", SAMPLE, "*"))
    return {"Version": "2012-10-17", "Statement": statements}


def _statement(sid: str, calls: Iterable[str], resource: str | list[str]) -> dict[str, Any]:
    actions = sorted({iam_action(call) for call in calls})
    return {"Sid": sid, "Effect": "Allow", "Action": actions, "Resource": resource}
