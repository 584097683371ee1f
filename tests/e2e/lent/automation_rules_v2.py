"""Lends the emulator automation rules of the new Security Hub: AWS::SecurityHub::AutomationRuleV2.

https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-v2-automation-rules.html
https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_CreateAutomationRuleV2.html
"""

import json
import uuid
from http import HTTPStatus
from typing import Any

from localstack.http import Request, Response
from localstack.services.cloudformation.resource_provider import ProgressEvent, ResourceProvider
from localstack.services.edge import ROUTER

from lent import ocsf_filters
from lent.models import refusals, service
from lent.resources import done, lend_type, schema
from lent.rules import Rules
from lent.securityhub import as_json, error, place_of

TYPE = "AWS::SecurityHub::AutomationRuleV2"
# What rules can compare is less than what filters of findings can (CloudFormation's schema).
_UNKNOWN = ("severity", "status", "comment", "metadata.uid", "resources.uid_alt")
STATUSES = {1: "New", 2: "In Progress", 3: "Suppressed", 4: "Resolved"}
SEVERITIES = {1: "Informational", 2: "Low", 3: "Medium", 4: "High", 5: "Critical"}


def lend() -> None:
    ROUTER.add("/automationrulesv2/create", _create, methods=["POST"])
    ROUTER.add("/automationrulesv2/list", _list, methods=["GET"])
    ROUTER.add("/automationrulesv2/<identifier>", _get, methods=["GET"])
    ROUTER.add("/automationrulesv2/<identifier>", _update, methods=["PATCH"])
    ROUTER.add("/automationrulesv2/<identifier>", _delete, methods=["DELETE"])
    lend_type(AutomationRuleV2Provider)


def _in_ocsf(update: dict[str, Any]) -> dict[str, Any]:
    fields: dict[str, Any] = {"comment": update["Comment"]} if "Comment" in update else {}
    if status := update.get("StatusId"):
        fields |= {"status_id": status, "status": STATUSES[status]}
    if severity := update.get("SeverityId"):
        fields |= {"severity_id": severity, "severity": SEVERITIES[severity]}
    return fields


RULES = Rules(
    name=lambda finding: (finding["metadata"].get("uid") or finding["finding_info"]["uid"],),
    selects=lambda criteria, finding: ocsf_filters.selects(
        criteria["OcsfFindingCriteria"], finding
    ),
    fields=_in_ocsf,
)


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


def _create(request: Request) -> Response:
    rule, (account, region) = json.loads(request.get_data()), place_of(request)
    rule.pop("ClientToken", None)
    if reason := _refusal(rule):
        return error(HTTPStatus.BAD_REQUEST, "ValidationException", reason)
    identifier = str(uuid.uuid4())
    arn = f"arn:aws:securityhub:{region}:{account}:automation-rulev2/{identifier}"
    RULES.of[account, region][identifier] = {**rule, "RuleArn": arn, "RuleId": identifier}
    return as_json({"RuleArn": arn, "RuleId": identifier})


def _get(request: Request, identifier: str) -> Response:
    rule = RULES.of[place_of(request)].get(identifier)
    if rule is None:
        return error(HTTPStatus.NOT_FOUND, "ResourceNotFoundException", identifier)
    return as_json(rule)


def _list(request: Request) -> Response:
    shown = ("RuleArn", "RuleId", "RuleName", "RuleOrder", "RuleStatus", "Description")
    rules = RULES.of[place_of(request)].values()
    return as_json({"Rules": [{key: rule.get(key) for key in shown} for rule in rules]})


def _update(request: Request, identifier: str) -> Response:
    rules = RULES.of[place_of(request)]
    made = {key: rules[identifier][key] for key in ("RuleArn", "RuleId")}
    rule = {**rules[identifier], **json.loads(request.get_data())}
    if reason := _refusal({key: value for key, value in rule.items() if key not in made}):
        return error(HTTPStatus.BAD_REQUEST, "ValidationException", reason)
    rules[identifier] = {**rule, **made}
    return as_json({})


def _delete(request: Request, identifier: str) -> Response:
    if RULES.of[place_of(request)].pop(identifier, None) is None:
        return error(HTTPStatus.NOT_FOUND, "ResourceNotFoundException", identifier)
    return as_json({})


class AutomationRuleV2Provider(ResourceProvider[Any]):
    """Carries out the resource type; ``Ref`` returns the rule's ARN."""

    TYPE = TYPE
    SCHEMA = schema(
        TYPE,
        (
            *("RuleName", "RuleOrder", "RuleStatus", "Description"),
            *("Criteria", "Actions", "Tags"),
        ),
        ("RuleArn", "RuleId"),
    )

    def create(self, request: Any) -> ProgressEvent[Any]:
        model = _typed(request.desired_state)
        answer = request.aws_client_factory.securityhub.create_automation_rule_v2(**model)
        made = {key: answer[key] for key in ("RuleArn", "RuleId")}
        return done({**model, **made})

    def read(self, request: Any) -> ProgressEvent[Any]:
        hub = request.aws_client_factory.securityhub
        return done(hub.get_automation_rule_v2(Identifier=request.desired_state["RuleId"]))

    def update(self, request: Any) -> ProgressEvent[Any]:
        made = {key: request.previous_state[key] for key in ("RuleArn", "RuleId")}
        model, hub = _typed(request.desired_state), request.aws_client_factory.securityhub
        hub.update_automation_rule_v2(Identifier=made["RuleId"], **model)
        return done({**model, **made})

    def delete(self, request: Any) -> ProgressEvent[Any]:
        hub = request.aws_client_factory.securityhub
        hub.delete_automation_rule_v2(Identifier=request.previous_state["RuleId"])
        return done({})


def _typed(model: dict[str, Any]) -> dict[str, Any]:
    """Return the properties as calls have them: CloudFormation hands numbers over as text."""
    typed = {key: value for key, value in model.items() if key not in {"RuleArn", "RuleId"}}
    typed = json.loads(json.dumps(typed))
    for action in typed["Actions"]:
        for key in ("StatusId", "SeverityId"):
            if key in action["FindingFieldsUpdate"]:
                action["FindingFieldsUpdate"][key] = int(action["FindingFieldsUpdate"][key])
    return {**typed, "RuleOrder": float(typed["RuleOrder"])}
