"""From messages to what the page shows: channels, days, threads, and each message's parts."""

from __future__ import annotations

import json
from datetime import date, datetime
from itertools import groupby
from typing import TYPE_CHECKING, Any, NamedTuple

from generator.messages import Look, digest_expression, evaluate, expression
from generator.preview import mrkdwn
from generator.preview.collect import severity
from generator.preview.texts import TEXTS
from generator.routing.reasons import reasons

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from markupsafe import Markup

    from generator.digests import Counting
    from generator.params import Settings
    from generator.preview.newest import Message
    from generator.preview.texts import Texts
    from generator.routing.reasons import Reason


class Custom(NamedTuple):
    """A custom notification, as the chat service shows it."""

    title: Markup
    description: Markup
    steps: list[Markup]
    keywords: list[Markup]
    thread: str
    kind: str = "custom"


class Native(NamedTuple):
    """What is known of a message that the chat service draws itself."""

    title: str
    description: str
    facts: list[tuple[str, str]]
    thread: str = ""
    kind: str = "native"


class Failed(NamedTuple):
    """A finding of which no message could be made, and why."""

    why: str
    thread: str = ""
    kind: str = "failed"


class Shown(NamedTuple):
    """One message on the page."""

    number: int
    route: str
    severity: str
    time: str
    clock: str
    body: Custom | Native | Failed
    reasons: list[Reason]


class Thread(NamedTuple):
    """A message, and those that came later in its thread."""

    first: Shown
    replies: list[Shown]


class Day(NamedTuple):
    """The messages of a day; both empty where their findings have no time."""

    date: str
    label: str
    threads: list[Thread]


class ShownDigest(NamedTuple):
    """What a digest would say, as of a time."""

    name: str
    channels: tuple[str, ...]
    time: str
    body: Custom | Native | Failed


class Channel(NamedTuple):
    """A channel and its messages, the oldest first."""

    name: str
    messages: int
    days: list[Day]
    digests: list[ShownDigest]


def channels(
    settings: Settings, messages: Iterable[Message], digests: Iterable[Counting] = ()
) -> list[Channel]:
    """Return every channel of the params file, in its order."""
    by_channel: dict[str, list[Shown]] = {name: [] for name in settings.channels}
    for number, message in enumerate(messages, start=1):
        shown = _shown(number, message, settings)
        for channel in settings.routes[message.route].channels:
            by_channel[channel].append(shown)
    texts = TEXTS[settings.language]
    shown_digests = [_digest(counting, texts) for counting in digests]
    return [
        Channel(
            name,
            len(messages_shown),
            _days(messages_shown, texts),
            [item for item in shown_digests if name in item.channels],
        )
        for name, messages_shown in by_channel.items()
    ]


def _digest(counting: Counting, texts: Texts) -> ShownDigest:
    counted = counting.result()
    body = _compose(digest_expression(Look(counting.language)), counted, texts)
    return ShownDigest(counting.digest.name, counting.digest.channels, counted["at"], body)


def _days(shown: Sequence[Shown], texts: Texts) -> list[Day]:
    by_day = groupby(_threads(shown), lambda thread: thread.first.time[:10])
    return [Day(day, _label(day, texts), list(threads)) for day, threads in by_day]


def _threads(shown: Sequence[Shown]) -> list[Thread]:
    threads: list[Thread] = []
    known: dict[str, Thread] = {}
    for message in shown:
        earlier = known.get(message.body.thread) if message.body.thread else None
        if earlier:
            earlier.replies.append(message)
            continue
        threads.append(Thread(message, []))
        known[message.body.thread] = threads[-1]
    return threads


def _shown(number: int, message: Message, settings: Settings) -> Shown:
    route = settings.routes[message.route]
    texts = TEXTS[settings.language]
    body = (
        _compose(
            expression(route.message, Look(settings.language, route.source)), message.event, texts
        )
        if route.composes
        else _native(message.outline, texts)
    )
    time = _time(message.time)
    return Shown(
        number,
        route.name,
        severity(message.outline),
        time.isoformat(timespec="seconds") if time else "",
        f"{time:%H:%M}" if time else "",
        body,
        reasons(route.match, message.event),
    )


def _compose(jsonata: str, event: dict[str, Any], texts: Texts) -> Custom | Failed:
    """Return what the deployed expression makes of an event."""
    try:
        sent = json.loads(evaluate(jsonata, event))
        content = sent["content"]
        return Custom(
            mrkdwn.inline(content.get("title") or texts.untitled),
            mrkdwn.html(content["description"]),
            [mrkdwn.inline(step) for step in content.get("nextSteps", ())],
            [mrkdwn.inline(word) for word in content.get("keywords", ())],
            str(sent.get("metadata", {}).get("threadId", "")),
        )
    except (KeyError, TypeError, AttributeError, json.JSONDecodeError):
        return Failed(texts.raw)
    except RuntimeError as error:  # what the JSONata library raises
        return Failed(texts.failed.format(why=error))


def _native(finding: Mapping[str, Any], texts: Texts) -> Native:
    facts = [
        (texts.severity, severity(finding)),
        (texts.account, " ".join(_known(finding, "AwsAccountId", "AwsAccountName"))),
        (texts.region, " ".join(_known(finding, "Region"))),
        (texts.product, " ".join(_known(finding, "ProductName"))),
        (texts.control, _inner(finding, "Compliance", "SecurityControlId")),
        (texts.compliance, _inner(finding, "Compliance", "Status")),
        (texts.workflow, _inner(finding, "Workflow", "Status")),
        (texts.resource, _resource(finding, texts)),
    ]
    return Native(
        _text(finding.get("Title")) or texts.untitled,
        _text(finding.get("Description")),
        [(label, value) for label, value in facts if value],
    )


def _resource(finding: Mapping[str, Any], texts: Texts) -> str:
    listed = finding.get("Resources")
    resources = (
        [resource for resource in listed if isinstance(resource, dict)]
        if isinstance(listed, list)
        else []
    )
    if not resources:
        return ""
    named = " ".join(_known(resources[0], "Type", "Id"))
    others = len(resources) - 1
    return f"{named} {texts.more.format(n=others)}" if others else named


def _known(value: Mapping[str, Any], *keys: str) -> Iterator[str]:
    return filter(None, (_text(value.get(key)) for key in keys))


def _inner(finding: Mapping[str, Any], key: str, inner: str) -> str:
    value = finding.get(key)
    return _text(value.get(inner)) if isinstance(value, dict) else ""


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _time(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _label(day: str, texts: Texts) -> str:
    if not day:
        return texts.no_time
    then = date.fromisoformat(day)
    return texts.day.format(
        weekday=texts.weekdays[then.weekday()],
        month=texts.months[then.month - 1],
        day=then.day,
        year=then.year,
    )
