"""doctor, on a stack that is really deployed: healthy, and with one thing broken at a time."""

import json
import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from aws import REGION, Aws
from emulator import Emulator
from https_endpoint import Endpoint, listening_by_https
from rendered import PYTHON, ROOT
from securityhub import SecurityHub
from stack import Stack

NAME, WORKSPACE, CHANNEL = "Examined", "T0123ABCD", "C0123ABCD"
# What the routes of a kind share, and what marks their findings.
MACHINE, SHARED = "SharedSummaryOnceStateMachine", f"{NAME}-shared-summary-once"
MARKER = f"{NAME}-marker"
PARAMS = f"""\
name: {NAME}
slack: {{workspace_id: {WORKSPACE}}}
encryption: customer_key
channels:
  security: {{channel_id: {CHANNEL}}}
routes:
  - name: findings
    channel: security
    match:
      severity: [CRITICAL, HIGH]
      compliance: [FAILED, WARNING, NOT_AVAILABLE]  # without ABSENT
      workflow: [NEW]
      record_state: [ACTIVE]
    message: summary
    notify: once
  - name: threats
    channel: security
    match: {{products: [aws/guardduty], workflow: [NEW], record_state: [ACTIVE]}}
"""
CONFIGURATION = {
    "SlackTeamName": "Example",
    "SlackTeamId": WORKSPACE,
    "SlackChannelId": CHANNEL,
    "SlackChannelName": "security",
    "IamRoleArn": "arn:aws:iam::111122223333:role/any",
    "ConfigurationName": NAME,
}


class Place(NamedTuple):
    """An account with a params file, and its stack if it is deployed."""

    aws: Aws
    emulator: Emulator
    params: Path
    account: str
    stack: Stack | None = None

    def client(self, service: str, region: str = REGION) -> Any:
        return self.aws(service, region, self.account)

    def tell(self, operation: str, **how: Any) -> None:
        """Say how a service that the emulator lacks answers in this account."""
        asked = {"account": self.account, "operation": operation, **how}
        self.emulator.ask("account", asked)

    def id(self, title: str) -> str:
        assert self.stack is not None
        return str(self.stack.resources[title]["PhysicalResourceId"])

    def examine(self, *options: str, code: int | None = None) -> Any:
        """Return what doctor finds, as plain data."""
        done = self.run("--json", *options)
        assert "Traceback" not in done.stderr, done.stderr
        assert code in (None, done.returncode), done.stdout + done.stderr
        return json.loads(done.stdout)

    def run(self, *options: str, answer: str = "") -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [PYTHON, "-m", "generator", "doctor", self.params, "--region", REGION, *options],
            cwd=self.params.parent,
            env={
                "PATH": os.environ["PATH"],
                "PYTHONPATH": str(ROOT),
                "AWS_ENDPOINT_URL": self.emulator.endpoint,
                "AWS_ACCESS_KEY_ID": self.account,
                "AWS_SECRET_ACCESS_KEY": "any",
                "AWS_CONFIG_FILE": "/dev/null",
                "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
            },
            input=answer,
            capture_output=True,
            encoding="utf-8",
            check=False,
        )


def failing(found: Any) -> dict[str, str]:
    """Return the checks that found anything but fine, with what they said."""
    return {check["name"]: check["text"] for check in found["checks"] if check["verdict"] != "fine"}


@pytest.fixture(scope="module")
def params(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("doctor")
    (folder / "examined.yaml").write_text(PARAMS)
    subprocess.run(
        [PYTHON, "-m", "generator", "render", "examined.yaml", "--out", "out"],
        cwd=folder,
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"},
        check=True,
        capture_output=True,
    )
    return folder / "examined.yaml"


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Endpoint]:
    with listening_by_https(tmp_path_factory.mktemp("certificate")) as endpoint:
        yield endpoint


Prepare = Callable[[Callable[..., Stack]], Place]


