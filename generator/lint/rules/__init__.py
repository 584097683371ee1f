"""Rules for cfn-lint, of use for any template.

``cfn-lint --append-rules generator.lint.rules -- template.yaml``
"""

from generator.lint.rules.chat import NoGuardrails
from generator.lint.rules.event_rules import (
    LongBusPolicy,
    LongEventPattern,
    RefusedEventPattern,
    TargetIds,
)
from generator.lint.rules.products import TwoConstraints
from generator.lint.rules.state_machines import (
    BrokenGraph,
    EmptyExpression,
    LargeDefinition,
    RefusedExpression,
    UnreadableExpression,
)
from generator.lint.rules.texts import BeyondAscii
from generator.lint.rules.topics import KeyWithoutEventBridge, TopicPolicyCondition

__all__ = [
    "BeyondAscii",
    "BrokenGraph",
    "EmptyExpression",
    "KeyWithoutEventBridge",
    "LargeDefinition",
    "LongBusPolicy",
    "LongEventPattern",
    "NoGuardrails",
    "RefusedEventPattern",
    "RefusedExpression",
    "TargetIds",
    "TopicPolicyCondition",
    "TwoConstraints",
    "UnreadableExpression",
]
