"""JSONata of bounded depth. What a step does is the library's; which one it is, is found quicker.

The library looks up the callbacks of its own bounds by their names, through all frames, before and
after each step: that is a third of the time that a message needs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jsonata import Jsonata
from jsonata.jexception import JException
from jsonata.utils import Utils

if TYPE_CHECKING:
    from collections.abc import Callable

_TOO_DEEP = "D1011"


class Frame(Jsonata.Frame):  # type: ignore[misc]
    """Names and their values, within those of an outer frame."""

    def lookup(self, name: str) -> Any:
        """Return what a name is bound to; None where it is not."""
        frame: Any = self
        while frame is not None:
            bindings = frame.bindings
            if name in bindings:
                return bindings[name]
            frame = frame.parent
        return None


class Bounded(Jsonata):  # type: ignore[misc]
    """An expression, and the depth at which it is: each evaluation is of a copy."""

    deepest: int
    depth = 0
    input: Any
    environment: Any

    def evaluate(self, input: Any, bindings: Any = None) -> Any:  # noqa: A002
        """Return the value for an input; raise JException where it fails or is too deep."""
        # Functions of the library that call functions find the expression there.
        Jsonata.CURRENT.jsonata = self
        return super().evaluate(input, bindings)

    def create_frame(self, enclosing_environment: Any = None) -> Frame:
        """Return a frame within another one."""
        return Frame(enclosing_environment)

    def eval(self, expr: Any, input: Any, environment: Any) -> Any:  # noqa: A002
        """Return the value of a step."""
        outer = self.input, self.environment
        self.input, self.environment = input, environment
        # As the library counts.
        if not environment.is_parallel_call:
            self.depth += 1
            if self.depth > self.deepest:
                raise JException(_TOO_DEEP, -1)
        step = _STEPS.get(expr.type) if expr.predicate is None and expr.group is None else None
        if step is None:
            result = self._eval(expr, input, environment)
        else:
            result = _single(expr, step(self, expr, input, environment))
        if not environment.is_parallel_call:
            self.depth -= 1
        self.input, self.environment = outer
        return result


def _single(expr: Any, result: Any) -> Any:
    """Return the only value of a sequence by itself, and nothing for an empty one."""
    if not isinstance(result, Utils.JList) or not result.sequence or result.tuple_stream:
        return result
    if expr.keep_array:
        result.keep_singleton = True
    if not result:
        return None
    return result if len(result) > 1 or result.keep_singleton else result[0]


def _literal(engine: Bounded, expr: Any, *_: Any) -> Any:
    return engine.evaluate_literal(expr)


def _variable(engine: Bounded, expr: Any, input: Any, environment: Any) -> Any:  # noqa: A002
    if expr.value:
        return environment.lookup(expr.value)
    return engine.evaluate_variable(expr, input, environment)


def _function(engine: Bounded, expr: Any, input: Any, environment: Any) -> Any:  # noqa: A002
    return engine.evaluate_function(expr, input, environment, Utils.NONE)


_STEPS: dict[str, Callable[..., Any]] = {
    "binary": Jsonata.evaluate_binary,
    "bind": Jsonata.evaluate_bind_expression,
    "block": Jsonata.evaluate_block,
    "condition": Jsonata.evaluate_condition,
    "function": _function,
    "lambda": Jsonata.evaluate_lambda,
    "name": Jsonata.evaluate_name,
    "number": _literal,
    "path": Jsonata.evaluate_path,
    "string": _literal,
    "unary": Jsonata.evaluate_unary,
    "value": _literal,
    "variable": _variable,
}
"""What evaluates each type of step; the library finds the others itself."""
