"""What is found on a finding's path after the deployment, from the rule to the chat."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from complaints import assert_says, but, complaint
from generator.doctor.check import Outcome
from healthy import (
    ACCOUNT,
    BOTH,
    FULL,
    HOUR,
    ORGANIZATION,
    REGION,
    Place,
    answers,
    before,
    look,
    measured,
    place,
    rule,
    slack_configurations,
    stack,
    subscriptions,
    teams_configurations,
    topic_policy,
)
from stubbed import Answer, Answers, Error, Pages, Request, absent, denied

TOPIC = f"arn:aws:sns:{REGION}:{ACCOUNT}:Watch"
OTHER_ARN = "arn:aws:chatbot::1:x/y"
PAUSED: Answers = {
    "cloudformation:DescribeStacks": {
        "Stacks": [stack(place(), parameters={"RulesEnabled": "false"})]
    }
}


def differs(name: str, call: str, change: Any, also: Answers | None = None) -> list[Outcome]:
    """Return what a check finds where one request has another answer."""
    return look(place(), name, {**but(call, change, answers(place())), **(also or {})})


def of(key: str, value: str, answer: Answer) -> Any:
    """Return a change of the answer to requests for one thing."""
    return lambda request: answer if request[key] == value else None


# Rules


def test_a_rule_that_was_deleted_fails() -> None:
    (outcome,) = differs(
        "rules", "events:DescribeRule", of("Name", "Watch", absent("events:DescribeRule"))
    )

    assert_says(outcome, "fails", "Rule Watch does not exist", remedy="create it again")


def disabled() -> Any:
    return of("Name", "Watch", {**rule(place(), "Watch"), "State": "DISABLED"})


def test_a_rule_that_is_disabled_fails_with_the_command_that_enables_it() -> None:
    (outcome,) = differs("rules", "events:DescribeRule", disabled())

    command = f"aws events enable-rule --name Watch --region {REGION}"
    assert_says(outcome, "fails", "Rule Watch is disabled", remedy=command)


def test_a_rule_of_a_stack_that_is_paused_is_enabled_by_its_parameter() -> None:
    (outcome,) = differs("rules", "events:DescribeRule", disabled(), PAUSED)

    assert_says(outcome, "fails", "Rule Watch is paused", remedy="RulesEnabled to true")


def test_a_rule_with_another_pattern_fails() -> None:
    other = {**rule(place(), "Watch"), "EventPattern": json.dumps({"source": ["aws.securityhub"]})}
    (outcome,) = differs("rules", "events:DescribeRule", of("Name", "Watch", other))

    assert_says(outcome, "fails", "another event pattern", remedy="Undo")


def test_a_rule_that_lost_its_target_fails_with_the_targets_name() -> None:
    (outcome,) = differs(
        "rules", "events:ListTargetsByRule", of("Rule", "Watch-threats", Pages(({},)))
    )

    assert_says(outcome, "fails", "Rule Watch-threats does not send to", f"{TOPIC}-threats")


def test_all_that_is_wrong_with_rules_is_named_at_once() -> None:
    wrong = {"Name": "Watch", "State": "DISABLED", "EventPattern": "{}"}
    outcomes = differs("rules", "events:DescribeRule", lambda _: wrong)

    # Two filters, each with another state and another pattern; the schedule with these two too.
    assert len(outcomes) == 6


def test_a_pattern_that_a_parameter_changed_is_as_deployed() -> None:
    values = {"FindingsSeverities": "CRITICAL"}
    text = FULL.replace("severity: [CRITICAL, HIGH]", "severity: [CRITICAL]")
    changed = {
        **answers(place()),
        "events:DescribeRule": answers(place(text))["events:DescribeRule"],
    }
    stacks: Answers = {
        "cloudformation:DescribeStacks": {"Stacks": [stack(place(), parameters=values)]}
    }
    assert complaint(place(), "rules", {**changed, **stacks}).verdict == "fine"
    assert complaint(place(), "rules", changed).verdict == "fails"


# Topics


def test_a_topic_that_was_deleted_fails_once() -> None:
    gone = of("TopicArn", TOPIC, absent("sns:GetTopicAttributes"))
    (outcome,) = differs("topics", "sns:GetTopicAttributes", gone)

    assert_says(outcome, "fails", "Topic Watch does not exist", remedy="create it again")
    nobody = of("TopicArn", TOPIC, absent("sns:ListSubscriptionsByTopic"))
    (other,) = differs("subscriptions", "sns:ListSubscriptionsByTopic", nobody)
    assert other.verdict == "fine"


def with_statements(name: str, change: Any) -> Any:
    arn = f"arn:aws:sns:{REGION}:{ACCOUNT}:{name}"
    policy = topic_policy(place(), arn)
    policy["Statement"] = change(policy["Statement"])
    return of("TopicArn", arn, {"Attributes": {"Policy": json.dumps(policy)}})


@pytest.mark.parametrize(
    "change",
    [
        lambda there: [each for each in there if each["Effect"] == "Deny"],
        lambda there: [
            {**each, "Condition": {"StringEquals": {"aws:SourceAccount": "1"}}} for each in there
        ],
        lambda there: [*there, {"Effect": "Deny", "Principal": "*", "Action": "SNS:*"}],
        lambda there: [{**each, "Action": "sns:Subscribe"} for each in there],
    ],
)
def test_a_topic_that_the_rule_may_not_publish_to_fails(change: Any) -> None:
    (outcome,) = differs(
        "topics", "sns:GetTopicAttributes", with_statements("Watch-threats", change)
    )

    assert_says(outcome, "fails", "Watch-threats", "events.amazonaws.com", remedy="Restore")


def test_a_topic_that_denies_everybody_fails_also_where_a_role_publishes() -> None:
    deny = {"Effect": "Deny", "Principal": {"AWS": "*"}, "Action": ["sns:Publish"]}
    change = with_statements("Watch", lambda there: [*there, deny])
    (outcome,) = differs("topics", "sns:GetTopicAttributes", change)

    assert_says(outcome, "fails", "topic Watch ")


# Subscriptions


def test_a_topic_that_the_chat_service_left_fails() -> None:
    nobody = of("TopicArn", f"{TOPIC}-threats", {"Subscriptions": []})
    (outcome,) = differs("subscriptions", "sns:ListSubscriptionsByTopic", nobody)

    assert_says(outcome, "fails", "chat service is not subscribed", "Watch-threats", "security")
    assert "remove the topic" in outcome.remedy.en


@pytest.mark.parametrize(
    ("arn", "text", "remedy"),
    [
        ("PendingConfirmation", "audit@example.com has not confirmed", "AWS Notifications"),
        (None, "audit@example.com is not subscribed to topic Watch", "Add the subscription"),
    ],
)
def test_a_mailbox_that_did_not_confirm_fails(arn: str | None, text: str, remedy: str) -> None:
    there = subscriptions(place(), TOPIC)
    mail = [{**each, "SubscriptionArn": arn} for each in there if each["Protocol"] == "email"]
    others = [each for each in there if each["Protocol"] != "email"]
    answer: Answer = {"Subscriptions": [*others, *(mail if arn else [])]}
    (outcome,) = differs(
        "subscriptions", "sns:ListSubscriptionsByTopic", of("TopicArn", TOPIC, answer)
    )

    assert_says(outcome, "fails", text, remedy=remedy)


def test_the_chat_service_may_be_unconfirmed_too() -> None:
    there = [
        {**each, "SubscriptionArn": "PendingConfirmation"}
        for each in subscriptions(place(), f"{TOPIC}-threats")
    ]
    (outcome,) = differs(
        "subscriptions",
        "sns:ListSubscriptionsByTopic",
        of("TopicArn", f"{TOPIC}-threats", {"Subscriptions": there}),
    )

    assert_says(outcome, "fails", "The chat service has not confirmed", remedy="again")


@pytest.mark.parametrize(
    ("endpoint", "arn", "verdict", "text"),
    [
        (
            "https://hooks.example.com/in",
            "arn:aws:sns:x",
            "unknown",
            "https://hooks.example.com/in",
        ),
        ("https://global.sns-api.chatbot.amazonaws.com", "Deleted", "fails", "not subscribed"),
    ],
)
def test_a_subscription_of_somebody_else_is_not_the_chat_services(
    endpoint: str, arn: str, verdict: str, text: str
) -> None:
    there = {
        "SubscriptionArn": arn,
        "Protocol": "https",
        "Endpoint": endpoint,
        "TopicArn": f"{TOPIC}-threats",
    }
    (outcome,) = differs(
        "subscriptions",
        "sns:ListSubscriptionsByTopic",
        of("TopicArn", f"{TOPIC}-threats", {"Subscriptions": [there]}),
    )

    assert_says(outcome, verdict, text)


# Queues


def test_a_queue_that_was_deleted_fails() -> None:
    gone = of("QueueName", "Watch-dead-letters", absent("sqs:GetQueueUrl"))
    (outcome,) = differs("queues", "sqs:GetQueueUrl", gone)

    assert_says(outcome, "fails", "Queue Watch-dead-letters does not exist", remedy="a minute")


@pytest.mark.parametrize("code", ["QueueDoesNotExist", "AWS.SimpleQueueService.NonExistentQueue"])
def test_both_names_of_an_absent_queue_are_known(code: str) -> None:
    outcomes = look(place(), "queues", {"sqs:GetQueueUrl": Error(code)})

    assert {outcome.verdict for outcome in outcomes} == {"fails"}


def test_dead_letters_that_wait_fail_with_their_number() -> None:
    waiting: Answers = {
        "sqs:GetQueueAttributes": {"Attributes": {"ApproximateNumberOfMessages": "1200"}}
    }
    outcome = look(place(), "queues", waiting)[0]

    assert_says(outcome, "fails", "1,200", "Watch-dead-letters", remedy="ERROR_MESSAGE")


# State machines


def test_a_state_machine_that_was_deleted_fails() -> None:
    arn = f"arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:Watch"
    gone = of("stateMachineArn", arn, absent("stepfunctions:DescribeStateMachine"))
    (outcome,) = differs("state-machines", "stepfunctions:DescribeStateMachine", gone)

    assert_says(outcome, "fails", "State machine Watch does not exist", remedy="create it again")


def failed(**changes: Answer) -> list[Outcome]:
    return look(
        place(),
        "state-machines",
        {"cloudwatch:GetMetricData": measured(ExecutionsFailed=2, ExecutionsTimedOut=1), **changes},
    )


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (
            {
                "events": [
                    {"message": json.dumps({"details": {"error": "Old", "cause": "long ago"}})},
                    {"message": json.dumps({"details": {"error": "NotMarked", "cause": "denied"}})},
                ]
            },
            "NotMarked denied",
        ),
        ({"events": [{"message": "not JSON"}]}, "not JSON"),
        ({"events": []}, ": -"),
        (absent("logs:FilterLogEvents"), ": -"),
        (denied("logs:FilterLogEvents"), "logs:FilterLogEvents: AccessDeniedException"),
    ],
)
def test_a_state_machine_that_failed_is_reported_with_the_newest_reason(
    answer: Answer, reason: str
) -> None:
    outcome = failed(**{"logs:FilterLogEvents": answer})[0]

    assert_says(outcome, "fails", "State machine Watch failed 3 times", reason)
    assert "/aws/vendedlogs/states/Watch" in outcome.remedy.en


# Schedules


def scheduled(answer: Answer, also: Answers | None = None) -> Outcome:
    return complaint(place(), "schedules", {"scheduler:GetSchedule": answer, **(also or {})})


def test_a_digest_needs_its_schedule() -> None:
    gone = scheduled(absent("scheduler:GetSchedule"))
    disabled = scheduled({"Name": "Watch-weekly", "State": "DISABLED"})
    paused = scheduled({"Name": "Watch-weekly", "State": "DISABLED"}, PAUSED)

    assert_says(gone, "fails", "Watch-weekly does not exist", remedy="create it again")
    assert_says(disabled, "fails", "Watch-weekly is disabled", remedy="EventBridge Scheduler")
    assert_says(paused, "fails", "Watch-weekly is disabled", remedy="RulesEnabled")
    assert look(place(BOTH), "schedules") == []


# Metrics


def test_deliveries_of_a_rule_that_failed_are_counted() -> None:
    changes: Answers = {"cloudwatch:GetMetricData": measured(FailedInvocations=1500)}
    outcome = look(place(), "invocations", changes)[0]

    assert_says(
        outcome, "fails", "rule Watch failed to deliver 1,500 times", remedy="dead-letter queue"
    )
    assert "lost" not in outcome.text.en


def test_events_that_were_lost_are_counted() -> None:
    changes: Answers = {"cloudwatch:GetMetricData": measured(InvocationsFailedToBeSentToDlq=7)}
    outcome = look(place(), "invocations", changes)[0]

    assert_says(outcome, "fails", "lost 7 events")
    assert "7 件" in outcome.text.ja


EARLIER = HOUR - timedelta(hours=3)


def earlier(*names: str, also: int = 5) -> Answers:
    """Return metrics in which some happened only before the last successes."""

    def answer(request: Request) -> Answer:
        results = []
        for query in request["MetricDataQueries"]:
            name = query["MetricStat"]["Metric"]["MetricName"]
            counted = {"Timestamps": [EARLIER], "Values": [4.0]} if name in names else {}
            usual = name in {"Invocations", "ExecutionsSucceeded", "TriggeredRules"}
            recent = {"Timestamps": [HOUR], "Values": [float(also)]} if usual else {}
            results.append({"Id": query["Id"], **(counted or recent)})
        return {"MetricDataResults": results}

    return {"cloudwatch:GetMetricData": answer}


def test_a_failure_that_is_over_is_not_one_to_fix() -> None:
    rules = complaint(place(), "invocations", earlier("FailedInvocations"))
    machines = complaint(place(), "state-machines", earlier("ExecutionsTimedOut"))

    assert_says(rules, "fine", "Before that, 8 calls failed")
    assert machines.verdict == "fine"
    for name, metric in (
        ("invocations", "FailedInvocations"),
        ("state-machines", "ExecutionsFailed"),
    ):
        assert look(place(), name, earlier(metric, also=0))[0].verdict == "fails"


@pytest.mark.parametrize(
    ("delivered", "failed", "verdict"), [(9, 1, "fine"), (8, 1, "fails"), (8, 0, "fine")]
)
def test_some_deliveries_that_failed_are_worth_a_line(
    delivered: int, failed: int, verdict: str
) -> None:
    changes: Answers = {
        "cloudwatch:GetMetricData": measured(
            NumberOfMessagesPublished=10,
            NumberOfNotificationsDelivered=delivered,
            NumberOfNotificationsFailed=failed,
        )
    }
    assert look(place(), "deliveries", changes)[0].verdict == verdict


def test_a_topic_that_delivers_nothing_fails() -> None:
    changes: Answers = {
        "cloudwatch:GetMetricData": measured(
            NumberOfNotificationsDelivered=0, NumberOfNotificationsFailed=4
        )
    }
    outcome = look(place(), "deliveries", changes)[0]

    assert_says(outcome, "fails", "Topic Watch", "5 messages", "4 attempts failed")


def test_a_day_without_findings_is_fine() -> None:
    changes: Answers = {
        "cloudwatch:GetMetricData": measured(
            NumberOfMessagesPublished=0, NumberOfNotificationsDelivered=0, TriggeredRules=0
        )
    }
    for name in ("deliveries", "invocations"):
        assert_says(complaint(place(), name, changes), "fine", "0")


def test_a_metric_in_several_parts_is_added_up() -> None:
    def parts(request: Request) -> Answer:
        ids = [query["Id"] for query in request["MetricDataQueries"]]
        page = {
            "MetricDataResults": [{"Id": id_, "Timestamps": [HOUR], "Values": [2.0]} for id_ in ids]
        }
        return Pages((page, page))

    outcome = complaint(place(BOTH), "deliveries", {"cloudwatch:GetMetricData": parts})

    assert_says(outcome, "fine", "8 messages were published", "8 delivered")


def test_findings_that_were_marked_without_a_message_fail_with_their_titles() -> None:
    findings = [
        {
            **dict.fromkeys(
                ("SchemaVersion", "Id", "ProductArn", "GeneratorId", "AwsAccountId"), "x"
            ),
            "CreatedAt": "2026-11-23T21:20:09Z",
            "UpdatedAt": "2026-11-23T21:20:09Z",
            "Title": f"Title {number}",
            "Description": "x",
            "Resources": [],
        }
        for number in range(5)
    ]
    changes: Answers = {
        "cloudwatch:GetMetricData": measured(NumberOfNotificationsDelivered=0),
        "securityhub:GetFindings": {"Findings": findings},
        "securityhub:GetFindingsV2": {"Findings": [{"finding_info": {"title": "Exposed"}}]},
    }
    cspm = complaint(place(), "marked", changes)
    both = complaint(place(BOTH), "marked", changes)

    assert_says(cspm, "fails", "Title 0; Title 1; Title 2; ... (5 in all)", remedy="NEW")
    assert_says(both, "fails", "(6 in all)")


def test_where_security_hub_is_off_nothing_was_marked() -> None:
    changes: Answers = {
        "cloudwatch:GetMetricData": measured(NumberOfNotificationsDelivered=0),
        "securityhub:GetFindings": Error("InvalidAccessException"),
    }
    assert look(place(), "marked", changes) == []


def test_findings_that_were_marked_are_not_asked_for_where_messages_were_delivered() -> None:
    refused = Error("InternalException")

    outcome = complaint(place(), "marked", {"securityhub:GetFindings": refused})
    assert outcome.verdict == "fine"


# Alarms


def alarms(**states: str) -> Answers:
    names = place().placed.named("AWS::CloudWatch::Alarm").values()
    return {
        "cloudwatch:DescribeAlarms": {
            "MetricAlarms": [
                {
                    "AlarmName": name,
                    "StateValue": states.get(name.removeprefix("Watch-").replace("-", "_"), "OK"),
                    "StateReason": "Threshold Crossed",
                }
                for name in names
                if states.get(name.removeprefix("Watch-").replace("-", "_")) != "gone"
            ]
        }
    }


def test_an_alarm_that_is_on_fails_with_its_reason() -> None:
    outcome = complaint(place(), "alarms", alarms(lost_events="ALARM"))

    assert_says(outcome, "fails", "Watch-lost-events", "Threshold Crossed", remedy="DEPLOY.md")


def test_an_alarm_that_was_deleted_fails() -> None:
    outcome = complaint(place(), "alarms", alarms(lost_events="gone"))

    assert_says(outcome, "fails", "do not exist: Watch-lost-events", remedy="create it again")


# Chat


def configured(there: Place, *, slack: Any = None, teams: Any = None) -> Answers:
    return {
        "chatbot:DescribeSlackChannelConfigurations": {
            "SlackChannelConfigurations": (slack or list)(slack_configurations(there))
        },
        "chatbot:ListMicrosoftTeamsChannelConfigurations": {
            "TeamChannelConfigurations": (teams or list)(teams_configurations(there))
        },
    }


def complaints(there: Place, changes: Answers) -> list[Outcome]:
    return [each for each in look(there, "channel", changes) if each.verdict != "fine"]


def test_a_channel_that_has_a_configuration_cannot_get_another() -> None:
    other = {"ConfigurationName": "their-alerts", "ChatConfigurationArn": "arn:aws:chatbot::1:x/y"}
    (outcome,) = complaints(
        before(),
        configured(place(), slack=lambda there: [{**there[0], **other}], teams=lambda _: []),
    )

    assert_says(outcome, "fails", "security (C0123ABCD)", "their-alerts", "Watch-threats")
    assert "configuration: existing below channels.security" in outcome.remedy.en


def test_a_channel_of_teams_is_known_by_its_id_in_any_spelling() -> None:
    encoded = {
        "ChannelId": "19%3A0123456789ABCDEF0123%40thread.tacv2",
        "ChatConfigurationArn": "arn:aws:chatbot::1:x/y",
    }
    (outcome,) = complaints(
        before(),
        configured(place(), slack=lambda _: [], teams=lambda there: [{**there[0], **encoded}]),
    )

    assert_says(outcome, "fails", "Channel risk", "Watch-risk")


@pytest.mark.parametrize(
    ("change", "text", "remedy"),
    [
        (lambda _: [], "has no chat configuration", "create it again"),
        (
            lambda there: [{**there[0], "State": "DISABLED", "StateReason": "Token revoked"}],
            "Watch is disabled: Token revoked",
            "Authorize the workspace again",
        ),
        (
            lambda there: [{**there[0], "SnsTopicArns": there[0]["SnsTopicArns"][:1]}],
            f"does not have these topics: {TOPIC}-threats",
            "Add them",
        ),
    ],
)
def test_a_configuration_that_was_changed_fails(change: Any, text: str, remedy: str) -> None:
    (outcome,) = complaints(place(), configured(place(), slack=change))

    assert_says(outcome, "fails", text, remedy=remedy)


def test_a_channel_whose_id_is_entered_at_deployment_is_not_looked_at() -> None:
    text = FULL.replace("security: {channel_id: C0123ABCD}", "security: {}")
    outcome = look(before(text), "channel", configured(place()))[0]

    assert_says(outcome, "fine", "entered at deployment")
    assert_says(look(before(), "channel")[0], "fine", "no chat configuration yet")


EXISTING = FULL.replace(
    "security: {channel_id: C0123ABCD}",
    "security: {configuration: existing, channel_id: C0123ABCD}",
)


def test_a_configuration_of_others_needs_the_topics() -> None:
    there = place(EXISTING)
    with_topics = configured(place())
    without = configured(place(), slack=lambda there: [{**there[0], "SnsTopicArns": []}])
    gone = configured(place(), slack=lambda _: [])

    assert complaints(there, with_topics) == []
    assert_says(complaints(there, without)[0], "fails", "Watch-threats", remedy="Add them")
    assert_says(complaints(there, gone)[0], "fails", "no chat configuration", remedy="Create it")


CHINA = f"arn:aws-cn:iam::{ACCOUNT}:user/ann"


def test_where_there_is_no_chat_service_one_line_says_so() -> None:
    outcome = complaint(before(), "workspace", caller=CHINA)

    assert_says(outcome, "fails", "aws-cn", remedy="e-mail")
    assert look(before(), "channel", caller=CHINA) == []
    assert look(place(), "chat-log", caller=CHINA) == []


def workspaces(*teams: tuple[str, str]) -> Answers:
    return {
        "chatbot:DescribeSlackWorkspaces": {
            "SlackWorkspaces": [
                {"SlackTeamId": id_, "SlackTeamName": "x", "State": state} for id_, state in teams
            ]
        }
    }


@pytest.mark.parametrize(
    ("there", "text"),
    [
        ([], "No Slack workspace is authorized"),
        ([("T0123ABCD", "DISABLED")], "No Slack workspace is authorized"),
        ([("T9999ABCD", "ENABLED")], "T0123ABCD is not authorized in this account; T9999ABCD is"),
    ],
)
def test_a_workspace_that_nobody_authorized_fails(there: list[tuple[str, str]], text: str) -> None:
    outcome = look(before(), "workspace", workspaces(*there))[0]

    assert_says(outcome, "fails", text, remedy="onsole of Amazon Q Developer")


def test_a_file_without_a_workspace_accepts_any() -> None:
    text = FULL.replace("slack: {workspace_id: T0123ABCD}\n", "")

    outcome = look(before(text), "workspace", workspaces(("T9999ABCD", "ENABLED")))[0]
    assert_says(outcome, "fine", "T9999ABCD")


@pytest.mark.parametrize("teams", [[], ["11111111-45ef-67ab-89cd-0123456789ab"]])
def test_a_team_that_nobody_authorized_fails(teams: list[str]) -> None:
    tenant = "89abcdef-0123-4567-89ab-cdef01234567"
    changes: Answers = {
        "chatbot:ListMicrosoftTeamsConfiguredTeams": {
            "ConfiguredTeams": [{"TeamId": team, "TenantId": tenant} for team in teams]
        }
    }
    outcome = look(before(), "workspace", changes)[1]

    assert_says(outcome, "fails", "channel risk", remedy="Microsoft Teams")


def test_an_error_of_the_chat_service_is_shown_with_its_log_group() -> None:
    asked: list[Request] = []

    def answer(request: Request) -> Answer:
        asked.append(request)
        if request["logGroupName"] != "/aws/chatbot/Watch":
            return absent("logs:FilterLogEvents")
        return {"events": [{"message": "old"}, {"message": "Event received\n is not supported"}]}

    outcome = complaint(place(), "chat-log", {"logs:FilterLogEvents": answer})

    assert_says(outcome, "fails", "2 errors", "/aws/chatbot/Watch", "us-east-1")
    assert "Event received is not supported" in outcome.text.en
    assert not any("filterPattern" in request for request in asked)


def test_where_all_is_logged_errors_are_searched_for() -> None:
    asked: list[Request] = []

    def answer(request: Request) -> Answer:
        asked.append(request)
        return {"events": []}

    text = FULL.replace("channel_id: C0123ABCD}", "channel_id: C0123ABCD, logging: INFO}")
    look(place(text), "chat-log", {"logs:FilterLogEvents": answer})

    patterns = {request["logGroupName"]: request.get("filterPattern") for request in asked}
    assert "ERROR" in str(patterns["/aws/chatbot/Watch"])
    assert patterns["/aws/chatbot/Watch-risk"] is None


def test_calls_of_the_chat_service_go_to_its_own_regions() -> None:
    from healthy import CHECKS, look_with  # noqa: PLC0415
    from stubbed import Stubs  # noqa: PLC0415

    stubs = Stubs(answers(place()))
    for name in ("workspace", "channel", "chat-log", "rules"):
        look_with(place(), CHECKS[name], stubs)

    regions = {(asked.call.partition(":")[0], asked.region) for asked in stubs.asked}
    assert regions == {("chatbot", "us-east-2"), ("logs", "us-east-1"), ("events", REGION)}


def test_an_organizations_instance_is_examined_as_such() -> None:
    there = place(ORGANIZATION, "stackset.yaml")

    assert complaint(there, "rules").verdict == "fine"
