"""Reads a dead-letter queue, as somebody who looks for the reason does."""

import json
import time
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class DeadLetter:
    """An event that could not be delivered, and why."""

    text: str
    attributes: dict[str, str]

    @property
    def event(self) -> Any:
        return json.loads(self.text)


def waiting(sqs: Any, url: str, expected: int, patience: float = 40.0) -> list[DeadLetter]:
    """Wait for as many dead letters, then a moment for surplus; all of them stay in the queue."""
    found: dict[str, DeadLetter] = {}
    deadline = time.monotonic() + patience
    while len(found) < expected and time.monotonic() < deadline:
        found |= _look(sqs, url)
    time.sleep(0.5)
    return list((found | _look(sqs, url)).values())


def put(sqs: Any, url: str, body: str, rule: str) -> None:
    """Leave a dead letter as EventBridge itself does.

    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
    """
    attributes = {
        "ERROR_CODE": "NO_PERMISSIONS",
        "ERROR_MESSAGE": "as the test asked",
        "RULE_ARN": rule,
    }
    sqs.send_message(
        QueueUrl=url,
        MessageBody=body,
        MessageAttributes={
            name: {"DataType": "String", "StringValue": value} for name, value in attributes.items()
        },
    )


def number(sqs: Any, url: str) -> int:
    """Return how many are in the queue, also those that somebody has just received."""
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    answer = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
    return sum(int(answer[name]) for name in names)


def _look(sqs: Any, url: str) -> dict[str, DeadLetter]:
    answer = sqs.receive_message(
        QueueUrl=url,
        MaxNumberOfMessages=10,
        VisibilityTimeout=0,
        WaitTimeSeconds=1,
        MessageAttributeNames=["All"],
    )
    return {
        each["MessageId"]: DeadLetter(
            each["Body"],
            {name: one["StringValue"] for name, one in each.get("MessageAttributes", {}).items()},
        )
        for each in answer.get("Messages", [])
    }
