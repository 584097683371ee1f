"""What marks published findings: a queue, a state machine that empties it, and what starts that.

One for each product, whatever the number of routes. It is started each minute and not by the queue:
EventBridge Pipes would be one more service to run, and pays off above a batch a minute.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from awacs import sqs as actions
from awacs.aws import PolicyDocument
from troposphere import GetAtt, Ref, events, iam, logs, sqs, stepfunctions

from generator.blocks.marker_definition import marker_definition
from generator.blocks.metadata import about
from generator.blocks.rule_target import target_each_minute
from generator.blocks.state_machine import start_role, state_machine
from generator.blocks.state_machine_definition import LONGEST
from generator.blocks.state_machine_permissions import marker_permissions
from generator.blocks.tls_only import only_over_tls

if TYPE_CHECKING:
    from collections.abc import Mapping

    from generator.blocks.logical_ids import LogicalIds
    from generator.blocks.marking import Marking

_KEPT = 24 * 60 * 60
"""Seconds that a finding waits at most: a day later, it is published again anyway."""

_HIDDEN = LONGEST + 30
"""Seconds for which a received message is hidden: until an execution that has it is over."""


class Marker(NamedTuple):
    """The queue and its policy; the machine, its log and its role; what starts it each minute."""

    queue: sqs.Queue
    policy: sqs.QueuePolicy
    role: iam.Role
    log: logs.LogGroup
    machine: stepfunctions.StateMachine
    starter: iam.Role
    rule: events.Rule


def marker(  # noqa: PLR0913  (what it consists of)
    *,
    ids: LogicalIds,
    name: str,
    marks: Marking,
    key: Any,
    role_path: str,
    tags: Mapping[str, str],
) -> Marker:
    """Build it; ``key`` is a KMS key's ARN, or None.

    A paused stack marks what it has published before: the schedule stays on.
    """
    queue = _queue(ids.queue, name, key, tags)
    machine = state_machine(
        ids=ids,
        name=name,
        kind="EXPRESS",
        steps=marker_definition(queue=Ref(queue), marks=marks),
        policy="Mark",
        statements=list(marker_permissions(queue, key, marks)),
        key=key,
        role_path=role_path,
        why=f"Sets findings that were published to {marks.marked}, many with each call.",
        tags=tags,
    )
    starter = start_role(ids.start_role, machine.machine, role_path, tags)
    rule = events.Rule(
        ids.rule,
        Name=name,
        Description=f"Marks findings that were published ({marks.marked})",
        ScheduleExpression="rate(1 minute)",
        State="ENABLED",
        Targets=[target_each_minute(machine=machine.machine, role=GetAtt(starter, "Arn"))],
        **about("Starts the state machine each minute; it ends at once if nothing waits.", tags),
    )
    return Marker(queue, _policy(queue), *machine, starter, rule)


def _queue(title: str, name: str, key: Any, tags: Mapping[str, str]) -> sqs.Queue:
    encryption: dict[str, Any] = (
        {"SqsManagedSseEnabled": True} if key is None else {"KmsMasterKeyId": key}
    )
    unless = {"CKV_AWS_27": "Encrypted by SQS itself"} if key is None else {}
    return sqs.Queue(
        title,
        QueueName=name,
        MessageRetentionPeriod=_KEPT,
        VisibilityTimeout=_HIDDEN,
        DeletionPolicy="Delete",
        UpdateReplacePolicy="Delete",
        **encryption,
        **about("Published findings, until they are marked.", tags, unless),
    )


def _policy(queue: sqs.Queue) -> sqs.QueuePolicy:
    document = PolicyDocument(
        Version="2012-10-17",
        Statement=[only_over_tls([actions.Action("*")], GetAtt(queue, "Arn"))],
    )
    return sqs.QueuePolicy(
        f"{queue.title}Policy",
        Queues=[Ref(queue)],
        PolicyDocument=document,
        **about("Over TLS only; the state machines' roles are admitted by their own policies."),
    )
