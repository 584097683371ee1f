"""States of a state machine in Amazon States Language, and how often a task is tried."""

from __future__ import annotations

from typing import Any, NamedTuple

from troposphere import Sub

State = dict[str, Any]


class Attempts(NamedTuple):
    """How often a task is tried; all times in seconds."""

    timeout: int
    retries: int
    interval: int
    backoff: int

    def longest(self) -> int:
        """Return how long it may take until the last attempt has failed."""
        pauses = sum(self.interval * int(self.backoff**i) for i in range(self.retries))
        return pauses + self.timeout * (self.retries + 1)


PUBLISH = Attempts(timeout=10, retries=3, interval=1, backoff=3)
PUBLISH_ONE_OF_SEVERAL = PUBLISH._replace(retries=2)
"""An execution has 300 seconds for all of its steps."""


def task(action: str, arguments: dict[str, Any], attempts: Attempts) -> State:
    """Return a state that calls a service, without what comes next."""
    return {
        "Type": "Task",
        "Resource": Sub(f"arn:${{AWS::Partition}}:states:::{action}"),
        "Arguments": arguments,
        "TimeoutSeconds": attempts.timeout,
        "Retry": [
            {
                "ErrorEquals": ["States.ALL"],
                "IntervalSeconds": attempts.interval,
                "MaxAttempts": attempts.retries,
                "BackoffRate": attempts.backoff,
                "JitterStrategy": "FULL",
            }
        ],
    }


def caught(state: str, **more: Any) -> dict[str, Any]:
    """Return where a task goes on that has failed for good."""
    return {"ErrorEquals": ["States.ALL"], **more, "Next": state}


def jsonata(expression: str) -> str:
    """Mark a text as JSONata."""
    return f"{{% {expression} %}}"
