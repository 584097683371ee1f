"""An account in which all is as a params file wants it, and what a check finds in it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from generator.doctor import examine
from generator.doctor.account import Account
from generator.doctor.case import Case, Planned, Stack
from generator.doctor.check import Check, Outcome, all_checks
from generator.doctor.stacks import find_stack
from generator.params import Settings, load
from generator.templates import TEMPLATES
from generator.updates.facts import NAMES
from stubbed import Answer, Answers, Request, Stubs, absent

ACCOUNT, REGION = "111122223333", "eu-west-1"
CALLER = f"arn:aws:iam::{ACCOUNT}:user/ann"
NOW = datetime(2026, 11, 23, 21, 20, 9, tzinfo=UTC)
HOUR = datetime(2026, 11, 23, 20, tzinfo=UTC)
KEY_ID = "0a1b2c3d-0001-4000-8000-0123456789ab"
CHECKS = {check.name: check for check in all_checks()}

FULL = """\
name: Watch
isolation: route
slack: {workspace_id: T0123ABCD}
encryption: customer_key
channels:
  security: {channel_id: C0123ABCD}
  risk:
    teams:
      team_id: 0123abcd-45ef-67ab-89cd-0123456789ab
      tenant_id: 89abcdef-0123-4567-89ab-cdef01234567
      channel_id: 19%3A0123456789abcdef0123%40thread.tacv2
  auditors: {emails: [audit@example.com]}
routes:
  - name: findings
    channel: [security, risk, auditors]
    match:
      severity: [CRITICAL, HIGH]
      compliance: [FAILED, WARNING, NOT_AVAILABLE]
      workflow: [NEW]
      record_state: [ACTIVE]
    message: summary
    notify: once
  - name: threats
    channel: security
    match: {products: [aws/guardduty], workflow: [NEW], record_state: [ACTIVE]}
digests:
  - name: weekly
    channel: security
    schedule: cron(0 9 ? * MON *)
    timezone: Asia/Tokyo
    match: {severity: [CRITICAL], workflow: [NEW], record_state: [ACTIVE]}
"""
"""Something for nearly every check to look at."""

SHARED = FULL.replace("isolation: route\n", "")
"""The same, where routes of a kind share a state machine."""

BOTH = """\
name: Both
slack: {workspace_id: T0123ABCD}
channels: {security: {channel_id: C0123ABCD}}
routes:
  - name: controls
    channel: security
    match: {products: [aws/securityhub], severity: [CRITICAL], workflow: [NEW]}
    message: summary
    notify: once
  - name: exposures
    source: security_hub
    channel: security
    match: {kinds: [exposure], severity: [CRITICAL], workflow: [NEW]}
    notify: once
"""
"""Findings of both products."""

ROLE: dict[str, Any] = {
    "Role": {
        "Path": "/teams/",
        "RoleName": "Team",
        "RoleId": "AROAEXAMPLEEXAMPLE01",
        "Arn": f"arn:aws:iam::{ACCOUNT}:role/teams/Team",
        "CreateDate": "2026-11-23T21:20:09Z",
    }
}

EXCEPTIONS = """\
name: Accepted
channels: {security: {}}
routes:
  - {name: findings, channel: security, match: {severity: [CRITICAL], workflow: [NEW]}}
exceptions:
  - {name: snapshots, match: {controls: [EC2.1]}, reason: on purpose, until: never}
"""
"""Rules that Security Hub has to accept."""

LONG = f"""\
name: Long
pattern_length: 4096
channels: {{security: {{}}}}
routes:
  - name: findings
    channel: security
    match:
      severity: [CRITICAL]
      accounts: {[str(111122220000 + number) for number in range(150)]}
"""
"""A pattern that is accepted only where AWS has raised the quota."""

BY_HAND = """\
name: Hand
permissions_boundary: team/boundary
channels: {security: {channel_id: C0123ABCD}}
routes:
  - {name: sent, on: custom_action, channel: security, match: {actions: [Notify]}}
"""
"""A route that somebody uses by hand, and roles with a boundary."""

ORGANIZATION = f"""\
name: Everywhere
channels: {{security: {{channel_id: C0123ABCD}}}}
routes:
  - name: urgent
    channel: security
    match: {{severity: [CRITICAL], workflow: [NEW], record_state: [ACTIVE]}}
