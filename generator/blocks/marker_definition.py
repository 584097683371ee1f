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
PAUSE = 10
"""Seconds until what was left unprocessed is tried once more."""
_ROUNDS = 2
_FEWER = 10
"""A refused call is made again for a tenth of its findings, and at last for each alone."""
_REASONS = 10
"""As many different reasons are named: the rest of a cause is for the findings."""
_INVALID = ["SecurityHub.InvalidInputException", "SecurityHub.ValidationException"]
"""Errors that another attempt repeats, of either product.
https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_BatchUpdateFindings.html
https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_BatchUpdateFindingsV2.html
"""

_AGAIN = "'Sent, and will be sent again at the next update: '"
_LONGEST_CAUSE = 32_768
"""https://docs.aws.amazon.com/step-functions/latest/apireference/API_ExecutionFailedEventDetails.html"""


def marker_definition(*, queue: Any, marks: Marking) -> dict[str, Any]:
    """Return the definition; ``queue`` is the address of the queue.

    It marks a hundred, deletes their messages, and begins again while there is time. What Security
    Hub leaves unprocessed is collected, tried once more at the end, and named if it is left again.
    A call that fails as a whole leaves its messages in the queue.
    """
    return {
        "QueryLanguage": "JSONata",
        "StartAt": "Begin",
        "States": {
            **dict(_receiving(queue)),
            **dict(_marking(marks)),
            **dict(_deleting(queue)),
            **dict(_ending(marks)),
        },
    }


def _receiving(queue: Any) -> Iterator[tuple[str, State]]:
    """Yield the states that collect up to a hundred messages."""
    nothing: dict[str, Any] = {"again": [], "why": [], "attempt": 1}
    yield "Begin", {"Type": "Pass", "Assign": nothing, "Next": "Collect"}
    yield "Collect", {"Type": "Pass", "Assign": {"messages": []}, "Next": "Receive"}
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
    left = {"left": jsonata("[$distinct($messages.Body.$parse($))]"), "size": MOST_AT_ONCE}
    yield (
        "IsReceived",
        {
            "Type": "Choice",
            "Choices": [
                _go("Receive", f"$more and $count($messages) <= {full}"),
                _go("Mark", "$count($messages) > 0", **left),
            ],
            "Default": "IsOver",
        },
    )


def _marking(marks: Marking) -> Iterator[tuple[str, State]]:
    """Yield the states that mark, and set aside what is left unprocessed.

    A call that is refused for what it names is made again for fewer findings, and at last for each
    alone: one of them would hold back all others, again and again.
    """
    mark = task(marks.action, marks.arguments, MARK)
    mark["Retry"].insert(0, {"ErrorEquals": _INVALID, "MaxAttempts": 0})
    reason = "$states.result.UnprocessedFindings.(ErrorCode & ': ' & ErrorMessage)"
    mark["Assign"] = _set_aside(marks.unprocessed, reason)
    why = "$states.errorOutput.(Error & ': ' & Cause)"
    mark["Catch"] = [
        {"ErrorEquals": _INVALID, "Assign": {"refused": jsonata(why)}, "Next": "IsAlone"},
        caught("NotMarked", Assign=_set_aside("$left", why)),
    ]
    yield "Mark", {**mark, "Next": "IsMarked"}
    alone = {**_set_aside("$left[0]", "$refused"), "size": _FEWER}
    yield (
        "IsAlone",
        {
            "Type": "Choice",
            "Choices": [
                _go("Mark", "$size > 1", size=jsonata(f"$floor($size / {_FEWER})")),
                _go("IsMarked", "$size = 1", **alone),
            ],
            "Default": "IsMarked",
        },
    )
    yield (
        "IsMarked",
        {
            "Type": "Choice",
            "Choices": [
                _go("Mark", "$count($left) > 0"),
                _go("Delete", "$count($messages) > 0"),
            ],
            "Default": "IsOver",
        },
    )


def _set_aside(unprocessed: str, why: str) -> dict[str, str]:
    """Return what goes on after a call: the rest is left; what was unprocessed is tried again."""
    whys = f"$distinct($append($why, {why}))"
    return {
        "again": jsonata(f"$append($again, {unprocessed})"),
        "left": jsonata("[$filter($left, function($v, $i) { $i >= $size })]"),
        "why": jsonata(f"[{whys}[[0..{_REASONS - 1}]]]"),
    }


def _deleting(queue: Any) -> Iterator[tuple[str, State]]:
    """Yield the states that delete what was received, and begin again while there is time.

    What is collected for another try is at most one batch and the last one: a variable may have
    256 KiB. https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
    """
    last = RECEIVED_AT_ONCE - 1
    entries = f'[$messages[[0..{last}]].{{"Id": Id, "ReceiptHandle": Receipt}}]'
    arguments = {"QueueUrl": queue, "Entries": jsonata(entries)}
    delete = task("aws-sdk:sqs:deleteMessageBatch", arguments, _RECEIVE)
    rest = f"[$filter($messages, function($v, $i) {{ $i >= {RECEIVED_AT_ONCE} }})]"
    delete["Assign"] = {"messages": jsonata(rest)}
    yield "Delete", {**delete, "Next": "IsDeleted"}
    now, began = "$states.context.State.EnteredTime", "$states.context.Execution.StartTime"
    early = f"$toMillis({now}) - $toMillis({began}) < {GOES_ON * 1000}"
    yield (
        "IsDeleted",
        {
            "Type": "Choice",
            "Choices": [
                _go("Delete", "$count($messages) > 0"),
                _go("Collect", f"{early} and $count($again) < {MOST_AT_ONCE}"),
            ],
            "Default": "IsOver",
        },
    )


def _ending(marks: Marking) -> Iterator[tuple[str, State]]:
    """Yield the states that try once more what was unprocessed, and name what is left again."""
    once_more = {
        "left": jsonata("[$distinct($again)]"),
        "again": [],
        "why": [],
        "size": MOST_AT_ONCE,
        "attempt": jsonata("$attempt + 1"),
    }
    yield (
        "IsOver",
        {
            "Type": "Choice",
            "Choices": [
                _go("Wait", f"$count($again) > 0 and $attempt < {_ROUNDS}", **once_more),
                _go("NotMarked", "$count($again) > 0"),
            ],
            "Default": "Done",
        },
    )
    yield "Wait", {"Type": "Wait", "Seconds": PAUSE, "Next": "Mark"}
    cause = _bounded(f"{_AGAIN} & $string($why) & ' ' & $string({marks.names})")
    yield "NotMarked", {"Type": "Fail", "Error": "NotMarked", "Cause": jsonata(cause)}
    yield "Done", {"Type": "Succeed"}


def _go(state: str, condition: str, **assigned: Any) -> dict[str, Any]:
    more = {"Assign": assigned} if assigned else {}
    return {"Condition": jsonata(condition), **more, "Next": state}


def _bounded(text: str) -> str:
    """Return JSONata of a text, cut to what a cause may have."""
    cut = f"$substring($cause, 0, {_LONGEST_CAUSE})"
    return f"($cause := {text}; $length($cause) > {_LONGEST_CAUSE} ? {cut} : $cause)"
