"""Finds the stack of a params file by what it made: nobody has to name it."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from generator.doctor.automation import KINDS, automation_rules
from generator.doctor.case import Stack
from generator.doctor.path import RULE, TOPIC
from generator.doctor.refusals import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.doctor.account import Account, Declared
    from generator.doctor.case import Planned

CALLS = frozenset(
    f"cloudformation:{operation}"
    for operation in (
        "DescribeStackResources",
        "DescribeStacks",
        "DescribeStackSet",
        "ListStackResources",
    )
)

_FIRST = 3
"""Landmarks of a kind that are looked for: each is a call, one after the other."""

_NO_STACK = "ValidationError"
"""The code for a physical id that no stack has.

https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStackResources.html
"""

_DELETED = "DELETE_COMPLETE"
"""What stacks are for 90 days, to the same call, after somebody deleted them."""


def owner(aws: Account | Declared, physical_id: str) -> str:
    """Return the name of the stack that has a resource, or nothing."""
    return _stack_of(aws, physical_id).get("StackName", "")


def find_stack(aws: Account, planned: Planned) -> Stack | None:
    """Return the stack that has a topic or rule of the template under its logical id."""
    for title, physical_id in _landmarks(aws, planned):
        stack_id = _stack_of(aws, physical_id).get("StackId")
        stack = _read(aws, stack_id) if stack_id else None
        if stack and stack.status != _DELETED and stack.resources.get(title) == physical_id:
            return stack
    return None


def _landmarks(aws: Account, planned: Planned) -> Iterator[tuple[str, str]]:
    """Yield logical and physical ids by which a stack is known, even if they are gone.

    The first of each kind are enough: another route is added behind them.
    """
    topics = list(planned.named(TOPIC).items())[:_FIRST]
    yield from ((title, aws.arn("sns", name)) for title, name in topics)
    yield from list(planned.named(RULE).items())[:_FIRST]
    yield from list(planned.named("AWS::IAM::Role").items())[:_FIRST]
    for kind in KINDS:
        yield from _of_rules(aws, kind, planned.of_type(kind))
    for title, name in planned.named("AWS::CloudFormation::StackSet").items():
        with suppress(Refusal):
            answer = aws.answer("cloudformation", "DescribeStackSet", StackSetName=name)
            yield title, answer["StackSet"]["StackSetId"]


def _of_rules(aws: Account, kind: str, wanted: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the automation rules whose names are those of the template's."""
    titles = {str(properties["RuleName"]): title for title, properties in wanted.items()}
    if titles:
        with suppress(Refusal):
            for rule in automation_rules(aws, kind):
                if rule.get("RuleName") in titles:
                    yield titles[rule["RuleName"]], rule["RuleArn"]


def _stack_of(aws: Account | Declared, physical_id: str) -> dict[str, str]:
    """Return what names the stack that has a resource; nothing where none has it.

    The answer has up to 100 resources of that stack, and so perhaps not the one asked for.
    """
    try:
        answer = aws.answer(
            "cloudformation", "DescribeStackResources", PhysicalResourceId=physical_id
        )
    except Refusal as refusal:
        if refusal.code != _NO_STACK:
            raise
        return {}
    there = answer.get("StackResources", [])
    return next((each for each in there if each.get("ResourceStatus") != _DELETED), {})


def _read(aws: Account, stack_id: str) -> Stack:
    stack = aws.answer("cloudformation", "DescribeStacks", StackName=stack_id)["Stacks"][0]
    listed = aws.answer("cloudformation", "ListStackResources", StackName=stack_id)
    return Stack(
        name=stack["StackName"],
        status=stack["StackStatus"],
        reason=stack.get("StackStatusReason", ""),
        parameters={
            each["ParameterKey"]: each.get("ParameterValue", "")
            for each in stack.get("Parameters", [])
        },
        resources={
            each["LogicalResourceId"]: each.get("PhysicalResourceId", "")
            for each in listed["StackResourceSummaries"]
        },
    )
