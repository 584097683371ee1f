"""JSONata as Step Functions evaluates it, with a library."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from jsonata import Jsonata

if TYPE_CHECKING:
    from collections.abc import Mapping


def evaluate(expression: str, event: Mapping[str, Any]) -> Any:
    """Return the value of an expression for an event, the input of the state machine."""
    compiled = _compiled(expression)
    frame = compiled.create_frame()
    frame.bind("states", {"input": event})
    return compiled.evaluate(None, frame)


@cache
def _compiled(expression: str) -> Jsonata:
    return Jsonata(expression)
