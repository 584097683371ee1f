"""The guide says what each kind of channel needs, and nothing of kinds that the file has not."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml

from conftest import QUICKSTART
from generator.companions.sample_finding import sample
from generator.guide.deploy import guides
from generator.params import Settings
from generator.templates import TEMPLATES

LINK = (
    "https://teams.microsoft.com/l/channel/19%3Aabc%40thread.tacv2/Risk"
    "?groupId=0123abcd-45ef-67ab-89cd-0123456789ab&tenantId=0123abcd-45ef-67ab-89cd-0123456789ac"
)
SLACK: dict[str, Any] = {"security": {}}
TEAMS: dict[str, Any] = {"risk": {"teams": LINK}}
MAIL: dict[str, Any] = {"auditors": {"emails": ["audit@example.com", "ciso@example.com"]}}
EXISTING: dict[str, Any] = {"ops": {"configuration": "existing", "channel_id": "C0OPS"}}
language = pytest.mark.parametrize("language", ["en", "ja"])
every_mix = pytest.mark.parametrize(
    "channels",
    [
        pytest.param(chosen, id=" ".join(chosen))
        for chosen in (
            SLACK,
            TEAMS,
            MAIL,
            EXISTING,
            SLACK | TEAMS,
            SLACK | MAIL,
            TEAMS | EXISTING,
            MAIL | EXISTING,
            SLACK | TEAMS | MAIL | EXISTING,
        )
    ],
)


def settings(channels: dict[str, Any], **more: Any) -> Settings:
    """Return the quickstart with these channels, and a route with summaries to all of them."""
    basis = yaml.safe_load(QUICKSTART)
    given = more.pop("route", {})
    route = basis["routes"][0] | {"channel": list(channels), "message": "summary"} | given
    data = basis | {"alarms": True, "channels": channels, "routes": [route]} | more
    return Settings.model_validate(data)


def guide(channels: dict[str, Any], file: str = "DEPLOY.md", **more: Any) -> str:
    of = settings(channels, **more)
    return guides(of, sample(of))[file]


def section(text: str, number: int) -> str:
    return re.split(r"^## ", text, flags=re.MULTILINE)[number]


@language
@every_mix
def test_the_steps_are_numbered_without_gaps_whatever_the_channels(
    channels: dict[str, Any], language: str
) -> None:
    key = "arn:aws:kms:eu-west-1:111122223333:key/0"
    text = guide(channels, language=language, encryption=key)
    for part in re.split(r"^#+ ", text, flags=re.MULTILINE):
        steps = [
            int(number)
            for number in re.findall(r"^(\d+)\. ", part.partition("\n")[2], re.MULTILINE)
        ]
        assert steps == list(range(1, len(steps) + 1)), part[:60]


@language
@every_mix
def test_a_guide_speaks_only_of_the_kinds_of_channels_that_the_file_has(
    channels: dict[str, Any], language: str
) -> None:
    text = guide(channels, language=language)
    new_slack, mails = "security" in channels, "auditors" in channels
    assert ("Microsoft Teams" in text) == ("risk" in channels)
    assert ("aws sns confirm-subscription" in text) == mails
    assert ("aws chatbot update-slack-channel-configuration" in text) == ("ops" in channels)
    assert ("/invite @Amazon Q" in text) == new_slack
    assert ("`ChatLink`" in text) == (channels != MAIL)
    assert ("/aws/chatbot/" in text) == (channels != MAIL)


@language
@every_mix
def test_the_first_line_says_where_findings_are_shown(
    channels: dict[str, Any], language: str
) -> None:
    title = guide(channels, language=language).splitlines()[0].partition(": ")[2]
    assert ("Slack" in title) == bool({"security", "ops"} & set(channels))
    assert ("Microsoft Teams" in title) == ("risk" in channels)
    words = {"en": "by e-mail", "ja": "メールで"}
    assert (words[language] in title) == ("auditors" in channels)


@language
def test_the_table_says_where_each_channel_is_and_names_every_topic(language: str) -> None:
    text = guide(SLACK | TEAMS | MAIL | EXISTING, language=language)
    (row,) = re.findall(r"^\| findings \|.*$", text, re.MULTILINE)
    name = "SecurityHubFindingToSlack"
    parts = [f"`{name}`", f"`{name}-teams`", f"`{name}-risk`", "audit@example.com", "Teams"]
    assert [part for part in parts if part not in row] == []
    assert {"en": "existing", "ja": "既存"}[language] in row


@language
def test_both_languages_have_the_same_commands(language: str) -> None:
    channels = SLACK | TEAMS | MAIL | EXISTING
    blocks = [
        re.findall(r"```bash\n(.*?)```", guide(channels, language=name), re.DOTALL)
        for name in ("en", language)
    ]
    assert blocks[0] == blocks[1]
    assert len(blocks[0]) >= 4


@language
def test_parameters_of_teams_are_explained(language: str) -> None:
    text = guide(TEAMS, language=language)
    for name in ("RiskTenantId", "RiskTeamId", "RiskChannelId"):
        (row,) = re.findall(rf"^ *\| `{name}` \|.*$", text, re.MULTILINE)
        assert all(cell.strip() for cell in row.strip().strip("|").split("|")), row
    fixed = {"en": "What cannot be updated**: `RiskTenantId`", "ja": "変更**: `RiskTenantId`"}
    assert fixed[language] in text


@pytest.mark.parametrize("kind", ["slack", "teams"])
def test_the_command_for_an_existing_configuration_names_an_output_of_the_stack(kind: str) -> None:
    channel = {"teams": LINK} if kind == "teams" else {"channel_id": "C0OPS"}
    channels = {"ops": {"configuration": "existing", **channel}}
    outputs = TEMPLATES["standalone.yaml"](settings(channels)).to_dict()["Outputs"]
    command = rf"^   {kind}_topics add (\S+) (\w+)$"
    ((given, output),) = re.findall(command, guide(channels), re.MULTILINE)
    assert output in outputs
    assert given == {"slack": "C0OPS", "teams": "19%3aabc%40thread.tacv2"}[kind]


@language
def test_an_existing_channel_without_an_id_has_a_word_to_replace(language: str) -> None:
    text = guide({"ops": {"configuration": "existing"}}, language=language)
    assert "slack_topics add CHANNEL_ID OpsChannelTopics" in text
    assert text.count("`CHANNEL_ID`") == 1


@language
def test_topics_leave_an_existing_configuration_before_the_stack_is_deleted(language: str) -> None:
    assert "`remove`" in section(guide(EXISTING, language=language), 6)
    assert "`remove`" not in guide(SLACK, language=language)


def test_the_guide_counts_the_mails_that_ask_for_a_confirmation() -> None:
    mails = [
        resource
        for resource in TEMPLATES["standalone.yaml"](settings(MAIL)).to_dict()["Resources"].values()
        if resource["Type"] == "AWS::SNS::Subscription"
    ]
    (count,) = re.findall(r"(\d+) to each of `audit@example.com`, `ciso@", guide(MAIL))
    assert int(count) * 2 == len(mails)


@language
def test_mails_cost_what_sns_asks_for_them(language: str) -> None:
    row = "(?m)^\\| \\[(?:Mails|メール)\\]\\(https://aws.amazon.com/(?:jp/)?sns/pricing/\\) .*2.00"
    assert re.search(row, guide(SLACK | MAIL, language=language))
    assert not re.search(row, guide(SLACK, language=language))


@language
def test_buttons_say_who_can_press_them_and_for_whom_they_are_missing(language: str) -> None:
    channels = {"security": {"buttons": ["suppress", "notified"]}}
    text = guide(channels, language=language)
    for part in ("Suppress", "Mark as notified", "chatbot-session-slack-", ": / . _ + @ = -"):
        assert part in text
    assert "batch-update-findings-v2" not in text
    assert "chatbot-session-slack-" not in guide(SLACK, language=language)


@language
def test_buttons_for_the_new_security_hub_say_what_aws_does_not_document(language: str) -> None:
    channels = {"security": {"buttons": ["suppress"]}}
    match = {"severity": ["CRITICAL"], "workflow": ["NEW"]}
    route = {"source": "security_hub", "match": match}
    text = guide(channels, language=language, route=route)
    undocumented = {
        "en": "does not document that the chat service",
        "ja": "記載がありません。**実行",
    }
    assert "`batch-update-findings-v2`" in text
    assert undocumented[language] in text


@language
def test_mentions_and_links_are_explained_where_the_file_has_them(language: str) -> None:
    console = {"start_url": "https://example.awsapps.com/start", "role": "SecurityAudit"}
    route = {"mention": ["here", "U0123ABCD"]}
    text = guide(SLACK, language=language, route=route, console=console)
    for part in ("`here`", "`U0123ABCD`", "<https://example.awsapps.com/start>", "`SecurityAudit`"):
        assert part in text
    assert "SecurityAudit" not in guide(SLACK, language=language)


@language
def test_further_topics_are_named_with_their_channel(language: str) -> None:
    topic = "arn:aws:sns:us-east-1:111122223333:pipelines"
    text = section(guide({"security": {"topics": [topic]}}, language=language), 4)
    assert f"`{topic}`" in text


@language
def test_two_texts_are_said_to_be_sent_again_together(language: str) -> None:
    words = {"en": "sends both, also where", "ja": "2 つ目だけが失敗していた場合も"}
    channels = SLACK | TEAMS
    assert words[language] in guide(channels, language=language, dead_letter_queue=True)
    assert words[language] not in guide(channels, language=language, dead_letter_queue=False)


def test_the_delivery_policy_is_set_on_every_topic_of_a_route() -> None:
    """The guide's command reads all outputs whose names end so."""
    outputs = TEMPLATES["standalone.yaml"](settings(SLACK | TEAMS)).to_dict()["Outputs"]
    assert {"FindingsTopicArn", "FindingsTeamsTopicArn"} <= set(outputs)


@language
@pytest.mark.parametrize("file", ["DEPLOY-command-line.md", "DEPLOY-stackset.md"])
def test_other_ways_lead_to_the_steps_after_the_stack(language: str, file: str) -> None:
    words = {"en": "last step of section 2", "ja": "`DEPLOY.md` の 2 章の、"}[language]
    assert words in guide(SLACK | EXISTING, file, language=language)
    assert words not in guide(SLACK, file, language=language)


def test_a_custom_action_of_the_console_is_not_named_for_slack_without_slack() -> None:
    route = {"on": "custom_action", "match": {}}
    text = guide(TEAMS, route=route)
    assert '--name "Send to Teams"' in text
    assert "Slack" not in re.sub(
        r"SecurityHubFindingToSlack|findings-to-slack", "", section(text, 3)
    )
