"""AWS as botocore's Stubber answers it: each answer is compared with the model of its service.

Answers are found by the name of the call, so that the order between threads does not matter.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextvars import ContextVar
from functools import cache, partial
from threading import Lock
from typing import Any, NamedTuple

import botocore.session
from botocore import xform_name
from botocore.config import Config
from botocore.exceptions import BotoCoreError
from botocore.stub import Stubber

from generator.doctor.aws import Aws

_SESSION = botocore.session.get_session()
_CONFIG = Config(retries={"total_max_attempts": 1})
_ANSWERING: ContextVar[Callable[[Any, Any, dict[str, Any]], object]] = ContextVar("answering")
"""What answers the call that this thread makes."""

Request = dict[str, Any]


class Error(NamedTuple):
    """An error, with its code as the service gives it."""

    code: str
    message: str = "Something is not as it was."


class Pages(NamedTuple):
    """An answer in several pages, each with the token of the next."""

    pages: tuple[dict[str, Any], ...]


class Queue(NamedTuple):
    """One answer after the other; the last stays."""

    answers: list[Answer]


class Unchecked(NamedTuple):
    """An answer that the model of its service does not have."""

    answer: dict[str, Any]


Answer = dict[str, Any] | Error | Pages | Queue | Unchecked | Callable[[Request], "Answer"]
Answers = Mapping[str, Answer]

THROTTLED = Error("ThrottlingException", "Rate exceeded")

_DENIED = {
    "cloudformation": "AccessDenied",
    "cloudwatch": "AccessDenied",
    "ec2": "UnauthorizedOperation",
    "iam": "AccessDenied",
    "s3": "AccessDenied",
    "sns": "AuthorizationError",
    "sqs": "AccessDenied",
    "sts": "AccessDenied",
}
"""How services spell it, where it is not AccessDeniedException."""

_ABSENT = {
    "cloudformation:DescribeStackResources": "ValidationError",
    "cloudformation:DescribeStackSet": "StackSetNotFoundException",
    "iam:GetRole": "NoSuchEntity",
    "kms:DescribeKey": "NotFoundException",
    "organizations:DescribeOrganization": "AWSOrganizationsNotInUseException",
    "organizations:DescribeOrganizationalUnit": "OrganizationalUnitNotFoundException",
    "s3:ListObjectsV2": "NoSuchBucket",
    "sns:GetTopicAttributes": "NotFound",
    "sns:ListSubscriptionsByTopic": "NotFound",
    "sqs:GetQueueUrl": "AWS.SimpleQueueService.NonExistentQueue",
    "stepfunctions:DescribeStateMachine": "StateMachineDoesNotExist",
}
"""How services say that something does not exist, where it is not ResourceNotFoundException."""


def denied(call: str) -> Error:
    """Return the error of a missing permission."""
    code = _DENIED.get(call.partition(":")[0], "AccessDeniedException")
    return Error(code, f"User: arn:aws:iam::111122223333:user/ann is not authorized for {call}")


def absent(call: str) -> Error:
    """Return the error of something that does not exist."""
    return Error(_ABSENT.get(call, "ResourceNotFoundException"), f"{call}: there is none.")


class Asked(NamedTuple):
    """A call that was made."""

    call: str
    region: str
    request: Request


class Stubs:
    """Makes clients that answer, and keeps what was asked."""

    def __init__(self, answers: Answers) -> None:
        self.answers = answers
        self.asked: list[Asked] = []
        self._lock = Lock()

    def aws(self) -> Aws:
        return Aws(self.client)

    def client(self, service: str, region: str) -> Any:
        """Return a client of its own for these stubs, of what all clients have in common."""
        shared = _client(service, region)
        made = object.__new__(type(shared))
        made.__dict__.update(shared.__dict__)

        def call(name: str, request: Request) -> Any:
            token = _ANSWERING.set(partial(self._respond, shared, region))
            try:
                return shared._make_api_call(name, request)
            finally:
                _ANSWERING.reset(token)

        made._make_api_call = call
        return made

    def _respond(
        self, client: Any, region: str, model: Any, params: Any, context: dict[str, Any]
    ) -> object:
        call = f"{model.service_model.service_name}:{model.name}"
        with self._lock:
            self.asked.append(Asked(call, region, context["asked"]))
            answer = self._answer(call, context["asked"])
        try:
            return _respond(client, model, params, context, answer)
        except BotoCoreError as error:
            # The answer of the test is wrong: that must not pass for an answer of AWS.
            raise AssertionError(error) from None

    def _answer(self, call: str, request: Request) -> Answer:
        assert call in self.answers, f"{call} has no answer here"
        answer = self.answers[call]
        while callable(answer) or isinstance(answer, Queue):
            if isinstance(answer, Queue):
                left = answer.answers
                answer = left.pop(0) if len(left) > 1 else left[0]
            else:
                answer = answer(request)
        return answer


@cache
def _client(service: str, region: str) -> Any:
    """Return a client that asks whatever answers at the time: making one is slow."""
    made = _SESSION.create_client(
        service,
        region_name=region,
        aws_access_key_id="nobody",
        aws_secret_access_key="nothing",  # noqa: S106  (none)
        config=_CONFIG,
    )

    def remember(params: Request, context: dict[str, Any], **_: Any) -> None:
        context["asked"] = dict(params)

    def respond(model: Any, params: Any, context: dict[str, Any], **_: Any) -> Any:
        return _ANSWERING.get()(model, params, context)

    made.meta.events.register_first("before-parameter-build.*.*", remember)
    made.meta.events.register("before-call.*.*", respond)
    return made


def _respond(
    client: Any, model: Any, params: Any, context: dict[str, Any], answer: Answer
) -> object:
    """Return what the client would have received, as the Stubber makes it."""
    stubber = Stubber(client)
    method = xform_name(model.name)
    match answer:
        case Error(code, message):
            stubber.add_client_error(method, code, message)
        case Unchecked(unknown):
            stubber.add_response(method, _least(model.output_shape))
            stubber._queue[0]["response"] = (stubber._queue[0]["response"][0], unknown)
        case Pages(pages):
            stubber.add_response(method, _page(client, method, pages, context["asked"]))
        case dict():
            stubber.add_response(method, dict(answer))
        case _:
            raise AssertionError(answer)
    return stubber._get_response_handler(model, params, context)


def _page(
    client: Any, method: str, pages: tuple[dict[str, Any], ...], asked: Request
) -> dict[str, Any]:
    form = client.get_paginator(method)._pagination_cfg
    number = int(asked.get(form["input_token"], 0))
    more = number + 1 < len(pages)
    page = {**pages[number], **({form["output_token"]: str(number + 1)} if more else {})}
    return {**page, form["more_results"]: more} if "more_results" in form else page


@cache
def result_keys(call: str) -> list[str]:
    """Return the keys of an answer whose lists go on in the next page; nothing if none does."""
    service, _, operation = call.partition(":")
    client = Stubs({}).client(service, "eu-west-1")
    method = xform_name(operation)
    if not client.can_paginate(method):
        return []
    keys = client.get_paginator(method)._pagination_cfg["result_key"]
    return keys if isinstance(keys, list) else [keys]


def empty_page(call: str) -> dict[str, Any]:
    """Return a page without anything on it."""
    service, _, operation = call.partition(":")
    shape = _SESSION.get_service_model(service).operation_model(operation).output_shape
    return {key: [] for key in result_keys(call) if key in shape.required_members}


_SMALLEST: dict[str, Callable[[Any], Any]] = {
    "structure": lambda shape: {key: _least(shape.members[key]) for key in shape.required_members},
    "list": lambda _: [],
    "map": lambda _: {},
    "timestamp": lambda _: "2026-11-23T21:20:09Z",
    "integer": lambda _: 0,
    "boolean": lambda _: False,
    "string": lambda shape: "x" * shape.metadata.get("min", 0),
}


def _least(shape: Any) -> Any:
    """Return the smallest value that a shape allows."""
    return _SMALLEST[shape.type_name](shape)
