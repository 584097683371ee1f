"""State machines that CreateStateMachine would refuse, or that fail while they run."""

from __future__ import annotations

from typing import Any, ClassVar

from cfnlint.rules import RuleMatch

from generator.lint import state_machines
from generator.lint.rules import base

_STATES_LANGUAGE = "https://docs.aws.amazon.com/step-functions/latest/dg/"


class _DefinitionRule(base.Rule):
    """One kind of what ``definition_findings`` finds."""

    tags: ClassVar[list[str]] = ["resources", "stepfunctions", "jsonata"]

    def match(self, cfn: Any) -> list[RuleMatch]:
        """Return what is wrong in a template; cfn-lint calls this."""
        return [
            RuleMatch(["Resources", title, "Properties"], f"{title}: {message}", **_location(node))
            for title, properties in base.of_types(cfn.template, "AWS::StepFunctions::StateMachine")
            for node, rule, message in state_machines.definition_findings(
                title, properties, cfn.template
            )
            if rule == self.id
        ]


def _location(node: Any) -> dict[str, Any]:
    start, end = getattr(node, "start_mark", None), getattr(node, "end_mark", None)
    if start is None or end is None:
        return {}
    return {"location": (start.line, start.column, end.line, end.column)}


class UnreadableExpression(_DefinitionRule):
    """Expressions that cannot be parsed, or that are too long."""

    id = "E9750"
    shortdesc = "A JSONata expression can be parsed"
    description = "Parses the JSONata expressions of a state machine, in mappings too"
    source_url = f"{_STATES_LANGUAGE}transforming-data.html"


class RefusedExpression(_DefinitionRule):
    """Expressions with functions or references that Step Functions refuses."""

    id = "E9751"
    shortdesc = "A JSONata expression uses what Step Functions supports"
    description = "Step Functions refuses $, $$, $eval, unknown functions and unknown variables"
    source_url = f"{_STATES_LANGUAGE}transforming-data.html"


class EmptyExpression(_DefinitionRule):
    """Expressions that may return nothing, which fails the execution."""

    id = "E9752"
    shortdesc = "A JSONata expression always returns something"
    description = "An expression that returns nothing fails with States.QueryEvaluationError"
    source_url = f"{_STATES_LANGUAGE}transforming-data.html"


class BrokenGraph(_DefinitionRule):
    """States that are not reached, or lead nowhere."""

    id = "E9753"
    shortdesc = "The states of a state machine lead to its end"
    description = "Each next state exists, each state is reached, and one of them ends the machine"
    source_url = f"{_STATES_LANGUAGE}statemachine-structure.html"


class LargeDefinition(_DefinitionRule):
    """Definitions above the quota."""

    id = "E9754"
    shortdesc = "A state machine's definition stays within the quota"
    description = "A definition has at most 1 MB"
    source_url = f"{_STATES_LANGUAGE}service-quotas.html"
