"""What is found before the deployment: names, permissions, quotas; and of the stack after it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from complaints import assert_says, complaint
from generator.doctor.check import Outcome
from healthy import (
    ACCOUNT,
    BOTH,
    BY_HAND,
    CALLER,
    EXCEPTIONS,
    FULL,
    KEY_ID,
    LONG,
    NOW,
    ORGANIZATION,
    REGION,
    ROLE,
    Place,
    before,
    key_policy,
    look,
    place,
    stack,
)
from stubbed import Answer, Answers, Error, Request, absent, denied

STACKSET = "stackset.yaml"
GIVEN = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/{KEY_ID}"
OWNER: Answers = {
    "cloudformation:DescribeStackResources": {
        "StackResources": [
            {
                "StackName": "another",
                "StackId": "arn:aws:cloudformation:::stack/another/1",
                "LogicalResourceId": "Topic",
                "ResourceType": "AWS::SNS::Topic",
                "ResourceStatus": "CREATE_COMPLETE",
                "Timestamp": NOW,
            }
        ]
    }
}
BUTTONS = """\
name: Buttons
channels: {security: {channel_id: C0123ABCD, buttons: [suppress]}}
routes:
  - {name: findings, channel: security, match: {severity: [CRITICAL]}, message: summary}
"""


def catalog(address: str) -> Place:
    return before(
        f"{EXCEPTIONS}deployment: {{service_catalog: {{template_base_url: '{address}'}}}}\n"
    )


# Quotas


@pytest.mark.parametrize(("there", "verdict"), [(96, "fine"), (97, "fails")])
def test_insights_have_to_fit_into_a_hundred(there: int, verdict: str) -> None:
    insight = {"InsightArn": "a", "Name": "n", "Filters": {}, "GroupByAttribute": "SeverityLabel"}
    outcome = complaint(
        before(), "insight-quota", {"securityhub:GetInsights": {"Insights": [insight] * there}}
    )

    assert_says(outcome, verdict, str(there), "4 will be added", "100")


@pytest.mark.parametrize(("there", "verdict"), [(99, "fine"), (100, "fails")])
def test_automation_rules_have_to_fit_into_a_hundred(there: int, verdict: str) -> None:
    changes: Answers = {
        "securityhub:ListAutomationRules": {"AutomationRulesMetadata": [{"RuleOrder": 1}] * there}
    }
    outcome = complaint(before(EXCEPTIONS, "exceptions.yaml"), "automation-quota", changes)

    assert_says(outcome, verdict, str(there), remedy="Delete some" if verdict == "fails" else "")


def test_where_security_hub_is_off_quotas_are_not_asked_for() -> None:
    off = Error("InvalidAccessException")
    there = before(EXCEPTIONS, "exceptions.yaml")

    assert look(before(), "insight-quota", {"securityhub:GetInsights": off}) == []
    assert look(there, "automation-quota", {"securityhub:ListAutomationRules": off}) == []


@pytest.mark.parametrize(("shared", "verdict"), [(False, "fails"), (True, "fine")])
def test_state_machines_log_only_where_a_policy_is_free_or_shared(
    *, shared: bool, verdict: str
) -> None:
    policies = [{"policyDocument": "{}"}] * 9
    last = '{"Principal": {"Service": "delivery.logs.amazonaws.com"}}' if shared else "{}"
    changes: Answers = {
        "logs:DescribeResourcePolicies": {
            "resourcePolicies": [*policies, {"policyDocument": last}],
        }
    }
    assert_says(complaint(before(), "log-policies", changes), verdict, "10")


def rules(count: int) -> Answers:
    return {"events:ListRules": {"Rules": [{"Name": f"r{number}"} for number in range(count)]}}


@pytest.mark.parametrize(("there", "verdict"), [(297, "fine"), (298, "fails")])
def test_rules_have_to_fit_on_the_bus(there: int, verdict: str) -> None:
    outcome = complaint(before(), "rule-quota", rules(there))

    assert_says(outcome, verdict, str(there), "3 will be added", "300")


def test_the_accounts_own_quota_counts_and_the_default_where_it_cannot_be_read() -> None:
    call = "service-quotas:GetServiceQuota"
    raised = complaint(before(), "rule-quota", {**rules(400), call: {"Quota": {"Value": 500.0}}})
    unread = complaint(before(), "rule-quota", {**rules(400), call: denied(call)})

    assert_says(raised, "fine", "500")
    assert_says(unread, "unknown", "300", remedy="Service Quotas")
    assert not unread.weighs


@pytest.mark.parametrize("quota", [2048.0, None])
def test_a_pattern_longer_than_the_quota_fails(quota: float | None) -> None:
    call = "service-quotas:GetServiceQuota"
    answer: Answer = {"Quota": {"Value": quota}} if quota else absent(call)
    outcome = complaint(before(LONG), "pattern-quota", {call: answer})

    assert_says(outcome, "fails" if quota else "unknown", "2048", remedy="event pattern size")


def test_a_pattern_of_usual_length_needs_no_quota() -> None:
    assert look(before(), "pattern-quota", {}) == []


# Templates in a bucket


@pytest.mark.parametrize(
    ("address", "key"),
    [
        (
            "https://our-b.s3.eu-west-1.amazonaws.com/team/a",
            "s3://our-b/team/a/1.0.0/standalone.yaml",
        ),
        ("https://our-b.s3.amazonaws.com", "s3://our-b/1.0.0/standalone.yaml"),
        ("https://s3.eu-west-1.amazonaws.com/our-b/a", "s3://our-b/a/1.0.0/standalone.yaml"),
    ],
)
@pytest.mark.parametrize(
    "answer", [{}, {"Contents": [{"Key": "standalone.yaml.bak"}]}, absent("s3:ListObjectsV2")]
)
def test_templates_that_are_not_uploaded_fail(address: str, key: str, answer: Answer) -> None:
    outcome = complaint(catalog(address), "bucket", {"s3:ListObjectsV2": answer})

    assert_says(outcome, "fails", f"do not exist: {key}", remedy="Upload")


def test_templates_that_are_uploaded_are_fine() -> None:
    outcome = complaint(catalog("https://our-b.s3.eu-west-1.amazonaws.com/a"), "bucket")

    assert_says(outcome, "fine", "s3://our-b")


def test_a_small_template_needs_no_bucket() -> None:
    assert look(before(EXCEPTIONS, "exceptions.yaml"), "bucket") == []


# Names

SLACK = {
    "ConfigurationName": "Watch",
    "ChatConfigurationArn": f"arn:aws:chatbot::{ACCOUNT}:chat-configuration/slack-channel/Watch",
    "SlackTeamName": "Example",
    "SlackTeamId": "T0123ABCD",
    "SlackChannelId": "C9999ABCD",
    "SlackChannelName": "other",
    "IamRoleArn": f"arn:aws:iam::{ACCOUNT}:role/any",
    "SnsTopicArns": [],
}
TEAMS = {
    "ConfigurationName": "Watch-risk",
    "ChatConfigurationArn": f"arn:aws:chatbot::{ACCOUNT}:chat-configuration/teams/Watch-risk",
    "ChannelId": "19%3aother%40thread.tacv2",
    "TeamId": "0123abcd-45ef-67ab-89cd-0123456789ab",
    "TenantId": "89abcdef-0123-4567-89ab-cdef01234567",
    "IamRoleArn": f"arn:aws:iam::{ACCOUNT}:role/any",
    "SnsTopicArns": [],
}


def machine(request: Request) -> Answer:
    return {
        "stateMachineArn": request["stateMachineArn"],
        "name": "x",
        "definition": "{}",
        "roleArn": "arn:aws:iam:::role/x",
        "type": "EXPRESS",
        "creationDate": NOW,
    }


STATEMENT = {"Effect": "Allow", "Principal": "*", "Action": "x"}
TAKEN: list[tuple[str, str, Answer]] = [
    ("sns:GetTopicAttributes", "Topic Watch", {"Attributes": {}}),
    ("events:DescribeRule", "Rule Watch", {"Name": "Watch"}),
    ("sqs:GetQueueUrl", "Queue Watch-dead-letters", {"QueueUrl": "https://sqs/q"}),
    ("stepfunctions:DescribeStateMachine", "StateMachine Watch", machine),
    (
        "logs:DescribeLogGroups",
        "LogGroup /aws/vendedlogs/states/Watch",
        {"logGroups": [{"logGroupName": "/aws/vendedlogs/states/Watch"}]},
    ),
    (
        "cloudwatch:DescribeAlarms",
        "Alarm Watch-lost-events",
        {"MetricAlarms": [{"AlarmName": "Watch-lost-events"}]},
    ),
    ("scheduler:GetScheduleGroup", "ScheduleGroup Watch-weekly", {"Name": "Watch-weekly"}),
    (
        "chatbot:DescribeSlackChannelConfigurations",
        "SlackChannelConfiguration Watch",
        {"SlackChannelConfigurations": [SLACK]},
    ),
    (
        "chatbot:ListMicrosoftTeamsChannelConfigurations",
        "MicrosoftTeamsChannelConfiguration Watch-risk",
        {"TeamChannelConfigurations": [TEAMS]},
    ),
]


@pytest.mark.parametrize(("call", "what", "answer"), TAKEN)
def test_a_name_that_is_in_use_fails(call: str, what: str, answer: Answer) -> None:
    outcomes = look(before(), "names", {call: answer})

    assert {outcome.verdict for outcome in outcomes} == {"fails"}
    assert_says(outcomes[0], "fails", what, "no stack", remedy="Delete it")


@pytest.mark.parametrize(("call", "what", "answer"), TAKEN)
def test_a_name_that_a_stack_uses_fails_with_the_stacks_name(
    call: str, what: str, answer: Answer
) -> None:
    outcomes = look(before(), "names", {**OWNER, call: answer})

    assert_says(outcomes[0], "fails", what, "stack another", remedy="Update that stack")


def test_a_stackset_of_the_name_fails() -> None:
    changes: Answers = {
        "cloudformation:DescribeStackSet": {"StackSet": {"StackSetName": "Everywhere"}}
    }
    outcomes = look(before(ORGANIZATION, "organization.yaml"), "names", changes)

    assert_says(outcomes[0], "fails", "StackSet Everywhere")


def test_a_launch_role_of_the_name_fails() -> None:
    text = f"""\
{EXCEPTIONS}
deployment: {{service_catalog: {{principals: ["arn:aws:iam::{ACCOUNT}:role/Team"]}}}}
"""
    changes: Answers = {"iam:GetRole": ROLE}
    (outcome,) = look(before(text, "launch-role.yaml"), "names", changes)

    assert_says(outcome, "fails", "Role ")


@pytest.mark.parametrize(("sid", "verdict"), [("", "fails"), ("Other", "fine")])
def test_a_statement_of_the_bus_and_a_custom_action_have_names_too(sid: str, verdict: str) -> None:
    there = before(ORGANIZATION, STACKSET)
    (name,) = there.placed.named("AWS::Events::EventBusPolicy").values()
    policy = {"Statement": [{**STATEMENT, "Sid": sid or name}]}
    bus: Answers = {"events:DescribeEventBus": {"Policy": json.dumps(policy)}}
    buttons = before(BUTTONS)
    action = sid or next(iter(buttons.placed.named("AWS::Chatbot::CustomAction").values()))
    arn = f"arn:aws:chatbot::{ACCOUNT}:custom-action/{action}"
    actions: Answers = {"chatbot:ListCustomActions": {"CustomActions": [arn]}}

    assert look(there, "names", bus)[0].verdict == verdict
    assert look(buttons, "names", actions)[0].verdict == verdict


def test_what_only_begins_with_the_name_does_not_use_it() -> None:
    changes: Answers = {
        "logs:DescribeLogGroups": {
            "logGroups": [{"logGroupName": "/aws/vendedlogs/states/Watch-other"}]
        },
        "cloudwatch:DescribeAlarms": {"MetricAlarms": [{"AlarmName": "Watchman"}]},
    }
    assert complaint(before(), "names", changes).verdict == "fine"


def test_what_a_deleted_stack_had_belongs_to_no_stack() -> None:
    owner = json.loads(json.dumps(OWNER, default=str))
    call = "cloudformation:DescribeStackResources"
    owner[call]["StackResources"][0]["ResourceStatus"] = "DELETE_COMPLETE"
    outcomes = look(before(), "names", {**owner, "events:DescribeRule": {"Name": "Watch"}})

    assert_says(outcomes[0], "fails", "no stack")


# Permissions


def decided(decision: str, names: tuple[str, ...], *, organization: bool = True) -> Answers:
    def answer(request: Request) -> Answer:
        results = [
            {
                "EvalActionName": name,
                "EvalDecision": decision if name in names else "allowed",
                "OrganizationsDecisionDetail": {
                    "AllowedByOrganizations": organization or name not in names
                },
            }
            for name in request["ActionNames"]
        ]
        return {"EvaluationResults": results}

    return {"iam:SimulatePrincipalPolicy": answer}


def test_actions_that_are_denied_are_named() -> None:
    changes = decided("explicitDeny", ("sns:CreateTopic", "kms:CreateKey"))
    outcome = complaint(before(), "permissions", changes)

    assert_says(outcome, "fails", "kms:CreateKey, sns:CreateTopic", remedy="service role")


@pytest.mark.parametrize(
    ("decision", "missing"), [("implicitDeny", []), ("explicitDeny", ["aws:SourceVpc"])]
)
def test_what_the_simulation_does_not_allow_may_still_be_allowed(
    decision: str, missing: list[str]
) -> None:
    def answer(request: Request) -> Answer:
        return {
            "EvaluationResults": [
                {
                    "EvalActionName": name,
                    "EvalDecision": decision if name == "sns:CreateTopic" else "allowed",
                    "MissingContextValues": missing,
                }
                for name in request["ActionNames"]
            ]
        }

    outcome = complaint(before(), "permissions", {"iam:SimulatePrincipalPolicy": answer})

    assert_says(outcome, "unknown", ": sns:CreateTopic.", remedy="ask for the permissions")
    assert not outcome.weighs


def test_a_denial_of_the_organization_is_one_for_its_administrators() -> None:
    changes = decided("allowed", ("sns:CreateTopic",), organization=False)
    outcome = complaint(before(), "permissions", changes)

    assert_says(outcome, "fails", "sns:CreateTopic", remedy="service control policy")


def test_a_session_is_simulated_as_its_role_with_its_path() -> None:
    asked: list[str] = []

    def answer(request: Request) -> Answer:
        asked.append(request["PolicySourceArn"])
        return {"EvaluationResults": [{"EvalActionName": "a:B", "EvalDecision": "allowed"}]}

    caller = f"arn:aws:sts::{ACCOUNT}:assumed-role/Team/ann@example.com"
    changes: Answers = {"iam:SimulatePrincipalPolicy": answer, "iam:GetRole": ROLE}
    outcome = complaint(before(), "permissions", changes, caller=caller)

    assert outcome.verdict == "fine"
    assert set(asked) == {f"arn:aws:iam::{ACCOUNT}:role/teams/Team"}


def test_a_user_is_simulated_as_such_and_passes_roles_to_services() -> None:
    asked: list[Request] = []

    def answer(request: Request) -> Answer:
        asked.append(request)
        return {"EvaluationResults": [{"EvalActionName": "a:B", "EvalDecision": "allowed"}]}

    complaint(before(), "permissions", {"iam:SimulatePrincipalPolicy": answer})

    assert {each["PolicySourceArn"] for each in asked} == {CALLER}
    passed = [each for each in asked if "iam:PassRole" in each["ActionNames"]]
    assert passed
    for each in passed:
        keys = {entry["ContextKeyName"] for entry in each["ContextEntries"]}
        assert keys == {"aws:RequestedRegion", "iam:PassedToService"}
    assert not any("${" in arn or "{" in arn for each in asked for arn in each["ResourceArns"])


def test_the_root_user_may_do_everything() -> None:
    caller = f"arn:aws:iam::{ACCOUNT}:root"

    assert_says(complaint(before(), "permissions", caller=caller), "fine", "root user")


def test_a_simulation_without_results_is_not_a_yes() -> None:
    changes: Answers = {"iam:SimulatePrincipalPolicy": {"EvaluationResults": []}}

    assert_says(complaint(before(), "permissions", changes), "unknown", "-")


# StackSets


@pytest.mark.parametrize(
    ("call", "answer", "text", "remedy"),
    [
        (
            "cloudformation:DescribeOrganizationsAccess",
            {"Status": "DISABLED"},
            "trusted access",
            "management account",
        ),
        (
            "organizations:DescribeOrganization",
            {"Organization": {"Id": "o-zzzz999999"}},
            "o-zzzz999999",
            "organization_id",
        ),
        (
            "organizations:DescribeOrganization",
            absent("organizations:DescribeOrganization"),
            "organization -",
            "other credentials",
        ),
        (
            "organizations:DescribeOrganizationalUnit",
            absent("organizations:DescribeOrganizationalUnit"),
            "ou-ab12-11111111",
            "organizational_units",
        ),
        ("organizations:ListRoots", {"Roots": [{"Id": "r-cd34"}]}, "r-ab12", "units"),
    ],
)
def test_a_stackset_needs_access_its_organization_and_its_units(
    call: str, answer: Answer, text: str, remedy: str
) -> None:
    outcome = complaint(before(ORGANIZATION, STACKSET), "stacksets", {call: answer})

    assert_says(outcome, "fails", text, remedy=remedy)


@pytest.mark.parametrize(
    "error",
    [
        denied("organizations:ListRoots"),
        Error("ValidationError", "Account is not a delegated administrator"),
    ],
)
def test_an_account_without_a_part_in_the_organization_is_sent_to_the_management_account(
    error: Error,
) -> None:
    call = "cloudformation:DescribeOrganizationsAccess"
    outcome = complaint(before(ORGANIZATION, STACKSET), "stacksets", {call: error})

    assert_says(outcome, "unknown", ACCOUNT, "999999999999", remedy="Delegated administrators")
    assert not outcome.weighs


def test_the_management_account_asks_for_itself_and_another_as_its_delegate() -> None:
    asked: list[str] = []

    def answer(request: Request) -> Answer:
        asked.append(request["CallAs"])
        return {"Status": "ENABLED"}

    there = before(ORGANIZATION, STACKSET)
    access: Answers = {"cloudformation:DescribeOrganizationsAccess": answer}
    organization = {"Id": "o-abc1234567", "MasterAccountId": ACCOUNT}
    itself: Answers = {"organizations:DescribeOrganization": {"Organization": organization}}

    assert complaint(there, "stacksets", access).verdict == "fine"
    assert complaint(there, "stacksets", {**access, **itself}).verdict == "fine"
    assert asked == ["DELEGATED_ADMIN", "SELF"]


def test_a_boundary_that_does_not_exist_fails() -> None:
    there = before(BY_HAND)
    outcome = complaint(there, "boundary", {"iam:GetPolicy": Error("NoSuchEntity")})

    boundary = f"arn:aws:iam::{ACCOUNT}:policy/team/boundary"
    assert_says(outcome, "fails", boundary, remedy="permissions_boundary")
    assert look(before(), "boundary") == []


def test_a_role_that_was_deleted_fails() -> None:
    def answer(request: Request) -> Answer:
        return absent("iam:GetRole") if request["RoleName"] == "FindingsStartRole" else ROLE

    outcome = complaint(place(), "roles", {"iam:GetRole": answer})

    assert_says(outcome, "fails", "Role FindingsStartRole", remedy="create it again")


def test_a_key_of_another_account_is_compared_by_hand() -> None:
    text = BOTH.replace("    notify: once\n", "").replace("    message: summary\n", "")
    key = GIVEN.replace(ACCOUNT, "444455556666")
    there = before(text.replace("channels:", f"encryption: {key}\nchannels:", 1))
    outcome = complaint(there, "key", {"kms:GetKeyPolicy": denied("kms:GetKeyPolicy")})

    assert_says(outcome, "unknown", key, remedy="DEPLOY.md")
    assert not outcome.weighs


def test_a_stackset_of_accounts_needs_no_organization() -> None:
    text = ORGANIZATION.replace(
        "organization_id: o-abc1234567\n    organizational_units: [ou-ab12-11111111, r-ab12]",
        'accounts: ["777788889999"]',
    )
    assert look(before(text, STACKSET), "stacksets") == []


def test_roles_in_the_path_are_reported_and_do_not_fail() -> None:
    changes: Answers = {"iam:ListRoles": {"Roles": [ROLE["Role"]]}}

    assert_says(complaint(before(), "role-path", changes), "fine", "/Watch/", "Team")


# The key


def given() -> Place:
    text = BOTH.replace("channels:", f"encryption: {GIVEN}\nchannels:", 1)
    return before(text.replace("    notify: once\n", "").replace("    message: summary\n", ""))


def policy(*statements: dict[str, Any]) -> Answers:
    return {"kms:GetKeyPolicy": {"Policy": json.dumps({"Statement": list(statements)})}}


@pytest.mark.parametrize(
    ("metadata", "why"),
    [
        ({"KeyState": "Disabled"}, "Disabled"),
        ({"KeyState": "PendingDeletion"}, "PendingDeletion"),
        ({"KeyState": "Enabled", "KeySpec": "RSA_2048"}, "RSA_2048"),
    ],
)
def test_a_key_that_cannot_be_used_fails(metadata: dict[str, str], why: str) -> None:
    answer = {"KeyMetadata": {"KeyId": KEY_ID, **metadata}}
    outcome = complaint(given(), "key", {"kms:DescribeKey": answer})

    assert_says(outcome, "fails", KEY_ID, why, remedy="Enable it")


def test_a_key_that_does_not_exist_fails() -> None:
    outcome = complaint(given(), "key", {"kms:DescribeKey": absent("kms:DescribeKey")})

    assert_says(outcome, "fails", "NotFound", remedy="name another")


def test_a_key_policy_without_the_services_fails_with_their_names() -> None:
    administrators = {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::1:root"}}
    changes = policy({**administrators, "Action": "kms:*", "Resource": "*"})
    outcome = complaint(given(), "key", changes)

    assert_says(outcome, "fails", "events.amazonaws.com: kms:Decrypt", remedy="DEPLOY.md")
    assert "cloudwatch.amazonaws.com: kms:GenerateDataKey" in outcome.text.en


def broad(**changes: Any) -> dict[str, Any]:
    services = [f"{name}.amazonaws.com" for name in ("events", "cloudwatch", "chatbot", "sns")]
    statement = {"Effect": "Allow", "Principal": {"Service": services}, "Action": "kms:*"}
    return {**statement, **changes}


@pytest.mark.parametrize(
    ("statements", "verdict"),
    [
        ([broad()], "fine"),
        ([broad(Action=["kms:Decrypt", "kms:GenerateDataKey*"])], "fine"),
        ([broad(Action=["kms:Decrypt"])], "fails"),
        ([broad(Condition={"StringEquals": {"aws:SourceAccount": ACCOUNT}})], "fails"),
        ([broad(), broad(Effect="Deny", Principal="*")], "fails"),
        ([broad(), broad(Effect="Deny", Principal={"AWS": "*"})], "fails"),
        (
            [
                broad(),
                broad(
                    Effect="Deny",
                    Principal="*",
                    Condition={"Bool": {"aws:SecureTransport": "false"}},
                ),
            ],
            "fine",
        ),
    ],
)
def test_a_key_policy_has_to_allow_services_without_a_condition(
    statements: list[dict[str, Any]], verdict: str
) -> None:
    assert complaint(given(), "key", policy(*statements)).verdict == verdict


def test_a_statement_that_was_removed_from_the_stacks_key_is_noticed() -> None:
    left = key_policy(place())["Statement"][:1]
    outcome = complaint(place(), "key", policy(*left))

    assert_says(outcome, "fails", "events.amazonaws.com", KEY_ID)


def test_without_encryption_there_is_no_key() -> None:
    assert look(place(BOTH), "key") == []


# The stack


def of_stack(**changes: Any) -> Answers:
    return {"cloudformation:DescribeStacks": {"Stacks": [stack(place(), **changes)]}}


@pytest.mark.parametrize(
    ("status", "remedy"),
    [
        ("ROLLBACK_COMPLETE", "Delete the stack"),
        ("UPDATE_ROLLBACK_COMPLETE", "last update was undone"),
        ("UPDATE_IN_PROGRESS", "Wait"),
        ("DELETE_FAILED", "Delete the stack"),
    ],
)
def test_a_stack_that_is_not_complete_fails(status: str, remedy: str) -> None:
    changes = of_stack(StackStatus=status, StackStatusReason="the reason of it")
    outcome = complaint(place(), "stack", changes)

    assert_says(outcome, "fails", f"Stack Watch is {status} (the reason of it)", remedy=remedy)


def test_the_first_failure_is_the_reason() -> None:
    def event(title: str, reason: str, status: str = "CREATE_FAILED") -> dict[str, Any]:
        return {
            "StackId": "s",
            "EventId": title,
            "StackName": "Watch",
            "Timestamp": NOW,
            "LogicalResourceId": title,
            "ResourceStatus": status,
            "ResourceStatusReason": reason,
        }

    events = [
        event("Rule", "Resource creation cancelled"),
        event("Topic", "later"),
        event("Channel", "AWS Chatbot can't proceed with the operation"),
        event("Key", "", "CREATE_COMPLETE"),
    ]
    changes = {
        **of_stack(StackStatus="ROLLBACK_COMPLETE"),
        "cloudformation:DescribeStackEvents": {"StackEvents": events},
    }
    assert_says(complaint(place(), "stack", changes), "fails", "Channel: AWS Chatbot can't proceed")


def test_a_stack_that_was_deleted_is_none() -> None:
    from generator.doctor.stacks import find_stack  # noqa: PLC0415
    from healthy import account, answers  # noqa: PLC0415
    from stubbed import Stubs  # noqa: PLC0415

    there = place()
    stubs = Stubs({**answers(there), **of_stack(StackStatus="DELETE_COMPLETE")})

    assert find_stack(account(stubs), there.placed) is None


def test_a_stack_is_found_by_automation_rules_and_by_its_stackset() -> None:
    from generator.doctor.stacks import find_stack  # noqa: PLC0415
    from healthy import account, answers, physical_ids  # noqa: PLC0415
    from stubbed import Stubs  # noqa: PLC0415

    accepted = place(EXCEPTIONS, "exceptions.yaml")
    rules = accepted.placed.of_type("AWS::SecurityHub::AutomationRule")
    ids = physical_ids(accepted)
    listed = [{"RuleName": each["RuleName"], "RuleArn": ids[name]} for name, each in rules.items()]
    by_rule: Answers = {"securityhub:ListAutomationRules": {"AutomationRulesMetadata": listed}}
    everywhere = place(ORGANIZATION, "organization.yaml")
    by_set: Answers = {
        "cloudformation:DescribeStackSet": {
            "StackSet": {"StackSetId": next(iter(physical_ids(everywhere).values()))}
        }
    }

    for there, changes in ((accepted, by_rule), (everywhere, by_set)):
        stubs = Stubs({**answers(there), **changes})
        known = find_stack(account(stubs), there.placed)
        assert known is not None
        assert known.name == there.settings.name
        assert find_stack(account(Stubs(answers(there))), there.placed) is None


INSTANCE = f"""\
{ORGANIZATION}    overrides:
      - organizational_units: [ou-ab12-11111111]
        parameters: {{UrgentSeverities: HIGH}}