deployment:
  home: {{account: "{ACCOUNT}", region: {REGION}}}
  stackset:
    organization_id: o-abc1234567
    organizational_units: [ou-ab12-11111111, r-ab12]
    regions: [{REGION}, us-east-1, me-south-1]
"""
"""A StackSet for units of an organization."""

FORWARDS = ORGANIZATION.replace(REGION, "us-east-1", 1)
"""The same with a home elsewhere: what is here forwards to it."""


class Place(NamedTuple):
    """A params file with its template, in an account and Region."""

    settings: Settings
    template: Planned
    placed: Planned
    deployed: bool

    @property
    def stack_id(self) -> str:
        return f"arn:aws:cloudformation:{REGION}:{ACCOUNT}:stack/{self.settings.name}/0a1b2c3d"


@cache
def place(text: str = FULL, name: str = "standalone.yaml", *, deployed: bool = True) -> Place:
    """Return a params file where it is deployed, or is to be."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "some.yaml"
        path.write_text(text, "utf-8")
        settings = load(path).settings
    template = TEMPLATES[name](settings)
    planned = examine.planned(name, template.to_dict(), len(template.to_json()))
    nobody = Account(lambda _: {}, id_=ACCOUNT, caller=CALLER, region=REGION)
    return Place(settings, planned, examine._placed(planned, nobody, {}), deployed)


def before(text: str = FULL, name: str = "standalone.yaml") -> Place:
    """Return a params file where there is no stack yet."""
    return place(text, name, deployed=False)


def account(stubs: Stubs, caller: str = CALLER) -> Account:
    """Return the account that answers from stubs."""
    return Account(stubs.aws(), id_=ACCOUNT, caller=caller, region=REGION)


def look(
    there: Place, name: str, changes: Answers | None = None, *, caller: str = CALLER
) -> list[Outcome]:
    """Return what one check finds, with other answers than the healthy ones."""
    stubs = Stubs({**answers(there), **(changes or {})})
    return look_with(there, CHECKS[name], stubs, caller=caller)


def look_with(there: Place, check: Check, stubs: Stubs, *, caller: str = CALLER) -> list[Outcome]:
    """Do the same with given stubs."""
    stack = stack_of(there, stubs)
    asked = account(stubs, caller)
    values = stack.parameters if stack else {}
    placed = examine._placed(there.template, asked, values)
    case = Case(there.settings, placed, asked, stack, NOW)
    outcomes = examine._run(case, check)
    for outcome in outcomes:
        _is_said_in_both_languages(outcome)
    return outcomes


def _is_said_in_both_languages(outcome: Outcome) -> None:
    assert outcome.text.en
    assert outcome.text.ja != outcome.text.en
    assert not outcome.text.ja.isascii()
    assert bool(outcome.remedy.en) == bool(outcome.remedy.ja)
    assert (outcome.verdict == "fine") == (not outcome.remedy.en)


def stack_of(there: Place, stubs: Stubs) -> Stack | None:
    """Return the stack, with a state and parameters that may be other than the healthy ones."""
    call = "cloudformation:DescribeStacks"
    known = {**answers(there), call: stubs.answers.get(call, absent(call))}
    return find_stack(account(Stubs(known)), there.placed)


def answers(there: Place) -> dict[str, Answer]:
    """Return what AWS answers where all is well, to every call that checks make."""
    caller = {"UserId": "AIDAEXAMPLEEXAMPLE01", "Account": ACCOUNT, "Arn": CALLER}
    return {
        "sts:GetCallerIdentity": caller,
        **_account_wide(),
        **_security_hub(),
        **_organization(there),
        **_resources(there),
        **_stack(there),
        **_chat(there),
        **_looked_up(there),
    }


