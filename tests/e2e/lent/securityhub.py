"""Lends the emulator the one call of Security Hub that a deployed template makes.

BatchUpdateFindings is PATCH /findings/batchupdate (botocore, securityhub 2018-10-26). A test reads
what was called, and says how to answer, below /_emulated/securityhub: for one account, or for one
finding in it, so that several failures can go on side by side.
"""

import json
import re
import uuid
from http import HTTPStatus
from threading import Lock
from typing import Any

from localstack.aws.accounts import get_account_id_from_access_key_id
from localstack.http import Request, Response
from localstack.services.edge import ROUTER

_SCOPE = re.compile(r"Credential=(?P<key>\w+)/\d+/(?P<region>[\w-]+)/securityhub/")
_PROCESSED = {"status": 200, "unprocessed": None}

_lock = Lock()
_calls: list[dict[str, Any]] = []
_answers: dict[tuple[str, str], dict[str, Any]] = {}


def lend() -> None:
    ROUTER.add("/findings/batchupdate", _batch_update_findings, methods=["PATCH"])
    ROUTER.add("/_emulated/securityhub/calls", _read_calls, methods=["GET"])
    ROUTER.add("/_emulated/securityhub/answer", _set_answer, methods=["PUT"])


def _batch_update_findings(request: Request) -> Response:
    body, caller = json.loads(request.get_data()), _caller(request)
    identifiers = body.get("FindingIdentifiers", [])
    with _lock:
        answer = _answer(caller.get("account", ""), identifiers)
        _calls.append({**caller, "request": body, "processed": answer == _PROCESSED})
    if answer["status"] != HTTPStatus.OK:
        return _error(answer["status"])
    if code := answer["unprocessed"]:
        refused = [_unprocessed(identifier, code) for identifier in identifiers]
        return _json({"ProcessedFindings": [], "UnprocessedFindings": refused})
    return _json({"ProcessedFindings": identifiers, "UnprocessedFindings": []})


def _caller(request: Request) -> dict[str, str]:
    scope = _SCOPE.search(request.headers.get("Authorization", ""))
    if scope is None:
        return {}
    account = get_account_id_from_access_key_id(scope["key"])
    return {"account": account, "region": scope["region"]}


def _answer(account: str, identifiers: list[dict[str, str]]) -> dict[str, Any]:
    """Return what was asked for a finding of the call, or else for all of the account."""
    wanted = [(account, identifier["Id"]) for identifier in identifiers]
    asked = (_answers[place] for place in [*wanted, (account, "")] if place in _answers)
    return next(asked, _PROCESSED)


def _unprocessed(identifier: dict[str, str], code: str) -> dict[str, Any]:
    return {"FindingIdentifier": identifier, "ErrorCode": code, "ErrorMessage": "as the test asked"}


def _error(status: int) -> Response:
    throttled = status == HTTPStatus.TOO_MANY_REQUESTS
    code = "TooManyRequestsException" if throttled else "InternalException"
    headers = {"x-amzn-ErrorType": code, "x-amzn-RequestId": str(uuid.uuid4())}
    return _json({"Code": code, "Message": "as the test asked"}, status, headers)


def _read_calls(_request: Request) -> Response:
    with _lock:
        return _json(_calls)


def _set_answer(request: Request) -> Response:
    asked = json.loads(request.get_data())
    place = (asked.pop("account"), asked.pop("finding"))
    with _lock:
        _answers[place] = _PROCESSED | asked
        return _json(_answers[place])


def _json(body: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    return Response(json.dumps(body), status, headers, mimetype="application/json")
