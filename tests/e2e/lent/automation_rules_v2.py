"""Lends the emulator automation rules of the new Security Hub: AWS::SecurityHub::AutomationRuleV2.

Rules act on what products send, in their order, before the event goes out; what they have set
stays when the product sends the finding again.
https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-v2-automation-rules.html
https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_CreateAutomationRuleV2.html
"""

import json
import uuid
from collections import defaultdict
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from localstack.http import Request, Response
from localstack.services.cloudformation.resource_provider import (
    OperationStatus,
    ProgressEvent,
    ResourceProvider,
    ResourceProviderExecutor,
)
from localstack.services.edge import ROUTER

from lent import ocsf_filters
from lent.models import refusals, service
from lent.securityhub import as_json, caller, error

TYPE = "AWS::SecurityHub::AutomationRuleV2"
# What rules can compare is less than what filters of findings can (CloudFormation's schema).
_UNKNOWN = ("severity", "status", "comment", "metadata.uid", "resources.uid_alt")
STATUSES = {1: "New", 2: "In Progress", 3: "Suppressed", 4: "Resolved"}
SEVERITIES = {1: "Informational", 2: "Low", 3: "Medium", 4: "High", 5: "Critical"}
Place = tuple[str, str]

_rules: dict[Place, dict[str, dict[str, Any]]] = defaultdict(dict)
_kept: dict[tuple[Place, str], dict[str, Any]] = {}


def lend() -> None:
    ROUTER.add("/automationrulesv2/create", _create, methods=["POST"])
    ROUTER.add("/automationrulesv2/list", _list, methods=["GET"])
    ROUTER.add("/automationrulesv2/<identifier>", _get, methods=["GET"])
    ROUTER.add("/automationrulesv2/<identifier>", _delete, methods=["DELETE"])
    others = ResourceProviderExecutor.try_load_resource_provider
    ResourceProviderExecutor.try_load_resource_provider = staticmethod(_loaded(others))


def _loaded(others: Callable[[str], Any]) -> Callable[[str], Any]:
    return lambda kind: AutomationRuleV2Provider() if kind == TYPE else others(kind)


def applied(place: Place, detail: str) -> str:
    """Return the detail of an event as Security Hub sends it, after its rules have acted."""
    rules = sorted(_rules[place].values(), key=lambda rule: rule["RuleOrder"])
    if not rules and not any(key[0] == place for key in _kept):
        return detail
    given = json.loads(detail)
    given["findings"] = [_acted(place, rules, finding) for finding in given["findings"]]
    return json.dumps(given)


def _acted(place: Place, rules: list[dict[str, Any]], finding: dict[str, Any]) -> dict[str, Any]:
    name = (place, finding["metadata"].get("uid") or finding["finding_info"]["uid"])
    finding = {**finding, **_kept.get(name, {})}
    updates: dict[str, Any] = {}
    for rule in rules:
        if ocsf_filters.selects(rule["Criteria"]["OcsfFindingCriteria"], finding):
            (action,) = rule["Actions"]
            updates |= _in_ocsf(action["FindingFieldsUpdate"])
    if updates:
        _kept[name] = {**_kept.get(name, {}), **updates}
    return {**finding, **updates}


def _in_ocsf(update: dict[str, Any]) -> dict[str, Any]:
    fields: dict[str, Any] = {"comment": update["Comment"]} if "Comment" in update else {}
    if status := update.get("StatusId"):
        fields |= {"status_id": status, "status": STATUSES[status]}
    if severity := update.get("SeverityId"):
        fields |= {"severity_id": severity, "severity": SEVERITIES[severity]}
    return fields


