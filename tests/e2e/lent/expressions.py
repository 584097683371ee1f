"""Lends the emulator an evaluator of JSONata.

Its own runs a Java library that it downloads on first use. jsonata-python is a port of the same
reference implementation. It evaluates within the bounds of AWS's engine, as others measured them.
Its $parse evaluates a text as an expression, which those bounds end; AWS's reads JSON.
https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html
"""

import json
import re
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from jsonata import Jsonata, Utils
from localstack.services.stepfunctions.asl.jsonata import jsonata as evaluator

from generator.messages import DEEPEST

LONGEST = 5_000
"""Milliseconds that an expression may take: the Java port's default, as its depth of 100 is."""

# The emulator hands data over as text: "($states:={...};EXPRESSION)", within $exists() or $type()
# where it checks a result.
_OPENING = re.compile(r"(?:\$(?:exists|type)\()?\(")
_BINDING = re.compile(r"\$(\w+):=")
# strict=False: a string may hold line breaks.
_JSON = json.JSONDecoder(strict=False)
_idle: defaultdict[str, list[Jsonata]] = defaultdict(list)
"""Expressions that are compiled already, and that no thread uses now."""


def lend() -> None:
    """Must run before the emulator loads Step Functions, which copies these names."""
    evaluator._eval_jsonata = evaluate
    evaluator.encode_jsonata_variable_declarations = _declare
    from localstack.services.stepfunctions.asl.jsonata import validations  # noqa: PLC0415

    # It would evaluate all a second time to learn of what type a text is; as JSON it is a text.
    validations._validate_string_output = lambda *_: None
    _fail_as_aws_does()
    from localstack.services.stepfunctions.asl.component.intrinsic import (  # noqa: PLC0415
        jsonata as added,
    )

    del added._DECLARATION_BY_VARIABLE_REFERENCE["$parse"]


def _fail_as_aws_does() -> None:
    """Make an error of an expression one that a Catch on States.ALL catches.

    An expression that returns nothing is such an error in the emulator already.
    """
    from localstack.services.stepfunctions.asl.component.common.string import (  # noqa: PLC0415
        string_expression as strings,
    )
    from localstack.services.stepfunctions.asl.jsonata import validations  # noqa: PLC0415

    within = strings.StringJSONata._eval_body

    def body(self: Any, env: Any) -> None:
        try:
            within(self, env)
        except evaluator.JSONataException as error:
            reason = f"the expression '{self.expression}' failed: {error.details}"
            raise _failure(validations, env, reason) from error

    strings.StringJSONata._eval_body = body


def _failure(emulator: Any, env: Any, cause: str) -> Exception:
    """Return the emulator's own exception; its module has all of its parts."""
    name = emulator.StatesErrorName(typ=emulator.StatesErrorNameType.StatesQueryEvaluationError)
    details = emulator.EvaluationFailedEventDetails(cause=cause, error=name.error_name)
    return emulator.FailureEventException(
        failure_event=emulator.FailureEvent(
            env=env,
            error_name=name,
            event_type=emulator.HistoryEventType.EvaluationFailed,
            event_details=emulator.EventDetails(evaluationFailedEventDetails=details),
        )
    )


def evaluate(expression: str) -> Any:
    """Evaluate what the emulator composed, to plain JSON values."""
    try:
        rest, data = _split(expression)
        with _compiled(rest) as compiled:
            return _evaluate(compiled, data)
    except Exception as error:
        reason = "UNKNOWN"
        raise evaluator.JSONataException(reason, str(error)) from error


@contextmanager
def _compiled(expression: str) -> Iterator[Jsonata]:
    """Lend an expression that is compiled, and that no other thread uses meanwhile."""
    try:
        compiled = _idle[expression].pop()
    except IndexError:
        compiled = Jsonata(expression)
    yield compiled
    _idle[expression].append(compiled)


def _evaluate(compiled: Jsonata, data: dict[str, Any]) -> Any:
    frame = compiled.create_frame()
    for name, value in data.items():
        frame.bind(name, _as_parsed(value))
    frame.bind("parse", Jsonata.JLambda(lambda text: _as_parsed(json.loads(text))))
    frame.set_runtime_bounds(LONGEST, DEEPEST)
    return json.loads(json.dumps(compiled.evaluate(None, frame)))


def _split(expression: str) -> tuple[str, dict[str, Any]]:
    """Take the leading declarations of plain data out of the text.

    Bound as values they need no parsing (four times as fast on a finding), and a character beyond
    the BMP stays one: the port reads its escaped surrogates as two.
    """
    opening = _OPENING.match(expression)
    if opening is None:
        return expression, {}
    at, data = opening.end(), dict[str, Any]()
    while binding := _BINDING.match(expression, at):
        try:
            value, end = _JSON.raw_decode(expression, binding.end())
        except ValueError:  # a function, or not data alone
            break
        if not expression.startswith(";", end):
            break
        data[binding[1]] = value
        at = end + 1
    return expression[: opening.end()] + expression[at:], data


def _as_parsed(value: Any) -> Any:
    """Give data the form it has when the port itself parses it."""
    match value:
        case None:
            return Utils.NULL_VALUE
        case dict():
            return {key: _as_parsed(item) for key, item in value.items()}
        case list():
            return [_as_parsed(item) for item in value]
        case float() if value.is_integer():
            return int(value)
    return value


def _declare(bindings: dict[str, Any]) -> str:
    """Stand in for the emulator's function, which quotes a string without escaping it."""
    encode = evaluator.to_json_str
    return "".join(f"{name}:={encode(value)};" for name, value in bindings.items())
