"""The JSON Schema of the params format, for editors."""

from __future__ import annotations

import json
from typing import Any

from generator.params.settings import Settings
from generator.params.yaml_nodes import FREE


def schema_text() -> str:
    """Return ``params/schema.json``.

    It does not say ``<<``: editors merge before they look, so that what is required may be merged.
    """
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **_for_editors(Settings.model_json_schema()),
        "patternProperties": {f"^{FREE}": {"description": "Yours: a place for YAML anchors."}},
        "title": "Params file",
    }
    return json.dumps(schema, indent=2) + "\n"


def _for_editors(part: Any) -> Any:
    """Say no more than a params file may: an optional key is left out, not null; no other keys."""
    if isinstance(part, list):
        return [_for_editors(item) for item in part if item != {"type": "null"}]
    if not isinstance(part, dict):
        return part
    kept = {key: _for_editors(value) for key, value in part.items() if not _noise(key, value)}
    if "patternProperties" in kept:
        kept["additionalProperties"] = False
    if len(kept.get("anyOf", [])) == 1:
        kept |= kept.pop("anyOf")[0]
    return kept


def _noise(key: str, value: Any) -> bool:
    return (key == "default" and value is None) or (key == "title" and isinstance(value, str))
