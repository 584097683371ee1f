"""Pausing: one parameter disables what sends findings and digests, and deletes nothing.

What reports failures stays on: alarms, and the rules that bring them from other places.
"""

from __future__ import annotations

from typing import Any

from troposphere import Equals, If, Ref

from generator.params.naming import RULES_ENABLED

RULES_ARE_ENABLED = "RulesAreEnabled"


def pause_conditions() -> dict[str, Any]:
    """Return the condition that the rules and schedules of a stack depend on."""
    return {RULES_ARE_ENABLED: Equals(Ref(RULES_ENABLED), "true")}


def state() -> If:
    """Return the state of a rule or of a schedule."""
    return If(RULES_ARE_ENABLED, "ENABLED", "DISABLED")


def runs_expected() -> If:
    """Return whether schedules start anything."""
    return If(RULES_ARE_ENABLED, True, False)  # noqa: FBT003  (the two values to choose from)
