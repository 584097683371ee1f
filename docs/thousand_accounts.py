"""What a thousand accounts cost a month, computed from the prices that guides use."""

from __future__ import annotations

from typing import NamedTuple

from generator.guide import costs
from generator.guide.places import EXAMPLE_ACCOUNTS, EXAMPLE_REGIONS

_EVENTS = 30_000_000
"""A month: a million findings and updates a day."""
_TAKEN = 0.12
"""The share that the quickstart matches of the public samples that we have."""
_SECONDS = 0.5
"""Of an execution that composes and publishes; assumed, since nothing measures it without AWS."""
_REQUESTS = 1.2
"""To SQS for a finding that is marked: sent alone; received and deleted by tens."""
_USES_OF_KEY = 2
"""For a message, at most: SNS may use a data key again, which it does not document."""
_ALARMS_BEFORE = 4


class Row(NamedTuple):
    """A line of the table: its words by language, and dollars for the share taken, and for all."""

    words: dict[str, str]
    some: float
    all: float


def _by_event(english: str, japanese: str, price: float) -> Row:
    millions = _EVENTS / 1_000_000
    words = {"en": english, "ja": japanese}
    return Row(words, price * millions * _TAKEN, price * millions)


def _fixed(english: str, japanese: str, dollars: float) -> Row:
    return Row({"en": english, "ja": japanese}, dollars, dollars)


def _of_messages() -> list[Row]:
    """Return what grows with messages and findings."""
    sns = "[SNS](https://aws.amazon.com/sns/pricing/)"
    step = "[Step Functions Express](https://aws.amazon.com/step-functions/pricing/)"
    sqs = "[SQS](https://aws.amazon.com/sqs/pricing/)"
    bus = "[EventBridge](https://aws.amazon.com/eventbridge/pricing/)"
    kms = "[KMS](https://aws.amazon.com/kms/pricing/)"
    return [
        _by_event(
            f"{sns}: publish and deliver", f"{sns}: 発行と配信", costs.PUBLISHED + costs.DELIVERED
        ),
        _by_event(
            f"{step}, with `message: summary` or `once`: {_SECONDS} s, 64 MB",
            f"{step} (`message: summary` または `once`): {_SECONDS} 秒、64 MB",
            costs.STARTED + _SECONDS * costs.MILLION_SECONDS,
        ),
        _by_event(
            f"{sqs}, with `once`: {_REQUESTS} requests for a finding that is marked",
            f"{sqs} (`once`): 変更する検出結果 1 件あたり {_REQUESTS} リクエスト",
            _REQUESTS * costs.QUEUED,
        ),
        _by_event(f"{bus}, if findings are forwarded", f"{bus} (転送する場合)", costs.FORWARDED),
        _by_event(
            f"{kms}, with a key: at most {_USES_OF_KEY} requests for a message; the key is"
            f" {costs.KEY:.2f} more",
            f"{kms} (キーを使う場合): メッセージ 1 件あたり最大 {_USES_OF_KEY} リクエスト。"
            f"キー自体は別に {costs.KEY:.2f}",
            _USES_OF_KEY * costs.KEY_USED,
        ),
    ]


def _each_month() -> list[Row]:
    """Return what is paid whatever happens."""
    watch = "[CloudWatch](https://aws.amazon.com/cloudwatch/pricing/)"
    elsewhere = EXAMPLE_ACCOUNTS * EXAMPLE_REGIONS - 1
    before = f"{elsewhere * costs.ALARM * _ALARMS_BEFORE:,.2f}"
    return [
        _fixed(
            "Marking, with `once`: an execution each minute, and a request to its queue",
            "ワークフローステータスの変更 (`once`): 1 分ごとの実行とキューへのリクエスト",
            costs.MARKER,
        ),
        _fixed(
            f"{watch}: one alarm in each of {elsewhere:,} places that forward"
            f" (`alarms: true`; {_ALARMS_BEFORE} each were {before})",
            f"{watch}: 転送元 {elsewhere:,} か所にアラームを 1 つずつ (`alarms: true`。"
            f"{_ALARMS_BEFORE} つずつでは {before})",
            elsewhere * costs.ALARM,
        ),
        _fixed(
            f"{watch}: no alarms there (`alarms: home`, or nothing is forwarded)",
            f"{watch}: 転送元にアラームなし (`alarms: home`、または転送しない場合)",
            0,
        ),
    ]


_HEAD = {
    "en": ("What, a month in US dollars (us-east-1)", "12 % notify", "all notify"),
    "ja": ("項目 (us-east-1、1 か月、米ドル)", "12 % を通知", "すべて通知"),
}


def table(language: str) -> str:
    """Return the table in Markdown."""
    head = _HEAD[language]
    lines = [f"| {' | '.join(head)} |", "| --- | ---: | ---: |"]
    rows = [*_of_messages(), *_each_month()]
    lines += [f"| {row.words[language]} | {row.some:,.2f} | {row.all:,.2f} |" for row in rows]
    return "\n".join(lines)
