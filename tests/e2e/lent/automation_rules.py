"""Lends the emulator automation rules of Security Hub CSPM, and AWS::SecurityHub::AutomationRule.

Rules act on what products send, in their order, before the event goes out; what a rule or somebody
has set (workflow, note, severity) stays when the product sends the finding again.
https://docs.aws.amazon.com/securityhub/latest/userguide/automation-rules.html
https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_BatchImportFindings.html
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

from lent.finding_filters import refusal_of_criteria, selects
from lent.models import refusals, service
from lent.securityhub import as_json, caller, error

TYPE = "AWS::SecurityHub::AutomationRule"
MOST_RULES, LONGEST_NOTE = 100, 512
Place = tuple[str, str]

_rules: dict[Place, dict[str, dict[str, Any]]] = defaultdict(dict)
_kept: dict[tuple[Place, str, str], dict[str, Any]] = {}


def lend() -> None:
    ROUTER.add("/automationrules/create", _create, methods=["POST"])
    ROUTER.add("/automationrules/get", _get, methods=["POST"])
    ROUTER.add("/automationrules/update", _update, methods=["PATCH"])
    ROUTER.add("/automationrules/delete", _delete, methods=["POST"])
    ROUTER.add("/automationrules/list", _list, methods=["GET"])
    others = ResourceProviderExecutor.try_load_resource_provider
    ResourceProviderExecutor.try_load_resource_provider = staticmethod(_loaded(others))


def _loaded(others: Callable[[str], Any]) -> Callable[[str], Any]:
    return lambda kind: AutomationRuleProvider() if kind == TYPE else others(kind)


def applied(place: Place, detail: str) -> str:
    """Return the detail of an event as Security Hub sends it, after its rules have acted."""
    rules = sorted(_rules[place].values(), key=lambda rule: rule["RuleOrder"])
    if not rules and not any(key[0] == place for key in _kept):
        return detail
    given = json.loads(detail)
    given["findings"] = [_acted(place, rules, finding) for finding in given["findings"]]
    return json.dumps(given)


def _acted(place: Place, rules: list[dict[str, Any]], finding: dict[str, Any]) -> dict[str, Any]:
    name = (place, finding["ProductArn"], finding["Id"])
    finding = {**finding, **_kept.get(name, {})}
    updates: dict[str, Any] = {}
    for rule in rules:
        if selects(rule["Criteria"], finding):
            (action,) = rule["Actions"]
            updates |= action["FindingFieldsUpdate"]
    if updates:
        _kept[name] = {**_kept.get(name, {}), **updates}
    return {**finding, **updates}


def _refusal(rule: dict[str, Any]) -> str:
    shape = service("securityhub").shape_for("CreateAutomationRuleRequest")
    reasons = [*refusals(rule, shape)]
    if len(rule.get("Actions", [])) != 1:
        reasons.append("Actions has not one action")
    for action in rule.get("Actions", []):
        note = action.get("FindingFieldsUpdate", {}).get("Note", {}).get("Text", "-")
        if not 1 <= len(note) <= LONGEST_NOTE:
            reasons.append(f"a note of {len(note)} characters")
    return "; ".join(filter(None, [*reasons, refusal_of_criteria(rule.get("Criteria", {}))]))


def _place(request: Request) -> Place:
    here = caller(request)
    return here.get("account", ""), here.get("region", "")


def _create(request: Request) -> Response:
    rule, (account, region) = json.loads(request.get_data()), _place(request)
    if reason := _refusal(rule):
        return error(HTTPStatus.BAD_REQUEST, "InvalidInputException", reason)
    rules = _rules[account, region]
    if len(rules) == MOST_RULES:
        return error(HTTPStatus.TOO_MANY_REQUESTS, "LimitExceededException", "rules")
    arn = f"arn:aws:securityhub:{region}:{account}:automation-rule/{uuid.uuid4()}"
    rules[arn] = {**rule, "RuleArn": arn}
    return as_json({"RuleArn": arn})


def _get(request: Request) -> Response:
    arns, rules = json.loads(request.get_data())["AutomationRulesArns"], _rules[_place(request)]
    return as_json({"Rules": [rules[arn] for arn in arns if arn in rules]})


def _list(request: Request) -> Response:
    rules = _rules[_place(request)].values()
    shown = ("RuleArn", "RuleName", "RuleOrder", "RuleStatus", "Description", "IsTerminal")
    listed = [{key: rule[key] for key in shown if key in rule} for rule in rules]
    return as_json({"AutomationRulesMetadata": listed})


def _update(request: Request) -> Response:
    rules, processed = _rules[_place(request)], []
    for item in json.loads(request.get_data())["UpdateAutomationRulesRequestItems"]:
        arn = item["RuleArn"]
        rule = {key: value for key, value in (rules[arn] | item).items() if key != "RuleArn"}
        if reason := _refusal(rule):
            return error(HTTPStatus.BAD_REQUEST, "InvalidInputException", reason)
        rules[arn] = {**rule, "RuleArn": arn}
        processed.append(arn)
    return as_json({"ProcessedAutomationRules": processed, "UnprocessedAutomationRules": []})


def _delete(request: Request) -> Response:
    arns, rules = json.loads(request.get_data())["AutomationRulesArns"], _rules[_place(request)]
    gone = [arn for arn in arns if rules.pop(arn, None)]
    return as_json({"ProcessedAutomationRules": gone, "UnprocessedAutomationRules": []})


class AutomationRuleProvider(ResourceProvider[Any]):
    """Carries out the resource type; ``Ref`` returns the rule's ARN."""

    TYPE = TYPE
    SCHEMA = {  # noqa: RUF012
        "typeName": TYPE,
        "properties": {
            name: {}
            for name in (
                *("RuleArn", "RuleName", "RuleOrder", "RuleStatus", "Description"),
                *("IsTerminal", "Criteria", "Actions", "Tags"),
            )
        },
        "required": ["RuleOrder", "RuleName", "Description", "Criteria", "Actions"],
        "readOnlyProperties": ["/properties/RuleArn"],
        "primaryIdentifier": ["/properties/RuleArn"],
    }

    def create(self, request: Any) -> ProgressEvent[Any]:
        model = _typed(request.desired_state)
        answer = request.aws_client_factory.securityhub.create_automation_rule(**model)
        return _done({**model, "RuleArn": answer["RuleArn"]})

    def read(self, request: Any) -> ProgressEvent[Any]:
        arns = [request.desired_state["RuleArn"]]
        hub = request.aws_client_factory.securityhub
        (rule,) = hub.batch_get_automation_rules(AutomationRulesArns=arns)["Rules"]
        return _done(rule)

    def update(self, request: Any) -> ProgressEvent[Any]:
        arn = request.previous_state["RuleArn"]
        item = {**_typed(request.desired_state), "RuleArn": arn}
        hub = request.aws_client_factory.securityhub
        hub.batch_update_automation_rules(UpdateAutomationRulesRequestItems=[item])
        return _done(item)

    def delete(self, request: Any) -> ProgressEvent[Any]:
        arns = [request.previous_state["RuleArn"]]
        request.aws_client_factory.securityhub.batch_delete_automation_rules(
            AutomationRulesArns=arns
        )
        return _done({})


def _typed(model: dict[str, Any]) -> dict[str, Any]:
    """Return the properties as calls have them: CloudFormation hands numbers over as text."""
    typed = {key: value for key, value in model.items() if key != "RuleArn"}
    if "IsTerminal" in typed:
        typed["IsTerminal"] = str(typed["IsTerminal"]).lower() == "true"
    return {**typed, "RuleOrder": int(typed["RuleOrder"])}


def _done(model: dict[str, Any]) -> ProgressEvent[Any]:
    return ProgressEvent(status=OperationStatus.SUCCESS, resource_model=model)
