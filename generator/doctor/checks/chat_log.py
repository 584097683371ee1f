"""What the chat service logged: messages that it could not show appear only there.

https://docs.aws.amazon.com/chatbot/latest/adminguide/cloudwatch-logs.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.doctor.account import CHAT_LOG_REGION, has_chat
from generator.doctor.check import Check, Said, fails, fine
from generator.doctor.logs import latest
from generator.doctor.path import channel_topics
from generator.doctor.refusals import Refusal
from generator.system.plural import plural

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.doctor.case import Case
    from generator.doctor.check import Outcome
    from generator.params import Channel

_MOST = 100
_NO_LOG = "ResourceNotFoundException"
_OF_ERRORS = "?ERROR ?Error ?error ?supported"
"""Where all is logged. The text of an error is not documented, but for `Event received is not
supported`."""


def _run(case: Case) -> Iterator[Outcome]:
    if not has_chat(case.aws.partition):
        return  # another check says so
    logging = {
        case.settings.channel_name(name): channel
        for name, channel in case.settings.channels.items()
        if channel.is_configured and channel.logging != "NONE" and channel_topics(case, name)
    }
    problems = [
        problem
        for configuration, channel in logging.items()
        for problem in _looks(case, configuration, channel)
    ]
    yield from problems
    if logging and not problems:
        yield fine(
            "The chat service logged no error in the last day.",
            "この 1 日、チャットサービスのエラーログはありません。",
        )


def _looks(case: Case, configuration: str, channel: Channel) -> Iterator[Outcome]:
    group = f"/aws/chatbot/{configuration}"
    pattern = {"filterPattern": _OF_ERRORS} if channel.logging == "INFO" else {}
    try:
        answer = case.aws.answer(
            "logs",
            "FilterLogEvents",
            region=CHAT_LOG_REGION,
            most=_MOST,
            logGroupName=group,
            startTime=case.millis_since,
            startFromHead=False,
            **pattern,
        )
    except Refusal as refusal:
        if refusal.code != _NO_LOG:
            raise
        return  # nothing was logged yet
    events = answer.get("events", [])
    if events:
        text = " ".join(latest(events).split())[:200]
        count = f"{'at least ' if len(events) == _MOST else ''}{plural(len(events), 'error')}"
        yield fails(
            Said(
                f"The chat service logged {count} in the last day ({group},"
                f" {CHAT_LOG_REGION}), the last: {text}",
                f"この 1 日、チャットサービスのエラーログが {len(events)} 件あります ({group}、"
                f"{CHAT_LOG_REGION})。最新: {text}",
            ),
            Said(
                "Send a test message from the chat console. In a private channel, invite the app:"
                " /invite @Amazon Q",
                "チャットのコンソールからテストメッセージを送ってください。プライベートチャンネルには"
                "アプリを招待します: /invite @Amazon Q",
            ),
        )


CHECK = Check(
    name="chat-log",
    group="chat",
    question=Said("Did the chat service log errors?", "チャットサービスはエラーを記録しましたか。"),
    calls=frozenset({"logs:FilterLogEvents"}),
    when="after",
    run=_run,
)
