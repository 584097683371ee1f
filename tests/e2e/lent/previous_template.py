"""Lends the emulator UpdateStack with the template that the stack has: it asks for one anyway.

https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_UpdateStack.html
"""

from functools import wraps
from typing import Any

from localstack.services.cloudformation.stores import get_cloudformation_store
from localstack.services.cloudformation.v2.provider import CloudformationProviderV2, find_stack_v2

_update_stack = CloudformationProviderV2.update_stack


def lend() -> None:
    CloudformationProviderV2.update_stack = _update


@wraps(_update_stack)
def _update(provider: CloudformationProviderV2, context: Any, request: Any) -> Any:
    if request.get("UsePreviousTemplate"):
        store = get_cloudformation_store(context.account_id, context.region)
        stack = find_stack_v2(store, request["StackName"])
        request["TemplateBody"] = stack.template_body
    return _update_stack(provider, context, request)
