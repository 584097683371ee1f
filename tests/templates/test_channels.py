"""Each kind of channel has what it needs, and no more: Slack, Teams, e-mail, and existing ones."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from conftest import QUICKSTART, Build, Run, of_type
from generator.params import load
from generator.templates import TEMPLATES

if TYPE_CHECKING:
    from pathlib import Path

SLACK = "AWS::Chatbot::SlackChannelConfiguration"
TEAMS = "AWS::Chatbot::MicrosoftTeamsChannelConfiguration"
SUBSCRIPTION = "AWS::SNS::Subscription"
LINK = (
    "https://teams.microsoft.com/l/channel/19%3Aabc%40thread.tacv2/Risk"
    "?groupId=0123abcd-45ef-67ab-89cd-0123456789ab&tenantId=0123abcd-45ef-67ab-89cd-0123456789ac"
)
IDS = {
    "TenantId": "0123abcd-45ef-67ab-89cd-0123456789ac",
    "TeamId": "0123abcd-45ef-67ab-89cd-0123456789ab",
    "ChannelId": "19%3aabc%40thread.tacv2",
}
SUMMARY = {"message": "summary"}


def file(channels: dict[str, Any], route: dict[str, Any] | None = None, **more: Any) -> str:
    """Return the quickstart with these channels, and its route to all of them."""
    basis = yaml.safe_load(QUICKSTART)
    routes = [{**basis["routes"][0], "channel": list(channels), **(route or {})}]
    given = {**basis, "channels": channels, "routes": routes, **more}
    return str(yaml.safe_dump(given, sort_keys=False))


def topics_of(template: dict[str, Any], kind: str) -> list[list[Any]]:
    return [item["Properties"]["SnsTopicArns"] for item in of_type(template, kind).values()]


@pytest.mark.parametrize(
    "teams",
    [
        LINK,
        {"channel_id": LINK},
        {
            "tenant_id": IDS["TenantId"],
            "team_id": IDS["TeamId"],
            "channel_id": "19:abc@thread.tacv2",
        },
        {**dict(zip(("tenant_id", "team_id", "channel_id"), IDS.values(), strict=True))},
    ],
    ids=["link", "link below channel_id", "ids", "encoded ids"],
)
def test_a_channel_of_teams_is_named_by_its_link_or_its_ids(build: Build, teams: Any) -> None:
    template = build(file({"risk": {"teams": teams}}))
    parameters = template["Parameters"]
    assert {name: parameters[f"Risk{name}"]["Default"] for name in IDS} == IDS
    properties = of_type(template, TEAMS)["RiskChannel"]["Properties"]
    assert properties["TeamsTenantId"] == {"Ref": "RiskTenantId"}
    assert properties["TeamId"] == {"Ref": "RiskTeamId"}
    assert properties["TeamsChannelId"] == {"Ref": "RiskChannelId"}


def test_a_file_of_teams_alone_asks_for_no_workspace_of_slack(build: Build) -> None:
    template = build(file({"risk": {"teams": {}}}))
    assert "SlackWorkspaceId" not in template["Parameters"]
    assert "Default" not in template["Parameters"]["RiskTeamId"]
    assert not of_type(template, SLACK)


def test_the_chat_services_own_message_is_one_topic_for_slack_and_teams(build: Build) -> None:
    template = build(file({"security": {}, "risk": {"teams": {}}}))
    assert list(of_type(template, "AWS::SNS::Topic")) == ["FindingsTopic"]
    assert topics_of(template, SLACK) == topics_of(template, TEAMS) == [[{"Ref": "FindingsTopic"}]]


def test_summaries_for_slack_and_teams_are_published_to_a_topic_each(build: Build) -> None:
    template = build(file({"security": {}, "risk": {"teams": {}}}, SUMMARY))
    assert topics_of(template, SLACK) == [[{"Ref": "FindingsTopic"}]]
    assert topics_of(template, TEAMS) == [[{"Ref": "FindingsTeamsTopic"}]]
    steps = published(template)
    assert [step["Arguments"]["TopicArn"] for step in steps.values()] == [
        "{% $topics[0] %}",
        "{% $topics[1] %}",
    ]
    (target,) = template["Resources"]["FindingsRule"]["Properties"]["Targets"]
    handed = target["InputTransformer"]["InputTemplate"]["Fn::Sub"]
    assert '"topics":["${FindingsTopic}","${FindingsTeamsTopic}"]' in handed
    messages = [step["Arguments"]["Message"]["Fn::FindInMap"][1] for step in steps.values()]
    assert len(set(messages)) == 2


def published(template: dict[str, Any]) -> dict[str, Any]:
    (machine,) = of_type(template, "AWS::StepFunctions::StateMachine").values()
    states = machine["Properties"]["Definition"]["States"]
    return {name: state for name, state in states.items() if name.startswith("Publish")}


def test_the_state_machine_may_publish_to_both_topics_and_no_other(build: Build) -> None:
    template = build(file({"security": {}, "risk": {"teams": {}}}, SUMMARY))
    (role,) = (
        role["Properties"]["Policies"][0]
        for title, role in of_type(template, "AWS::IAM::Role").items()
        if title.endswith("StateMachineRole")
    )
    statements = role["PolicyDocument"]["Statement"]
    (publish,) = [each for each in statements if each["Sid"] == "Publish"]
    assert publish["Resource"] == [{"Ref": "FindingsTopic"}, {"Ref": "FindingsTeamsTopic"}]


def test_the_second_topic_is_watched_like_the_first(build: Build) -> None:
    template = build(file({"security": {}, "risk": {"teams": {}}}, SUMMARY, alarms=True))
    watched = [
        alarm["Properties"]["Dimensions"][0]["Value"]["Fn::GetAtt"][0]
        for alarm in of_type(template, "AWS::CloudWatch::Alarm").values()
        if alarm["Properties"]["MetricName"] == "NumberOfNotificationsFailed"
    ]
    assert watched == ["FindingsTopic", "FindingsTeamsTopic"]


def test_another_channel_of_the_same_chat_renames_nothing(build: Build) -> None:
    before = build(file({"risk": {"teams": {}}}, SUMMARY))["Resources"]
    after = build(file({"risk": {"teams": {}}, "security": {}}, SUMMARY))["Resources"]
    kept = {title for title, item in before.items() if item["Type"] == "AWS::SNS::Topic"}
    assert kept == {"FindingsTopic"}
    assert after["FindingsTopic"]["Properties"] == before["FindingsTopic"]["Properties"]
    assert "FindingsSlackTopic" in after


def test_a_channel_that_is_configured_already_gets_no_resource_of_the_chat_service(
    build: Build,
) -> None:
    channels = {"security": {"configuration": "existing"}}
    template = build(file(channels, SUMMARY, alarms=True))
    kinds = {item["Type"] for item in template["Resources"].values()}
    assert not [kind for kind in kinds if "Chatbot" in kind]
    assert "SecurityChannelRole" not in template["Resources"]
    assert not [name for name in template["Parameters"] if "Slack" in name or "Channel" in name]


def test_the_topics_to_add_to_an_existing_configuration_are_an_output(build: Build) -> None:
    channels = {"security": {"configuration": "existing"}}
    digest = {"name": "weekly", "schedule": "rate(7 days)", "channel": "security"}
    template = build(file(channels, SUMMARY, alarms=True, digests=[digest]))
    assert template["Outputs"]["SecurityChannelTopics"]["Value"] == {
        "Fn::Join": [
            " ",
            [{"Ref": "FindingsTopic"}, {"Ref": "WeeklyTopic"}, {"Ref": "SecurityAlarmTopic"}],
        ]
    }


def test_further_topics_are_shown_in_the_channel(build: Build) -> None:
    further = "arn:aws:sns:us-east-1:111122223333:pipelines"
    template = build(file({"security": {"topics": [further]}}))
    assert topics_of(template, SLACK) == [[{"Ref": "FindingsTopic"}, further]]


def test_each_address_is_subscribed_to_each_topic(build: Build) -> None:
    emails = ["audit@example.com", "ciso@example.com"]
    template = build(file({"auditors": {"emails": emails}}, SUMMARY, alarms=True))
    subscriptions = [item["Properties"] for item in of_type(template, SUBSCRIPTION).values()]
    assert {item["Protocol"] for item in subscriptions} == {"email"}
    assert sorted((item["TopicArn"]["Ref"], item["Endpoint"]) for item in subscriptions) == sorted(
        (topic, address) for topic in ("FindingsTopic", "AuditorsAlarmTopic") for address in emails
    )


def test_an_address_that_comes_first_replaces_no_other_subscription(build: Build) -> None:
    """A replaced subscription has to be confirmed again."""
    one = build(file({"auditors": {"emails": ["b@example.com"]}}, SUMMARY))
    two = build(file({"auditors": {"emails": ["a@example.com", "b@example.com"]}}, SUMMARY))
    assert of_type(one, SUBSCRIPTION).items() <= of_type(two, SUBSCRIPTION).items()


def test_chat_and_mail_share_a_topic_whose_message_has_a_text_for_each(build: Build) -> None:
    channels = {"security": {}, "auditors": {"emails": ["audit@example.com"]}}
    template = build(file(channels, SUMMARY))
    assert list(of_type(template, "AWS::SNS::Topic")) == ["FindingsTopic"]
    (step,) = published(template).values()
    assert step["Arguments"]["MessageStructure"] == "json"
    assert "Subject" in step["Arguments"]


def test_without_mail_a_message_is_published_as_it_is(build: Build) -> None:
    (step,) = published(build(file({"security": {}}, SUMMARY))).values()
    assert set(step["Arguments"]) == {"TopicArn", "Message"}


def test_a_file_of_mailboxes_alone_has_nothing_of_the_chat_service(build: Build) -> None:
    more = {"alarms": True, "encryption": "customer_key"}
    template = build(file({"auditors": {"emails": ["audit@example.com"]}}, SUMMARY, **more))
    assert "hatbot" not in json.dumps(template["Resources"])
    assert "Slack channel" not in json.dumps(template)
    assert "ChatLink" not in template["Outputs"]


def test_a_channels_buttons_are_allowed_in_its_role_and_its_guardrail(build: Build) -> None:
    channels: dict[str, Any] = {"security": {"buttons": ["suppress"]}, "operations": {}}
    template = build(file(channels, SUMMARY))
    resources = template["Resources"]
    security = resources["SecurityChannel"]["Properties"]
    assert security["CustomizationResourceArns"] == [{"Ref": "SuppressButtonCspm"}]
    assert {"Ref": "SecurityChannelGuardrail"} in security["GuardrailPolicies"]
    role = resources["SecurityChannelRole"]["Properties"]["Policies"][0]["PolicyDocument"]
    limit = resources["SecurityChannelGuardrail"]["Properties"]["PolicyDocument"]["Statement"]
    assert role["Statement"][1:] == limit
    assert "CustomizationResourceArns" not in resources["OperationsChannel"]["Properties"]


def test_without_buttons_a_channel_is_as_it_was(build: Build) -> None:
    template = build(file({"security": {}}, SUMMARY))
    assert not of_type(template, "AWS::Chatbot::CustomAction")
    assert not of_type(template, "AWS::IAM::ManagedPolicy")
    assert "BatchUpdateFindings" not in json.dumps(template)


def test_a_button_is_there_once_for_each_product_whatever_channels_have_it(build: Build) -> None:
    buttons = {"buttons": ["suppress", "resolve"]}
    text = yaml.safe_load(file({"security": buttons, "operations": buttons}, SUMMARY))
    text["routes"].append({**text["routes"][0], "name": "new", "source": "security_hub"})
    actions = of_type(build(yaml.safe_dump(text)), "AWS::Chatbot::CustomAction")
    assert set(actions) == {
        "SuppressButtonCspm",
        "ResolveButtonCspm",
        "SuppressButtonV2",
        "ResolveButtonV2",
    }


@pytest.mark.parametrize("command", ["render", "preview"])
def test_what_has_no_room_in_one_expression_is_refused_with_what_to_leave_out(
    project: Path, run: Run, command: str
) -> None:
    channels = {"security": {"buttons": ["suppress"]}, "auditors": {"emails": ["a@example.com"]}}
    console = {"start_url": "https://d-0123456789.awsapps.com/start", "role": "SecurityAudit"}
    mention = [f"S0123ABC{n}" for n in range(10)]
    text = file(
        channels,
        {**SUMMARY, "source": "security_hub", "mention": mention},
        console=console,
        language="ja",
    )
    (project / "params" / "a.yaml").write_text(text, "utf-8")
    (project / "findings").write_text("", "utf-8")
    more = ("params/a.yaml", "findings", "--out", "p.html") if command == "preview" else ()
    ran = run(command, *more)
    assert ran.code == 2
    assert "routes[0]: its message is too long for a state machine" in ran.err
    assert "leave out e-mail or write language: en" in ran.err


def test_a_further_topic_of_another_account_than_the_homes_is_refused(
    project: Path, run: Run
) -> None:
    further = "arn:aws:sns:us-east-1:444455556666:pipelines"
    home = {"home": {"region": "us-east-1", "account": "111122223333"}}
    text = file({"security": {"topics": [further]}}, deployment=home)
    (project / "params" / "a.yaml").write_text(text, "utf-8")
    ran = run("render")
    assert ran.code == 2
    assert "channels.security.topics[0]: this topic is of account 444455556666" in ran.err


def test_mailboxes_do_not_need_a_region_with_the_chat_service(project: Path, run: Run) -> None:
    text = file(
        {"auditors": {"emails": ["audit@example.com"]}},
        SUMMARY,
        deployment={"home": {"region": "cn-north-1"}},
    )
    (project / "params" / "a.yaml").write_text(text, "utf-8")
    assert run("render").code == 0


@pytest.mark.parametrize("name", ["teams", "findings-teams"])
def test_a_route_cannot_have_the_name_of_anothers_second_topic(
    project: Path, run: Run, name: str
) -> None:
    text = yaml.safe_load(file({"security": {}, "risk": {"teams": {}}}, SUMMARY))
    text["routes"].append({"name": name, "channel": "security"})
    (project / "params" / "a.yaml").write_text(yaml.safe_dump(text, sort_keys=False), "utf-8")
    ran = run("render")
    assert ran.code == 2
    assert "routes[1].name: 'findings' has a topic of this name" in ran.err


@pytest.mark.parametrize(
    ("channels", "more", "message"),
    [
        (
            {"security": {"buttons": ["suppress"]}},
            {"deployment": {"home": {"region": "us-east-1", "account": "111122223333"}}},
            "channels.security.buttons: buttons do not work with forwarding",
        ),
        (
            {"security": {"topics": ["arn:aws:sns:us-east-1:111122223333:pipelines"]}},
            {"deployment": {"stackset": {"accounts": ["111122223333"], "regions": ["us-east-1"]}}},
            "channels.security.topics: a topic is of one account",
        ),
    ],
    ids=["buttons", "topics"],
)
def test_what_cannot_work_in_several_accounts_is_refused(
    project: Path, run: Run, channels: dict[str, Any], more: dict[str, Any], message: str
) -> None:
    text = file(channels, {**SUMMARY, "notify": "every_update"}, **more)
    (project / "params" / "a.yaml").write_text(text, "utf-8")
    ran = run("render")
    assert ran.code == 2, ran.out
    assert message in ran.err


def test_links_through_the_portal_need_a_summary(project: Path, run: Run) -> None:
    console = {"start_url": "https://d-0123456789.awsapps.com/start", "role": "SecurityAudit"}
    text = file({"security": {}}, console=console)
    (project / "params" / "a.yaml").write_text(text, "utf-8")
    ran = run("render")
    assert ran.code == 2
    assert "console: only summaries have links of ours" in ran.err


def test_the_launch_role_may_subscribe_to_further_topics(tmp_path: Path) -> None:
    further = "arn:aws:sns:us-east-1:111122223333:pipelines"
    home = {"region": "us-east-1", "account": "111122223333"}
    deployment = {"home": home, "service_catalog": {"versions": ["1.0.0"]}}
    path = tmp_path / "a.yaml"
    path.write_text(file({"security": {"topics": [further]}}, deployment=deployment), "utf-8")
    role = TEMPLATES["launch-role.yaml"](load(path).settings).to_dict()
    assert further.split(":", 2)[2] in json.dumps(role)
