"""What a state machine does, in Amazon States Language: publish, and hand over what to mark.

A rule hands it the event, and with it what differs between the routes that it serves: the topics,
and the rule itself, which dead letters name.

The message is composed within the task that publishes it: what goes wrong in a Pass state cannot
be caught, and the event would be lost.
https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, get_args

from troposphere import Ref

from generator.blocks.publication import chained
from generator.blocks.states import PUBLISH, PUBLISH_ONE_OF_SEVERAL, Attempts, caught, jsonata, task
from generator.messages import Chat, whole_or_short

if TYPE_CHECKING:
    from collections.abc import Sequence

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
EVENT, TOPICS, RULE = "event", "topics", "rule"
"""The keys of the input."""

KEEP = Attempts(timeout=5, retries=2, interval=1, backoff=3)


class ToMark(NamedTuple):
    """The queue in which what was published waits to be marked, and JSONata of what names it."""

    queue: Any
    identifiers: str


def definition(
    *, publications: Sequence[Publication], queue: Any, source: Source, to_mark: ToMark | None
) -> dict[str, Any]:
    """Return the definition.

    ``publications`` are published one after the other, to ``topic(0)`` and so on; ``queue`` is the
    address of the dead-letter queue, or None; ``source`` the product that sends the events.
    """
    states = {"Unwrap": _unwrap(publications[0]), **_publish(publications, queue, source, to_mark)}
    first = publications[0]
    if queue is not None:
        target = first.topic if len(publications) == 1 else jsonata(_TARGET)
        states["KeepEvent"] = _keep(target, queue)
    # At level ERROR the log has the input of a Fail state, and of no other: the event.
    # https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html
    cause = "Neither published nor kept: what went in here is the event."
    states["Lost"] = {"Type": "Fail", "Error": "Lost", "Cause": cause}
    if to_mark is not None:
        states.update(_hand_over(to_mark))
    return {"QueryLanguage": "JSONata", "StartAt": "Unwrap", "States": states}


def topic(number: int) -> str:
    """Return JSONata of the topic of a text, which the rule names."""
    return jsonata(f"$topics[{number}]")


def longest() -> int:
    """Return how many seconds an execution may take in which everything fails.

    There is a publication for each chat at most.
    """
    several = len(get_args(Chat)) * PUBLISH_ONE_OF_SEVERAL.longest()
    return max(PUBLISH.longest(), several) + KEEP.longest()


def _unwrap(first: Publication) -> State:
    """Leave the event alone as the input of what follows: messages are expressions over it."""
    return {
        "Type": "Pass",
        "Assign": {name: jsonata(f"$states.input.{name}") for name in (RULE, TOPICS)},
        "Output": jsonata(f"$states.input.{EVENT}"),
        "Next": first.state_name,
    }


def _publish(
    publications: Sequence[Publication], queue: Any, source: Source, to_mark: ToMark | None
) -> dict[str, State]:
    """Return the steps that publish; what follows the last hands over, or there is nothing."""
    states = chained(publications)
    several = len(publications) > 1 and queue is not None
    for publication in publications:
        target = {"Assign": {"target": publication.topic}} if several else {}
        states[publication.state_name]["Catch"] = [_unsent(queue, source, target)]
    last = states[publications[-1].state_name]
    if to_mark is None:
        last["End"] = True
    else:
        last["Output"] = jsonata(to_mark.identifiers)
        last["Next"] = "HandOver"
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
        "RULE_ARN": jsonata(f"${RULE}"),
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


def _hand_over(to_mark: ToMark) -> dict[str, State]:
    """Return the states that put the findings into the queue of those that are to be marked."""
    # A finding without what names it can be published, and never marked.
    body = (
        '$count($states.input) = 0 ? $error("nothing names the finding") : $string($states.input)'
    )
    arguments = {"QueueUrl": Ref(to_mark.queue), "MessageBody": jsonata(body)}
    state = task("sqs:sendMessage", arguments, KEEP)
    why = "$states.errorOutput.Error & ': ' & $states.errorOutput.Cause"
    output = jsonata(f"'Sent, and will be sent again at the next update: ' & {why}")
    fail = {"Type": "Fail", "Error": "NotMarked", "Cause": jsonata("$states.input")}
    return {
        "HandOver": {**state, "Catch": [caught("NotMarked", Output=output)], "End": True},
        "NotMarked": fail,
    }
