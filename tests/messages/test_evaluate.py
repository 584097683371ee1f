"""Expressions give what the library gives when it keeps its own bounds, and fail where it does."""

from __future__ import annotations

from typing import Any

import pytest
from jsonata import Jsonata

from events import as_event, as_event_v2
from generator.messages import evaluate, expression
from looks import FULLEST, LOOKS
from samples import CONTROL, THREAT
from samples_ocsf import EVERYTHING

EVENTS = {
    "security_hub_cspm": [as_event(CONTROL), as_event(THREAT), as_event({})],
    "security_hub": [as_event_v2(EVERYTHING), as_event_v2({})],
}
REFUSED = [
    '$error("a")',
    "$sum('a')",
    "$x(1)",
    "$states.input ~> 1",
    "(1; 2",
    "($f := function() { 1 + $f() }; $f())",
]
ODD = [
    "[1, [2, [3]]].$",
    "[[1, 2], [3]][0]",
    "$states.input.*",
    "$states.input.**.Title",
    "$states.input.a[0].b",
    "$states.input.{'a': 1, 'b': [1..3]}",
    "$map([1, 2], function($x) { $x > 1 ? [$x] : [] })",
    "$reduce([1, 2, 3], function($a, $b) { $a + $b })",
    "($f := function($n) { $n = 0 ? 0 : $f($n - 1) }; $f(150))",
    "($f := function($n) { $n = 0 ? 0 : 1 + $f($n - 1) }; $f(15))",
    "[1, 2, (3; [4, 5])]",
    "null",
    "[]",
    "$replace('a-b', /-/, function($m) { $m.match & $m.match })",
    "$states.input.detail.findings^(Id).Title",
    "$states.input ~> |detail|{'a': 1}|",
    "$substring(?, 1)('abc')",
]


@pytest.mark.parametrize("deepest", [8, 15, 25, 40, 60, 100])
@pytest.mark.parametrize("look", [*list(LOOKS.values())[::5], FULLEST])
def test_messages_are_those_of_the_library_at_every_depth(look: Any, deepest: int) -> None:
    text = expression("summary", look)
    for event in EVENTS[look.source]:
        assert given(evaluate, text, event, deepest) == given(of_library, text, event, deepest)


@pytest.mark.parametrize("deepest", [8, 30, 100])
@pytest.mark.parametrize("text", [*ODD, *REFUSED])
def test_odd_expressions_are_those_of_the_library(text: str, deepest: int) -> None:
    (event, *_) = EVENTS["security_hub_cspm"]
    assert given(evaluate, text, event, deepest) == given(of_library, text, event, deepest)


def given(engine: Any, text: str, event: Any, deepest: int) -> Any:
    """Return the value of an expression, or the error."""
    try:
        return engine(text, event, deepest=deepest)
    except RuntimeError as error:
        return str(error)


def of_library(text: str, event: Any, deepest: int) -> Any:
    """Return what the library makes of an expression."""
    compiled = Jsonata(text)
    frame = compiled.create_frame()
    frame.bind("states", {"input": event})
    frame.set_runtime_bounds(3_600_000, deepest)
    return compiled.evaluate(None, frame)
