"""Lends the emulator turns: of all state machines, a few tasks run at a time.

Its threads share one interpreter. When hundreds of findings come at once, each task would take as
long as all of them together, run into its TimeoutSeconds, and be tried again, for ever.
"""

from functools import cache, wraps
from threading import Semaphore
from types import SimpleNamespace
from typing import Any

_turns = Semaphore(2)


def lend() -> None:
    """Must run after the evaluator is lent, whose names are copied by what is imported here."""
    from localstack.services.stepfunctions.asl.component.state.state_execution import (  # noqa: PLC0415
        execute_state,
    )
    from localstack.services.stepfunctions.asl.utils import boto_client  # noqa: PLC0415

    # The time of a task begins within its turn; what waits between attempts holds none.
    task = execute_state.ExecutionState
    task._evaluate_with_timeout = _in_turn(task._evaluate_with_timeout)
    # One session of a role serves all its tasks, or each would make a client of its own, again.
    session = cache(boto_client.connect_to.with_assumed_role)
    boto_client.connect_to = SimpleNamespace(with_assumed_role=session)


def _in_turn(method: Any) -> Any:
    @wraps(method)
    def wrapper(*arguments: Any) -> Any:
        with _turns:
            return method(*arguments)

    return wrapper
