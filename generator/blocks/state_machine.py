"""The state machine between rule and topic, where a route asks for a readable message or for once.

It is an Express one, and no code of ours runs in it: AWS evaluates the JSONata in its definition.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from awacs import states
from awacs.aws import Allow, Statement
from troposphere import GetAtt, Ref, iam, logs, stepfunctions

from generator.blocks.deploy_permissions import ACCOUNT, ROLES, Actions, Grant, arns_of
from generator.blocks.metadata import about
from generator.blocks.service_role import service_role
from generator.blocks.state_machine_definition import definition
from generator.blocks.state_machine_permissions import permissions

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from generator.blocks.logical_ids import LogicalIds
    from generator.blocks.publication import Publication
    from generator.blocks.state_machine_definition import ToMark
    from generator.params.choices import Source

LOG_GROUPS = "/aws/vendedlogs/states/"
"""Below this name, the permission to log needs no policy that grows with each log group.
https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html
"""

_MACHINES = arns_of(f"states:*:{ACCOUNT}:stateMachine:")
_LOGS = arns_of(f"logs:*:{ACCOUNT}:log-group:{LOG_GROUPS}")

DEPLOY_GRANTS: Actions = {
    "AWS::StepFunctions::StateMachine": (
        Grant(
            (
                "states:CreateStateMachine",
                "states:DeleteStateMachine",
                "states:DescribeStateMachine",
                "states:ListTagsForResource",
                "states:TagResource",
                "states:UntagResource",
                "states:UpdateStateMachine",
            ),
            _MACHINES,
        ),
        # One role is passed to the machine, the other to the rule that starts it.
        Grant(("iam:PassRole",), ROLES, passed_to=("states.amazonaws.com", "events.amazonaws.com")),
    ),
    "AWS::Logs::LogGroup": (
        # These cannot be narrowed to a log group whose name is ours.
        # https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatchlogs.html
        Grant(("logs:DescribeIndexPolicies", "logs:DescribeLogGroups")),
        Grant(
            (
                "logs:AssociateKmsKey",
                "logs:CreateLogGroup",
                "logs:DeleteLogGroup",
                "logs:DeleteRetentionPolicy",
                "logs:DisassociateKmsKey",
                "logs:GetDataProtectionPolicy",
                "logs:ListTagsForResource",
                "logs:PutRetentionPolicy",
                "logs:TagResource",
                "logs:UntagResource",
            ),
            tuple(f"{arn}{end}" for arn in _LOGS for end in ("", ":*")),
        ),
    ),
}


class Machine(NamedTuple):
    """A state machine, its log, and what it may do."""

    role: iam.Role
    log: logs.LogGroup
    machine: stepfunctions.StateMachine


class Processor(NamedTuple):
    """The machine, its log, what it may do, and the role with which EventBridge starts it."""

    role: iam.Role
    log: logs.LogGroup
    machine: stepfunctions.StateMachine
    starter: iam.Role


def state_machine(  # noqa: PLR0913  (the properties of a state machine)
    *,
    ids: LogicalIds,
    name: str,
    kind: Literal["EXPRESS", "STANDARD"],
    steps: dict[str, Any],
    policy: str,
    statements: list[Statement],
    key: Any,
    role_path: str,
    why: str,
    tags: Mapping[str, str],
) -> Machine:
    """Build a state machine that logs its failures; ``key`` is a KMS key's ARN, or None."""
    role = service_role(
        title=ids.state_machine_role,
        service="states.amazonaws.com",
        path=role_path,
        policy=policy,
        statements=statements,
        why="What the state machine may do: exactly its steps.",
        tags=tags,
    )
    log = _log(ids.state_machine_log, name, key, tags)
    machine = stepfunctions.StateMachine(
        ids.state_machine,
        StateMachineName=name,
        StateMachineType=kind,
        RoleArn=GetAtt(role, "Arn"),
        Definition=steps,
        LoggingConfiguration=_logging(log),
        **about(why, tags),
    )
    return Machine(role, log, machine)


def processor(  # noqa: PLR0913  (what is between a rule and a topic)
    *,
    ids: LogicalIds,
    name: str,
    publications: Sequence[Publication],
    topics: Sequence[Any],
    source: Source,
    to_mark: ToMark | None,
    queue: Any,
    key: Any,
    role_path: str,
    tags: Mapping[str, str],
) -> Processor:
    """Build the state machine that publishes to topics that its input names, among ``topics``.

    ``source`` is the product that sends the events. ``queue`` is the dead-letter queue, and ``key``
    a KMS key's ARN; both may be None.
    """
    address = None if queue is None else Ref(queue)
    built = state_machine(
        ids=ids,
        name=name,
        kind="EXPRESS",
        steps=definition(publications=publications, queue=address, source=source, to_mark=to_mark),
        policy="Publish",
        statements=list(permissions(topics, queue, key, to_mark and to_mark.queue)),
        key=key,
        role_path=role_path,
        why=_why(marks=to_mark is not None),
        tags=tags,
    )
    return Processor(*built, start_role(ids.start_role, built.machine, role_path, tags))


def _why(*, marks: bool) -> str:
    then = ", then hands the finding over to be marked" if marks else ""
    return f"Composes the message and publishes it{then}."


def _log(title: str, name: str, key: Any, tags: Mapping[str, str]) -> logs.LogGroup:
    optional = {} if key is None else {"KmsKeyId": key}
    reason = "encryption: none; CloudWatch Logs encrypts by itself"
    unless = {"CKV_AWS_158": reason} if key is None else {}
    return logs.LogGroup(
        title,
        LogGroupName=f"{LOG_GROUPS}{name}",
        RetentionInDays=365,
        # Kept, it would prevent a stack of the same name.
        DeletionPolicy="Delete",
        UpdateReplacePolicy="Delete",
        **optional,
        **about("Failed executions, with their events.", tags, unless),
    )


def _logging(log: logs.LogGroup) -> stepfunctions.LoggingConfiguration:
    group = stepfunctions.CloudWatchLogsLogGroup(LogGroupArn=GetAtt(log, "Arn"))
    return stepfunctions.LoggingConfiguration(
        Level="ERROR",
        IncludeExecutionData=True,
        Destinations=[stepfunctions.LogDestination(CloudWatchLogsLogGroup=group)],
    )


def start_role(
    title: str, machine: stepfunctions.StateMachine, path: str, tags: Mapping[str, str]
) -> iam.Role:
    """Build the role with which EventBridge starts a state machine."""
    return service_role(
        title=title,
        service="events.amazonaws.com",
        path=path,
        policy="Start",
        statements=[
            Statement(Effect=Allow, Action=[states.StartExecution], Resource=[Ref(machine)])
        ],
        why="Allows EventBridge to start the state machine, and nothing else.",
        tags=tags,
    )
