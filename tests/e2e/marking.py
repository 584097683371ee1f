"""Marks what was published, as the schedule does each minute: nobody waits for it."""

import time
from typing import Any

import dead_letters
from aws import Aws
from stack import Stack

MARKER, MARKER_V2 = "Marker", "MarkerV2"


def by_hand(aws: Aws, stack: Stack, marker: str = MARKER) -> None:
    """Stop the schedule, so that nothing marks but what the test starts."""
    events = aws("events", stack.region, stack.account)
    events.disable_rule(Name=stack.resources[f"{marker}Rule"]["PhysicalResourceId"])


def mark(
    aws: Aws, stack: Stack, expected: int, marker: str = MARKER, patience: float = 150
) -> dict[str, Any]:
    """Mark once as many findings wait; return what is said of the execution when it is over.

    A finding is handed over a moment after its message was published.
    """
    deadline = time.monotonic() + patience
    while (there := waiting(aws, stack, marker)) < expected:
        assert time.monotonic() < deadline, f"{there} of {expected} findings were handed over"
        time.sleep(0.05)
    states = aws("stepfunctions", stack.region, stack.account)
    machine = stack.outputs[f"{marker}StateMachineArn"]
    ended: dict[str, Any] = states.start_sync_execution(stateMachineArn=machine, input="{}")
    return ended


def mark_all(aws: Aws, stack: Stack, expected: int, marker: str = MARKER) -> None:
    """Mark as many findings as were handed over, however many executions the emulator needs."""
    while expected:
        ended = mark(aws, stack, expected, marker)
        assert ended["status"] == "SUCCEEDED", ended
        expected = waiting(aws, stack, marker)


def waiting(aws: Aws, stack: Stack, marker: str = MARKER) -> int:
    """Return how many findings wait to be marked, also those that somebody has just received."""
    url = stack.resources[f"{marker}Queue"]["PhysicalResourceId"]
    return dead_letters.number(aws("sqs", stack.region, stack.account), url)
