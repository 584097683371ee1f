"""Lends the emulator a memory of the events that its rules matched: nobody else can know."""

import json
from threading import Lock
from typing import Any

from localstack.http import Request, Response
from localstack.services.edge import ROUTER
from localstack.services.events import provider

_matches = provider.matches_event
_lock = Lock()
_taken: set[str] = set()


def lend() -> None:
    provider.matches_event = _remembering
    ROUTER.add("/_emulated/matched", _read, methods=["GET"])


def _remembering(pattern: Any, event: Any) -> bool:
    matched = bool(_matches(pattern, event))
    if matched and isinstance(event, dict):  # as text it is a TestEventPattern call, not an event
        with _lock:
            _taken.add(event["id"])
    return matched


def _read(_request: Request) -> Response:
    with _lock:
        identifiers = sorted(_taken)
    return Response(json.dumps(identifiers), mimetype="application/json")
