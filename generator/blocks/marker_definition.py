"""What the state machine does that marks published findings: many with each call, from a queue.

Security Hub accepts 10 calls a second of an account and Region, each of up to 100 findings; a new
standard brings thousands of findings within minutes. One call for each would be refused for most.
https://docs.aws.amazon.com/securityhub/1.0/APIReference/Welcome.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from generator.blocks.marking import MOST_AT_ONCE
from generator.blocks.states import Attempts, State, caught, jsonata, task

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.blocks.marking import Marking

RECEIVED_AT_ONCE = 10
"""As many as SQS gives, and deletes, in one call.
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html
"""
GOES_ON = 50
"""Seconds for which an execution begins further batches: then the next minute's continues."""

_RECEIVE = Attempts(timeout=5, retries=2, interval=1, backoff=2)
MARK = Attempts(timeout=5, retries=3, interval=2, backoff=2)
_ROUNDS, _PAUSE = 2, 10

_AGAIN = "'Sent, and will be sent again at the next update: '"
_LONGEST_CAUSE = 32_768
"""https://docs.aws.amazon.com/step-functions/latest/apireference/API_ExecutionFailedEventDetails.html"""


def marker_definition(*, queue: Any, marks: Marking) -> dict[str, Any]:
    """Return the definition; ``queue`` is the address of the queue.

    A message is deleted when its findings were marked, or could not be in two attempts: the
    execution then fails with their names. A call that fails as a whole leaves them in the queue.
    """
    return {
        "QueryLanguage": "JSONata",
        "StartAt": "Begin",
        "States": {**dict(_receiving(queue)), **dict(_marking(marks)), **dict(_deleting(queue))},
    }


def _receiving(queue: Any) -> Iterator[tuple[str, State]]:
    """Yield the states that collect up to a hundred messages."""
    empty: dict[str, Any] = {"messages": [], "again": [], "attempt": 1}
    yield "Begin", {"Type": "Pass", "Assign": empty, "Next": "Receive"}
    # Without a wait, SQS asks a part of its servers, and what they do not have seems not to be.
    arguments = {
        "QueueUrl": queue,
        "MaxNumberOfMessages": RECEIVED_AT_ONCE,
        "WaitTimeSeconds": 1,
    }
    received = '$states.result.Messages[ReceiptHandle].{"Id": MessageId, "Body": Body, "Receipt":'
    receive = task("aws-sdk:sqs:receiveMessage", arguments, _RECEIVE)
    receive["Assign"] = {
        "more": jsonata("$count($states.result.Messages.ReceiptHandle) > 0"),
        "messages": jsonata(f"$append($messages, {received} ReceiptHandle}})"),
    }
    yield "Receive", {**receive, "Next": "IsReceived"}
    full = MOST_AT_ONCE - RECEIVED_AT_ONCE
    # Two routes may have published one finding, and named twice it would not be processed.
    # https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_BatchUpdateFindingsUnprocessedFinding.html
    left = "[$distinct($messages.Body.$parse($))]"
    yield (
        "IsReceived",
        {
            "Type": "Choice",
            "Choices": [
                _go("Receive", f"$more and $count($messages) <= {full}"),
                _go("Mark", "$count($messages) > 0", left=jsonata(left)),
            ],
            "Default": "Done",
        },
    )


def _marking(marks: Marking) -> Iterator[tuple[str, State]]:
    """Yield the states that mark: what Security Hub leaves unprocessed is tried once more."""
    mark = task(marks.action, marks.arguments, MARK)
    rest = f"[$filter($left, function($v, $i) {{ $i >= {MOST_AT_ONCE} }})]"
    reason = "$states.result.UnprocessedFindings.(ErrorCode & ': ' & ErrorMessage)"
    mark["Assign"] = {
        "again": jsonata(f"$append($again, {marks.unprocessed})"),
        "left": jsonata(rest),
        "why": jsonata(f"$string([$distinct({reason})])"),
    }
    why = "$states.errorOutput.Error & ': ' & $states.errorOutput.Cause"
    mark["Catch"] = [caught("NotMarked", Assign={"why": jsonata(why), "again": jsonata("$left")})]
    yield "Mark", {**mark, "Next": "IsMarked"}
    once_more = {"left": jsonata("$again"), "again": [], "attempt": jsonata("$attempt + 1")}
    yield (
        "IsMarked",
        {
            "Type": "Choice",
            "Choices": [
                _go("Mark", "$count($left) > 0"),
                _go("Wait", f"$count($again) > 0 and $attempt < {_ROUNDS}", **once_more),
            ],
            "Default": "Delete",
        },
    )
    yield "Wait", {"Type": "Wait", "Seconds": _PAUSE, "Next": "Mark"}
    cause = _bounded(f"{_AGAIN} & $why & ' ' & $string({marks.names})")
    yield "NotMarked", {"Type": "Fail", "Error": "NotMarked", "Cause": jsonata(cause)}


def _deleting(queue: Any) -> Iterator[tuple[str, State]]:
    """Yield the states that delete what was received, and begin again while there is time."""
    last = RECEIVED_AT_ONCE - 1
    entries = f'[$messages[[0..{last}]].{{"Id": Id, "ReceiptHandle": Receipt}}]'
    arguments = {"QueueUrl": queue, "Entries": jsonata(entries)}
    delete = task("aws-sdk:sqs:deleteMessageBatch", arguments, _RECEIVE)
    rest = f"[$filter($messages, function($v, $i) {{ $i >= {RECEIVED_AT_ONCE} }})]"
    delete["Assign"] = {"messages": jsonata(rest)}
    yield "Delete", {**delete, "Next": "IsDeleted"}
    now, began = "$states.context.State.EnteredTime", "$states.context.Execution.StartTime"
    passed = f"$toMillis({now}) - $toMillis({began})"
    yield (
        "IsDeleted",
        {
            "Type": "Choice",
            "Choices": [
                _go("Delete", "$count($messages) > 0"),
                _go("NotMarked", "$count($again) > 0"),
                _go("Begin", f"{passed} < {GOES_ON * 1000}"),
            ],
            "Default": "Done",
        },
    )
    yield "Done", {"Type": "Succeed"}


def _go(state: str, condition: str, **assigned: Any) -> dict[str, Any]:
    more = {"Assign": assigned} if assigned else {}
    return {"Condition": jsonata(condition), **more, "Next": state}


def _bounded(text: str) -> str:
    """Return JSONata of a text, cut to what a cause may have."""
    cut = f"$substring($cause, 0, {_LONGEST_CAUSE})"
    return f"($cause := {text}; $length($cause) > {_LONGEST_CAUSE} ? {cut} : $cause)"
