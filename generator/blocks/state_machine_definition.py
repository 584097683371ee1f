"""What a state machine does, in Amazon States Language: publish, and mark the finding.

The message is composed within the task that publishes it: what goes wrong in a Pass state cannot
be caught, and the event would be lost.
https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, get_args

from generator.blocks.publication import chained
from generator.blocks.states import PUBLISH, PUBLISH_ONE_OF_SEVERAL, Attempts, caught, jsonata, task
from generator.messages import Chat, whole_or_short

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from generator.blocks.marking import Marking
    from generator.blocks.publication import Publication
    from generator.blocks.states import State
    from generator.params.choices import Source

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
_TARGET = "$target"
"""JSONata of the topic that an event could not be published to."""
_ROUNDS = 2
_PAUSE = 10


KEEP = Attempts(timeout=5, retries=2, interval=1, backoff=3)
# Security Hub accepts 10 calls a second, and a first run may have hundreds of findings: so patient.
# https://docs.aws.amazon.com/securityhub/1.0/APIReference/Welcome.html
MARK = Attempts(timeout=5, retries=5, interval=2, backoff=2)


def definition(
    *, publications: Sequence[Publication], queue: Any, source: Source, marks: Marking | None
) -> dict[str, Any]:
    """Return the definition.

    ``publications`` are published one after the other; ``queue`` is the address of the dead-letter
    queue, or None; ``source`` the product that sends the events; ``marks`` how findings are then
    marked, or None.
    """
    states = _publish(publications, queue, source, marks)
    first = publications[0]
    if queue is not None:
        target = first.topic if len(publications) == 1 else jsonata(_TARGET)
        states["KeepEvent"] = _keep(target, queue)
    # At level ERROR the log has the input of a Fail state, and of no other: the event.
    # https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html
    cause = "Neither published nor kept: what went in here is the event."
    states["Lost"] = {"Type": "Fail", "Error": "Lost", "Cause": cause}
    if marks is not None:
        states.update(_marking(marks))
    return {"QueryLanguage": "JSONata", "StartAt": first.state_name, "States": states}


def longest() -> int:
    """Return how many seconds an execution may take in which everything fails.

    There is a publication for each chat at most.
    """
    marking = _ROUNDS * MARK.longest() + (_ROUNDS - 1) * _PAUSE
    several = len(get_args(Chat)) * PUBLISH_ONE_OF_SEVERAL.longest()
    return max(PUBLISH.longest(), several) + max(KEEP.longest(), marking)


def _publish(
    publications: Sequence[Publication], queue: Any, source: Source, marks: Marking | None
) -> dict[str, State]:
    """Return the steps that publish; what follows the last marks, or there is nothing."""
    states = chained(publications)
    several = len(publications) > 1 and queue is not None
    for publication in publications:
        target = {"Assign": {"target": publication.topic}} if several else {}
        states[publication.state_name]["Catch"] = [_unsent(queue, source, target)]
    last = states[publications[-1].state_name]
    if marks is None:
        last["End"] = True
    else:
        last["Assign"] = {"unmarked": jsonata(marks.findings), "attempt": 1}
        last["Next"] = "MarkNotified"
    return states


def _unsent(queue: Any, source: Source, target: dict[str, Any]) -> dict[str, Any]:
    if queue is None:
        return caught("Lost", Output=jsonata("$states.input"))
    return caught("KeepEvent", **target, Output=jsonata(whole_or_short(_KEPT, source)))


def _keep(target: Any, queue: Any) -> State:
    """Send the event to the dead-letter queue, in the form of EventBridge's own dead letters.

    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
    """
    attributes = {
        "ERROR_CODE": jsonata("$states.input.code"),
        "ERROR_MESSAGE": jsonata("$states.input.why"),
        "TARGET_ARN": target,
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
        "Catch": [caught("Lost", Output=jsonata("$states.input.event"))],
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
    mark["Catch"] = [caught("NotMarked", Assign={"why": jsonata(why)})]
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
