"""Event patterns as people have them: JSON, YAML, or what a command printed around one."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from generator.eventbridge import matcher
from generator.findings.yaml_text import load_once

if TYPE_CHECKING:
    from collections.abc import Mapping

_HELD_UNDER = "EventPattern"
_BOM = b"\xef\xbb\xbf"


def read_pattern(content: bytes) -> Mapping[str, Any]:
    """Return the pattern of a file; raise PatternError where there is none.

    ``aws events describe-rule`` gives it as a text under EventPattern, ``--query EventPattern`` the
    text alone, a template as an object under EventPattern.
    """
    content = content.removeprefix(_BOM).strip()
    if content[:1] not in (b"{", b"[", b'"') and content:
        return _held(_of_yaml(content))
    try:
        value = json.loads(content)
    except (ValueError, RecursionError):
        return matcher.loads(content)  # which says why
    if isinstance(value, str):
        return matcher.loads(value)
    if isinstance(value, dict) and isinstance(value.get(_HELD_UNDER), str):
        return matcher.loads(value[_HELD_UNDER])
    return _held(matcher.loads(content))


def _held(value: Mapping[str, Any]) -> Mapping[str, Any]:
    inner = value.get(_HELD_UNDER)
    if isinstance(inner, str):
        return matcher.loads(inner)
    return inner if isinstance(inner, dict) else value


def _of_yaml(content: bytes) -> Mapping[str, Any]:
    try:
        value = load_once(content)
    except ValueError as error:
        raise matcher.PatternError("", f"neither JSON nor YAML: {error}") from None
    if not isinstance(value, dict):
        raise matcher.PatternError("", "an event pattern must be a JSON object, or YAML keys")
    return value