@pytest.fixture(scope="module")
def prepare(aws: Aws, emulator: Emulator, params: Path, endpoint: Endpoint) -> Prepare:
    """Deploy the stack in an account in which all else is as it should be."""

    def prepare(deploy: Callable[..., Stack]) -> Place:
        stack = deploy(rendered(params))
        place = Place(aws, emulator, params, stack.account, stack)
        record(place)
        for topic in topics_of(place):
            # Its address has what the chat service's is known by.
            place.client("sns").subscribe(
                TopicArn=topic, Protocol="https", Endpoint=f"{endpoint.url}sns-api.chatbot.test"
            )
        configured(place, SnsTopicArns=topics_of(place))
        return place

    return prepare


def topics_of(place: Place) -> list[str]:
    assert place.stack is not None
    return [
        resource["PhysicalResourceId"]
        for resource in place.stack.resources.values()
        if resource["ResourceType"] == "AWS::SNS::Topic"
    ]


def rendered(params: Path) -> str:
    return (params.parent / "out" / "examined" / "standalone.yaml").read_text()


def configured(place: Place, **different: Any) -> None:
    arn = place.id("SecurityChannel") if place.stack else "arn:other"
    configuration = {**CONFIGURATION, "ChatConfigurationArn": arn, **different}
    answer = {"SlackChannelConfigurations": [configuration]}
    place.tell("DescribeSlackChannelConfigurations", answer=answer)


def record(place: Place) -> None:
    """Turn AWS Config's recorder on."""
    config = place.client("config")
    role = f"arn:aws:iam::{place.account}:role/config"
    config.put_configuration_recorder(ConfigurationRecorder={"name": "default", "roleARN": role})
    config.put_delivery_channel(DeliveryChannel={"name": "default", "s3BucketName": "any"})
    config.start_configuration_recorder(ConfigurationRecorderName="default")


@pytest.fixture(scope="module")
def deployed(prepare: Prepare, deploy_once: Callable[..., Stack]) -> Place:
    """A healthy deployment; a test that breaks something repairs it."""
    return prepare(deploy_once)


def test_a_healthy_deployment_gets_no_complaint(deployed: Place) -> None:
    found = deployed.examine(code=0)
    assert failing(found) == {}
    assert deployed.stack is not None
    assert found["stack"] == deployed.stack.name


# Each fault breaks one thing, and repairs it after the yield.
Fault = Callable[[Place], Iterator[None]]


def a_disabled_rule(place: Place) -> Iterator[None]:
    place.client("events").disable_rule(Name=NAME)
    yield
    place.client("events").enable_rule(Name=NAME)


def a_disabled_schedule(place: Place) -> Iterator[None]:
    place.client("events").disable_rule(Name=MARKER)
    yield
    place.client("events").enable_rule(Name=MARKER)


def a_rule_with_another_pattern(place: Place) -> Iterator[None]:
    events = place.client("events")
    pattern = events.describe_rule(Name=NAME)["EventPattern"]
    events.put_rule(Name=NAME, EventPattern=pattern.replace("CRITICAL", "LOW"))
    yield
    events.put_rule(Name=NAME, EventPattern=pattern)


def a_rule_without_its_target(place: Place) -> Iterator[None]:
    events = place.client("events")
    targets = events.list_targets_by_rule(Rule=NAME)["Targets"]
    events.remove_targets(Rule=NAME, Ids=[target["Id"] for target in targets])
    yield
    events.put_targets(Rule=NAME, Targets=targets)


def a_deleted_rule(place: Place) -> Iterator[None]:
    events = place.client("events")
    rule = events.describe_rule(Name=NAME)
    targets = events.list_targets_by_rule(Rule=NAME)["Targets"]
    events.remove_targets(Rule=NAME, Ids=[target["Id"] for target in targets])
    events.delete_rule(Name=NAME)
    yield
    events.put_rule(Name=NAME, EventPattern=rule["EventPattern"])
    events.put_targets(Rule=NAME, Targets=targets)


def an_unsubscribed_topic(place: Place) -> Iterator[None]:
    sns, topic = place.client("sns"), place.id("FindingsTopic")
    (subscription,) = sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
    sns.unsubscribe(SubscriptionArn=subscription["SubscriptionArn"])
    yield
    sns.subscribe(TopicArn=topic, Protocol="https", Endpoint=subscription["Endpoint"])


