"""Lends the emulator insights of Security Hub CSPM, and AWS::SecurityHub::Insight.

POST /insights creates one, POST /insights/get lists them, GET /insights/results/ARN counts
(botocore, securityhub 2018-10-26).
https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_CreateInsight.html
https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub_limits.html
"""

import json
import uuid
from collections import Counter, defaultdict
from http import HTTPStatus
from typing import Any
from urllib.parse import unquote

from localstack.http import Request, Response
from localstack.services.cloudformation.resource_provider import ProgressEvent, ResourceProvider
from localstack.services.edge import ROUTER

from lent.finding_filters import TEXTS, refusal, values
from lent.findings import selected
from lent.resources import done, lend_type, schema
from lent.securityhub import Place, as_asked, as_json, error, noted, place_of

TYPE = "AWS::SecurityHub::Insight"
MOST_INSIGHTS, MOST_GROUPS, LONGEST_NAME = 100, 100, 128

_insights: dict[Place, dict[str, dict[str, Any]]] = defaultdict(dict)


def lend() -> None:
    ROUTER.add("/insights", _create, methods=["POST"])
    ROUTER.add("/insights/get", _list, methods=["POST"])
    ROUTER.add("/insights/results/<path:arn>", _results, methods=["GET"])
    ROUTER.add("/insights/<path:arn>", _update, methods=["PATCH"])
    ROUTER.add("/insights/<path:arn>", _delete, methods=["DELETE"])
    lend_type(InsightProvider)


def _refusal(body: dict[str, Any]) -> str:
    name, by = body.get("Name", ""), body.get("GroupByAttribute", "")
    if not 1 <= len(name.strip()) <= LONGEST_NAME:
        return f"Name {name!r}"
    if by not in TEXTS:
        return f"GroupByAttribute {by!r}"
    return refusal(body.get("Filters"))


def _create(request: Request) -> Response:
    body, place = json.loads(request.get_data()), place_of(request)
    account, region = place
    if reason := _refusal(body):
        return error(HTTPStatus.BAD_REQUEST, "InvalidInputException", reason)
    if len(_insights[place]) == MOST_INSIGHTS:
        return error(HTTPStatus.TOO_MANY_REQUESTS, "LimitExceededException", "insights")
    name = f"insight/{account}/custom/{uuid.uuid4()}"
    arn = f"arn:aws:securityhub:{region}:{account}:{name}"
    _insights[place][arn] = {**body, "InsightArn": arn}
    return as_json({"InsightArn": arn})


def _list(request: Request) -> Response:
    return as_json({"Insights": list(_insights[place_of(request)].values())})


def _update(request: Request, arn: str) -> Response:
    body, insight = json.loads(request.get_data()), _insight(request, arn)
    if insight is None:
        return _unknown(arn)
    if reason := _refusal(insight | body):
        return error(HTTPStatus.BAD_REQUEST, "InvalidInputException", reason)
    insight |= body
    return as_json({})


def _delete(request: Request, arn: str) -> Response:
    if _insight(request, arn) is None:
        return _unknown(arn)
    del _insights[place_of(request)][unquote(arn)]
    return as_json({"InsightArn": unquote(arn)})


def _results(request: Request, arn: str) -> Response:
    """Count as Security Hub does: the largest groups first, and not more than 100."""
    insight = _insight(request, arn)
    answer = noted("GetInsightResults", request, {"InsightArn": unquote(arn)}, [unquote(arn)])
    if answer["status"] != HTTPStatus.OK:
        return as_asked(answer)
    if insight is None:
        return _unknown(arn)
    by = insight["GroupByAttribute"]
    findings = selected(place_of(request), insight["Filters"])
    counts = Counter(value for finding in findings for value in values(by, finding))
    groups = sorted(counts.items(), key=lambda group: (-group[1], group[0]))[:MOST_GROUPS]
    results = [{"GroupByAttributeValue": value, "Count": count} for value, count in groups]
    named = {"InsightArn": insight["InsightArn"], "GroupByAttribute": by}
    return as_json({"InsightResults": {**named, "ResultValues": results}})


def _insight(request: Request, arn: str) -> dict[str, Any] | None:
    return _insights[place_of(request)].get(unquote(arn))


def _unknown(arn: str) -> Response:
    return error(HTTPStatus.NOT_FOUND, "ResourceNotFoundException", unquote(arn))


class InsightProvider(ResourceProvider[Any]):
    """Carries out the resource type; ``Ref`` returns the insight's ARN."""

    TYPE = TYPE
    SCHEMA = schema(TYPE, ("Name", "Filters", "GroupByAttribute"), ("InsightArn",))

    def create(self, request: Any) -> ProgressEvent[Any]:
        model = request.desired_state
        answer = request.aws_client_factory.securityhub.create_insight(**_typed(model))
        return done({**model, "InsightArn": answer["InsightArn"]})

    def read(self, request: Any) -> ProgressEvent[Any]:
        arn = request.desired_state["InsightArn"]
        listed = request.aws_client_factory.securityhub.get_insights(InsightArns=[arn])["Insights"]
        return done(next(each for each in listed if each["InsightArn"] == arn))

    def update(self, request: Any) -> ProgressEvent[Any]:
        arn, model = request.previous_state["InsightArn"], request.desired_state
        request.aws_client_factory.securityhub.update_insight(InsightArn=arn, **_typed(model))
        return done({**model, "InsightArn": arn})

    def delete(self, request: Any) -> ProgressEvent[Any]:
        arn = request.previous_state["InsightArn"]
        request.aws_client_factory.securityhub.delete_insight(InsightArn=arn)
        return done({})


def _typed(model: dict[str, Any]) -> dict[str, Any]:
    """Return the properties as calls have them: CloudFormation hands numbers over as text."""
    given: dict[str, Any] = json.loads(json.dumps(model))
    for listed in given.get("Filters", {}).values():
        for days in (each["DateRange"] for each in listed if "DateRange" in each):
            days["Value"] = int(days["Value"])
    return {key: given[key] for key in ("Name", "Filters", "GroupByAttribute") if key in given}
