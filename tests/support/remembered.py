"""Evaluates an expression once: what the tests of several files, and of several runs, ask for.

It is kept under ``.cache/`` until what evaluates changes; all processes of pytest-xdist share it.
"""

from __future__ import annotations

import hashlib
import inspect
import json
import os
import pickle
import re
import shutil
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Any

from generator import messages
from generator.system.version import cache_folder

FOLDER = "REMEMBERED_EVALUATIONS"
"""The environment variable that names the folder."""

_OWN = ("generator.messages.bounded", "generator.messages.evaluate")
_KEPT = 7 * 24 * 60 * 60
"""Seconds after which what no run has asked for is forgotten."""


def prepare() -> None:
    """Make the folder, and forget what is of another engine or of no use any more."""
    folder = cache_folder() / "evaluations" / _engine()
    folder.mkdir(parents=True, exist_ok=True)
    for other in folder.parent.iterdir():
        if other != folder:
            shutil.rmtree(other, ignore_errors=True)
    oldest = time.time() - _KEPT
    for entry in os.scandir(folder):
        if entry.stat().st_mtime < oldest:
            Path(entry).unlink(missing_ok=True)
    os.environ[FOLDER] = str(folder)


def _engine() -> str:
    """Return a digest of what evaluates: our own part of it, the library and Python."""
    own = (inspect.getsource(module) for module in map(import_module, _OWN))
    return hashlib.sha256(
        "".join([*own, version("jsonata-python"), sys.version]).encode()
    ).hexdigest()


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
        os.utime(place)
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