def a_topic_that_denies(place: Place) -> Iterator[None]:
    deny = {"Effect": "Deny", "Principal": "*", "Action": "sns:*", "Resource": "*"}
    yield from with_policy(place, lambda statements: [*statements, deny])


def a_topic_with_a_condition(place: Place) -> Iterator[None]:
    condition = {"StringEquals": {"aws:SourceAccount": place.account}}
    yield from with_policy(
        place,
        lambda statements: [
            {**each, "Condition": condition} if each["Effect"] == "Allow" else each
            for each in statements
        ],
    )


def with_policy(place: Place, change: Callable[[list[Any]], list[Any]]) -> Iterator[None]:
    """Change the access policy of the topic that EventBridge publishes to."""
    sns, topic = place.client("sns"), place.id("ThreatsTopic")
    text = sns.get_topic_attributes(TopicArn=topic)["Attributes"]["Policy"]
    policy = json.loads(text)
    changed = json.dumps({**policy, "Statement": change(policy["Statement"])})
    named = {"TopicArn": topic, "AttributeName": "Policy"}
    sns.set_topic_attributes(**named, AttributeValue=changed)
    yield
    sns.set_topic_attributes(**named, AttributeValue=text)


def a_deleted_topic(place: Place) -> Iterator[None]:
    sns, topic = place.client("sns"), place.id("ThreatsTopic")
    attributes = sns.get_topic_attributes(TopicArn=topic)["Attributes"]
    (subscription,) = sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
    sns.delete_topic(TopicArn=topic)
    yield
    kept = {name: attributes[name] for name in ("Policy", "DisplayName", "KmsMasterKeyId")}
    sns.create_topic(Name=f"{NAME}-threats", Attributes=kept)
    sns.subscribe(TopicArn=topic, Protocol="https", Endpoint=subscription["Endpoint"])


def a_waiting_dead_letter(place: Place) -> Iterator[None]:
    sqs = place.client("sqs")
    url = sqs.get_queue_url(QueueName=f"{SHARED}-dead-letters")["QueueUrl"]
    sqs.send_message(QueueUrl=url, MessageBody="{}")
    yield
    (message,) = sqs.receive_message(QueueUrl=url)["Messages"]
    sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])


def a_deleted_state_machine(place: Place) -> Iterator[None]:
    states, arn = place.client("stepfunctions"), place.id(MACHINE)
    machine = states.describe_state_machine(stateMachineArn=arn)
    states.delete_state_machine(stateMachineArn=arn)
    yield
    kept = {key: machine[key] for key in ("name", "definition", "roleArn", "type")}
    states.create_state_machine(**kept)


def a_disabled_key(place: Place) -> Iterator[None]:
    place.client("kms").disable_key(KeyId=place.id("Key"))
    yield
    place.client("kms").enable_key(KeyId=place.id("Key"))


def a_key_that_eventbridge_may_not_use(place: Place) -> Iterator[None]:
    kms = place.client("kms")
    named = {"KeyId": place.id("Key"), "PolicyName": "default"}
    policy = kms.get_key_policy(**named)["Policy"]
    kms.put_key_policy(**named, Policy=policy.replace("events.amazonaws.com", "s3.amazonaws.com"))
    yield
    kms.put_key_policy(**named, Policy=policy)


def an_alarm_that_is_on(place: Place) -> Iterator[None]:
    named = {"AlarmName": f"{SHARED}-lost-events", "StateReason": "Threshold crossed"}
    place.client("cloudwatch").set_alarm_state(**named, StateValue="ALARM")
    yield
    place.client("cloudwatch").set_alarm_state(**named, StateValue="OK")


def a_recorder_that_is_off(place: Place) -> Iterator[None]:
    config = place.client("config")
    config.stop_configuration_recorder(ConfigurationRecorderName="default")
    yield
    config.start_configuration_recorder(ConfigurationRecorderName="default")


