"""JSONata as Step Functions evaluates it, with a library and with the engine's bounds."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from jsonata import Jsonata
from jsonata.utils import Utils

if TYPE_CHECKING:
    from collections.abc import Mapping

DEEPEST = 100
"""How deep an expression may nest: Step Functions fails at about this depth, as others measured.

Python's and Java's port count alike, one more for each list of two or more items built before.
https://github.com/floci-io/floci/issues/2737
"""


class _Frame(Jsonata.Frame):  # type: ignore[misc]  # the library has no types
    """Variables of a scope: looked up in a loop, where the library's own calls itself."""

    def lookup(self, name: str) -> Any:
        """Return the value of a variable, of this scope or of one around it."""
        frame: Jsonata.Frame | None = self
        while frame is not None:
            value = frame.bindings.get(name, Utils.NONE)
            if value is not Utils.NONE:
                return value
            frame = frame.parent
        return None


class _Expression(Jsonata):  # type: ignore[misc]  # the library has no types
    """An expression, compiled."""

    def create_frame(self, enclosing_environment: Jsonata.Frame | None = None) -> Jsonata.Frame:
        """Return a new scope."""
        return _Frame(enclosing_environment)


def evaluate(expression: str, event: Mapping[str, Any], *, deepest: int = DEEPEST) -> Any:
    """Return the value of an expression for an event, the input of the state machine.

    Raises RuntimeError where the engine refuses it: an error of JSONata, or too deep.
    """
    return evaluate_with(expression, {"states": {"input": event}}, deepest=deepest)


def evaluate_with(expression: str, variables: Mapping[str, Any], *, deepest: int = DEEPEST) -> Any:
    """Return the value of an expression that refers to these variables (``states`` for $states)."""
    parsed = compiled(expression)
    frame = parsed.create_frame()
    for name, value in variables.items():
        frame.bind(name, value)
    # No limit of time, since this machine's speed says nothing of the engine's.
    frame.set_runtime_bounds(None, deepest)
    return parsed.evaluate(None, frame)


@cache
def compiled(expression: str) -> Jsonata:
    """Return an expression in the form that is evaluated."""
    return _Expression(expression)
