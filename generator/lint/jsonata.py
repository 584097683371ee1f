"""What Step Functions refuses in a JSONata expression before it runs.

Measured by others on AWS: https://github.com/floci-io/floci/issues/2670,
https://github.com/floci-io/floci/issues/2699 and https://github.com/floci-io/floci/issues/2745.
"""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

_ADDED = {"hash", "parse", "partition", "range", "uuid"}
"""https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html"""


@lru_cache(maxsize=256)  # each rule for cfn-lint asks for all of them
def refusals(
    text: str, fields: frozenset[str], variables: frozenset[str]
) -> tuple[tuple[str, str], ...]:
    """Return the rule and the message of each thing that is refused in an expression.

    ``fields`` are those of $states that exist where the expression is, ``variables`` the
    names that states assigned before.
    """
    return tuple(_refusals(text, fields, variables))


def _refusals(
    text: str, fields: frozenset[str], variables: frozenset[str]
) -> Iterator[tuple[str, str]]:
    from jsonata import Jsonata  # noqa: PLC0415  (only where there is a state machine)

    try:
        tree = Jsonata(text).ast
    except Exception as error:  # noqa: BLE001  (the parser raises what its parts do)
        yield "E9750", f"JSONata cannot be parsed: {error}"
        return
    for message in dict.fromkeys(_Walk(fields).node(tree, variables, inside=False)):
        yield "E9751", message
    if _may_be_nothing(tree):
        message = "the expression may return nothing, which fails the state: add what it is then"
        yield "E9752", message


@cache
def functions() -> frozenset[str]:
    """Return the names of the functions that an expression may call."""
    from jsonata import Jsonata  # noqa: PLC0415  (only where there is a state machine)

    return frozenset(Jsonata.static_frame.bindings) - {"eval"} | _ADDED


class _Walk:
    """Walks a parsed expression; yields what is wrong with its references."""

    def __init__(self, fields: Collection[str]) -> None:
        self._fields = fields

    def node(self, node: Any, known: frozenset[str], *, inside: bool) -> Iterator[str]:
        """Walk a node. ``inside``: a bare name has something to be a field of."""
        kind = getattr(node, "type", None)
        if kind == "path":
            yield from self._path(node, known, inside=inside)
        elif kind == "block":
            yield from self._block(node, known, inside=inside)
        elif kind == "bind":
            yield from self.node(node.rhs, known, inside=inside)
        elif kind == "variable":
            yield from self._variable(str(node.value), known, inside=inside)
        elif kind == "lambda":
            known |= {str(argument.value) for argument in node.arguments}
            yield from self.node(node.body, known, inside=True)
        elif kind == "transform":
            for part in (node.pattern, node.update, node.delete):
                yield from self.node(part, known, inside=True)
        else:
            if kind in {"wildcard", "descendant", "parent"} and not inside:
                yield f"{node.value} at the top level has nothing to select from"
            for child in _children(node):
                yield from self.node(child, known, inside=inside)

    def _path(self, path: Any, known: frozenset[str], *, inside: bool) -> Iterator[str]:
        first, *rest = path.steps
        if first.type == "name" and not inside:
            yield (
                f"'{first.value}' at the top level is refused; begin with $states or a variable,"
                f" as in $states.input.{first.value}"
            )
        elif first.type == "variable" and first.value == "states":
            yield from self._of_states(rest)
        for number, step in enumerate(path.steps):
            known |= {str(name) for name in (_of(step, "focus"), _of(step, "index")) if name}
            if step.type != "name":
                yield from self.node(step, known, inside=inside or number > 0)
            for stage in (*(_of(step, "stages") or ()), *(_of(step, "predicate") or ())):
                yield from self.node(stage, known, inside=True)
        yield from self.node(_of(path, "group"), known, inside=True)

    def _of_states(self, rest: list[Any]) -> Iterator[str]:
        name = rest[0].value if rest and rest[0].type == "name" else None
        if name and name not in self._fields:
            yield f"$states.{name} does not exist here; it has {', '.join(sorted(self._fields))}"

    def _block(self, block: Any, known: frozenset[str], *, inside: bool) -> Iterator[str]:
        for expression in block.expressions:
            if expression.type == "bind":
                name = str(expression.lhs.value)
                # A function may call itself.
                within = known | {name} if expression.rhs.type == "lambda" else known
                yield from self.node(expression.rhs, within, inside=inside)
                known |= {name}
            else:
                yield from self.node(expression, known, inside=inside)

    @staticmethod
    def _variable(name: str, known: frozenset[str], *, inside: bool) -> Iterator[str]:
        if name == "$" or (name == "" and not inside):
            yield f"${name} is refused: there is no input but $states.input"
        elif name == "eval":
            yield "$eval does not exist in Step Functions"
        elif name not in {"", "states", *known} and name not in functions():
            yield f"${name} is neither assigned before nor a function"


def _children(node: Any) -> Iterator[Any]:
    for value in vars(node).values() if hasattr(node, "type") else ():
        yield from _nodes(value)


def _nodes(value: Any) -> Iterator[Any]:
    if isinstance(value, list | tuple):
        for item in value:
            yield from _nodes(item)
    elif hasattr(value, "type") and hasattr(value, "lbp"):
        yield value


def _of(node: Any, name: str) -> Any:
    return getattr(node, name, None)


def _may_be_nothing(node: Any) -> bool:
    """Whether an expression plainly has a way to return nothing.

    A field that a finding lacks is another one, which cannot be seen here.
    """
    if node.type == "block":
        return not node.expressions or _may_be_nothing(node.expressions[-1])
    if node.type == "condition":
        other = _of(node, "_else")
        return other is None or _may_be_nothing(node.then) or _may_be_nothing(other)
    return False
