"""Whether somebody listens to each topic: the chat service, or mailboxes that have confirmed."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from generator.doctor.check import Check, Said, fails, fine, unknown
from generator.doctor.path import channel_topics
from generator.doctor.refusals import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.doctor.case import Case
    from generator.doctor.check import Outcome

_GONE = ("NotFound", "NotFoundException")
_PENDING, _DELETED = "PendingConfirmation", "Deleted"
"""What SNS lists in place of an ARN: the second after somebody has unsubscribed."""

_CHAT = ".chatbot."
"""Is in the chat service's endpoint, which AWS does not document; public templates name
https://global.sns-api.chatbot.amazonaws.com."""


class _Subscription(NamedTuple):
    """One that is wanted: from where, by what, and by which address if it is a mailbox."""

    channel: str
    topic: str
    protocol: str
    address: str = ""

    def is_of(self, endpoint: str) -> bool:
        """Whether an endpoint is the mailbox, or the chat service's."""
        return endpoint == self.address if self.address else _CHAT in endpoint

    @property
    def name(self) -> str:
        return self.topic.rpartition(":")[2]


def _run(case: Case) -> Iterator[Outcome]:
    wanted = list(_wanted(case))
    problems = [problem for each in wanted for problem in _looks(case, each)]
    yield from problems
    if wanted and not problems:
        yield fine(
            f"All {len(wanted)} subscriptions are confirmed.",
            f"{len(wanted)} 個のサブスクリプションはすべて確認済みです。",
        )


def _wanted(case: Case) -> Iterator[_Subscription]:
    for name in case.settings.used_channels:
        for topic in channel_topics(case, name):
            emails = case.settings.channels[name].emails
            if emails:
                yield from (_Subscription(name, topic, "email", email) for email in emails)
            else:
                yield _Subscription(name, topic, "https")


def _looks(case: Case, wanted: _Subscription) -> Iterator[Outcome]:
    try:
        answer = case.aws.answer("sns", "ListSubscriptionsByTopic", TopicArn=wanted.topic)
    except Refusal as refusal:
        if refusal.code not in _GONE:
            raise
        return  # another check says that the topic is gone
    there = {
        each.get("Endpoint", ""): each["SubscriptionArn"]
        for each in answer.get("Subscriptions", [])
        if each.get("Protocol") == wanted.protocol and each["SubscriptionArn"] != _DELETED
    }
    mine = [arn for endpoint, arn in there.items() if wanted.is_of(endpoint)]
    if mine:
        if all(arn == _PENDING for arn in mine):
            yield _pending(wanted)
    elif there and not wanted.address:
        yield _another(wanted, ", ".join(there))
    else:
        yield _absent(wanted)


def _another(wanted: _Subscription, endpoints: str) -> Outcome:
    return unknown(
        Said(
            f"Topic {wanted.name} has these HTTPS subscriptions, and none is known to be the chat"
            f" service's: {endpoints}.",
            f"トピック {wanted.name} の HTTPS サブスクリプションに、"
            f"チャットサービスと分かるものがありません: {endpoints}。",
        ),
        Said(
            "Send a test message from the chat console.",
            "チャットのコンソールからテストメッセージを送ってください。",
        ),
    )


def _absent(wanted: _Subscription) -> Outcome:
    if wanted.protocol == "email":
        return fails(
            Said(
                f"{wanted.address} is not subscribed to topic {wanted.name}.",
                f"{wanted.address} はトピック {wanted.name} にサブスクライブされていません。",
            ),
            Said(
                "Add the subscription in the SNS console, or delete the stack and create it again.",
                "SNS のコンソールでサブスクリプションを追加するか、スタックを作り直してください。",
            ),
        )
    return fails(
        Said(
            f"The chat service is not subscribed to topic {wanted.name} (channel"
            f" {wanted.channel}).",
            f"チャットサービスはトピック {wanted.name} にサブスクライブされていません (チャンネル"
            f" {wanted.channel})。",
        ),
        Said(
            "Edit the chat configuration in the console: remove the topic, save, add it, save.",
            "コンソールでチャット設定を編集し、トピックを外して保存し、追加して保存してください。",
        ),
    )


def _pending(wanted: _Subscription) -> Outcome:
    who = wanted.address or "The chat service"
    return fails(
        Said(
            f"{who} has not confirmed its subscription to topic {wanted.name}.",
            f"{wanted.address or 'チャットサービス'} は"
            f"トピック {wanted.name} のサブスクリプションを確認していません。",
        ),
        Said(
            "Open the mail from AWS Notifications and confirm; request it again in the SNS console."
            if wanted.address
            else "Request the confirmation again in the SNS console.",
            "AWS Notifications からのメールで確認してください。"
            "メールは SNS のコンソールで再送できます。"
            if wanted.address
            else "SNS のコンソールで確認をもう一度リクエストしてください。",
        ),
    )


CHECK = Check(
    name="subscriptions",
    group="path",
    question=Said(
        "Does each topic have a confirmed subscription?",
        "各トピックに確認済みのサブスクリプションがありますか。",
    ),
    calls=frozenset({"sns:ListSubscriptionsByTopic"}),
    when="after",
    run=_run,
)
