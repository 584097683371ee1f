"""Lends the emulator the two calls of Security Hub by which deployed templates write.

BatchUpdateFindings is PATCH /findings/batchupdate; of the new Security Hub, BatchUpdateFindingsV2
is PATCH /findingsv2/batchupdatev2 (botocore, securityhub 2018-10-26). A test reads what was called,
and says how to answer, below /_emulated/securityhub: for one account, or for one finding or insight
in it, so that several failures can go on side by side. Calls that read are lent elsewhere.
"""

import json
import re
import time
import uuid
from http import HTTPStatus
from threading import Lock
from typing import Any, NamedTuple

from localstack.aws.accounts import get_account_id_from_access_key_id
from localstack.http import Request, Response
from localstack.services.edge import ROUTER

from lent.requests_v2 import refusal

_SCOPE = re.compile(r"Credential=(?P<key>\w+)/\d+/(?P<region>[\w-]+)/securityhub/")
_PROCESSED = {"status": 200, "unprocessed": None, "named": True}
_ASKED = "as the test asked"
CODES = {400: "InvalidInputException", 429: "TooManyRequestsException", 500: "InternalException"}
CODES_V2 = {
    400: "ValidationException",
    409: "ConflictException",
    429: "ThrottlingException",
    500: "InternalServerException",
}
Place = tuple[str, str]

ALWAYS = 1_000_000_000
"""Answers: so often that none is left over."""

_lock = Lock()
_calls: list[dict[str, Any]] = []
_answers: dict[tuple[str, str], dict[str, Any]] = {}


class _Finding(NamedTuple):
    """A finding of a request: what a test calls it, and how answers name it."""

    identity: str
    processed: dict[str, Any]
    unprocessed: dict[str, Any]


def lend() -> None:
    ROUTER.add("/findings/batchupdate", _batch_update_findings, methods=["PATCH"])
    ROUTER.add("/findingsv2/batchupdatev2", _batch_update_findings_v2, methods=["PATCH"])
    ROUTER.add("/_emulated/securityhub/calls", _read_calls, methods=["GET"])
    ROUTER.add("/_emulated/securityhub/answer", _set_answer, methods=["PUT"])


def _batch_update_findings(request: Request) -> Response:
    body = json.loads(request.get_data())
    findings = [
        _Finding(identifier["Id"], identifier, {"FindingIdentifier": identifier})
        for identifier in body.get("FindingIdentifiers", [])
    ]
    answer = noted("BatchUpdateFindings", request, body, _identities(findings))
    return _answered(answer, findings, CODES)


def _batch_update_findings_v2(request: Request) -> Response:
    body = json.loads(request.get_data())
    reason = refusal(body)
    findings = [] if reason else _findings_v2(body)
    answer = noted("BatchUpdateFindingsV2", request, body, _identities(findings), reason)
    if reason:
        return error(HTTPStatus.BAD_REQUEST, "ValidationException", reason)
    return _answered(answer, findings, CODES_V2)


def _findings_v2(body: dict[str, Any]) -> list[_Finding]:
    """Return the findings of a request, each named in the answer as the request named it."""
    uids, identifiers = body.get("MetadataUids", []), body.get("FindingIdentifiers", [])
    named = [(uid, {"MetadataUid": uid}) for uid in uids]
    named += [(each["FindingInfoUid"], {"FindingIdentifier": each}) for each in identifiers]
    return [_Finding(identity, name, name) for identity, name in named]


def _identities(findings: list[_Finding]) -> list[str]:
    return [finding.identity for finding in findings]


def noted(
    operation: str, request: Request, body: Any, identities: list[str], refused: str = ""
) -> dict[str, Any]:
    """Remember a call; return how a test wants it to be answered: status, and what is ``left``."""
    place = caller(request)
    with _lock:
        answer = _answer(place.get("account", ""), identities)
        call = {"operation": operation, "request": body, "findings": identities}
        answered = answer["status"] == HTTPStatus.OK and not refused
        marked = [each for each in identities if answered and each not in answer["left"]]
        processed = answered and not answer["left"]
        told = {"at": time.time(), "marked": marked, "processed": processed}
        _calls.append({**place, **call, **told})
    return answer


def _answered(answer: dict[str, Any], findings: list[_Finding], codes: dict[int, str]) -> Response:
    if answer["status"] != HTTPStatus.OK:
        return as_asked(answer, codes)
    left = answer["left"]
    processed = [finding.processed for finding in findings if finding.identity not in left]
    unprocessed = [
        {**(finding.unprocessed if how["named"] else {}), **_why(how["unprocessed"])}
        for finding in findings
        if (how := left.get(finding.identity))
    ]
    return as_json({"ProcessedFindings": processed, "UnprocessedFindings": unprocessed})


def _why(code: str) -> dict[str, str]:
    return {"ErrorCode": code, "ErrorMessage": _ASKED}


def as_asked(answer: dict[str, Any], codes: dict[int, str] = CODES) -> Response:
    """Fail as a test asked."""
    return error(answer["status"], codes[answer["status"]], _ASKED)


def workflows(place: Place) -> dict[str, dict[str, Any]]:
    """Return the workflow that BatchUpdateFindings has given to findings, by their ids."""
    with _lock:
        return {
            finding: call["request"]["Workflow"]
            for call in _calls
            if (call.get("account"), call.get("region")) == place
            and call["operation"] == "BatchUpdateFindings"
            and "Workflow" in call["request"]
            for finding in call["marked"]
        }


def place_of(request: Request) -> Place:
    """Return the account and Region of a call."""
    here = caller(request)
    return here.get("account", ""), here.get("region", "")


def caller(request: Request) -> dict[str, str]:
    scope = _SCOPE.search(request.headers.get("Authorization", ""))
    if scope is None:
        return {}
    account = get_account_id_from_access_key_id(scope["key"])
    return {"account": account, "region": scope["region"]}


def _answer(account: str, identities: list[str]) -> dict[str, Any]:
    """Return what was asked for each finding of the call, or else for all of the account.

    One finding is enough to refuse a whole call; what is left unprocessed is left alone.
    """
    of_account = _taken((account, "")) or _PROCESSED
    asked = {each: _taken((account, each)) or of_account for each in identities if each}
    statuses = [how["status"] for how in (asked or {"": of_account}).values()]
    return {
        "status": next((each for each in statuses if each != HTTPStatus.OK), HTTPStatus.OK),
        "left": {each: how for each, how in asked.items() if how["unprocessed"]},
    }


def _taken(place: Place) -> dict[str, Any] | None:
    """Return what was asked for a finding or an account, and count that it was answered."""
    answer = _answers.get(place)
    if answer is not None:
        answer["times"] -= 1
        if not answer["times"]:
            del _answers[place]
    return answer


def error(status: int, code: str, message: str) -> Response:
    headers = {"x-amzn-ErrorType": code, "x-amzn-RequestId": str(uuid.uuid4())}
    return as_json({"Code": code, "Message": message}, status, headers)


def _read_calls(_request: Request) -> Response:
    with _lock:
        return as_json(_calls)


def _set_answer(request: Request) -> Response:
    asked = json.loads(request.get_data())
    place = (asked.pop("account"), asked.pop("finding"))
    with _lock:
        _answers[place] = _PROCESSED | {"times": ALWAYS} | asked
        return as_json(_answers[place])


def as_json(body: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    return Response(json.dumps(body), status, headers, mimetype="application/json")
