"""Names of resource types: those of ASFF, such as AwsEc2Vpc, and CloudFormation's, AWS::EC2::VPC.

https://docs.aws.amazon.com/securityhub/latest/userguide/asff-resources.html
"""

from __future__ import annotations

import re
from functools import cache

_ASFF_BEGINS, _BEGINS = "Aws", "AWS::"
_RENAMED = {
    "Aws*": "AWS::*",
    "AwsAccount": "AWS::::Account",
    "AwsElb": "AWS::ElasticLoadBalancing::",
    "AwsElbv2": "AWS::ElasticLoadBalancingV2::",
    "AwsSsm": "AWS::SSM::",
    "AwsStepFunction": "AWS::StepFunctions::",
    "AwsWafv2": "AWS::WAFv2::",
    "AwsXray": "AWS::XRay::",
}
"""Names, or how names begin, that differ in more than capitals."""

_WORD = re.compile(r"[A-Z0-9]+(?=[A-Z][a-z])|[A-Z][a-z0-9]+|[A-Z0-9]+|[a-z0-9]+|\*")


def cloudformation_type(word: str) -> str:
    """Return CloudFormation's name for a resource type of ASFF, which may end with ``*``."""
    if word in _RENAMED:
        return _RENAMED[word]
    known = _types().get(word.casefold())
    if known:
        return known
    before = max(filter(word.startswith, _RENAMED), key=len, default="")
    if before and _RENAMED[before].endswith("::"):
        return _RENAMED[before] + word.removeprefix(before)
    rest = word.removeprefix(_ASFF_BEGINS)
    services = [service for service in _services() if _begins(rest, service)]
    longest = max(services, key=len, default="")
    if not longest:
        return f"{_BEGINS}*{rest.lstrip('*')}"
    return _spelled(f"{_BEGINS}{_services()[longest]}::", rest[len(longest) :] or "*")


def _begins(rest: str, service: str) -> bool:
    """Whether a name begins with a service, and then with a word of its own."""
    return rest.casefold().startswith(service) and not rest[len(service) :][:1].islower()


def _spelled(service: str, resource: str) -> str:
    """Return the name of a service's resource in CloudFormation's capitals, where it has one."""
    begins = f"{service}{resource.removesuffix('*')}"
    names = filter(lambda name: name.casefold().startswith(begins.casefold()), _types().values())
    spelled = next((name[: len(begins)] for name in names), begins)
    return spelled + ("*" if resource.endswith("*") else "")


def asff_type(word: str) -> str:
    """Return the name in ASFF for a resource type of CloudFormation, which may end with ``*``."""
    for asff, begins in _RENAMED.items():
        if begins.endswith("::") and word.startswith(begins):
            return asff + asff_type(word.removeprefix(begins))
    return "".join(part.capitalize() for part in _WORD.findall(word))


@cache
def _types() -> dict[str, str]:
    """Return CloudFormation's resource types, by their names without colons and capitals."""
    from cfnlint.schema import PROVIDER_SCHEMA_MANAGER  # noqa: PLC0415  (slow; only for mistakes)

    types = PROVIDER_SCHEMA_MANAGER.get_resource_types("us-east-1")
    return {name.replace("::", "").casefold(): name for name in types}


@cache
def _services() -> dict[str, str]:
    """Return CloudFormation's services, by their names without capitals."""
    parts = (name.split("::") for name in _types().values())
    return {service.casefold(): service for first, service, *_ in parts if first == "AWS"}
