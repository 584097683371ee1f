"""Where a rule sends events, how long it tries, and where it leaves what it cannot deliver."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from troposphere import Ref, Sub, events

from generator.blocks.rule import ARN_OF_RULE
from generator.blocks.state_machine_definition import EVENT, RULE, TOPICS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from troposphere import stepfunctions

WHOLE_EVENT = "<aws.events.event.json>"
"""EventBridge's own variable."""

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


def target_each_minute(*, machine: stepfunctions.StateMachine, role: Any) -> events.Target:
    """Build the target of a schedule: a start that fails is made up by the next one."""
    return events.Target(
        Id=machine.title,
        Arn=Ref(machine),
        RoleArn=role,
        RetryPolicy=events.RetryPolicy(MaximumEventAgeInSeconds=60, MaximumRetryAttempts=0),
    )


def with_topics(*, rule: str, topics: Sequence[str]) -> events.InputTransformer:
    """Hand over the event, whole, with the ARNs of the rule and of topics given by logical id.

    The variable is the event as JSON, not escaped: quotes and newlines in it stay as they are.
    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
    """
    named = ",".join(f'"${{{topic}}}"' for topic in topics)
    parts = f'"{RULE}":"{ARN_OF_RULE}{rule}","{TOPICS}":[{named}],"{EVENT}":{WHOLE_EVENT}'
    return events.InputTransformer(InputTemplate=Sub(f"{{{parts}}}"))
