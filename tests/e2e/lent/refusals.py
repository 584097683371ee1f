"""Lends the emulator what AWS refuses of a state machine, and its own does not.

Measured on AWS by others: https://github.com/floci-io/floci/issues/2670 and the issues named there.
"""

from typing import Any

from localstack.services.stepfunctions.asl.component.state.state_execution.state_task.state_task import (  # noqa: E501
    StateTask,
)
from localstack.services.stepfunctions.provider import StepFunctionsProvider

from generator.lint.state_machines import definition_findings


def lend() -> None:
    """Refuse definitions when they are created, and arguments that are too large when it runs."""
    validate, parameters = StepFunctionsProvider._validate_definition, StateTask._eval_parameters

    def strictly(definition: str, static_analysers: list[Any]) -> None:
        validate(definition, [*static_analysers, _Lint()])

    def within_the_quota(self: StateTask, env: Any) -> Any:
        arguments = parameters(self, env)
        self._verify_size_quota(env=env, value=arguments)
        return arguments

    StepFunctionsProvider._validate_definition = staticmethod(strictly)
    StateTask._eval_parameters = within_the_quota


class _Lint:
    @staticmethod
    def analyse(definition: str) -> None:
        found = definition_findings("definition", {"DefinitionString": definition}, {})
        if messages := [message for _, _, message in found]:
            raise ValueError(*messages)