def _account_wide() -> dict[str, Answer]:
    return {
        "config:DescribeConfigurationRecorderStatus": {
            "ConfigurationRecordersStatus": [{"name": "default", "recording": True}]
        },
        "ec2:DescribeRegions": {
            "Regions": [
                {"RegionName": name, "OptInStatus": "opt-in-not-required"}
                for name in (REGION, "us-east-1", "me-south-1")
            ]
        },
        "events:DescribeEventBus": {"Name": "default"},
        "events:ListRules": {"Rules": [{"Name": "other"}]},
        "iam:GetRole": ROLE,
        "iam:GetPolicy": {"Policy": {"PolicyName": "boundary"}},
        "iam:ListRoles": {"Roles": []},
        "iam:SimulatePrincipalPolicy": _allowed,
        "kms:DescribeKey": {"KeyMetadata": {"KeyId": KEY_ID, "KeyState": "Enabled"}},
        "logs:DescribeLogGroups": {"logGroups": []},
        "logs:DescribeResourcePolicies": {"resourcePolicies": []},
        "logs:FilterLogEvents": {"events": []},
        "s3:ListObjectsV2": lambda request: {"Contents": [{"Key": request["Prefix"]}]},
        "service-quotas:GetServiceQuota": {"Quota": {"Value": 300.0}},
    }


def _allowed(request: Request) -> Answer:
    names = request["ActionNames"]
    return {
        "EvaluationResults": [{"EvalActionName": name, "EvalDecision": "allowed"} for name in names]
    }


def _security_hub() -> dict[str, Answer]:
    return {
        "securityhub:DescribeActionTargets": {"ActionTargets": [action_target("Notify")]},
        "securityhub:DescribeHub": {"ControlFindingGenerator": "SECURITY_CONTROL"},
        "securityhub:DescribeSecurityHubV2": {},
        "securityhub:GetAdministratorAccount": {},
        "securityhub:ListMembers": {"Members": []},
        "securityhub:GetEnabledStandards": {"StandardsSubscriptions": [standard("READY")]},
        "securityhub:GetFindings": {"Findings": []},
        "securityhub:GetFindingsV2": {"Findings": []},
        "securityhub:GetInsights": {"Insights": []},
        "securityhub:ListAutomationRules": {"AutomationRulesMetadata": []},
        "securityhub:ListAutomationRulesV2": {"Rules": []},
        "securityhub:ListFindingAggregators": {"FindingAggregators": []},
        "securityhub:ListAggregatorsV2": {"AggregatorsV2": []},
        **aggregator("GetFindingAggregator", REGION, "ALL_REGIONS"),
        **aggregator("GetAggregatorV2", REGION, "ALL_REGIONS"),
    }


def action_target(name: str) -> dict[str, Any]:
    """Return a custom action of Security Hub's console."""
    return {"ActionTargetArn": "arn:aws:x", "Name": name, "Description": "any"}


def standard(status: str) -> dict[str, Any]:
    """Return a standard that is enabled, or is about to be."""
    return {
        "StandardsSubscriptionArn": "arn:aws:securityhub:::s",
        "StandardsArn": "arn:aws:securityhub:::standards/x",
        "StandardsInput": {},
        "StandardsStatus": status,
    }


def aggregator(operation: str, region: str, mode: str, *regions: str) -> dict[str, Answer]:
    """Return the answer on how findings of Regions come together, of either product."""
    if operation == "GetAggregatorV2":
        place, listed = "AggregationRegion", "LinkedRegions"
    else:
        place, listed = "FindingAggregationRegion", "Regions"
    answer = {place: region, "RegionLinkingMode": mode, listed: list(regions)}
    return {f"securityhub:{operation}": answer}


def aggregated(region: str, mode: str = "ALL_REGIONS", *regions: str) -> dict[str, Answer]:
    """Return the answers of an account that aggregates findings."""
    listed = [{"FindingAggregatorArn": "arn:aws:securityhub:::finding-aggregator/1"}]
    return {
        "securityhub:ListFindingAggregators": {"FindingAggregators": listed},
        **aggregator("GetFindingAggregator", region, mode, *regions),
    }


def _organization(there: Place) -> dict[str, Answer]:
    stackset = there.settings.deployment.stackset
    actual = (stackset.organization_id if stackset else None) or "o-abc1234567"
    return {
        "cloudformation:DescribeOrganizationsAccess": {"Status": "ENABLED"},
        "organizations:DescribeOrganization": {
            "Organization": {"Id": actual, "MasterAccountId": "999999999999"}
        },
        "organizations:ListDelegatedAdministrators": {"DelegatedAdministrators": [{"Id": ACCOUNT}]},
        "organizations:DescribeOrganizationalUnit": {"OrganizationalUnit": {"Name": "some"}},
        "organizations:ListRoots": {"Roots": [{"Id": "r-ab12"}]},
    }


