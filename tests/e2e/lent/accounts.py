"""Lends the emulator what doctor reads of Security Hub and of the chat service.

A test says what an account has, below /_emulated/account: an answer of an operation, or a refusal;
neither makes it healthy again. Paths and forms are botocore's (securityhub 2018-10-26,
chatbot 2017-10-11).
"""

import json
import re
from threading import Lock
from typing import Any

from localstack.aws.accounts import get_account_id_from_access_key_id
from localstack.aws.connect import connect_to
from localstack.http import Request, Response
from localstack.services.edge import ROUTER

from lent.securityhub import as_json, error, noted, place_of

_KEY = re.compile(r"Credential=(\w+)/")

_HEALTHY: dict[str, tuple[str, str, Any]] = {
    "DescribeHub": (
        "GET",
        "/accounts",
        {"HubArn": "arn:hub", "ControlFindingGenerator": "SECURITY_CONTROL"},
    ),
    "DescribeSecurityHubV2": ("GET", "/hubv2", {"HubV2Arn": "arn:hubv2"}),
    "GetEnabledStandards": (
        "POST",
        "/standards/get",
        {
            "StandardsSubscriptions": [
                {
                    "StandardsArn": "arn:aws:securityhub:::standards/aws-foundational",
                    "StandardsSubscriptionArn": "arn:subscription",
                    "StandardsInput": {},
                    "StandardsStatus": "READY",
                }
                for _ in range(2)
            ]
        },
    ),
    "ListFindingAggregators": ("GET", "/findingAggregator/list", {"FindingAggregators": []}),
    "GetFindingAggregator": ("GET", "/findingAggregator/get/<path:arn>", {}),
    "ListAggregatorsV2": ("GET", "/aggregatorv2/list", {"AggregatorsV2": []}),
    "DescribeActionTargets": ("POST", "/actionTargets/get", {"ActionTargets": []}),
    "GetAdministratorAccount": ("GET", "/administrator", {}),
    "ListMembers": ("GET", "/members", {"Members": []}),
    "DescribeSlackWorkspaces": (
        "POST",
        "/describe-slack-workspaces",
        {"SlackWorkspaces": [{"SlackTeamId": "T0123ABCD", "SlackTeamName": "Example"}]},
    ),
    "DescribeSlackChannelConfigurations": (
        "POST",
        "/describe-slack-channel-configurations",
        {"SlackChannelConfigurations": []},
    ),
    "ListMicrosoftTeamsChannelConfigurations": (
        "POST",
        "/list-ms-teams-channel-configurations",
        {"TeamChannelConfigurations": []},
    ),
    "ListCustomActions": ("POST", "/list-custom-actions", {"CustomActions": []}),
    "ListMicrosoftTeamsConfiguredTeams": (
        "POST",
        "/list-ms-teams-configured-teams",
        {"ConfiguredTeams": []},
    ),
}

_lock = Lock()
_told: dict[tuple[str, str], dict[str, Any]] = {}


def lend() -> None:
    for operation, (method, path, answer) in _HEALTHY.items():
        ROUTER.add(path, _answering(operation, answer), methods=[method])
    ROUTER.add("/findings/import", _import, methods=["POST"])
    ROUTER.add("/_emulated/account", _tell, methods=["PUT"])


def _answering(operation: str, healthy: Any) -> Any:
    def answer(request: Request, **_: str) -> Response:
        key = _KEY.search(request.headers.get("Authorization", ""))
        account = get_account_id_from_access_key_id(key[1]) if key else ""
        with _lock:
            told = _told.get((account, operation), {"answer": healthy})
        if "code" in told:
            return error(told.get("status", 400), told["code"], told.get("message", "as told"))
        return as_json(told["answer"])

    return answer


def _import(request: Request) -> Response:
    """Send what is imported as Security Hub does: one event for each finding."""
    body = json.loads(request.get_data())
    findings = body["Findings"]
    noted("BatchImportFindings", request, body, [finding["Id"] for finding in findings])
    account, region = place_of(request)
    events = connect_to(aws_access_key_id=account, region_name=region).events
    for finding in findings:
        entry = {"Source": "aws.securityhub", "DetailType": "Security Hub Findings - Imported"}
        events.put_events(Entries=[{**entry, "Detail": json.dumps({"findings": [finding]})}])
    return as_json({"FailedCount": 0, "SuccessCount": len(findings), "FailedFindings": []})


def _tell(request: Request) -> Response:
    asked = json.loads(request.get_data())
    place = asked.pop("account"), asked.pop("operation")
    with _lock:
        _told.pop(place, None)
        if asked:
            _told[place] = asked
    return as_json({})
