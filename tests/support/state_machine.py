"""Runs a state machine's definition as Step Functions does, as strictly as it is documented.

An expression that returns nothing fails the state, one that is too deep does, and more than 256 KiB
between two steps ends the execution, whatever it catches.
https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from jsonata import Jsonata

from generator.blocks.rule_target import WHOLE_EVENT
from generator.cloudformation.intrinsics import defaults, resolve
from remembered import evaluate_with

LARGEST = 262_144
"""Bytes of JSON between two steps. https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html"""

STARTED = datetime(2026, 11, 30, 0, 0, 0, 123_000, UTC)
"""When every execution is started."""

MOST_STATES = 5_000
"""More than any execution of ours enters: above it, there is no end."""

FUNCTIONS = {"parse": Jsonata.JLambda(json.loads)}
"""What Step Functions adds to JSONata, as far as it is called here.
https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html
"""


class Call(NamedTuple):
    """A call of a service: ``sns:publish`` and its arguments."""

    action: str
    arguments: dict[str, Any]


Answer = Callable[[Call], Any]
"""Answers a call, or raises Failed."""


class Evaluation(NamedTuple):
    """An expression with the variables it saw, and its value."""

    text: str
    variables: dict[str, Any]
    value: Any


class Failed(Exception):  # noqa: N818  (it is Step Functions' word)
    """An error of a state, with its name and cause."""

    def __init__(self, error: str, cause: str | None = "") -> None:
        super().__init__(error, cause)
        self.output = {"Error": error} if cause is None else {"Error": error, "Cause": cause}


@dataclass
class Execution:
    """What an execution did: the calls that succeeded, its evaluations, and how it ended.

    ``lasts`` is how many seconds a call takes; ``passed``, how many the execution has lasted.
    """

    definition: dict[str, Any]
    answer: Answer
    deepest: int = 100
    lasts: float = 0
    passed: float = 0
    calls: list[Call] = field(default_factory=list)
    evaluations: list[Evaluation] = field(default_factory=list)
    variables: dict[str, Any] = field(default_factory=dict)
    error: str = ""
    cause: str = ""
    output: Any = None
    last_input: Any = None

    def run(self, event: Any) -> Execution:
        """Run with an event; return the same execution."""
        name, given = self.definition["StartAt"], event
        for _ in range(MOST_STATES):
            state = self.definition["States"][name]
            self.last_input = given
            try:
                name, given = self._state(state, _bounded(given))
            except Failed as failed:
                self.error = failed.output["Error"]
                self.cause = failed.output.get("Cause", "")
                return self
            if not name:
                self.output = given
                return self
        raise AssertionError("an execution without an end")

    @property
    def evaluated(self) -> set[str]:
        """The expressions that were evaluated."""
        return {f"{{% {each.text} %}}" for each in self.evaluations}

    def _state(self, state: dict[str, Any], given: Any) -> tuple[str, Any]:
        states = {"input": given, "context": self._context()}
        if state["Type"] == "Task":
            return self._task(state, states)
        if state["Type"] == "Choice":
            return self._choice(state, states)
        if state["Type"] == "Fail":
            raise Failed(self._value(state["Error"], states), self._value(state["Cause"], states))
        if state["Type"] == "Pass":
            return self._leave(state, states, given)
        self.passed += self._value(state.get("Seconds", 0), states)
        return state.get("Next", ""), given

    def _context(self) -> dict[str, Any]:
        return {
            "Execution": {"Id": "arn:execution", "StartTime": _time(STARTED)},
            "State": {"EnteredTime": _time(STARTED + timedelta(seconds=self.passed))},
        }

    def _task(self, state: dict[str, Any], states: dict[str, Any]) -> tuple[str, Any]:
        try:
            arguments = _bounded(self._value(state["Arguments"], states))
            call = Call(action(state), arguments)
            self.passed += self.lasts
            result = self.answer(call)
            self.calls.append(call)
        except Failed as failed:
            if failed.output["Error"] == "States.DataLimitExceeded" or "Catch" not in state:
                raise
            catch = _catcher(state["Catch"], failed.output["Error"])
            return self._leave(catch, {**states, "errorOutput": failed.output}, failed.output)
        return self._leave(state, {**states, "result": result}, result)

    def _leave(self, step: dict[str, Any], states: dict[str, Any], output: Any) -> tuple[str, Any]:
        assigned = self._value(step.get("Assign", {}), states)
        output = self._value(step["Output"], states) if "Output" in step else output
        self.variables.update(_bounded(assigned))
        return step.get("Next", ""), _bounded(output)

    def _choice(self, state: dict[str, Any], states: dict[str, Any]) -> tuple[str, Any]:
        for choice in state["Choices"]:
            if self._value(choice["Condition"], states):
                return self._leave(choice, states, states["input"])
        return state["Default"], states["input"]

    def _value(self, template: Any, states: dict[str, Any]) -> Any:
        if isinstance(template, dict):
            return {key: self._value(value, states) for key, value in template.items()}
        if isinstance(template, list):
            return [self._value(value, states) for value in template]
        if not (isinstance(template, str) and template.startswith("{%")):
            return template
        text = template.removeprefix("{%").removesuffix("%}").strip()
        variables = {**self.variables, "states": states}
        try:
            value = evaluate_with(text, {**FUNCTIONS, **variables}, deepest=self.deepest)
        except RuntimeError as error:
            raise Failed("States.QueryEvaluationError", str(error)) from error
        if value is None:
            raise Failed("States.QueryEvaluationError", f"nothing: {text}")
        value = json.loads(json.dumps(value))
        self.evaluations.append(Evaluation(text, variables, value))
        return value


def definition_of(template: dict[str, Any], machine: str) -> dict[str, Any]:
    """Return a machine's definition, its functions resolved but for the tasks' names."""
    pseudo = {"AWS::Partition": "aws", "AWS::Region": "eu-west-1", "AWS::AccountId": "1"}
    titles = {title: title for title in template["Resources"]}
    parameters = {**titles, **defaults(template), **pseudo}
    definition = template["Resources"][machine]["Properties"]["Definition"]
    states = {
        name: {
            key: value if key == "Resource" else resolve(value, template, parameters)
            for key, value in state.items()
        }
        for name, state in definition["States"].items()
    }
    return {**definition, "States": states}


def inputs(template: dict[str, Any], machine: str) -> list[str]:
    """Return what each rule hands to a machine, with the event's place in it."""
    pseudo = {"AWS::Partition": "aws", "AWS::Region": "eu-west-1", "AWS::AccountId": "1"}
    return [
        resolve(target["InputTransformer"]["InputTemplate"], template, pseudo)
        for rule in template["Resources"].values()
        if rule["Type"] == "AWS::Events::Rule"
        for target in rule["Properties"]["Targets"]
        if target["Arn"] == {"Ref": machine} and "InputTransformer" in target
    ]


def handed_over(text: str, event: Any) -> Any:
    """Return the input that EventBridge makes of an event."""
    return json.loads(text.replace(WHOLE_EVENT, json.dumps(event)))


def action(state: dict[str, Any]) -> str:
    """Return the action of a task: ``sns:publish``."""
    return str(state["Resource"]["Fn::Sub"]).rpartition(":::")[2]


def expressions(value: Any) -> set[str]:
    """Return every JSONata expression of a template or a part of one."""
    if isinstance(value, dict):
        return set().union(*map(expressions, value.values()))
    if isinstance(value, list):
        return set().union(*map(expressions, value))
    return {value} if isinstance(value, str) and value.startswith("{%") else set()


def _catcher(catchers: list[dict[str, Any]], error: str) -> dict[str, Any]:
    """Return the first that catches an error."""
    names = {error, "States.ALL"}
    return next(catcher for catcher in catchers if names & {*catcher["ErrorEquals"]})


def _time(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _bounded(value: Any) -> Any:
    if len(json.dumps(value, ensure_ascii=False).encode()) > LARGEST:
        raise Failed("States.DataLimitExceeded")
    return value
