"""Renders the JSONata that stands in files of this package."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

_INDENTATION = re.compile(r"\n +")


def rendered(name: str, **values: Any) -> str:
    """Return the text of a file, without comments and indentation: state machines hold it."""
    text = _environment().get_template(name).render(values)
    return _INDENTATION.sub("\n", text).strip()


@cache
def _environment() -> Environment:
    return Environment(
        trim_blocks=True,  # a comment leaves no line
        loader=FileSystemLoader(Path(__file__).parent),
        undefined=StrictUndefined,
        autoescape=False,  # noqa: S701  (JSONata; its words are JSON texts)
    )
