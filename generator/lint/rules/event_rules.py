"""EventBridge rules and buses."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from generator.cloudformation.intrinsics import defaults, longest, resolve
from generator.cloudformation.limits import (
    LONGEST_BUS_POLICY,
    LONGEST_PATTERN,
    LONGEST_TARGET_ID,
    PATTERN_LENGTH,
    pattern_length,
)
from generator.cloudformation.stored_policy import stored_length
from generator.eventbridge import matcher
from generator.lint.rules import base

if TYPE_CHECKING:
    from collections.abc import Iterator

RULE = "AWS::Events::Rule"


class RefusedEventPattern(base.ResourceRule):
    """Patterns that PutRule would not accept."""

    id = "E9710"
    shortdesc = "EventBridge accepts the event pattern"
    description = (
        "Compiles each event pattern as EventBridge does, with the default of every parameter and"
        " with each of its allowed values"
    )
    source_url = (
        "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html"
    )
    types = (RULE,)

    def check(self, properties: dict[str, Any], template: dict[str, Any]) -> Iterator[base.Wrong]:
        """Yield the first reason for which a pattern would be refused."""
        pattern = properties.get("EventPattern")
        if pattern is None:
            return
        for values in _choices(template):
            try:
                matcher.compile(_read(resolve(pattern, template, {**defaults(template), **values})))
            except matcher.PatternError as error:
                given = "".join(f" when {name} is {value}" for name, value in values.items())
                message = f"EventBridge would refuse the event pattern{given}: {error}"
                yield ["EventPattern"], message
                return


def _choices(template: dict[str, Any]) -> list[dict[str, Any]]:
    """Return no value of a parameter, and then each one that a parameter allows."""
    parameters = template.get("Parameters") or {}
    return [
        {},
        *(
            {name: value}
            for name, parameter in parameters.items()
            if isinstance(parameter, dict)
            for value in base.as_list(parameter.get("AllowedValues"))
        ),
    ]


def _read(pattern: Any) -> Any:
    """Return a pattern that is written as a text as what it says."""
    if not isinstance(pattern, str):
        return pattern
    try:
        return json.loads(pattern)
    except ValueError as error:
        raise matcher.PatternError("", f"it is not JSON: {error}") from None


class LongEventPattern(base.ResourceRule):
    """Patterns that grow beyond the quota with the longest values of their parameters."""

    id = "E9711"
    shortdesc = "The event pattern stays within EventBridge's quota"
    description = (
        "An event pattern has at most 2,048 characters, and up to 4,096 where AWS has raised the"
        f" quota and the template's Metadata says so in {PATTERN_LENGTH}"
    )
    source_url = "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html"
    types = (RULE,)

    def check(self, properties: dict[str, Any], template: dict[str, Any]) -> Iterator[base.Wrong]:
        """Yield the length where it is too large."""
        size = pattern_length(resolve(properties.get("EventPattern"), template, longest(template)))
        limit = _pattern_limit(template)
        if size > limit:
            message = (
                f"the event pattern can grow to {size:,} characters with the longest parameter"
                f" values; EventBridge accepts {limit:,}"
                f"{'' if limit > LONGEST_PATTERN else ' by default'}"
            )
            yield ["EventPattern"], message


def _pattern_limit(template: dict[str, Any]) -> int:
    """Return what the template says the quota is, or what it is by default."""
    raised = (template.get("Metadata") or {}).get(PATTERN_LENGTH)
    return raised if isinstance(raised, int) else LONGEST_PATTERN


class TargetIds(base.ResourceRule):
    """Ids of targets that PutTargets would not accept, or of which one replaces another."""

    id = "E9712"
    shortdesc = "Each target of a rule has an Id of its own"
    description = (
        f"A target's Id has 1 to {LONGEST_TARGET_ID} letters, digits, . - and _; a second target"
        " with the same Id replaces the first"
    )
    source_url = "https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_Target.html"
    types = (RULE,)

    def check(self, properties: dict[str, Any], _: dict[str, Any]) -> Iterator[base.Wrong]:
        """Yield each Id that is malformed or repeated."""
        seen: set[str] = set()
        for i, target in enumerate(base.as_list(properties.get("Targets"))):
            name = target.get("Id") if isinstance(target, dict) else None
            if not isinstance(name, str):
                continue
            if not re.fullmatch(rf"[.\-_A-Za-z0-9]{{1,{LONGEST_TARGET_ID}}}", name):
                yield (
                    ["Targets", i, "Id"],
                    f"target Id {name!r}: 1 to {LONGEST_TARGET_ID} letters, digits, . - _",
                )
            if name in seen:
                yield ["Targets", i, "Id"], f"two targets have the Id {name}"
            seen.add(name)


class LongBusPolicy(base.ResourceRule):
    """Statements that do not fit into an event bus's policy."""

    id = "E9713"
    shortdesc = "The event bus policy stays within EventBridge's quota"
    description = (
        f"The policy of an event bus has at most {LONGEST_BUS_POLICY:,} characters. Accounts count"
        " as the ARNs of their roots, since AWS may store them so"
    )
    source_url = "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html"
    types = ("AWS::Events::EventBusPolicy",)

    def check(self, properties: dict[str, Any], _: dict[str, Any]) -> Iterator[base.Wrong]:
        """Yield the length where it is too large."""
        size = stored_length(properties.get("Statement"), properties.get("StatementId"))
        if size > LONGEST_BUS_POLICY:
            yield (
                ["Statement"],
                f"{size:,} characters; a bus's policy has at most {LONGEST_BUS_POLICY:,}",
            )