def physical_ids(there: Place) -> dict[str, str]:
    """Return the physical id of each resource of the stack, by logical id."""
    return {
        title: _physical_id(there, title, resource["Type"])
        for title, resource in there.placed.resources.items()
    }


def _physical_id(there: Place, title: str, kind: str) -> str:
    name = there.placed.named(kind).get(title, title) if kind in NAMES else title
    form = _PHYSICAL_IDS.get(kind, "{name}")
    return form.format(name=name, region=REGION, account=ACCOUNT)


_PHYSICAL_IDS = {
    "AWS::SNS::Topic": "arn:aws:sns:{region}:{account}:{name}",
    "AWS::StepFunctions::StateMachine": "arn:aws:states:{region}:{account}:stateMachine:{name}",
    "AWS::KMS::Key": KEY_ID,
    "AWS::SQS::Queue": "https://sqs.{region}.amazonaws.com/{account}/{name}",
    "AWS::Chatbot::SlackChannelConfiguration": (
        "arn:aws:chatbot::{account}:chat-configuration/slack-channel/{name}"
    ),
    "AWS::Chatbot::MicrosoftTeamsChannelConfiguration": (
        "arn:aws:chatbot::{account}:chat-configuration/microsoft-teams-channel/{name}"
    ),
}


def _resources(there: Place) -> dict[str, Answer]:
    """Return the answers on single resources: all are there, or none."""
    calls = (
        "sns:GetTopicAttributes",
        "sns:ListSubscriptionsByTopic",
        "events:DescribeRule",
        "events:ListTargetsByRule",
        "sqs:GetQueueUrl",
        "sqs:GetQueueAttributes",
        "stepfunctions:DescribeStateMachine",
        "scheduler:GetScheduleGroup",
        "scheduler:GetSchedule",
        "cloudformation:DescribeStackSet",
        "kms:GetKeyPolicy",
    )
    if not there.deployed:
        return {call: absent(call) for call in calls}
    return {
        **{call: absent(call) for call in calls},
        "sns:GetTopicAttributes": lambda request: {
            "Attributes": {"Policy": json.dumps(topic_policy(there, request["TopicArn"]))}
        },
        "sns:ListSubscriptionsByTopic": lambda request: {
            "Subscriptions": subscriptions(there, request["TopicArn"])
        },
        "events:DescribeRule": lambda request: rule(there, request["Name"]),
        "events:ListTargetsByRule": lambda request: {"Targets": targets(there, request["Rule"])},
        "sqs:GetQueueUrl": lambda request: {
            "QueueUrl": f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/{request['QueueName']}"
        },
        "sqs:GetQueueAttributes": {"Attributes": {"ApproximateNumberOfMessages": "0"}},
        "stepfunctions:DescribeStateMachine": machine,
        "scheduler:GetSchedule": lambda request: {"Name": request["Name"], "State": "ENABLED"},
        "kms:GetKeyPolicy": {"Policy": json.dumps(key_policy(there))},
    }


def _by_physical_id(there: Place, physical_id: str) -> str:
    return next(title for title, id_ in physical_ids(there).items() if id_ == physical_id)


def topic_policy(there: Place, arn: str) -> dict[str, Any]:
    """Return the access policy of a topic, as SNS has it."""
    title = _by_physical_id(there, arn)
    policies = there.placed.of_type("AWS::SNS::TopicPolicy").values()
    made = next(each["PolicyDocument"] for each in policies if title in each["Topics"])
    policy: dict[str, Any] = json.loads(json.dumps(made).replace(f'"{title}"', f'"{arn}"'))
    return policy


def key_policy(there: Place) -> dict[str, Any]:
    """Return the policy of the stack's key."""
    keys = there.placed.of_type("AWS::KMS::Key").values()
    return next((dict(key["KeyPolicy"]) for key in keys), {"Statement": []})


def rule(there: Place, name: str) -> dict[str, Any]:
    """Return a rule as EventBridge describes it."""
    title = _titled(there, "AWS::Events::Rule", name)
    placed = there.placed.of_type("AWS::Events::Rule")[title]
    if "ScheduleExpression" in placed:
        schedule = {"ScheduleExpression": placed["ScheduleExpression"]}
        return {"Name": name, "State": "ENABLED", **schedule}
    return {"Name": name, "State": "ENABLED", "EventPattern": json.dumps(placed["EventPattern"])}


