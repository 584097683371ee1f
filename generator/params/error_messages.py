"""Turns pydantic's errors into sentences for the person who wrote the params file."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from generator.params.full_width import narrow, words_in
from generator.params.problems import did_you_mean
from generator.params.values import EXPECTED

if TYPE_CHECKING:
    from collections.abc import Callable

    from pydantic_core import ErrorDetails

_BOOLEANS = {"True": "true", "False": "false"}
"""As Python names them, and as YAML does."""

_KINDS = {
    "string_type": "a text",
    "bool_type": "true or false",
    "int_type": "a whole number",
    "tuple_type": "a list",
    "dict_type": "a mapping (key: value)",
    "model_type": "a mapping (key: value)",
    "model_attributes_type": "a mapping (key: value)",
}


def message(
    error: ErrorDetails, written: str | None, known_keys: tuple[str, ...], elsewhere: str = ""
) -> str:
    """Return what is wrong with a value and what would be right.

    ``written`` is the value's own text in the file; ``known_keys`` are the keys of the
    mapping that an unknown key is in; ``elsewhere`` is where the format has it.
    """
    kind = error["type"]
    if kind == "extra_forbidden":
        key = str(error["loc"][-1])
        meant = f" (did you mean {elsewhere}?)" if elsewhere else did_you_mean(key, known_keys)
        return f"unknown key {key!r}{meant or '; known keys: ' + ', '.join(known_keys)}"
    if kind == "missing":
        return f"the key {error['loc'][-1]!r} is required"
    if kind in _KINDS:
        return _wrong_kind(_KINDS[kind], error["input"], written)
    if kind in _SENTENCES:
        return _SENTENCES[kind](error["input"], error.get("ctx", {}))
    return error["msg"][:1].lower() + error["msg"][1:]


def _wrong_kind(expected: str, value: Any, written: str | None) -> str:
    if expected == "a text" and isinstance(value, int | float) and not isinstance(value, bool):
        return f'{written} is read as a number: quote it, "{written}"'
    if value is None:
        return f"expected {expected}, found nothing"
    if isinstance(value, bool):
        return (
            f"{written} is read as true or false: quote it"
            if expected == "a text"
            else (f"expected {expected}, found {written}")
        )
    if isinstance(value, str | int | float):
        instead = f"; write [{_items(value)}]" if expected == "a list" else ""
        return f"expected {expected}, found {value!r}{instead}"
    return f"expected {expected}, found {_kind_of(value)}"


def _items(value: Any) -> str:
    return ", ".join(words_in(value)) if isinstance(value, str) else str(value)


def _kind_of(value: Any) -> str:
    return "a mapping" if isinstance(value, dict) else "a list"


def _not_one_of(value: Any, context: dict[str, Any]) -> str:
    words = context["expected"].replace("'", "").replace(" or ", ", ").split(", ")
    known = [_BOOLEANS.get(word, word) for word in words]
    if isinstance(value, dict | list):
        return f"expected one of {', '.join(known)}, found {_kind_of(value)}"
    if value in known and value in _BOOLEANS.values():
        return f"{value!r} is a text: write {value}, without quotes"
    meant = words_in(value) if isinstance(value, str) else []
    if meant and meant != [value] and all(word in known for word in meant):
        hint = f" (write {', '.join(meant)})"
    else:
        hint = did_you_mean(value, known)
    return f"{value!r} is not one of {', '.join(known)}{hint}"


def _not_of_form(value: Any, context: dict[str, Any]) -> str:
    ordinary = narrow(value)
    fits = ordinary != value and re.search(context["pattern"], ordinary)
    hint = f" (full-width characters: write {ordinary})" if fits else ""
    return f"{value!r}: {EXPECTED[context['pattern']]}{hint}"


def _too_few(value: Any, _: dict[str, Any]) -> str:
    what = "mapping" if isinstance(value, dict) else "list"
    return f"an empty {what}; give at least one value, or leave the key out"


_SENTENCES: dict[str, Callable[[Any, dict[str, Any]], str]] = {
    "value_error": lambda _, c: str(c["error"]),
    "literal_error": _not_one_of,
    "string_pattern_mismatch": _not_of_form,
    "too_short": _too_few,
    "too_long": lambda value, c: f"{len(value)} entries; at most {c['max_length']}",
    "string_too_short": lambda _, __: "an empty text; give a value, or leave the key out",
    "string_too_long": lambda value, c: f"{len(value)} characters; at most {c['max_length']}",
    "greater_than_equal": lambda value, c: f"{value} is too small; at least {c['ge']}",
    "less_than_equal": lambda value, c: f"{value} is too large; at most {c['le']}",
}
