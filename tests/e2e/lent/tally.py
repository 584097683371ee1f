"""Lends the emulator a memory of the events that its rules took: nobody else can know."""

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
    ROUTER.add("/_emulated/taken", _read, methods=["GET"])


def _remembering(pattern: Any, event: Any) -> bool:
    taken = bool(_matches(pattern, event))
    if taken and isinstance(event, dict):  # as text it is a TestEventPattern call, not an event
        with _lock:
            _taken.add(event["id"])
    return taken


def _read(_request: Request) -> Response:
    with _lock:
        identifiers = sorted(_taken)
    return Response(json.dumps(identifiers), mimetype="application/json")
