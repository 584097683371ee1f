"""Remembers lint results under ``.cache/``, by content, so that an unchanged tree lints at once.

A result is forgotten when the text, cfn-lint or this project's own checks change.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
from functools import cache
from importlib.metadata import version
from pathlib import Path

from generator import cloudformation, lint
from generator.eventbridge import matcher
from generator.lint.finding import Finding
from generator.system.version import cache_folder

FOLDER = cache_folder() / "lint"


def load(file: str, text: str) -> list[Finding] | None:
    """Return what is known of a text, under the file name it has now; None if nothing is."""
    try:
        rows = json.loads(_place(text).read_bytes())
        return [Finding(file, *row) for row in rows]
    except (OSError, ValueError, TypeError):
        return None


def store(text: str, findings: list[Finding]) -> None:
    """Keep a result. A cache that cannot be written is not an error: the next run lints again."""
    rows = json.dumps([finding[1:] for finding in findings])
    place = _place(text)
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("w", dir=place.parent, delete=False) as temporary:
            temporary.write(rows)
        Path(temporary.name).replace(place)
    except OSError:
        return


def _place(text: str) -> Path:
    return FOLDER / hashlib.sha256(_checks() + text.encode()).hexdigest()


@cache
def _checks() -> bytes:
    """Return what the result depends on apart from the text."""
    folders = [Path(package.__path__[0]) for package in (lint, cloudformation, matcher)]
    sources = [source for folder in folders for source in sorted(folder.rglob("*.py"))]
    digest = hashlib.sha256(version("cfn-lint").encode())
    for source in sources:
        digest.update(source.read_bytes())
    return digest.digest()