"""


@pytest.mark.parametrize(
    ("name", "value", "verdict"),
    [
        ("StackSet-Everywhere-1", "HIGH", "fine"),
        ("StackSet-Everywhere-1", "CRITICAL", "fine"),
        ("StackSet-Everywhere-1", "LOW", "fails"),
        ("Everywhere", "HIGH", "fails"),
    ],
)
def test_an_instance_of_a_stackset_may_have_the_values_of_an_override(
    name: str, value: str, verdict: str
) -> None:
    there = place(INSTANCE, STACKSET)
    described = stack(there, parameters={"UrgentSeverities": value}, StackName=name)
    outcome = complaint(
        there, "parameters", {"cloudformation:DescribeStacks": {"Stacks": [described]}}
    )

    where = "StackSet" if name.startswith("StackSet-") else "aws cloudformation"
    assert_says(outcome, verdict, remedy=where if verdict == "fails" else "")


def with_values(**values: str) -> list[Outcome]:
    return look(place(), "parameters", of_stack(parameters=values))


def test_a_value_that_the_stack_keeps_is_named_with_the_command_that_changes_it() -> None:
    (outcome,) = with_values(FindingsSeverities="CRITICAL")

    assert_says(outcome, "fails", "FindingsSeverities is CRITICAL", "CRITICAL,HIGH")
    assert "aws cloudformation deploy" in outcome.remedy.en
    assert "CRITICAL,HIGH" in outcome.remedy.ja


def test_a_list_in_another_order_and_a_pause_are_no_drift() -> None:
    (outcome,) = with_values(FindingsSeverities="HIGH, CRITICAL", RulesEnabled="false")

    assert outcome.verdict == "fine"


def of_template(change: Any) -> Answers:
    there = json.loads(json.dumps(place().template.template))
    change(there)
    return {"cloudformation:GetTemplate": {"TemplateBody": json.dumps(there)}}


def test_a_resource_that_an_update_would_change_is_named() -> None:
    def change(template: Any) -> None:
        template["Resources"]["FindingsRule"]["Properties"]["State"] = "DISABLED"
        template["Resources"]["Additional"] = {"Type": "AWS::SNS::Topic"}

    outcome = complaint(place(), "template", of_template(change))

    assert_says(outcome, "fails", "FindingsRule, Additional", remedy="standalone.yaml")


def test_a_long_list_of_changes_ends_after_ten() -> None:
    outcome = complaint(place(), "template", of_template(lambda each: each["Resources"].clear()))

    assert_says(outcome, "fails", ", ...")
    assert outcome.text.en.count(", ") == 10


def test_descriptions_and_metadata_change_nothing() -> None:
    def change(template: Any) -> None:
        template["Description"] = template["Metadata"] = "other"
        template["Resources"]["FindingsRule"]["Metadata"] = {"a": "b"}
        for parameter in template["Parameters"].values():
            parameter["Description"] = "other"

    assert complaint(place(), "template", of_template(change)).verdict == "fine"


def test_a_file_without_a_home_has_its_home_where_it_is() -> None:
    assert "deployment" not in FULL
    assert complaint(place(), "identity").verdict == "fine"
