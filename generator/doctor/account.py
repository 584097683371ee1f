"""Calls to one AWS account: each is made once, however many checks ask for its answer."""

from __future__ import annotations

import json
from concurrent.futures import Future
from threading import Lock
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

CHAT_REGION = "us-east-2"
"""Where the chat service's API is called: it is global, and has endpoints in four Regions.
https://docs.aws.amazon.com/general/latest/gr/chatbot.html
"""

CHAT_LOG_REGION = "us-east-1"
"""The Region of the chat service's logs, for topics of any Region.
https://docs.aws.amazon.com/chatbot/latest/adminguide/cloudwatch-logs.html
"""

_ORGANIZATIONS = {"aws-cn": "cn-northwest-1", "aws-us-gov": "us-gov-west-1"}


def organizations_region(partition: str) -> str:
    """Return where the API of AWS Organizations is called.

    https://docs.aws.amazon.com/general/latest/gr/ao.html
    """
    return _ORGANIZATIONS.get(partition, "us-east-1")


def has_chat(partition: str) -> bool:
    """Whether the chat service exists in a partition: only in the commercial one."""
    return partition == "aws"


class Call(NamedTuple):
    """One call of an API.

    Attributes:
        service: as botocore names it.
        operation: such as ``DescribeRule``.
        region: where.
        request: JSON of the request, with its keys in order.
        most: the number of items after which no further page is read; 0 reads all.

    """

    service: str
    operation: str
    region: str
    request: str
    most: int = 0

    @property
    def action(self) -> str:
        """What the call is called in lists of calls."""
        return f"{self.service}:{self.operation}"


class UndeclaredCallError(Exception):
    """A check made a call that it does not declare: a mistake in this program."""


class Account:
    """What checks ask.

    Attributes:
        id: the account's number.
        caller: ARN of who asks.
        partition: such as ``aws``.
        region: the Region that is examined.

    """

    def __init__(
        self, ask: Callable[[Call], dict[str, Any]], *, id_: str, caller: str, region: str
    ) -> None:
        self.id = id_
        self.caller = caller
        self.partition = caller.split(":")[1]
        self.region = region
        self._ask = ask
        self._lock = Lock()
        self._answers: dict[Call, Future[dict[str, Any]]] = {}

    def answer(
        self,
        service: str,
        operation: str,
        /,
        *,
        region: str = "",
        most: int = 0,
        **request: Any,
    ) -> dict[str, Any]:
        """Return what AWS answers, all pages of it; raise Refusal."""
        text = json.dumps(request, sort_keys=True)
        call = Call(service, operation, region or self.region, text, most)
        with self._lock:
            known = self._answers.get(call)
            future = known or self._answers.setdefault(call, Future())
        if known is None:
            try:
                future.set_result(self._ask(call))
            except BaseException as error:
                future.set_exception(error)
                raise
        return future.result()

    def arn(self, service: str, name: str) -> str:
        """Return the ARN of something in the Region that is examined."""
        return f"arn:{self.partition}:{service}:{self.region}:{self.id}:{name}"


class Declared:
    """The account as one check sees it: only the calls that it declares."""

    def __init__(self, account: Account | Declared, calls: Collection[str]) -> None:
        self._account = account
        self._calls = calls
        self.id: str = account.id
        self.region: str = account.region
        self.caller: str = account.caller
        self.partition: str = account.partition

    def arn(self, service: str, name: str) -> str:
        """Return the ARN of something in the Region that is examined."""
        return self._account.arn(service, name)

    def answer(self, service: str, operation: str, /, **request: Any) -> dict[str, Any]:
        """Return what AWS answers; raise Refusal."""
        if f"{service}:{operation}" not in self._calls:
            raise UndeclaredCallError(f"{service}:{operation} is not one of {self._calls}")
        return self._account.answer(service, operation, **request)
