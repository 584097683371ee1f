"""What the topics delivered in the last day.

https://docs.aws.amazon.com/sns/latest/dg/sns-monitoring-using-cloudwatch.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.doctor.check import Check, Said, fails, fine
from generator.doctor.metrics import CALL
from generator.doctor.traffic import traffic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.doctor.case import Case
    from generator.doctor.check import Outcome


def _run(case: Case) -> Iterator[Outcome]:
    topics = traffic(case)
    problems = [
        _outcome(topic.name, topic.published.total, topic.failed.total)
        for topic in topics
        if topic.published.total and not topic.delivered.total
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


def _outcome(name: str, published: int, failed: int) -> Outcome:
    return fails(
        Said(
            f"Topic {name}: {published:,} messages were published in the last day, and none was"
            f" delivered ({failed:,} attempts failed).",
            f"トピック {name}: この 1 日で {published:,} 件が発行されましたが、"
            f"1 件も配信されていません (失敗 {failed:,} 回)。",
        ),
        Said(
            "Send a test message from the chat console, and read the log group /aws/chatbot/NAME in"
            " us-east-1.",
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
