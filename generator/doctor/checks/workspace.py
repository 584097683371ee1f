"""Whether the chat service may post to the workspace or team: somebody authorizes it by hand.

https://docs.aws.amazon.com/chatbot/latest/adminguide/slack-setup.html
https://docs.aws.amazon.com/chatbot/latest/adminguide/teams-setup.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.doctor.account import CHAT_REGION, has_chat
from generator.doctor.check import Check, Said, fails, fine
from generator.params.naming import WORKSPACE, team_parameter

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.doctor.case import Case
    from generator.doctor.check import Outcome

_SLACK = "AWS::Chatbot::SlackChannelConfiguration"
_TEAMS = "AWS::Chatbot::MicrosoftTeamsChannelConfiguration"


def _run(case: Case) -> Iterator[Outcome]:
    slack, teams = case.planned.of_type(_SLACK), case.planned.of_type(_TEAMS)
    if (slack or teams) and not has_chat(case.aws.partition):
        yield _no_service(case)
        return
    if slack:
        yield _slack(case)
    if teams:
        yield from _teams(case)


def _no_service(case: Case) -> Outcome:
    return fails(
        Said(
            f"The chat service does not exist in the partition {case.aws.partition}.",
            f"パーティション {case.aws.partition} にチャットサービスはありません。",
        ),
        Said(
            "Send to e-mail (`emails`), or deploy in a commercial Region.",
            "メール (emails) を使うか、商用リージョンにデプロイしてください。",
        ),
    )


def _slack(case: Case) -> Outcome:
    answer = case.aws.answer("chatbot", "DescribeSlackWorkspaces", region=CHAT_REGION)
    on = [
        workspace["SlackTeamId"]
        for workspace in answer.get("SlackWorkspaces", [])
        if workspace.get("State", "ENABLED") == "ENABLED"
    ]
    wanted = case.planned.values.get(WORKSPACE)
    if wanted in on or (not wanted and on):
        names = wanted or ", ".join(on)
        return fine(
            f"Slack workspace {names} is authorized.",
            f"Slack ワークスペース {names} は承認されています。",
        )
    if not on:
        found = Said(
            "No Slack workspace is authorized in this account.",
            "このアカウントで承認された Slack ワークスペースがありません。",
        )
    else:
        names = ", ".join(on)
        found = Said(
            f"Slack workspace {wanted} is not authorized in this account; {names} is.",
            f"Slack ワークスペース {wanted} はこのアカウントで承認されていません (承認済み:"
            f" {names})。",
        )
    return fails(
        found,
        Said(
            "Authorize it in the console of Amazon Q Developer in chat applications: Slack,"
            " Configure client.",
            "Amazon Q Developer in chat applications のコンソールで [Slack] →"
            " [クライアントを設定] の順に選択し、承認してください。",
        ),
    )


def _teams(case: Case) -> Iterator[Outcome]:
    answer = case.aws.answer("chatbot", "ListMicrosoftTeamsConfiguredTeams", region=CHAT_REGION)
    on = {
        team["TeamId"]
        for team in answer.get("ConfiguredTeams", [])
        if team.get("State", "ENABLED") == "ENABLED"
    }
    for name, channel in case.settings.channels.items():
        if channel.kind != "teams" or not channel.is_configured:
            continue
        team = case.planned.values.get(team_parameter(name))
        if team in on or (not team and on):
            yield fine(
                f"The team of channel {name} is authorized.",
                f"チャンネル {name} のチームは承認されています。",
            )
            continue
        yield fails(
            Said(
                f"The Microsoft Teams team of channel {name} is not authorized in this account.",
                f"チャンネル {name} の Microsoft Teams チームはこのアカウントで"
                "承認されていません。",
            ),
            Said(
                "Authorize it in the console of Amazon Q Developer in chat applications: Microsoft"
                " Teams, Configure client.",
                "Amazon Q Developer in chat applications のコンソールで [Microsoft Teams]"
                " → [クライアントを設定] の順に選択し、承認してください。",
            ),
        )


CHECK = Check(
    name="workspace",
    group="chat",
    question=Said("Is the workspace authorized?", "ワークスペースは承認されていますか。"),
    calls=frozenset(
        {"chatbot:DescribeSlackWorkspaces", "chatbot:ListMicrosoftTeamsConfiguredTeams"}
    ),
    when="always",
    run=_run,
)
