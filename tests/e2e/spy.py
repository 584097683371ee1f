"""Receives what Slack would: a queue that the test itself subscribes to the topic."""

import json
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aws import Aws
from report import Report

BATCH = 10  # the most that SQS gives or deletes in one call


@dataclass(frozen=True)
class Message:
    """A message as SNS delivers it, without its envelope."""

    text: str
    subject: str | None = None
    published: float = 0.0
    """Seconds since the epoch."""

    @property
    def body(self) -> Any:
        """The text as JSON: the chat service drops anything else."""
        return json.loads(self.text)

    @property
    def received(self) -> Any:
        """The text, as JSON where it is: a mail's is not."""
        return self.body if self.text.startswith("{") else self.text

    @property
    def composed(self) -> bool:
        """Whether this is a custom notification, rather than an event."""
        return '"source":"custom"' in self.text


@dataclass
class Spy:
    """A queue that listens to one topic, in the topic's account and region."""

    sqs: Any
    report: Report
    url: str

    @classmethod
    def on(cls, topic: str, sns: Any, sqs: Any, report: Report) -> "Spy":
        name = "spy-" + topic.rsplit(":", maxsplit=1)[-1][:60] + f"-{time.monotonic_ns():x}"
        url = sqs.create_queue(QueueName=name[:80])["QueueUrl"]
        attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
        arn = attributes["Attributes"]["QueueArn"]
        sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
        return cls(sqs, report, url)

    def receive_all(
        self, expected: int, settle: float = 1.0, patience: float = 30.0
    ) -> list[Message]:
        """Collect messages until as many as expected came, then a while longer for surplus.

        Fewer come back when patience ends first: what is right is for the test to say.
        """
        messages: list[Message] = []
        deadline = time.monotonic() + patience
        while len(messages) < expected and (left := deadline - time.monotonic()) > 0:
            messages += self._receive(min(left, 5))
        while surplus := self._receive(settle):
            messages += surplus
        self.report.delivered += len(messages)
        self.report.composed += sum(message.composed for message in messages)
        return messages

    def stop(self) -> None:
        self.sqs.delete_queue(QueueUrl=self.url)

    def _receive(self, wait: float) -> list[Message]:
        """Take what is there, or wait for the first to come; SQS itself waits whole seconds."""
        deadline = time.monotonic() + wait
        while not (found := self._take()) and time.monotonic() < deadline:
            time.sleep(0.05)
        return found

    def _take(self) -> list[Message]:
        answer = self.sqs.receive_message(QueueUrl=self.url, MaxNumberOfMessages=BATCH)
        found = answer.get("Messages", [])
        if found:
            entries = [
                {"Id": str(number), "ReceiptHandle": each["ReceiptHandle"]}
                for number, each in enumerate(found)
            ]
            self.sqs.delete_message_batch(QueueUrl=self.url, Entries=entries)
        return [_unwrapped(json.loads(each["Body"])) for each in found]


def receive_each(
    spies: Mapping[str, Spy], expected: Mapping[str, int], settle: float = 1.0
) -> dict[str, list[Message]]:
    """Collect what each spy expects, by its name, then wait once for what any gets beyond that."""
    arrived = {
        name: spy.receive_all(expected.get(name, 0), settle=0) for name, spy in spies.items()
    }
    time.sleep(settle)
    for name, spy in spies.items():
        arrived[name] += spy.receive_all(0, settle=0)
    return arrived


def _unwrapped(envelope: dict[str, Any]) -> Message:
    published = datetime.fromisoformat(envelope["Timestamp"]).timestamp()
    return Message(envelope["Message"], envelope.get("Subject"), published)


@contextmanager
def listening(aws: Aws, report: Report) -> Iterator[Callable[[str], Spy]]:
    """Give what listens to a topic, by its ARN, until the end of the block."""
    with ExitStack() as cleaning:

        def listen(topic: str) -> Spy:
            region, account = topic.split(":")[3:5]
            sns, sqs = (aws(service, region, account) for service in ("sns", "sqs"))
            spy = Spy.on(topic, sns, sqs, report)
            cleaning.callback(spy.stop)
            return spy

        yield listen
