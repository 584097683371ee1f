"""A schedule that starts a state machine, in a group of its own, and the role that it needs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from awacs import states
from awacs.aws import Allow, ArnEquals, Condition, Statement, StringEquals
from troposphere import AccountId, GetAtt, Ref, scheduler

from generator.blocks.deploy_permissions import ACCOUNT, ROLES, Actions, Grant, arns_of
from generator.blocks.metadata import about
from generator.blocks.service_role import service_role

if TYPE_CHECKING:
    from collections.abc import Mapping

    from troposphere import iam

    from generator.blocks.logical_ids import LogicalIds

LONGEST_NAME = 64
"""Of a schedule and of its group, by their resource schemas."""

_DAY = 86_400

DEPLOY_GRANTS: Actions = {
    "AWS::Scheduler::ScheduleGroup": (
        Grant(
            (
                "scheduler:CreateScheduleGroup",
                "scheduler:DeleteSchedule",
                "scheduler:DeleteScheduleGroup",
                "scheduler:GetScheduleGroup",
                "scheduler:ListTagsForResource",
                "scheduler:TagResource",
                "scheduler:UntagResource",
            ),
            (
                *arns_of(f"scheduler:*:{ACCOUNT}:schedule-group/"),
                *(f"{arn}/*" for arn in arns_of(f"scheduler:*:{ACCOUNT}:schedule/")),
            ),
        ),
    ),
    "AWS::Scheduler::Schedule": (
        Grant(
            (
                "scheduler:CreateSchedule",
                "scheduler:DeleteSchedule",
                "scheduler:GetSchedule",
                "scheduler:UpdateSchedule",
            ),
            tuple(f"{arn}/*" for arn in arns_of(f"scheduler:*:{ACCOUNT}:schedule/")),
        ),
        Grant(("iam:PassRole",), ROLES, passed_to=("scheduler.amazonaws.com",)),
    ),
}


class Scheduled(NamedTuple):
    """The group, the role that starts, and the schedule."""

    group: scheduler.ScheduleGroup
    starter: iam.Role
    schedule: scheduler.Schedule


def schedule(  # noqa: PLR0913  (the properties of a schedule)
    *,
    ids: LogicalIds,
    name: str,
    expression: str,
    timezone: str,
    machine: Any,
    state: Any,
    role_path: str,
    tags: Mapping[str, str],
) -> Scheduled:
    """Build the schedule; ``machine`` is the state machine's ARN."""
    group = scheduler.ScheduleGroup(
        ids.schedule_group, Name=name, **about("By its group a schedule is watched.", tags)
    )
    starter = _starter(ids.start_role, group, machine, role_path, tags)
    resource = scheduler.Schedule(
        ids.schedule,
        Name=name,
        GroupName=Ref(group),
        ScheduleExpression=expression,
        ScheduleExpressionTimezone=timezone,
        FlexibleTimeWindow=scheduler.FlexibleTimeWindow(Mode="OFF"),
        State=state,
        Target=scheduler.Target(
            Arn=machine,
            RoleArn=GetAtt(starter, "Arn"),
            Input="{}",
            RetryPolicy=scheduler.RetryPolicy(
                MaximumEventAgeInSeconds=_DAY, MaximumRetryAttempts=185
            ),
        ),
        **about("Starts the digest.", unless=_NOT_ENCRYPTED),
    )
    return Scheduled(group, starter, resource)


_NOT_ENCRYPTED = {"CKV_AWS_297": "It holds no data: its input is empty"}


def _starter(
    title: str,
    group: scheduler.ScheduleGroup,
    machine: Any,
    role_path: str,
    tags: Mapping[str, str],
) -> iam.Role:
    """Build the role. Its trust names the group: a schedule's own ARN does not work there.

    https://docs.aws.amazon.com/scheduler/latest/UserGuide/cross-service-confused-deputy-prevention.html
    """
    return service_role(
        title=title,
        service="scheduler.amazonaws.com",
        path=role_path,
        policy="Start",
        statements=[Statement(Effect=Allow, Action=[states.StartExecution], Resource=[machine])],
        why="Allows the schedule to start the state machine, and nothing else.",
        tags=tags,
        only_for=Condition(
            [
                StringEquals({"aws:SourceAccount": AccountId}),
                ArnEquals({"aws:SourceArn": GetAtt(group, "Arn")}),
            ]
        ),
    )