def targets(there: Place, name: str) -> list[dict[str, Any]]:
    """Return the targets of a rule."""
    title = _titled(there, "AWS::Events::Rule", name)
    made = there.placed.of_type("AWS::Events::Rule")[title]["Targets"]
    ids = physical_ids(there)
    queue = {"DeadLetterConfig": {"Arn": f"arn:aws:sqs:{REGION}:{ACCOUNT}:any"}}
    return [
        {
            "Id": each["Id"],
            "Arn": ids.get(each["Arn"], each["Arn"]),
            **(queue if "DeadLetterConfig" in each else {}),
        }
        for each in made
    ]


def _titled(there: Place, kind: str, name: str) -> str:
    return next(title for title, each in there.placed.named(kind).items() if each == name)


def machine(request: Request) -> Answer:
    """Return a state machine as Step Functions describes it."""
    arn = request["stateMachineArn"]
    return {
        "stateMachineArn": arn,
        "name": arn.rpartition(":")[2],
        "definition": "{}",
        "roleArn": f"arn:aws:iam::{ACCOUNT}:role/any",
        "type": "EXPRESS",
        "creationDate": NOW,
    }


def subscriptions(there: Place, topic: str) -> list[dict[str, Any]]:
    """Return the subscriptions of a topic: the chat service's, and mailboxes."""
    title = _by_physical_id(there, topic)
    mails = there.placed.of_type("AWS::SNS::Subscription").values()
    addresses = [each["Endpoint"] for each in mails if each["TopicArn"] == title]
    endpoints = [("email", address) for address in addresses]
    endpoints.append(("https", "https://global.sns-api.chatbot.amazonaws.com"))
    return [
        {
            "SubscriptionArn": f"{topic}:0a1b2c3d-0002-4000-8000-{number:012}",
            "Protocol": protocol,
            "Endpoint": endpoint,
            "TopicArn": topic,
        }
        for number, (protocol, endpoint) in enumerate(endpoints)
    ]


def _stack(there: Place) -> dict[str, Answer]:
    if not there.deployed:
        nothing = absent("cloudformation:DescribeStackResources")
        calls = ("DescribeStackResources", "DescribeStacks", "ListStackResources", "GetTemplate")
        gone: dict[str, Answer] = {f"cloudformation:{operation}": nothing for operation in calls}
        return {**gone, "cloudformation:DescribeStackEvents": nothing}
    ids = physical_ids(there)
    return {
        "cloudformation:DescribeStackResources": lambda request: _owned(
            there, request["PhysicalResourceId"]
        ),
        "cloudformation:DescribeStacks": {"Stacks": [stack(there)]},
        "cloudformation:ListStackResources": {
            "StackResourceSummaries": [_summary(there, title, id_) for title, id_ in ids.items()]
        },
        "cloudformation:DescribeStackEvents": {"StackEvents": []},
        # The client returns a template in JSON as data.
        "cloudformation:GetTemplate": {"TemplateBody": json.dumps(there.template.template)},
    }


def _owned(there: Place, physical_id: str) -> Answer:
    owned = [title for title, id_ in physical_ids(there).items() if id_ == physical_id]
    if not owned:
        return absent("cloudformation:DescribeStackResources")
    names = {"StackName": there.settings.name, "StackId": there.stack_id, "Timestamp": NOW}
    return {"StackResources": [{**_resource(there, owned[0], physical_id), **names}]}


def _summary(there: Place, title: str, physical_id: str) -> dict[str, Any]:
    return {**_resource(there, title, physical_id), "LastUpdatedTimestamp": NOW}


def _resource(there: Place, title: str, physical_id: str) -> dict[str, Any]:
    return {
        "LogicalResourceId": title,
        "PhysicalResourceId": physical_id,
        "ResourceType": there.placed.resources[title]["Type"],
        "ResourceStatus": "CREATE_COMPLETE",
    }


