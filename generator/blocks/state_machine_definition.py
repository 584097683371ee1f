"""What a state machine does, in Amazon States Language: publish, and mark the finding.

The message is composed within the task that publishes it: what goes wrong in a Pass state cannot
be caught, and the event would be lost.
https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from troposphere import Sub

from generator.messages import whole_or_short

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.blocks.marking import Marking
    from generator.params.choices import Source

State = dict[str, Any]

LONGEST = 300
"""Seconds after which an Express execution is cut off, whatever it has not done by then.
https://docs.aws.amazon.com/step-functions/latest/dg/choosing-workflow-type.html
"""

_KEPT = """$why := $states.errorOutput.Cause ? $states.errorOutput.Cause : "no cause given";
$why := $replace($why, /[^ -~]/, "?");
$why := $fits ? $why : "Too large to be kept whole; these are its main fields. " & $why;
{
"event": $fits ? $states.input : $short(),
"code": $states.errorOutput.Error ? $states.errorOutput.Error : "unknown",
"why": $length($why) > 1000 ? $substring($why, 0, 1000) : $why
}"""
"""JSONata of what is kept of an event that could not be published, and why.

A cause may have 32,768 characters, and an attribute of a message has no control characters.
"""
_ROUNDS = 2
_PAUSE = 10


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
KEEP = Attempts(timeout=5, retries=2, interval=1, backoff=3)
# Security Hub accepts 10 calls a second, and a first run may have hundreds of findings: so patient.
# https://docs.aws.amazon.com/securityhub/1.0/APIReference/Welcome.html
MARK = Attempts(timeout=5, retries=5, interval=2, backoff=2)


def definition(
    *, topic: Any, message: Any, queue: Any, source: Source, marks: Marking | None
) -> dict[str, Any]:
    """Return the definition.

    ``message`` is what is published, marked as JSONata; ``queue`` the address of the dead-letter
    queue, or None; ``source`` the product that sends the events; ``marks`` how findings are then
    marked, or None.
    """
    if queue is None:
        unsent = _caught("Lost", Output=jsonata("$states.input"))
    else:
        unsent = _caught("KeepEvent", Output=jsonata(whole_or_short(_KEPT, source)))
    states = {"Publish": _publish(topic, message, marks, unsent)}
    if queue is not None:
        states["KeepEvent"] = _keep(topic, queue)
    # At level ERROR the log has the input of a Fail state, and of no other: the event.
    # https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html
    cause = "Neither published nor kept: what went in here is the event."
    states["Lost"] = {"Type": "Fail", "Error": "Lost", "Cause": cause}
    if marks is not None:
        states.update(_marking(marks))
    return {"QueryLanguage": "JSONata", "StartAt": "Publish", "States": states}


def longest() -> int:
    """Return how many seconds an execution may take in which everything fails."""
    marking = _ROUNDS * MARK.longest() + (_ROUNDS - 1) * _PAUSE
    return PUBLISH.longest() + max(KEEP.longest(), marking)


def _publish(topic: Any, message: Any, marks: Marking | None, unsent: State) -> State:
    state = task("sns:publish", {"TopicArn": topic, "Message": message}, PUBLISH)
    state["Catch"] = [unsent]
    if marks is None:
        return {**state, "End": True}
    assigned = {"unmarked": jsonata(marks.findings), "attempt": 1}
    return {**state, "Assign": assigned, "Next": "MarkNotified"}


def _keep(topic: Any, queue: Any) -> State:
    """Send the event to the dead-letter queue, in the form of EventBridge's own dead letters.

    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
    """
    attributes = {
        "ERROR_CODE": jsonata("$states.input.code"),
        "ERROR_MESSAGE": jsonata("$states.input.why"),
        "TARGET_ARN": topic,
        "EXECUTION_ARN": jsonata("$states.context.Execution.Id"),
    }
    arguments = {
        "QueueUrl": queue,
        "MessageBody": jsonata("$string($states.input.event)"),
        "MessageAttributes": {
            name: {"DataType": "String", "StringValue": value} for name, value in attributes.items()
        },
    }
    # This ends well: the dead letter is reported by an alarm of its own.
    state = task("sqs:sendMessage", arguments, KEEP)
    return {
        **state,
        "Catch": [_caught("Lost", Output=jsonata("$states.input.event"))],
        "End": True,
    }


def _marking(marks: Marking) -> Iterator[tuple[str, State]]:
    """Yield the states that mark: what Security Hub leaves unprocessed is tried once more."""
    why = "$states.errorOutput.Error & ': ' & $states.errorOutput.Cause"
    mark = task(marks.action, marks.arguments, MARK)
    mark["Assign"] = {
        "unmarked": jsonata(marks.unprocessed),
        "why": jsonata("$string([$states.result.UnprocessedFindings])"),
    }
    mark["Catch"] = [_caught("NotMarked", Assign={"why": jsonata(why)})]
    yield "MarkNotified", {**mark, "Next": "AreAllMarked"}
    yield "AreAllMarked", _are_all_marked()
    yield "Wait", {"Type": "Wait", "Seconds": _PAUSE, "Next": "MarkNotified"}
    yield "Marked", {"Type": "Succeed"}
    cause = (
        f"'Sent, and will be sent again at the next update: ' & $string({marks.names}) & ' ' & $why"
    )
    yield "NotMarked", {"Type": "Fail", "Error": "NotMarked", "Cause": jsonata(cause)}


def _are_all_marked() -> State:
    again = {
        "Condition": jsonata(f"$attempt < {_ROUNDS}"),
        "Assign": {"attempt": jsonata("$attempt + 1")},
        "Next": "Wait",
    }
    done = {"Condition": jsonata("$count($unmarked) = 0"), "Next": "Marked"}
    return {"Type": "Choice", "Choices": [done, again], "Default": "NotMarked"}


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


def _caught(state: str, **more: Any) -> dict[str, Any]:
    return {"ErrorEquals": ["States.ALL"], **more, "Next": state}


def jsonata(expression: str) -> str:
    """Mark a text as JSONata."""
    return f"{{% {expression} %}}"