def told(operation: str, **how: Any) -> Fault:
    """Let a service that the emulator lacks answer otherwise, and as before after that."""

    def fault(place: Place) -> Iterator[None]:
        place.tell(operation, **how)
        yield
        place.tell(operation)

    return fault


def configuration(**different: Any) -> Fault:
    """Change the channel's chat configuration."""

    def fault(place: Place) -> Iterator[None]:
        configured(place, **different)
        yield
        configured(place, SnsTopicArns=topics_of(place))

    return fault


def a_stack_with_another_value(place: Place) -> Iterator[None]:
    yield from updated(place, "FindingsSeverities", "CRITICAL", "CRITICAL,HIGH")


def a_paused_stack(place: Place) -> Iterator[None]:
    yield from updated(place, "RulesEnabled", "false", "true")


def updated(place: Place, parameter: str, value: str, before: str) -> Iterator[None]:
    """Update the stack with another value of a parameter."""
    assert place.stack is not None
    place.stack.update(rendered(place.params), {parameter: value})
    yield
    place.stack.update(rendered(place.params), {parameter: before})


FAULTS: list[tuple[Fault, str, str]] = [
    (a_disabled_rule, "rules", f"Rule {NAME} is disabled"),
    (a_rule_with_another_pattern, "rules", "another event pattern"),
    (a_rule_without_its_target, "rules", "does not send to arn:aws:states"),
    (a_disabled_schedule, "rules", f"Rule {MARKER} is disabled"),
    (a_deleted_rule, "rules", f"Rule {NAME} does not exist"),
    (a_paused_stack, "rules", "is paused"),
    (an_unsubscribed_topic, "subscriptions", f"not subscribed to topic {NAME} "),
    (a_topic_that_denies, "topics", f"topic {NAME}-threats does not let events.amazonaws.com"),
    (a_topic_with_a_condition, "topics", "under a condition"),
    (a_deleted_topic, "topics", f"Topic {NAME}-threats does not exist"),
    (a_waiting_dead_letter, "queues", f"Queue {SHARED}-dead-letters has 1 undelivered finding."),
    (a_deleted_state_machine, "state-machines", f"State machine {SHARED} does not exist"),
    (a_disabled_key, "key", "Disabled"),
    (a_key_that_eventbridge_may_not_use, "key", "events.amazonaws.com: kms:"),
    (an_alarm_that_is_on, "alarms", f"Alarm {SHARED}-lost-events is on: Threshold crossed"),
    (a_stack_with_another_value, "parameters", "FindingsSeverities is CRITICAL in the stack"),
    (a_recorder_that_is_off, "recorder", "records nothing"),
    (told("DescribeHub", code="InvalidAccessException", status=401), "security-hub", "is off"),
    (told("GetEnabledStandards", answer={"StandardsSubscriptions": []}), "standards", "findings"),
    (
        told("DescribeHub", answer={"ControlFindingGenerator": "STANDARD_CONTROL"}),
        "consolidated",
        "a message, for each",
    ),
    (
        told("GetAdministratorAccount", answer={"Administrator": {"AccountId": "999988887777"}}),
        "administrator",
        "Account 999988887777 administers Security Hub",
    ),
    (
        told("DescribeSlackWorkspaces", answer={"SlackWorkspaces": []}),
        "workspace",
        "No Slack workspace is authorized",
    ),
    (
        configuration(SlackChannelId="C0ANOTHER"),
        "channel",
        f"({CHANNEL}) has no chat configuration",
    ),
    (configuration(SnsTopicArns=[]), "channel", f"topics: arn:aws:sns:{REGION}:"),
    (
        configuration(State="DISABLED", StateReason="removed by Slack"),
        "channel",
        "is disabled: removed by Slack",
    ),
    (
        configuration(ChatConfigurationArn="arn:another", ConfigurationName="pipelines"),
        "channel",
        "has the chat configuration pipelines already",
    ),
]


@pytest.mark.parametrize(("fault", "check", "said"), FAULTS, ids=[each[2] for each in FAULTS])
def test_a_fault_is_named_and_nothing_else(
    deployed: Place, fault: Fault, check: str, said: str
) -> None:
    broken = fault(deployed)
    next(broken)
    try:
        found = failing(deployed.examine())
    finally:
        next(broken, None)
    assert list(found) == [check]
    assert said in found[check]


