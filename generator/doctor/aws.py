"""Asks AWS itself, with the user's own credentials. Nothing else imports boto3."""

from __future__ import annotations

import json
from functools import cache, partial
from threading import Lock
from typing import TYPE_CHECKING, Any

import boto3
import botocore.session
from botocore import exceptions, xform_name
from botocore.config import Config
from botocore.parsers import ResponseParserError

from generator.doctor.refusals import UNREACHABLE, Refusal
from generator.system.version import PROGRAM, version

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from generator.doctor.account import Call

_CONFIG = Config(
    connect_timeout=5,
    read_timeout=20,
    # Checks run side by side, and some services answer three calls a second.
    retries={"mode": "standard", "max_attempts": 6},
    max_pool_connections=20,
    user_agent_appid=f"{PROGRAM}/{version()}",
)


class NoCredentialsError(Exception):
    """There are no credentials, no such profile, or no Region."""


class Aws:
    """Answers calls from AWS; threads may share it."""

    def __init__(self, client: Callable[[str, str], Any]) -> None:
        self._client = client
        self._clients: dict[tuple[str, str], Any] = {}
        self._lock = Lock()

    def __call__(self, call: Call) -> dict[str, Any]:
        """Return the answer as plain data; raise Refusal."""
        request = json.loads(call.request)
        try:
            answer = self._answer(self._of(call.service, call.region), call, request)
        except exceptions.ClientError as error:
            told = error.response.get("Error", {})
            raise Refusal(call.action, told.get("Code", ""), told.get("Message", "")) from None
        except (
            exceptions.ConnectionError,
            exceptions.HTTPClientError,
            ResponseParserError,  # what a proxy answers, for one
        ) as error:
            raise Refusal(call.action, UNREACHABLE, str(error)) from None
        except exceptions.BotoCoreError as error:
            raise Refusal(call.action, type(error).__name__, str(error)) from None
        answer.pop("ResponseMetadata", None)
        plain: dict[str, Any] = json.loads(json.dumps(answer, default=_plain))
        return plain

    @staticmethod
    def _answer(client: Any, call: Call, request: dict[str, Any]) -> dict[str, Any]:
        method = xform_name(call.operation)
        if not client.can_paginate(method):
            single: dict[str, Any] = getattr(client, method)(**request)
            return single
        limit = {"PaginationConfig": {"MaxItems": call.most}} if call.most else {}
        whole: dict[str, Any] = (
            client.get_paginator(method).paginate(**request, **limit).build_full_result()
        )
        return whole

    def _of(self, service: str, region: str) -> Any:
        # Making clients is not safe in threads; using them is.
        # https://boto3.amazonaws.com/v1/documentation/api/latest/guide/clients.html
        with self._lock:
            key = (service, region)
            if key not in self._clients:
                self._clients[key] = self._client(service, region)
            return self._clients[key]


def session(profile: str, region: str) -> tuple[Aws, str]:
    """Return what asks AWS, and the Region: the given one, or that of the profile.

    Raise NoCredentialsError if there is nobody to ask as.
    """
    try:
        made = boto3.session.Session(profile_name=profile or None, region_name=region or None)
        if made.get_credentials() is None:
            raise NoCredentialsError("no AWS credentials found")
    except exceptions.BotoCoreError as error:
        raise NoCredentialsError(str(error)) from None
    client = partial(made.client, config=_CONFIG)
    return Aws(lambda service, where: client(service, region_name=where)), made.region_name or ""


def vocabulary(services: Iterable[str]) -> Iterator[str]:
    """Yield the words that services' APIs have: names of members, and values that are listed."""
    for name in services:
        yield from _words(name)
    session = botocore.session.get_session()
    for partition in session.get_available_partitions():
        yield " ".join([partition, *session.get_available_regions("sns", partition)])


@cache
def _words(service: str) -> list[str]:
    model = botocore.session.get_session().get_service_model(service)
    return [
        " ".join([*getattr(shape, "enum", ()), *getattr(shape, "members", ())])
        for shape in map(model.shape_for, model.shape_names)
    ]


def _plain(value: Any) -> str:
    """Return a time as text; other values that JSON does not have are not in our answers."""
    return str(value.isoformat()) if hasattr(value, "isoformat") else str(value)