def _refusal(rule: dict[str, Any]) -> str:
    shape = service("securityhub").shape_for("CreateAutomationRuleV2Request")
    reasons = [*refusals(rule, shape)]
    criteria = rule.get("Criteria", {}).get("OcsfFindingCriteria", {})
    reasons += ocsf_filters.refusals(criteria)
    for composite in criteria.get("CompositeFilters", []):
        if "NestedCompositeFilters" in composite:
            reasons.append("rules know no nested filters")
        asked = composite.get("StringFilters", [])
        reasons += [f"{each['FieldName']}" for each in asked if each["FieldName"] in _UNKNOWN]
    if len(rule.get("Actions", [])) != 1:
        reasons.append("Actions has not one action")
    return "; ".join(reasons)


def _place(request: Request) -> Place:
    here = caller(request)
    return here.get("account", ""), here.get("region", "")


def _create(request: Request) -> Response:
    rule, (account, region) = json.loads(request.get_data()), _place(request)
    rule.pop("ClientToken", None)
    if reason := _refusal(rule):
        return error(HTTPStatus.BAD_REQUEST, "ValidationException", reason)
    identifier = str(uuid.uuid4())
    arn = f"arn:aws:securityhub:{region}:{account}:automation-rulev2/{identifier}"
    _rules[account, region][identifier] = {**rule, "RuleArn": arn, "RuleId": identifier}
    return as_json({"RuleArn": arn, "RuleId": identifier})


def _get(request: Request, identifier: str) -> Response:
    rule = _rules[_place(request)].get(identifier)
    if rule is None:
        return error(HTTPStatus.NOT_FOUND, "ResourceNotFoundException", identifier)
    return as_json(rule)


def _list(request: Request) -> Response:
    shown = ("RuleArn", "RuleId", "RuleName", "RuleOrder", "RuleStatus", "Description")
    rules = _rules[_place(request)].values()
    return as_json({"Rules": [{key: rule.get(key) for key in shown} for rule in rules]})


def _delete(request: Request, identifier: str) -> Response:
    if _rules[_place(request)].pop(identifier, None) is None:
        return error(HTTPStatus.NOT_FOUND, "ResourceNotFoundException", identifier)
    return as_json({})


class AutomationRuleV2Provider(ResourceProvider[Any]):
    """Carries out the resource type; ``Ref`` returns the rule's ARN."""

    TYPE = TYPE
    SCHEMA = {  # noqa: RUF012
        "typeName": TYPE,
        "properties": {
            name: {}
            for name in (
                *("RuleArn", "RuleId", "RuleName", "RuleOrder", "RuleStatus", "Description"),
                *("Criteria", "Actions", "Tags"),
            )
        },
        "required": ["RuleOrder", "RuleName", "Description", "Criteria", "Actions"],
        "readOnlyProperties": ["/properties/RuleArn", "/properties/RuleId"],
        "primaryIdentifier": ["/properties/RuleArn"],
    }

    def create(self, request: Any) -> ProgressEvent[Any]:
        model = _typed(request.desired_state)
        answer = request.aws_client_factory.securityhub.create_automation_rule_v2(**model)
        made = {key: answer[key] for key in ("RuleArn", "RuleId")}
        return _done({**model, **made})

    def read(self, request: Any) -> ProgressEvent[Any]:
        hub = request.aws_client_factory.securityhub
        return _done(hub.get_automation_rule_v2(Identifier=request.desired_state["RuleId"]))

    def delete(self, request: Any) -> ProgressEvent[Any]:
        hub = request.aws_client_factory.securityhub
        hub.delete_automation_rule_v2(Identifier=request.previous_state["RuleId"])
        return _done({})


def _typed(model: dict[str, Any]) -> dict[str, Any]:
    """Return the properties as calls have them: CloudFormation hands numbers over as text."""
    typed = json.loads(json.dumps(model))
    for action in typed["Actions"]:
        for key in ("StatusId", "SeverityId"):
            if key in action["FindingFieldsUpdate"]:
                action["FindingFieldsUpdate"][key] = int(action["FindingFieldsUpdate"][key])
    return {**typed, "RuleOrder": float(typed["RuleOrder"])}


def _done(model: dict[str, Any]) -> ProgressEvent[Any]:
    return ProgressEvent(status=OperationStatus.SUCCESS, resource_model=model)
