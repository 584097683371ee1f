"""Only over TLS: what the policies of topics and queues have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from awacs.aws import Bool, Condition, Deny, Principal, Statement

if TYPE_CHECKING:
    from collections.abc import Sequence

    from awacs.aws import Action


def only_over_tls(actions: Sequence[Action], resource: Any) -> Statement:
    """Deny everybody what is not asked for over TLS.

    https://docs.aws.amazon.com/sns/latest/dg/sns-security-best-practices.html
    https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-security-best-practices.html
    """
    return Statement(
        Sid="OnlyOverTls",
        Effect=Deny,
        Principal=Principal("*"),
        Action=list(actions),
        Resource=[resource],
        Condition=Condition(Bool({"aws:SecureTransport": "false"})),
    )
