"""Patterns as text, for what parsed JSON no longer shows: repeated keys and digits of numbers."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING, NoReturn

from generator.eventbridge.matcher.errors import PatternError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


class Object(dict[str, object]):
    """A JSON object that remembers repeated keys.

    Attributes:
        pairs: every key and value in the order of the text.

    """

    def __init__(self, pairs: list[tuple[str, object]]) -> None:
        """Take what `json` hands to an `object_pairs_hook`."""
        super().__init__(pairs)
        self.pairs = pairs


def loads(text: str | bytes) -> Mapping[str, object]:
    """Parse the text of a pattern; numbers with a fraction or exponent become `Decimal`.

    Raises:
        PatternError: the text is not JSON, or not a JSON object.

    """
    try:
        pattern = json.loads(
            text, object_pairs_hook=Object, parse_float=Decimal, parse_constant=_refuse
        )
    except (ValueError, RecursionError) as error:
        reason = f"an event pattern must be valid JSON: {error}"
        raise PatternError("", reason) from error
    if not isinstance(pattern, Object):
        raise PatternError("", "an event pattern must be a JSON object")
    return pattern


def pairs(node: Mapping[str, object]) -> Iterable[tuple[str, object]]:
    """Keys and values of an object, repeated keys included if it was parsed by `loads`."""
    return node.pairs if isinstance(node, Object) else node.items()


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")
