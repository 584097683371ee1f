"""JSONata as Step Functions evaluates it, with a library and with the engine's bounds."""

from __future__ import annotations

from copy import copy
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from generator.messages.bounded import Bounded

DEEPEST = 100
"""How deep an expression may nest: Step Functions fails at about this depth, as others measured.

Python's and Java's port count alike, one more for each list of two or more items built before.
https://github.com/floci-io/floci/issues/2737
"""


def evaluate(expression: str, event: Mapping[str, Any], *, deepest: int = DEEPEST) -> Any:
    """Return the value of an expression for an event, the input of the state machine.

    Raises RuntimeError where the engine refuses it: an error of JSONata, or too deep.
    """
    return evaluate_with(expression, {"states": {"input": event}}, deepest=deepest)


def evaluate_with(expression: str, variables: Mapping[str, Any], *, deepest: int = DEEPEST) -> Any:
    """Return the value of an expression that refers to these variables (``states`` for $states)."""
    bounded = copy(compiled(expression))
    bounded.deepest = deepest
    frame = bounded.create_frame()
    for name, value in variables.items():
        frame.bind(name, value)
    return bounded.evaluate(None, frame)


@cache
def compiled(expression: str) -> Bounded:
    """Return an expression in the form that is evaluated."""
    from generator.messages.bounded import Bounded  # noqa: PLC0415  (only to evaluate)

    return Bounded(expression)