def stack(there: Place, **changes: Any) -> dict[str, Any]:
    """Return the stack as CloudFormation describes it."""
    parameters = there.template.template.get("Parameters", {})
    values = {name: str(each.get("Default", "")) for name, each in parameters.items()}
    values = {**values, **changes.pop("parameters", {})}
    return {
        "StackName": there.settings.name,
        "StackId": there.stack_id,
        "CreationTime": NOW,
        "StackStatus": "CREATE_COMPLETE",
        "Parameters": [
            {"ParameterKey": name, "ParameterValue": value} for name, value in values.items()
        ],
        **changes,
    }


def _chat(there: Place) -> dict[str, Answer]:
    deployed, slack = there.deployed, there.settings.slack
    workspace = (slack.workspace_id if slack else None) or "T0123ABCD"
    return {
        "chatbot:ListCustomActions": {"CustomActions": []},
        "chatbot:DescribeSlackWorkspaces": {
            "SlackWorkspaces": [{"SlackTeamId": workspace, "SlackTeamName": "Example"}]
        },
        "chatbot:ListMicrosoftTeamsConfiguredTeams": {
            "ConfiguredTeams": [
                {"TenantId": str(channel.teams.tenant_id), "TeamId": str(channel.teams.team_id)}
                for channel in there.settings.channels.values()
                if channel.teams
            ]
        },
        "chatbot:DescribeSlackChannelConfigurations": {
            "SlackChannelConfigurations": slack_configurations(there) if deployed else []
        },
        "chatbot:ListMicrosoftTeamsChannelConfigurations": {
            "TeamChannelConfigurations": teams_configurations(there) if deployed else []
        },
    }


def slack_configurations(there: Place) -> list[dict[str, Any]]:
    """Return the chat configurations of the stack, as the chat service describes them."""
    made = there.placed.of_type("AWS::Chatbot::SlackChannelConfiguration")
    return [
        {
            **_configuration(there, title, each),
            "SlackTeamName": "Example",
            "SlackTeamId": each["SlackWorkspaceId"],
            "SlackChannelId": each["SlackChannelId"],
            "SlackChannelName": "alerts",
        }
        for title, each in made.items()
    ]


def teams_configurations(there: Place) -> list[dict[str, Any]]:
    """Return those for Microsoft Teams."""
    made = there.placed.of_type("AWS::Chatbot::MicrosoftTeamsChannelConfiguration")
    return [
        {
            **_configuration(there, title, each),
            "ChannelId": each["TeamsChannelId"],
            "TeamId": each["TeamId"],
            "TenantId": each["TeamsTenantId"],
        }
        for title, each in made.items()
    ]


def _configuration(there: Place, title: str, made: Mapping[str, Any]) -> dict[str, Any]:
    ids = physical_ids(there)
    return {
        "ChatConfigurationArn": ids[title],
        "ConfigurationName": made["ConfigurationName"],
        "IamRoleArn": f"arn:aws:iam::{ACCOUNT}:role/any",
        "SnsTopicArns": [ids[topic] for topic in made["SnsTopicArns"]],
        "State": "ENABLED",
    }


def _looked_up(there: Place) -> dict[str, Answer]:
    names = there.placed.named("AWS::CloudWatch::Alarm").values() if there.deployed else []
    return {
        "cloudwatch:DescribeAlarms": {
            "MetricAlarms": [{"AlarmName": name, "StateValue": "OK"} for name in names]
        },
        "cloudwatch:GetMetricData": measured(),
    }


_USUAL = {
    "TriggeredRules": 5,
    "Invocations": 5,
    "NumberOfMessagesPublished": 5,
    "NumberOfNotificationsDelivered": 5,
    "ExecutionsSucceeded": 5,
}


def measured(**values: int) -> Callable[[Request], Answer]:
    """Return how CloudWatch answers: a sum for each metric, in one hour."""
    counts = {**_USUAL, **values}

    def answer(request: Request) -> Answer:
        queries = request["MetricDataQueries"]
        named = {query["Id"]: query["MetricStat"]["Metric"]["MetricName"] for query in queries}
        return {"MetricDataResults": [datum(id_, counts.get(of, 0)) for id_, of in named.items()]}

    return answer


def datum(id_: str, value: int) -> dict[str, Any]:
    """Return the data of one metric; none where nothing was counted."""
    if not value:
        return {"Id": id_, "Timestamps": [], "Values": [], "StatusCode": "Complete"}
    return {"Id": id_, "Timestamps": [HOUR], "Values": [float(value)], "StatusCode": "Complete"}
