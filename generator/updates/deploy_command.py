"""The command that changes parameters of a deployed stack, and keeps all others.

https://docs.aws.amazon.com/cli/latest/reference/cloudformation/deploy/
"""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Any

from generator.cloudformation.limits import LARGEST_INLINE

if TYPE_CHECKING:
    from collections.abc import Mapping


def deploy_command(
    *, stack: str, file: str, template: dict[str, Any], size: int, values: Mapping[str, str]
) -> str:
    """Return the command; ``size`` is in bytes of the template's text."""
    given = " ".join(shlex.quote(f"{name}={value}") for name, value in values.items())
    bucket = " --s3-bucket BUCKET" if size > LARGEST_INLINE else ""
    return (
        f"aws cloudformation deploy --stack-name {stack} --template-file {file}{bucket}"
        f"{_capabilities(template)} --parameter-overrides {given}"
    )


def _capabilities(template: dict[str, Any]) -> str:
    roles = [
        resource
        for resource in template["Resources"].values()
        if resource["Type"] == "AWS::IAM::Role"
    ]
    if not roles:
        return ""
    named = any("RoleName" in role["Properties"] for role in roles)
    return f" --capabilities CAPABILITY_{'NAMED_' if named else ''}IAM"