def failed_deliveries(place: Place) -> None:
    measured(place, "AWS/Events", "FailedInvocations", RuleName=NAME)


def failed_executions(place: Place) -> None:
    arn = place.id("MarkerStateMachine")
    measured(place, "AWS/States", "ExecutionsFailed", StateMachineArn=arn)
    details = {"error": "NotMarked", "cause": "arn:finding"}
    message = json.dumps({"type": "ExecutionFailed", "details": details})
    logged(place, REGION, f"/aws/vendedlogs/states/{MARKER}", message)


def messages_that_nobody_gets(place: Place) -> None:
    measured(place, "AWS/SNS", "NumberOfMessagesPublished", TopicName=f"{NAME}-threats")


def errors_of_the_chat_service(place: Place) -> None:
    logged(place, "us-east-1", f"/aws/chatbot/{NAME}", "Event received is not supported")


def measured(place: Place, namespace: str, name: str, minutes: int = 5, **dimension: str) -> None:
    """Put what AWS's service would measure: the emulator's do not measure themselves."""
    dimensions = [{"Name": key, "Value": value} for key, value in dimension.items()]
    named = {"MetricName": name, "Dimensions": dimensions}
    data = {**named, "Value": 3, "Timestamp": minutes_ago(minutes)}
    place.client("cloudwatch").put_metric_data(Namespace=namespace, MetricData=[data])


def logged(place: Place, region: str, group: str, message: str) -> None:
    logs = place.client("logs", region)
    with suppress(logs.exceptions.ResourceAlreadyExistsException):
        logs.create_log_group(logGroupName=group)
    logs.create_log_stream(logGroupName=group, logStreamName="any")
    time = int(minutes_ago(5).timestamp() * 1000)
    named = {"logGroupName": group, "logStreamName": "any"}
    logs.put_log_events(**named, logEvents=[{"timestamp": time, "message": message}])


def minutes_ago(minutes: int) -> datetime:
    return datetime.now(UTC) - timedelta(minutes=minutes)


# What was measured or logged stays for a day: these come last, one on top of the other.
@pytest.mark.parametrize(
    ("fault", "check", "said"),
    [
        (failed_deliveries, "invocations", f"rule {NAME} failed to deliver 3 times"),
        (failed_executions, "state-machines", "failed 3 times in the last day: NotMarked arn:fin"),
        (messages_that_nobody_gets, "deliveries", f"{NAME}-threats: 3 messages were published"),
        (errors_of_the_chat_service, "chat-log", "the last: Event received is not supported"),
    ],
)
def test_what_was_measured_or_logged_is_named(
    deployed: Place, fault: Callable[[Place], None], check: str, said: str
) -> None:
    before = failing(deployed.examine())
    fault(deployed)
    found = failing(deployed.examine(code=1))
    assert set(found) - set(before) == {check}
    assert said in found[check]


def test_the_verdict_names_when_the_last_message_was_delivered(deployed: Place) -> None:
    delivered = {"TopicName": f"{NAME}-threats"}
    measured(deployed, "AWS/SNS", "NumberOfNotificationsDelivered", **delivered)
    found = deployed.examine()
    hour = f"{minutes_ago(5):%Y-%m-%dT%H}"
    assert found["last_delivery"].startswith(hour)
    assert f"accepted by the chat service or a mailbox in the hour from {hour}" in found["verdict"]


@pytest.fixture
def empty(aws: Aws, emulator: Emulator, params: Path, account: str) -> Place:
    """An account without the stack, in which all else is as it should be."""
    place = Place(aws, emulator, params, account)
    record(place)
    return place


def test_an_account_that_is_ready_gets_no_complaint(empty: Place) -> None:
    found = empty.examine(code=0)
    assert (failing(found), found["stack"]) == ({}, None)
    assert found["verdict"].startswith("Nothing was found")


