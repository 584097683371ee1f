"""Whether undelivered findings wait in the dead-letter queues, and the queues are there."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

from generator.doctor.check import Check, Said, fails, fine
from generator.doctor.path import QUEUE
from generator.doctor.refusals import Refusal
from generator.params.choices import Source
from generator.system.plural import plural
from generator.templates.processing import marker_ids

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.doctor.case import Case
    from generator.doctor.check import Outcome

_GONE = ("AWS.SimpleQueueService.NonExistentQueue", "QueueDoesNotExist")
_TO_MARK = {marker_ids(source).queue for source in get_args(Source)}
_WAITING = "ApproximateNumberOfMessages"


def _run(case: Case) -> Iterator[Outcome]:
    names = case.planned.named(QUEUE)
    problems = [problem for title, name in names.items() for problem in _looks(case, title, name)]
    yield from problems
    if names and not problems:
        yield fine("No findings wait undelivered.", "未配信の検出結果はありません。")


def _looks(case: Case, title: str, name: str) -> Iterator[Outcome]:
    try:
        url = case.aws.answer("sqs", "GetQueueUrl", QueueName=name)["QueueUrl"]
        answer = case.aws.answer(
            "sqs", "GetQueueAttributes", QueueUrl=url, AttributeNames=[_WAITING]
        )
    except Refusal as refusal:
        if refusal.code not in _GONE:
            raise
        yield fails(
            Said(
                f"Queue {name} does not exist: what belongs into it is lost.",
                f"キュー {name} は存在しません。このキューに入るべきものは失われます。",
            ),
            Said(
                "Delete the stack, wait a minute, and create it again.",
                "スタックを削除し、1 分待って、作り直してください。",
            ),
        )
        return
    if title in _TO_MARK:
        return  # findings pass through it all the time; an alarm watches for how long
    waiting = int(answer.get("Attributes", {}).get(_WAITING, 0))
    if waiting:
        yield fails(
            Said(
                f"Queue {name} has {plural(waiting, 'undelivered finding')}.",
                f"キュー {name} に未配信の検出結果が {waiting:,} 件あります。",
            ),
            Said(
                "Read the attribute ERROR_MESSAGE of a message, fix the cause, and send them again"
                " (command in DEPLOY.md).",
                "メッセージの属性 ERROR_MESSAGE を確認し、原因を"
                "修正してから再送してください (コマンドは DEPLOY.md にあります)。",
            ),
        )


CHECK = Check(
    name="queues",
    group="path",
    question=Said("Do findings wait undelivered?", "未配信の検出結果はありますか。"),
    calls=frozenset({"sqs:GetQueueUrl", "sqs:GetQueueAttributes"}),
    when="after",
    run=_run,
)
