"""Whether each channel has the one chat configuration that AWS allows, with the right topics.

https://docs.aws.amazon.com/chatbot/latest/adminguide/slack-setup.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.doctor.account import has_chat
from generator.doctor.check import Check, Said, fails, fine
from generator.doctor.configurations import CALLS, channels
from generator.doctor.path import channel_topics

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.doctor.case import Case
    from generator.doctor.check import Outcome
    from generator.doctor.configurations import Channel, Configuration


def _run(case: Case) -> Iterator[Outcome]:
    if not has_chat(case.aws.partition):
        return  # another check says so
    for channel in channels(case):
        ours = [each for each in channel.configurations if each.arn == channel.arn]
        others = [each for each in channel.configurations if each.arn != channel.arn]
        if channel.own and others:
            yield _taken(channel, others[0])
        elif channel.own and case.stack is None:
            yield _free(channel)
        elif channel.own:
            yield from _looks(case, channel, ours)
        elif channel.channel_id:
            yield from _looks(case, channel, list(channel.configurations))


def _taken(channel: Channel, other: Configuration) -> Outcome:
    topics = ", ".join(topic.rpartition(":")[2] for topic in other.topics) or "-"
    return fails(
        Said(
            f"Channel {channel.name} ({channel.channel_id}) has the chat configuration {other.name}"
            f" already, with these topics: {topics}. AWS allows one for each channel in an"
            " account.",
            f"チャンネル {channel.name} ({channel.channel_id}) にはすでに"
            f"チャット設定 {other.name} があります (トピック: {topics})。チャット設定は、"
            "1 つのアカウントでチャンネルごとに 1 つしか作れません。",
        ),
        Said(
            f"Write configuration: existing below channels.{channel.name}, and add the topics to"
            " that configuration (DEPLOY.md).",
            f"channels.{channel.name} に configuration: existing を書き、"
            "その設定にトピックを追加してください (DEPLOY.md)。",
        ),
    )


def _free(channel: Channel) -> Outcome:
    if not channel.channel_id:
        return fine(
            f"Channel {channel.name}: its ID is entered at deployment, and was not looked at.",
            f"チャンネル {channel.name}: ID はデプロイ時に入力するため、確認していません。",
        )
    return fine(
        f"Channel {channel.name} ({channel.channel_id}) has no chat configuration yet.",
        f"チャンネル {channel.name} ({channel.channel_id}) にチャット設定はまだありません。",
    )


def _looks(case: Case, channel: Channel, found: list[Configuration]) -> Iterator[Outcome]:
    if not found:
        yield _gone(channel)
        return
    configuration = found[0]
    if configuration.state == "DISABLED":
        yield _disabled(configuration)
        return
    missing = [arn for arn in channel_topics(case, channel.name) if arn not in configuration.topics]
    if missing:
        yield _lacks(channel, configuration, missing)
        return
    yield fine(
        f"Channel {channel.name} has the chat configuration {configuration.name}.",
        f"チャンネル {channel.name} にチャット設定 {configuration.name} があります。",
    )


def _gone(channel: Channel) -> Outcome:
    remedy = Said(
        "Create it in the console of Amazon Q Developer in chat applications.",
        "Amazon Q Developer in chat applications のコンソールで作成してください。",
    )
    if channel.own:
        remedy = Said(
            "Delete the stack and create it again: CloudFormation does not notice that it is gone.",
            "スタックを削除して作り直してください (CloudFormation は、"
            "チャット設定の削除を検知しません)。",
        )
    return fails(
        Said(
            f"Channel {channel.name} ({channel.channel_id}) has no chat configuration.",
            f"チャンネル {channel.name} ({channel.channel_id}) にチャット設定がありません。",
        ),
        remedy,
    )


def _disabled(configuration: Configuration) -> Outcome:
    return fails(
        Said(
            f"Chat configuration {configuration.name} is disabled: {configuration.reason}.",
            f"チャット設定 {configuration.name} は無効です: {configuration.reason}。",
        ),
        Said(
            "Authorize the workspace again in the console of Amazon Q Developer in chat"
            " applications.",
            "Amazon Q Developer in chat applications のコンソールでワークスペースを"
            "再度承認してください。",
        ),
    )


def _lacks(channel: Channel, configuration: Configuration, missing: list[str]) -> Outcome:
    names = ", ".join(missing)
    return fails(
        Said(
            f"Chat configuration {configuration.name} of channel {channel.name} does not have these"
            f" topics: {names}.",
            f"チャンネル {channel.name} のチャット設定 {configuration.name} に次のトピックが"
            f"ありません: {names}。",
        ),
        Said(
            "Add them: the command is in DEPLOY.md, or edit the configuration in the console.",
            "DEPLOY.md のコマンドで追加するか、コンソールでチャット設定を編集してください。",
        ),
    )


CHECK = Check(
    name="channel",
    group="chat",
    question=Said(
        "Does each channel get its topics?", "各チャンネルにトピックが設定されていますか。"
    ),
    calls=CALLS,
    when="always",
    run=_run,
)
