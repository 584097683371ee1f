"""Channels of each kind, deployed: each text arrives at its topic, for each protocol its own."""

import json
import urllib.request
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from bus import as_event
from emulator import Emulator
from generator.messages import Look, evaluate, expression, subject_expression
from https_endpoint import Endpoint, listening_by_https
from rendered import Rendered, findings, render
from spy import Spy
from stack import Stack

Deploy = Callable[..., Stack]
Listen = Callable[[str], Spy]
Send = Callable[[Any], list[str]]

ADDRESSES = {"audit@example.com", "ciso@example.com"}
CHANNELS = f"""
name: Channels
channels:
  security: {{}}
  risk: {{teams: {{}}}}
  auditors: {{emails: [{", ".join(sorted(ADDRESSES))}]}}
routes:
  - name: findings
    channel: [security, risk, auditors]
    match: {{severity: [CRITICAL, HIGH], workflow: [NEW]}}
    message: summary
    notify: once
"""
EXISTING = """
name: Existing
channels: {security: {configuration: existing, channel_id: C0123ABCD}}
routes:
  - name: findings
    channel: security
    match: {severity: [CRITICAL, HIGH], workflow: [NEW]}
    message: summary
"""
FINDING = next(
    finding
    for finding in findings()
    if (finding["Severity"].get("Label"), finding["Workflow"]["Status"]) == ("HIGH", "NEW")
)
SLACK = expression("summary", Look(mail=True))


@pytest.fixture(scope="module")
def channels(tmp_path_factory: pytest.TempPathFactory) -> Rendered:
    return render(CHANNELS, tmp_path_factory.mktemp("channels"))


@pytest.fixture
def chat(tmp_path: Any) -> Iterator[Endpoint]:
    with listening_by_https(tmp_path) as endpoint:
        yield endpoint


def sns_of(stack: Stack) -> Any:
    return stack.aws("sns", stack.region, stack.account)


def mails(emulator: Emulator) -> list[tuple[str, str]]:
    """Return the mails that the emulator has sent: to whom, and the text."""
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with direct.open(f"{emulator.endpoint}/_aws/ses", timeout=10) as answer:
        sent = json.load(answer)["messages"]
    return [
        (address, mail["Body"]["text_part"])
        for mail in sent
        for address in mail["Destination"]["ToAddresses"]
    ]


def test_one_publish_has_a_text_for_mailboxes_and_another_for_the_chat(
    channels: Rendered,
    deploy: Deploy,
    spy: Listen,
    send: Send,
    account: str,
    chat: Endpoint,
    emulator: Emulator,
) -> None:
    stack = deploy(channels.path, **channels.typed)
    topic = stack.outputs["FindingsTopicArn"]
    chat.subscribe(sns_of(stack), topic)
    others = spy(topic)
    event = as_event(FINDING, account)
    (identifier,) = send([event])
    expected = json.loads(evaluate(SLACK, {**event, "id": identifier}))
    assert json.loads(chat.receive()) == json.loads(expected["https"])
    (other,) = others.receive_all(1)
    assert other.text == expected["email"]
    assert other.subject == evaluate(subject_expression("security_hub_cspm"), event)
    sent = {(address, text) for address, text in mails(emulator) if text == expected["email"]}
    assert sent == {(address, expected["email"]) for address in ADDRESSES}


def test_teams_gets_a_text_of_its_own_by_a_topic_of_its_own(
    channels: Rendered, deploy: Deploy, spy: Listen, send: Send, account: str
) -> None:
    stack = deploy(channels.path, **channels.typed)
    teams = spy(stack.resources["FindingsTeamsTopic"]["PhysicalResourceId"])
    event = as_event(FINDING, account)
    (identifier,) = send([event])
    (arrived,) = teams.receive_all(1)
    text = evaluate(expression("summary", Look(chat="teams")), {**event, "id": identifier})
    assert arrived.body == json.loads(text)


def test_each_address_is_subscribed_to_the_topic_with_its_texts(
    channels: Rendered, deploy: Deploy
) -> None:
    stack = deploy(channels.path, **channels.typed)
    listed = sns_of(stack).list_subscriptions_by_topic(TopicArn=stack.outputs["FindingsTopicArn"])
    subscribed = {(each["Protocol"], each["Endpoint"]) for each in listed["Subscriptions"]}
    assert subscribed == {("email", address) for address in ADDRESSES}


def test_the_stack_of_an_existing_configuration_has_no_chat_resource_and_names_its_topics(
    deploy: Deploy, tmp_path: Any
) -> None:
    existing = render(EXISTING, tmp_path)
    stack = deploy(existing.path, **existing.typed)
    kinds = {resource["ResourceType"] for resource in stack.resources.values()}
    assert not [kind for kind in kinds if "Chatbot" in kind]
    topics = [
        stack.resources[title]["PhysicalResourceId"]
        for title in ("FindingsTopic", "SecurityAlarmTopic")
    ]
    assert stack.outputs["SecurityChannelTopics"].split() == topics
