"""The automation rules of Security Hub: those of exceptions, and others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from generator.doctor.account import Account, Declared

_LISTINGS = {
    "AWS::SecurityHub::AutomationRule": ("ListAutomationRules", "AutomationRulesMetadata"),
    "AWS::SecurityHub::AutomationRuleV2": ("ListAutomationRulesV2", "Rules"),
}
_PAGE = 100
"""Rules that one answer has at most, which is as many as there can be."""

KINDS = tuple(_LISTINGS)
CALLS = frozenset(f"securityhub:{operation}" for operation, _ in _LISTINGS.values())


def automation_rules(aws: Account | Declared, kind: str) -> list[dict[str, Any]]:
    """Return the rules of a type that an account has; raise Refusal."""
    operation, key = _LISTINGS[kind]
    return list(aws.answer("securityhub", operation, MaxResults=_PAGE).get(key, []))
