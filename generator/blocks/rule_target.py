"""Where a rule sends events, how long it tries, and where it leaves what it cannot deliver."""

from __future__ import annotations

from typing import Any

from troposphere import events

_HOUR, _DAY = 3_600, 86_400
_ATTEMPTS = 185
"""The most that EventBridge offers, and what it does unasked; the age is what ends the attempts.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-retry-policy.html
"""


def target(
    *,
    title: str,
    arn: Any,
    role: Any = None,
    dead_letters: Any = None,
    transformer: events.InputTransformer | None = None,
) -> events.Target:
    """Build a target; ``role`` is what EventBridge assumes where no resource policy admits it.

    With a queue for ``dead_letters`` (its ARN) it gives up after an hour: nothing is lost, and
    an outage is reported while it is young. Without one it tries as long as it can, a day.
    """
    optional: dict[str, Any] = {} if role is None else {"RoleArn": role}
    if dead_letters is not None:
        optional["DeadLetterConfig"] = events.DeadLetterConfig(Arn=dead_letters)
    if transformer is not None:
        optional["InputTransformer"] = transformer
    return events.Target(
        Id=title,
        Arn=arn,
        RetryPolicy=events.RetryPolicy(
            MaximumEventAgeInSeconds=_DAY if dead_letters is None else _HOUR,
            MaximumRetryAttempts=_ATTEMPTS,
        ),
        **optional,
    )
