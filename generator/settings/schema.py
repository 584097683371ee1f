"""The JSON Schema of the params format, for editors."""

from __future__ import annotations

import json
from typing import Any

from generator.settings.models import Settings


def schema_text() -> str:
    """Return ``params/schema.json``."""
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **_without_null(Settings.model_json_schema()),
        "title": "Params file",
    }
    return json.dumps(schema, indent=2) + "\n"


def _without_null(part: Any) -> Any:
    """Leave out that a key may be null: an optional key is left out of the file, not empty."""
    if isinstance(part, list):
        return [_without_null(one) for one in part if one != {"type": "null"}]
    if not isinstance(part, dict):
        return part
    kept = {key: _without_null(value) for key, value in part.items() if not _noise(key, value)}
    if len(kept.get("anyOf", [])) == 1:
        kept |= kept.pop("anyOf")[0]
    return kept


def _noise(key: str, value: Any) -> bool:
    return (key == "default" and value is None) or (key == "title" and isinstance(value, str))
