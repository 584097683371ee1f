"""Lends the emulator automation rules of Security Hub CSPM, and AWS::SecurityHub::AutomationRule.

https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_CreateAutomationRule.html
https://docs.aws.amazon.com/securityhub/latest/userguide/automation-rules.html
"""

import json
import uuid
from http import HTTPStatus
from typing import Any

from localstack.http import Request, Response
from localstack.services.cloudformation.resource_provider import ProgressEvent, ResourceProvider
from localstack.services.edge import ROUTER

from lent.finding_filters import refusal_of_criteria, selects
from lent.models import refusals, service
from lent.resources import done, lend_type, schema
from lent.rules import Rules
from lent.securityhub import as_json, error, place_of

TYPE = "AWS::SecurityHub::AutomationRule"
MOST_RULES, LONGEST_NOTE = 100, 512
RULES = Rules(
    name=lambda finding: (finding["ProductArn"], finding["Id"]),
    selects=selects,
    fields=lambda update: update,
)


def lend() -> None:
    ROUTER.add("/automationrules/create", _create, methods=["POST"])
    ROUTER.add("/automationrules/get", _get, methods=["POST"])
    ROUTER.add("/automationrules/update", _update, methods=["PATCH"])
    ROUTER.add("/automationrules/delete", _delete, methods=["POST"])
    ROUTER.add("/automationrules/list", _list, methods=["GET"])
    lend_type(AutomationRuleProvider)


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


def _create(request: Request) -> Response:
    rule, (account, region) = json.loads(request.get_data()), place_of(request)
    if reason := _refusal(rule):
        return error(HTTPStatus.BAD_REQUEST, "InvalidInputException", reason)
    rules = RULES.of[account, region]
    if len(rules) == MOST_RULES:
        return error(HTTPStatus.TOO_MANY_REQUESTS, "LimitExceededException", "rules")
    arn = f"arn:aws:securityhub:{region}:{account}:automation-rule/{uuid.uuid4()}"
    rules[arn] = {**rule, "RuleArn": arn}
    return as_json({"RuleArn": arn})


def _get(request: Request) -> Response:
    arns, rules = json.loads(request.get_data())["AutomationRulesArns"], RULES.of[place_of(request)]
    return as_json({"Rules": [rules[arn] for arn in arns if arn in rules]})


def _list(request: Request) -> Response:
    rules = RULES.of[place_of(request)].values()
    shown = ("RuleArn", "RuleName", "RuleOrder", "RuleStatus", "Description", "IsTerminal")
    listed = [{key: rule[key] for key in shown if key in rule} for rule in rules]
    return as_json({"AutomationRulesMetadata": listed})


def _update(request: Request) -> Response:
    rules, processed = RULES.of[place_of(request)], []
    for item in json.loads(request.get_data())["UpdateAutomationRulesRequestItems"]:
        arn = item["RuleArn"]
        rule = {key: value for key, value in (rules[arn] | item).items() if key != "RuleArn"}
        if reason := _refusal(rule):
            return error(HTTPStatus.BAD_REQUEST, "InvalidInputException", reason)
        rules[arn] = {**rule, "RuleArn": arn}
        processed.append(arn)
    return as_json({"ProcessedAutomationRules": processed, "UnprocessedAutomationRules": []})


def _delete(request: Request) -> Response:
    arns, rules = json.loads(request.get_data())["AutomationRulesArns"], RULES.of[place_of(request)]
    gone = [arn for arn in arns if rules.pop(arn, None)]
    return as_json({"ProcessedAutomationRules": gone, "UnprocessedAutomationRules": []})


class AutomationRuleProvider(ResourceProvider[Any]):
    """Carries out the resource type; ``Ref`` returns the rule's ARN."""

    TYPE = TYPE
    SCHEMA = schema(
        TYPE,
        (
            *("RuleName", "RuleOrder", "RuleStatus", "Description"),
            *("IsTerminal", "Criteria", "Actions", "Tags"),
        ),
        ("RuleArn",),
    )

    def create(self, request: Any) -> ProgressEvent[Any]:
        model = _typed(request.desired_state)
        answer = request.aws_client_factory.securityhub.create_automation_rule(**model)
        return done({**model, "RuleArn": answer["RuleArn"]})

    def read(self, request: Any) -> ProgressEvent[Any]:
        arns = [request.desired_state["RuleArn"]]
        hub = request.aws_client_factory.securityhub
        (rule,) = hub.batch_get_automation_rules(AutomationRulesArns=arns)["Rules"]
        return done(rule)

    def update(self, request: Any) -> ProgressEvent[Any]:
        arn = request.previous_state["RuleArn"]
        item = {**_typed(request.desired_state), "RuleArn": arn}
        hub = request.aws_client_factory.securityhub
        hub.batch_update_automation_rules(UpdateAutomationRulesRequestItems=[item])
        return done(item)

    def delete(self, request: Any) -> ProgressEvent[Any]:
        arns = [request.previous_state["RuleArn"]]
        request.aws_client_factory.securityhub.batch_delete_automation_rules(
            AutomationRulesArns=arns
        )
        return done({})


def _typed(model: dict[str, Any]) -> dict[str, Any]:
    """Return the properties as calls have them: CloudFormation hands numbers over as text."""
    typed = {key: value for key, value in model.items() if key != "RuleArn"}
    if "IsTerminal" in typed:
        typed["IsTerminal"] = str(typed["IsTerminal"]).lower() == "true"
    return {**typed, "RuleOrder": int(typed["RuleOrder"])}
