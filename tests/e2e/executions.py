"""Reads what a state machine logged of its failures, which is where the alarm sends its reader."""

import json
import time
from typing import Any

PREFIX = "/aws/vendedlogs/states/"


def failures(logs: Any, machine: str, expected: int, patience: float) -> dict[str, dict[str, Any]]:
    """Wait for as many failed executions; return their error and cause by the execution's ARN."""
    group = PREFIX + machine.rsplit(":", maxsplit=1)[-1]
    deadline = time.monotonic() + patience
    while len(found := _failed(logs, group)) < expected and time.monotonic() < deadline:
        time.sleep(0.5)
    return found


def _failed(logs: Any, group: str) -> dict[str, dict[str, Any]]:
    pages = logs.get_paginator("filter_log_events").paginate(logGroupName=group)
    told = [json.loads(event["message"]) for page in pages for event in page["events"]]
    return {
        one["execution_arn"]: one["details"] for one in told if one["type"] == "ExecutionFailed"
    }
