"""Whether names that the template gives are in use, and by which stack.

CloudFormation fails where something of a name exists that the stack did not make.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from generator.doctor.account import CHAT_REGION
from generator.doctor.check import Check, Said, fails, fine
from generator.doctor.policies import statements
from generator.doctor.refusals import Refusal
from generator.doctor.stacks import owner

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.doctor.case import Case
    from generator.doctor.check import Outcome

# A look-up asks for one thing by its name, and yields its physical id if it is there. A service
# that has nothing of the name answers with one of these codes.
_ABSENT = (
    "NotFound",
    "NotFoundException",
    "NoSuchEntity",
    "AWS.SimpleQueueService.NonExistentQueue",
    "QueueDoesNotExist",
    "ResourceNotFoundException",
    "StateMachineDoesNotExist",
    "StackSetNotFoundException",
)


def _topic(case: Case, name: str) -> Iterator[str]:
    arn = case.aws.arn("sns", name)
    case.aws.answer("sns", "GetTopicAttributes", TopicArn=arn)
    yield arn


def _rule(case: Case, name: str) -> Iterator[str]:
    case.aws.answer("events", "DescribeRule", Name=name)
    yield name


def _queue(case: Case, name: str) -> Iterator[str]:
    yield case.aws.answer("sqs", "GetQueueUrl", QueueName=name)["QueueUrl"]


def _machine(case: Case, name: str) -> Iterator[str]:
    arn = case.aws.arn("states", f"stateMachine:{name}")
    case.aws.answer("stepfunctions", "DescribeStateMachine", stateMachineArn=arn)
    yield arn


def _log_group(case: Case, name: str) -> Iterator[str]:
    groups = case.aws.answer("logs", "DescribeLogGroups", logGroupNamePrefix=name).get(
        "logGroups", []
    )
    yield from (group["logGroupName"] for group in groups if group["logGroupName"] == name)


def _alarm(case: Case, name: str) -> Iterator[str]:
    prefix = case.settings.name
    alarms = case.aws.answer("cloudwatch", "DescribeAlarms", AlarmNamePrefix=prefix)
    yield from (
        alarm["AlarmName"] for alarm in alarms.get("MetricAlarms", []) if alarm["AlarmName"] == name
    )


def _role(case: Case, name: str) -> Iterator[str]:
    yield case.aws.answer("iam", "GetRole", RoleName=name)["Role"]["RoleName"]


def _schedule_group(case: Case, name: str) -> Iterator[str]:
    yield case.aws.answer("scheduler", "GetScheduleGroup", Name=name)["Name"]


def _stack_set(case: Case, name: str) -> Iterator[str]:
    yield case.aws.answer("cloudformation", "DescribeStackSet", StackSetName=name)["StackSet"][
        "StackSetName"
    ]


def _slack(case: Case, name: str) -> Iterator[str]:
    answer = case.aws.answer("chatbot", "DescribeSlackChannelConfigurations", region=CHAT_REGION)
    yield from (
        each["ChatConfigurationArn"]
        for each in answer.get("SlackChannelConfigurations", [])
        if each.get("ConfigurationName") == name
    )


def _teams(case: Case, name: str) -> Iterator[str]:
    answer = case.aws.answer(
        "chatbot", "ListMicrosoftTeamsChannelConfigurations", region=CHAT_REGION
    )
    yield from (
        each["ChatConfigurationArn"]
        for each in answer.get("TeamChannelConfigurations", [])
        if each.get("ConfigurationName") == name
    )


def _action(case: Case, name: str) -> Iterator[str]:
    arns = case.aws.answer("chatbot", "ListCustomActions", region=CHAT_REGION).get(
        "CustomActions", []
    )
    yield from (arn for arn in arns if arn.rpartition("/")[2] == name)


def _bus_policy(case: Case, name: str) -> Iterator[str]:
    policy = case.aws.answer("events", "DescribeEventBus").get("Policy")
    if policy and any(each.get("Sid") == name for each in statements(policy)):
        yield name


_LOOKUPS = {
    "AWS::SNS::Topic": _topic,
    "AWS::Events::Rule": _rule,
    "AWS::SQS::Queue": _queue,
    "AWS::StepFunctions::StateMachine": _machine,
    "AWS::Logs::LogGroup": _log_group,
    "AWS::CloudWatch::Alarm": _alarm,
    "AWS::IAM::Role": _role,
    "AWS::Scheduler::ScheduleGroup": _schedule_group,
    "AWS::CloudFormation::StackSet": _stack_set,
    "AWS::Chatbot::SlackChannelConfiguration": _slack,
    "AWS::Chatbot::MicrosoftTeamsChannelConfiguration": _teams,
    "AWS::Chatbot::CustomAction": _action,
    "AWS::Events::EventBusPolicy": _bus_policy,
}


class _Taken(NamedTuple):
    """A name that is in use, and the stack that has it, if one does."""

    kind: str
    name: str
    stack: str


def _run(case: Case) -> Iterator[Outcome]:
    wanted = [(kind, name) for kind in _LOOKUPS for name in case.planned.named(kind).values()]
    taken = [found for kind, name in wanted for found in _taken(case, kind, name)]
    for each in taken:
        yield _outcome(each)
    if wanted and not taken:
        yield fine(
            f"None of the {len(wanted)} names is in use.",
            f"{len(wanted)} 個の名前はどれも使われていません。",
        )


def _taken(case: Case, kind: str, name: str) -> Iterator[_Taken]:
    try:
        for physical_id in _LOOKUPS[kind](case, name):
            yield _Taken(kind, name, owner(case.aws, physical_id))
    except Refusal as refusal:
        if refusal.code not in _ABSENT:
            raise


def _outcome(taken: _Taken) -> Outcome:
    what = f"{taken.kind.rpartition('::')[2]} {taken.name}"
    if taken.stack:
        return fails(
            Said(
                f"{what} exists: it belongs to the stack {taken.stack}.",
                f"{what} はすでに存在し、スタック {taken.stack} に属しています。",
            ),
            Said(
                "Update that stack if it is this file's; otherwise choose another `name`.",
                "このファイルのスタックなら更新し、そうでなければ `name` を変えてください。",
            ),
        )
    return fails(
        Said(
            f"{what} exists, and belongs to no stack.",
            f"{what} はすでに存在し、どのスタックにも属していません。",
        ),
        Said("Delete it, or choose another `name`.", "削除するか、`name` を変えてください。"),
    )


CHECK = Check(
    name="names",
    group="deployment",
    question=Said("Are the names free?", "名前は空いていますか。"),
    calls=frozenset(
        {
            "sns:GetTopicAttributes",
            "events:DescribeRule",
            "sqs:GetQueueUrl",
            "stepfunctions:DescribeStateMachine",
            "logs:DescribeLogGroups",
            "cloudwatch:DescribeAlarms",
            "iam:GetRole",
            "scheduler:GetScheduleGroup",
            "cloudformation:DescribeStackSet",
            "cloudformation:DescribeStackResources",
            "chatbot:DescribeSlackChannelConfigurations",
            "chatbot:ListMicrosoftTeamsChannelConfigurations",
            "chatbot:ListCustomActions",
            "events:DescribeEventBus",
        }
    ),
    when="before",
    run=_run,
)
