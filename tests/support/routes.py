"""Params files with a route of a kind."""

from __future__ import annotations

from typing import Any

import yaml

from conftest import QUICKSTART


def route(message: str, notify: str, *, queue: bool = True, **more: Any) -> str:
    """Return the quickstart with another route."""
    data = yaml.safe_load(QUICKSTART)
    data["routes"][0] |= {"message": message, "notify": notify}
    return str(yaml.safe_dump({**data, "dead_letter_queue": queue, **more}, sort_keys=False))