def test_a_name_that_is_in_use_is_named_with_its_stack(
    empty: Place, deploy: Callable[..., Stack]
) -> None:
    topic = {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": NAME}}
    other = deploy(json.dumps({"Resources": {"Other": topic}}))
    empty.client("events").put_rule(Name=NAME, EventPattern='{"source": ["aws.s3"]}')
    found = [each for each in empty.examine(code=1)["checks"] if each["name"] == "names"]
    assert [each["text"] for each in found] == [
        f"Topic {NAME} exists: it belongs to the stack {other.name}.",
        f"Rule {NAME} exists, and belongs to no stack.",
    ]


def test_a_channel_that_has_a_configuration_is_named_before_aws_refuses_a_second(
    empty: Place,
) -> None:
    configured(empty, ConfigurationName="pipelines", SnsTopicArns=["arn:aws:sns:x:1:builds"])
    found = failing(empty.examine(code=1))
    assert list(found) == ["channel"]
    assert "the chat configuration pipelines already, with these topics: builds" in found["channel"]


def test_logging_that_cloudwatch_would_refuse_is_named(empty: Place) -> None:
    policy = {"Version": "2012-10-17", "Statement": []}
    for number in range(10):
        empty.client("logs").put_resource_policy(
            policyName=f"other{number}", policyDocument=json.dumps(policy)
        )
    assert list(failing(empty.examine(code=1))) == ["log-policies"]


@pytest.mark.parametrize(
    ("change", "check", "said"),
    [
        ("{home: {region: eu-west-1, account: '111122223333'}}", "identity", "This is account"),
        (
            "{stackset: {accounts: ['111122223333'], regions: [ap-northeast-1, ap-east-1]}}",
            "regions",
            "ap-east-1",
        ),
    ],
)
def test_a_place_that_the_file_does_not_mean_is_named(
    empty: Place, tmp_path: Path, change: str, check: str, said: str
) -> None:
    other = tmp_path / "other.yaml"
    other.write_text(PARAMS.replace("    notify: once\n", "") + f"deployment: {change}\n")
    found = failing(empty._replace(params=other).examine(code=1))
    assert check in found
    assert said in found[check]


def test_a_file_that_was_changed_and_not_deployed_is_named(deployed: Place, tmp_path: Path) -> None:
    changed = tmp_path / "examined.yaml"
    changed.write_text(PARAMS.replace("products: [aws/guardduty]", "products: [aws/macie]"))
    found = failing(deployed._replace(params=changed).examine(code=1))
    assert "an update would change ThreatsRule." in found["template"]


def test_a_sample_is_imported_after_asking_and_followed_to_its_end(
    deployed: Place, securityhub: SecurityHub
) -> None:
    # What AWS's services would measure of it: theirs of the emulator do not measure themselves.
    for namespace, name, dimension in (
        ("AWS/Events", "TriggeredRules", {"RuleName": NAME}),
        ("AWS/States", "ExecutionsSucceeded", {"StateMachineArn": deployed.id(MACHINE)}),
        ("AWS/SNS", "NumberOfMessagesPublished", {"TopicName": NAME}),
        ("AWS/SNS", "NumberOfNotificationsDelivered", {"TopicName": NAME}),
    ):
        for minutes in (0, -1):
            measured(deployed, namespace, name, minutes=minutes, **dimension)
    done = deployed.run("--send-sample", answer="y\n")
    (finding,) = imported(deployed, securityhub)
    assert f"Imported {finding}." in done.stderr
    assert done.stderr.count("passed:") == 5
    assert "All stops were passed" in done.stderr


def test_no_sample_is_imported_without_a_yes(deployed: Place, securityhub: SecurityHub) -> None:
    before = imported(deployed, securityhub)
    done = deployed.run("--send-sample", answer="\n")
    assert "Import the sample finding" in done.stderr
    assert imported(deployed, securityhub) == before


def imported(place: Place, securityhub: SecurityHub) -> list[str]:
    calls = securityhub.history(place.account)
    return [
        finding
        for call in calls
        if call["operation"] == "BatchImportFindings"
        for finding in call["findings"]
    ]
