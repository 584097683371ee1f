"""What the topics delivered in the last day.

https://docs.aws.amazon.com/sns/latest/dg/sns-monitoring-using-cloudwatch.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.doctor.check import Check, Said, fails, fine
from generator.doctor.metrics import CALL
from generator.doctor.traffic import Topic, traffic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.doctor.case import Case
    from generator.doctor.check import Outcome

_MOST_OF_ALL = 0.9
"""Less than this share is worth a line: a failed attempt alone may have been made good."""


def _run(case: Case) -> Iterator[Outcome]:
    topics = traffic(case)
    problems = [
        _outcome(topic)
        for topic in topics
        if (topic.failed.total and topic.delivered.total < _MOST_OF_ALL * topic.published.total)
        or (topic.published.total and not topic.delivered.total)
    ]
    yield from problems
    if topics and not problems:
        published = sum(topic.published.total for topic in topics)
        delivered = sum(topic.delivered.total for topic in topics)
        yield fine(
            f"{published:,} messages were published in the last day, and {delivered:,} delivered.",
            f"この 1 日で {published:,} 件のメッセージが発行され、{delivered:,} 件が"
            "配信されました。",
        )


def _outcome(topic: Topic) -> Outcome:
    name, published = topic.name, topic.published.total
    delivered, failed = topic.delivered.total, topic.failed.total
    return fails(
        Said(
            f"Topic {name}: {published:,} messages were published in the last day, {delivered:,}"
            f" were delivered, and {failed:,} attempts failed.",
            f"トピック {name}: この 1 日で {published:,} 件が発行され、配信は {delivered:,} 件、"
            f"失敗は {failed:,} 回です。",
        ),
        Said(
            "Send a test message from the chat console, and read the log group /aws/chatbot/NAME"
            " in us-east-1.",
            "チャットのコンソールからテストメッセージを送り、us-east-1 のロググループ"
            " /aws/chatbot/NAME を確認してください。",
        ),
    )


CHECK = Check(
    name="deliveries",
    group="path",
    question=Said("Do topics deliver?", "トピックは配信していますか。"),
    calls=frozenset({CALL}),
    when="after",
    run=_run,
)
