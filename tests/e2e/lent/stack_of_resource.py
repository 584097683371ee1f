"""Lends the emulator DescribeStackResources by a physical id: it looks for a stack's name alone.

AWS answers with up to 100 resources of the stack that has it.
https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStackResources.html
"""

from functools import wraps
from typing import Any

from localstack.services.cloudformation.engine.validations import ValidationError
from localstack.services.cloudformation.stores import get_cloudformation_store
from localstack.services.cloudformation.v2.provider import CloudformationProviderV2

_MOST = 100
_describe = CloudformationProviderV2.describe_stack_resources


def lend() -> None:
    CloudformationProviderV2.describe_stack_resources = _of_stack


@wraps(_describe)
def _of_stack(
    provider: CloudformationProviderV2,
    context: Any,
    stack_name: Any = None,
    logical_resource_id: Any = None,
    physical_resource_id: Any = None,
    **others: Any,
) -> Any:
    if not physical_resource_id:
        return _describe(provider, context, stack_name, logical_resource_id, **others)
    store = get_cloudformation_store(context.account_id, context.region)
    for stack in store.stacks_v2.values():
        states = stack.resource_states.values()
        if stack.status == "DELETE_COMPLETE" or not any(
            each.get("PhysicalResourceId") == physical_resource_id for each in states
        ):
            continue
        answer = _describe(provider, context, stack.stack_id)
        return {"StackResources": answer["StackResources"][:_MOST]}
    raise ValidationError(f"Stack for {physical_resource_id} does not exist")
