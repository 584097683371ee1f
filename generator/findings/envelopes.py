"""Opens what findings and events come in: pages, log events, notifications, messages of queues.

https://docs.aws.amazon.com/cli/latest/reference/logs/filter-log-events.html
https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/AnalyzingLogData.html
https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html
https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
"""

from __future__ import annotations

import base64
import gzip
import re
import zlib
from typing import TYPE_CHECKING, Any

import orjson

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterator

WITHIN = ("Findings", "events", "logEvents", "Records", "Messages", "results")
"""Keys of documents whose lists are read element by element."""

LOG_LINES = "lines of a log"
_PARCELS = ("Sns", "kinesis", "awslogs")
"""Keys of objects in records that Lambda functions get."""

_OF_A_DETAIL = {
    *("findings", "actionName", "actionDescription", "insightArn", "insightName", "insightResults"),
    *("resultType", "number of results"),
}
_KNOWN = ("ProductArn", "detail", "detail-type", "class_uid", "finding_info")
_DEEPEST = 8
_GZIP = b"\x1f\x8b"
_TIME = re.compile(rb"\s*\d{4}-\d\d-\d\d[T ][\d:.,]+(?:Z|[+-]\d\d:?\d\d)?\s+(?:\S+\s+)?(?=\{)")


def after_time(line: bytes) -> Any:
    """Return the value behind the time of a line of a log; None where the line is not one.

    ``aws logs tail`` and exports of a log group to S3 write such lines.
    """
    time = _TIME.match(line)
    if not time:
        return None
    try:
        return orjson.loads(line[time.end() :])
    except orjson.JSONDecodeError:
        return None


def unwrap(value: Any, counts: Counter[str], depth: int = 0) -> Iterator[Any]:
    """Yield the records of a value, and count by form what they were unwrapped from."""
    if type(value) is list:
        for inner in _row(value):
            yield from unwrap(inner, counts, depth + 1)
    elif type(value) is not dict or depth > _DEEPEST or any(key in value for key in _KNOWN):
        yield value
    else:
        yield from _open(value, counts, depth)


def _row(value: list[Any]) -> list[Any]:
    """Return the elements of a list; of a row of Logs Insights, the message."""
    cells = {
        cell["field"]: cell.get("value") for cell in value if type(cell) is dict and "field" in cell
    }
    return [{"@message": cells["@message"]}] if "@message" in cells else value


def _open(value: dict[str, Any], counts: Counter[str], depth: int) -> Iterator[Any]:
    content = _content(value)
    if content is None:
        yield value
        return
    form, inner = content
    if form:
        counts[form] += 1
    yield from unwrap(inner, counts, depth + 1)


def _content(value: dict[str, Any]) -> tuple[str, Any] | None:
    """Return an object's content, and what form to count it as, if any; None if it is itself."""
    lists = [key for key in WITHIN if type(value.get(key)) is list]
    if type(value.get("findings")) is list and not set(value) <= _OF_A_DETAIL:
        lists.append("findings")
    parcels = [key for key in _PARCELS if type(value.get(key)) is dict]
    if lists or parcels:
        return "", value[[*lists, *parcels][0]]
    for key, (form, decode) in _TEXTS.items():
        inner = decode(value.get(key))
        if inner is not None:
            return form, inner
    inside = None if "findings" in value else _inside(value)
    return None if inside is None else ("other objects", inside)


def _json(text: Any) -> Any:
    if type(text) is not str or text.lstrip()[:1] not in ("{", "["):
        return None
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return None


def _decode(text: Any) -> Any:
    if type(text) is not str:
        return None
    try:
        data = base64.b64decode(text, validate=True)
        value = orjson.loads(gzip.decompress(data) if data.startswith(_GZIP) else data)
    except (ValueError, OSError, EOFError, zlib.error):
        return None
    return value if isinstance(value, dict | list) else None


_TEXTS = {
    "message": ("CloudWatch Logs", _json),
    "@message": ("CloudWatch Logs Insights", _json),
    "Message": ("SNS", _json),
    "Body": ("SQS", _json),
    "body": ("SQS", _json),
    # In base64, and gzipped besides from a subscription of a log group.
    # https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/SubscriptionFilters.html
    "data": ("Kinesis", _decode),
    "Data": ("Kinesis", _decode),
}
"""Keys of texts that may be JSON, what they come from, and what reads them."""


def _inside(value: dict[str, Any], depth: int = 0) -> dict[str, Any] | None:
    """Return the one finding, event or message somewhere inside an object."""
    for inner in value.values():
        if type(inner) is not dict:
            continue
        if any(key in inner for key in ("ProductArn", "finding_info", "detail-type")):
            return inner
        if depth < _DEEPEST and (deeper := _inside(inner, depth + 1)) is not None:
            return deeper
    return None


def parse_line(line: bytes, counts: Counter[str]) -> Any:
    """Return the value of a line; raise ValueError where it is not a whole value."""
    try:
        return orjson.loads(line)
    except orjson.JSONDecodeError:
        value = after_time(line)
        if value is None:
            raise
        counts[LOG_LINES] += 1
        return value
