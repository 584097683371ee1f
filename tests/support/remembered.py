"""Evaluates expressions once in a run: what the tests of several files ask for is kept in a folder.

All processes of pytest-xdist share it; ``conftest.py`` makes it, and removes it at the end.
"""

from __future__ import annotations

import hashlib
import json
import os
import pickle
import re
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from generator import messages

FOLDER = "REMEMBERED_EVALUATIONS"
"""The environment variable that names the folder."""


def evaluate(expression: str, event: Mapping[str, Any], *, deepest: int = messages.DEEPEST) -> Any:
    """Return what ``generator.messages.evaluate`` returns."""
    return evaluate_with(expression, {"states": {"input": event}}, deepest=deepest)


def evaluate_with(
    expression: str, variables: Mapping[str, Any], *, deepest: int = messages.DEEPEST
) -> Any:
    """Return what the function of ``generator.messages`` returns; what fails, fails each time."""
    place = _place(expression, variables)
    with suppress(FileNotFoundError):
        value, depth = pickle.loads(place.read_bytes())  # noqa: S301  (written below)
        # What does not fail at some depth gives the same where it may go deeper.
        if depth <= deepest:
            return value
    value = messages.evaluate_with(expression, variables, deepest=deepest)
    written = place.with_suffix(f".{os.getpid()}")
    written.write_bytes(pickle.dumps((value, deepest)))
    written.replace(place)
    return value


def _place(expression: str, variables: Mapping[str, Any]) -> Path:
    # The order of keys is part of the message of a route that sends findings as they are.
    # A function among the variables is the same in each run.
    asked = json.dumps([expression, _named(expression, variables)], default=lambda _: "function")
    return Path(os.environ[FOLDER]) / hashlib.sha256(asked.encode()).hexdigest()


def _named(expression: str, variables: Mapping[str, Any]) -> dict[str, Any]:
    """Return the variables that an expression names, and of ``$states`` what it names."""
    names = set(re.findall(r"\$(\w+)", expression))
    named = {name: value for name, value in variables.items() if name in names}
    parts = set(re.findall(r"\$states\b(?:\.(\w+))?", expression))
    if "" not in parts and "states" in named:
        named["states"] = {name: value for name, value in named["states"].items() if name in parts}
    return named
