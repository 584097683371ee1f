"""Carries out schedules, which the emulator keeps but never starts anything by."""

import json
import time
from typing import Any

from aws import Aws
from report import Report
from stack import Stack


def schedules(aws: Aws, stack: Stack) -> dict[str, dict[str, Any]]:
    """Return the schedules of a stack as EventBridge Scheduler has them, by their logical ids."""
    scheduler = aws("scheduler", stack.region, stack.account)
    groups = {
        each["Name"]: each["GroupName"]
        for page in scheduler.get_paginator("list_schedules").paginate()
        for each in page["Schedules"]
    }
    names = {
        title: resource["PhysicalResourceId"]
        for title, resource in stack.resources.items()
        if resource["ResourceType"] == "AWS::Scheduler::Schedule"
    }
    return {
        title: scheduler.get_schedule(Name=name, GroupName=groups[name])
        for title, name in names.items()
    }


def start(aws: Aws, report: Report, stack: Stack, title: str) -> str:
    """Start what a schedule would, with its input; return the execution's ARN."""
    target = schedules(aws, stack)[title]["Target"]
    states = aws("stepfunctions", stack.region, stack.account)
    report.started += 1
    arn = states.start_execution(stateMachineArn=target["Arn"], input=target["Input"])
    return str(arn["executionArn"])


def finished(aws: Aws, stack: Stack, execution: str, patience: float = 60.0) -> dict[str, Any]:
    """Wait for the end of an execution; return what is said of it."""
    states = aws("stepfunctions", stack.region, stack.account)
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        described: dict[str, Any] = states.describe_execution(executionArn=execution)
        if described["status"] != "RUNNING":
            return described
        time.sleep(0.1)
    raise TimeoutError(execution)


def role_of(aws: Aws, stack: Stack, arn: str) -> tuple[list[Any], list[Any]]:
    """Return the statements of a role: who may assume it, and what it may do."""
    iam, name = aws("iam", stack.region, stack.account), arn.rsplit("/", maxsplit=1)[-1]
    trust = iam.get_role(RoleName=name)["Role"]["AssumeRolePolicyDocument"]
    names = iam.list_role_policies(RoleName=name)["PolicyNames"]
    policies = [iam.get_role_policy(RoleName=name, PolicyName=each) for each in names]
    allowed = [each for policy in policies for each in _read(policy["PolicyDocument"])]
    return _read(trust), allowed


def _read(document: Any) -> list[Any]:
    read = json.loads(document) if isinstance(document, str) else document
    return list(read["Statement"])
