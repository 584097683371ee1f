"""Pausing: one parameter disables what sends findings and digests, and deletes nothing.

What reports failures stays on: alarms, and the rules that bring them from other places.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from troposphere import Equals, If, Parameter, Ref

from generator.params.naming import RULES_ENABLED
from generator.templates.parameters import StackParameter

if TYPE_CHECKING:
    from generator.params import Settings

RULES_ARE_ENABLED = "RulesAreEnabled"


def pause_parameter(settings: Settings) -> StackParameter:
    """Return the parameter with which a stack is paused."""
    digests = bool(settings.digests)
    parameter = Parameter(
        RULES_ENABLED,
        Type="String",
        Description=(
            f"true: findings notify{', and digests are sent' if digests else ''}. false: pause. The"
            f" EventBridge rules that send findings{' and the schedules' if digests else ''} are"
            " disabled; nothing is deleted, and alarms are still sent. What happens in a pause is"
            " not kept and not sent later: a finding that stays open notifies with its next update,"
            " others do not"
        ),
        AllowedValues=["true", "false"],
        Default="true",
        ConstraintDescription="must be true or false",
    )
    return StackParameter("rules", "", "Rules enabled (false: paused)", parameter)


def pause_conditions() -> dict[str, Any]:
    """Return the condition that the rules and schedules of a stack depend on."""
    return {RULES_ARE_ENABLED: Equals(Ref(RULES_ENABLED), "true")}


def state() -> If:
    """Return the state of a rule or of a schedule."""
    return If(RULES_ARE_ENABLED, "ENABLED", "DISABLED")


def runs_expected() -> If:
    """Return whether schedules start anything."""
    return If(RULES_ARE_ENABLED, True, False)  # noqa: FBT003  (the two values to choose from)
