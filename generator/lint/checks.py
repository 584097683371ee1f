"""The project's own checks on rendered templates: what cfn-lint lacks."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from generator.cloudformation.intrinsics import defaults, longest, resolve
from generator.cloudformation.limits import (
    LARGEST_TEMPLATE,
    LONGEST_BUS_POLICY,
    LONGEST_DESCRIPTION,
    LONGEST_PATTERN,
    LONGEST_TARGET_ID,
    PATTERN_LENGTH,
    pattern_length,
)
from generator.eventbridge import matcher
from generator.lint.finding import Finding
from generator.lint.state_machines import definition_findings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_CHATS = (
    "AWS::Chatbot::SlackChannelConfiguration",
    "AWS::Chatbot::MicrosoftTeamsChannelConfiguration",
)

_STATE_MACHINE = "AWS::StepFunctions::StateMachine"

_CONSTRAINTS = (
    "AWS::ServiceCatalog::LaunchRoleConstraint",
    "AWS::ServiceCatalog::StackSetConstraint",
)

Found = tuple[Any, str, str]
"""The node to point at, the check's id, and the message."""


def own_findings(file: str, text: str, template: dict[str, Any]) -> Iterator[Finding]:
    """Yield what this project's checks find in a template that YAML or JSON could parse."""
    for check in (_size, _ascii):
        for line, rule, message in check(text):
            yield Finding(file, line, 1, rule, message)
    found = [*_description(template), *_resources(template), *_constraints(template)]
    for node, rule, message in found:
        mark = getattr(node, "start_mark", None)
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        yield Finding(file, line, column, rule, message)


def _size(text: str) -> Iterator[tuple[int, str, str]]:
    size = len(text.encode())
    if size > LARGEST_TEMPLATE:
        yield 1, "SH01", f"{size:,} bytes; CloudFormation takes at most {LARGEST_TEMPLATE:,}"


def _ascii(text: str) -> Iterator[tuple[int, str, str]]:
    for i, line in enumerate(text.splitlines(), start=1):
        if not line.isascii():
            yield i, "SH02", "characters beyond ASCII: CloudFormation gives them back as ?"


def _description(template: dict[str, Any]) -> Iterator[Found]:
    description = template.get("Description", "")
    size = len(str(description).encode())
    if size > LONGEST_DESCRIPTION:
        yield description, "SH03", f"Description of {size} bytes; at most {LONGEST_DESCRIPTION}"


def _resources(template: dict[str, Any]) -> Iterator[Found]:
    for title, resource in template["Resources"].items():
        properties = resource.get("Properties") if isinstance(resource, dict) else None
        if not isinstance(properties, dict):
            continue
        if resource.get("Type") == _STATE_MACHINE:
            for node, rule, message in definition_findings(title, properties, template):
                yield node, rule, f"{title}: {message}"
        for check in _CHECKS.get(str(resource.get("Type")), ()):
            for rule, message in check(properties, template):
                yield title, rule, f"{title}: {message}"


def _constraints(template: dict[str, Any]) -> Iterator[Found]:
    """Find products with a launch and a StackSet constraint: AWS refuses the second.

    https://docs.aws.amazon.com/servicecatalog/latest/adminguide/constraints-stackset.html
    """
    launched: dict[str, str] = {}
    for kind in _CONSTRAINTS:
        for title, resource in template["Resources"].items():
            if isinstance(resource, dict) and resource.get("Type") == kind:
                product = json.dumps((resource.get("Properties") or {}).get("ProductId"))
                first = launched.setdefault(product, kind)
                if first != kind:
                    message = f"{title}: its product has a launch constraint; AWS takes only one"
                    yield title, "SH20", message


def _bus_policy(properties: dict[str, Any], _: dict[str, Any]) -> Iterator[tuple[str, str]]:
    size = len(json.dumps(properties.get("Statement"), separators=(",", ":")))
    if size > LONGEST_BUS_POLICY:
        yield "SH21", f"{size:,} characters; a bus's policy has at most {LONGEST_BUS_POLICY:,}"


def _pattern(properties: dict[str, Any], template: dict[str, Any]) -> Iterator[tuple[str, str]]:
    pattern = properties.get("EventPattern")
    if pattern is None:
        return
    if isinstance(pattern, str):
        yield "SH04", "EventPattern is a text; write it as an object"
        return
    yield from _refused(pattern, template)
    resolved = resolve(pattern, template, longest(template))
    size = pattern_length(resolved)
    limit = _pattern_limit(template)
    if size > limit:
        message = (
            f"the event pattern can grow to {size:,} characters with the longest parameter values;"
            f" EventBridge accepts {limit:,}{'' if limit > LONGEST_PATTERN else ' by default'}"
        )
        yield "SH05", message


def _pattern_limit(template: dict[str, Any]) -> int:
    """Return what the template says the quota is, or what it is by default."""
    raised = (template.get("Metadata") or {}).get(PATTERN_LENGTH)
    return raised if isinstance(raised, int) else LONGEST_PATTERN


def _refused(pattern: Any, template: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Compile the pattern with the defaults, and with each other value that a parameter allows."""
    usual = defaults(template)
    others = [
        {name: value}
        for name, parameter in template.get("Parameters", {}).items()
        for value in parameter.get("AllowedValues", ())
    ]
    for values in [{}, *others]:
        try:
            matcher.compile(resolve(pattern, template, {**usual, **values}))
        except matcher.PatternError as error:
            given = "".join(f" when {name} is {value}" for name, value in values.items())
            yield "SH09", f"EventBridge would refuse the event pattern{given}: {error}"
            return


def _targets(properties: dict[str, Any], _: dict[str, Any]) -> Iterator[tuple[str, str]]:
    targets = properties.get("Targets")
    ids = [t.get("Id") for t in targets if isinstance(t, dict)] if isinstance(targets, list) else []
    for repeated in {str(i) for i in ids if ids.count(i) > 1}:
        yield "SH06", f"two targets have the Id {repeated}"
    for one in ids:
        if isinstance(one, str) and not re.fullmatch(r"[.\-_A-Za-z0-9]{1,64}", one):
            yield (
                "SH07",
                f"target Id {one!r}: 1 to {LONGEST_TARGET_ID} letters, digits, . - _",
            )


def _guardrails(properties: dict[str, Any], _: dict[str, Any]) -> Iterator[tuple[str, str]]:
    if not properties.get("GuardrailPolicies"):
        yield "SH08", "no GuardrailPolicies: AWS then takes AdministratorAccess"


_CHECKS: dict[str, tuple[Callable[..., Iterator[tuple[str, str]]], ...]] = {
    "AWS::Events::Rule": (_pattern, _targets),
    "AWS::Events::EventBusPolicy": (_bus_policy,),
    **dict.fromkeys(_CHATS, (_guardrails,)),
}
