"""Every key of the params format, and its value in words."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple

from generator.params.schema import schema_text

Schema = dict[str, Any]

WHOLE = ("topic.delivery_policy", "digests[].match", "exceptions[].match")
"""Keys in one row with all below them: SNS's own words, and those of a route."""


class Row(NamedTuple):
    """One key of the params format."""

    path: str
    schema: Schema
    required: bool


@cache
def rows() -> tuple[Row, ...]:
    """Return every key of the params format, in the order of the models."""
    schema = json.loads(schema_text())
    return tuple(_rows("", _resolve(schema, schema), schema))


def _rows(prefix: str, schema: Schema, root: Schema) -> Iterator[Row]:
    for key, part in schema.get("properties", {}).items():
        path, resolved = f"{prefix}{key}", _resolve(part, root)
        yield Row(path, resolved, key in schema.get("required", ()))
        if path not in WHOLE:
            for form in (resolved, *resolved.get("anyOf", ())):
                yield from _rows(f"{path}.", form, root)
            yield from _rows(f"{path}[].", resolved.get("items", {}), root)
            for inner in resolved.get("patternProperties", {}).values():
                yield from _rows(f"{path}.<name>.", inner, root)


def _resolve(part: Any, root: Schema) -> Any:
    """Put in place of each reference what it refers to."""
    if isinstance(part, list):
        return [_resolve(item, root) for item in part]
    if not isinstance(part, dict):
        return part
    named = root["$defs"][part["$ref"].rpartition("/")[2]] if "$ref" in part else {}
    whole = {**named, **{key: value for key, value in part.items() if key != "$ref"}}
    return {key: _resolve(value, root) for key, value in whole.items() if key != "$defs"}


def value_in_words(schema: Schema, words: Mapping[str, str]) -> str:
    """Return what a key's value is, in each form that it may have."""
    return words["or"].join(_form_in_words(form, words) for form in schema.get("anyOf", [schema]))


def _form_in_words(schema: Schema, words: Mapping[str, str]) -> str:
    if "oneOf" in schema:
        return words["selection"].format(what=_choice(schema["oneOf"][0]["items"], words))
    if inner := _inner(schema):
        leaf = "properties" not in inner
        return (
            words["mapping_of"].format(what=_form_in_words(inner, words))
            if leaf
            else words["mapping"]
        )
    if schema.get("type") == "array":
        leaf = "properties" not in schema["items"]
        what = _choice(schema["items"], words)
        return words["list_of"].format(what=what) if leaf else words["list"]
    if schema.get("type") == "string" and "enum" not in schema and "maxLength" in schema:
        return words["text_up_to"].format(n=schema["maxLength"])
    if schema.get("type") == "integer":
        return words["number_within"].format(low=schema["minimum"], high=schema["maximum"])
    return _choice(schema, words)


def _inner(schema: Schema) -> Schema | None:
    """Return what each value of a mapping is whose keys are the user's own."""
    inner: list[Schema] = [*schema.get("patternProperties", {}).values()]
    inner += filter(None, [schema.get("additionalProperties")])
    return inner[0] if inner else None


def _choice(schema: Schema, words: Mapping[str, str]) -> str:
    choices = _choices(schema)
    if not choices:
        return words[{"string": "text", "object": "mapping"}[schema["type"]]]
    each = [f"`{_yaml(choice)}`" for choice in choices]
    return words["or"].join(filter(None, (words["comma"].join(each[:-1]), each[-1])))


def _choices(schema: Schema) -> list[Any]:
    """Return the few values that a key can have, or nothing where there are many."""
    booleans = [False, True] if schema.get("type") == "boolean" else []
    return [*schema.get("enum", booleans)]


def _yaml(value: Any) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(_yaml, value))}]"
    return json.dumps(value) if isinstance(value, bool) else str(value)


def default_in_words(value: Any) -> str:
    """Return what a key means that is left out."""
    return "" if value in (None, "", []) else f"`{_yaml(value)}`"
