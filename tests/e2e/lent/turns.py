"""Lends the emulator turns: of all state machines, a few tasks run at a time.

Its threads share one interpreter. When hundreds of findings come at once, each task would take as
long as all of them together, run into its TimeoutSeconds, and be tried again, for ever.
"""

from functools import wraps
from threading import Semaphore
from typing import Any

from localstack.services.stepfunctions.asl.component.state.state_execution.execute_state import (
    ExecutionState,
)
from localstack.services.stepfunctions.backend.execution_worker import ExecutionWorker

_turns = Semaphore(4)


def lend() -> None:
    # The time of a task begins within its turn; what waits between attempts holds none.
    ExecutionState._evaluate_with_timeout = _in_turn(ExecutionState._evaluate_with_timeout)
    # Reading a definition takes longer than carrying it out.
    ExecutionWorker._get_evaluation_entrypoint = _in_turn(
        ExecutionWorker._get_evaluation_entrypoint
    )


def _in_turn(method: Any) -> Any:
    @wraps(method)
    def wrapper(*arguments: Any) -> Any:
        with _turns:
            return method(*arguments)

    return wrapper
