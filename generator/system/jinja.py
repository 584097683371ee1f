"""Templates of texts in the files of a package."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined


def environment(module: str, *, html: bool = False, **options: Any) -> Environment:
    """Return what renders the files next to a module; a name that is not given is an error.

    Only HTML is escaped: JSONata and Markdown are made of validated settings and JSON texts.
    """
    return Environment(
        loader=FileSystemLoader(Path(module).parent),
        undefined=StrictUndefined,
        autoescape=html,  # noqa: S701
        trim_blocks=True,  # a comment leaves no line
        **options,
    )
