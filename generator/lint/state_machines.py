"""State machines that CreateStateMachine would refuse, found with their place.

cfn-lint's E3601 knows the fields of each type of state. What is here are the graph, the JSONata
expressions and the sizes, in nested state machines too.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from generator.cloudformation.limits import LARGEST_DEFINITION, LONGEST_EXPRESSION
from generator.lint.jsonata import refusals

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Found = tuple[Any, str, str]
"""The node to point at, the check's id, and the message."""

_WITH_RESULT = {"Task", "Map", "Parallel"}
_INNER = ("ItemProcessor", "Iterator")


class _Place(NamedTuple):
    """Where an expression is: the fields of $states there, and the variables."""

    fields: frozenset[str]
    variables: frozenset[str]


def definition_findings(
    title: Any, properties: dict[str, Any], template: dict[str, Any]
) -> Iterator[Found]:
    """Yield what is refused in the definition of a state machine."""
    definition = _definition(properties)
    if not isinstance(definition, dict):
        return
    size = len(json.dumps(definition, separators=(",", ":")))
    if size > LARGEST_DEFINITION:
        yield title, "E9754", f"a definition of {size:,} characters; at most {LARGEST_DEFINITION:,}"
    for node, rule, message in _Machine(template).findings(definition, "JSONPath", frozenset()):
        # A definition within a text has no places of its own.
        yield (node if hasattr(node, "start_mark") else title), rule, message


def _definition(properties: dict[str, Any]) -> Any:
    text = properties.get("DefinitionString")
    if isinstance(text, dict):
        text = text.get("Fn::Sub")
    if not isinstance(text, str):
        return properties.get("Definition")
    try:
        return json.loads(text)
    except ValueError:
        return None


class _Machine:
    def __init__(self, template: dict[str, Any]) -> None:
        self._mappings = template.get("Mappings") or {}

    def findings(
        self, machine: dict[str, Any], language: str, outer: frozenset[str]
    ) -> Iterator[Found]:
        """Yield what is refused in a machine, or in one within a state."""
        states = machine.get("States")
        if not isinstance(states, dict):
            return
        language = machine.get("QueryLanguage", language)
        states = {name: state for name, state in states.items() if isinstance(state, dict)}
        edges = {name: list(_targets(state)) for name, state in states.items()}
        yield from _graph(machine, states, edges)
        before = {name: _assigned(states, _leading_to(name, edges)) for name in states}
        for name, state in states.items():
            known = before[name] | outer
            if state.get("QueryLanguage", language) == "JSONata":
                yield from self._state(name, state, known)
            for inner in _inner(state):
                if "QueryLanguage" in inner:
                    yield name, "E9753", f"{name}: an inner state machine has no QueryLanguage"
                # Variables of the outer machine can be read in an inner one.
                yield from self.findings({**inner, "QueryLanguage": language}, language, known)

    def _state(self, name: str, state: dict[str, Any], known: frozenset[str]) -> Iterator[Found]:
        usual = frozenset({"input", "context"})
        result = {"result"} if state.get("Type") in _WITH_RESULT else set()
        for key, value in state.items():
            if key in {*_INNER, "Branches"}:
                continue
            if key == "Catch":
                yield from self._value(name, value, _Place(usual | {"errorOutput"}, known))
                continue
            after = key in {"Output", "Assign"}
            yield from self._value(name, value, _Place(usual | (result if after else set()), known))

    def _value(self, name: str, value: Any, place: _Place) -> Iterator[Found]:
        for node in self._expressions(value):
            text = node.removeprefix("{%").removesuffix("%}").strip()
            if len(text) > LONGEST_EXPRESSION:
                message = f"{len(text):,} characters; keep expressions to {LONGEST_EXPRESSION:,}"
                yield node, "E9750", f"{name}: {message}"
            for rule, message in refusals(text, *place):
                yield node, rule, f"{name}: {message}"

    def _expressions(self, value: Any) -> Iterator[Any]:
        """Yield the texts that are JSONata, those of mappings in all their variants."""
        if isinstance(value, dict):
            for key, inner in value.items():
                parts = self._in_mapping(inner) if key == "Fn::FindInMap" else [inner]
                for part in parts:
                    yield from self._expressions(part)
        elif isinstance(value, list):
            for inner in value:
                yield from self._expressions(inner)
        elif isinstance(value, str) and value.lstrip().startswith("{%"):
            yield value

    def _in_mapping(self, keys: Any) -> Iterable[Any]:
        values: list[Any] = [self._mappings]
        for key in keys[:3] if isinstance(keys, list) else ():
            maps = [value for value in values if isinstance(value, dict)]
            values = [
                inner
                for mapping in maps
                for name, inner in mapping.items()
                if not isinstance(key, str) or name == key
            ]
        return values


def _graph(
    machine: dict[str, Any], states: dict[str, Any], edges: dict[str, list[Any]]
) -> Iterator[Found]:
    for name, targets in edges.items():
        for target in targets:
            if target not in states:
                yield name, "E9753", f"{name}: its next state '{target}' does not exist"
    start = machine.get("StartAt")
    reached = _reached(start, edges)
    for name in states:
        if start in states and name not in reached:
            yield name, "E9753", f"{name}: no state leads here"
    if not any(_is_last(state) for state in states.values()):
        yield next(iter(states), machine), "E9753", "no state ends the execution"


def _targets(state: dict[str, Any]) -> Iterator[Any]:
    for step in (state, *_listed(state, "Catch"), *_listed(state, "Choices")):
        for key in ("Next", "Default"):
            if key in step:
                yield step[key]


def _is_last(state: dict[str, Any]) -> bool:
    return state.get("End") is True or state.get("Type") in {"Succeed", "Fail"}


def _reached(start: Any, edges: dict[str, list[Any]]) -> set[Any]:
    reached, waiting = set(), [start]
    while waiting:
        name = waiting.pop()
        if name not in reached:
            reached.add(name)
            waiting += edges.get(name, ())
    return reached


def _leading_to(name: str, edges: dict[str, list[Any]]) -> list[str]:
    """Return the states from which some way leads to this one; itself only in a loop."""
    return [edge for edge in edges if any(name in _reached(to, edges) for to in edges[edge])]


def _assigned(states: dict[str, Any], names: Iterable[str]) -> frozenset[str]:
    return frozenset(
        variable
        for name in names
        for step in (
            states[name],
            *_listed(states[name], "Catch"),
            *_listed(states[name], "Choices"),
        )
        for variable in (step.get("Assign") or {})
    )


def _inner(state: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for inner in (*(state.get(key) for key in _INNER), *_listed(state, "Branches")):
        if isinstance(inner, dict):
            yield inner


def _listed(state: dict[str, Any], key: str) -> list[dict[str, Any]]:
    listed = state.get(key)
    return [item for item in listed if isinstance(item, dict)] if isinstance(listed, list) else []
