"""From messages to what the page shows: channels, days, threads, and each message's parts."""

from __future__ import annotations

from datetime import date, datetime
from itertools import count, groupby
from typing import TYPE_CHECKING, NamedTuple

from generator.messages import digest_expression, digest_subject_expression
from generator.messages.texts import texts_of
from generator.preview.bodies import body, native
from generator.preview.compose import compose, task
from generator.preview.texts import TEXTS
from generator.preview.verdicts import severity
from generator.routing.reasons import reasons

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from generator.digests import Counting
    from generator.params import Settings
    from generator.params.choices import ChannelKind
    from generator.preview.bodies import Body
    from generator.preview.compose import Failed, Sent, Task
    from generator.preview.newest import Message
    from generator.preview.texts import Texts
    from generator.routing.reasons import Reason


class Shown(NamedTuple):
    """One message on the page."""

    number: int
    route: str
    severity: str
    time: str
    clock: str
    body: Body
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
    channel: str
    time: str
    body: Body


class Channel(NamedTuple):
    """A channel, where it is, and its messages, the oldest first."""

    name: str
    kind: ChannelKind
    messages: int
    days: list[Day]
    digests: list[ShownDigest]


def channels(
    settings: Settings,
    messages: Iterable[Message],
    composed: Mapping[Task, Sent | Failed],
    digests: Iterable[Counting] = (),
) -> list[Channel]:
    """Return every channel of the params file, in its order."""
    by_channel: dict[str, list[Shown]] = {name: [] for name in settings.channels}
    numbers = count(1)
    for message in messages:
        for name, body_of in _bodies(settings, message, composed):
            by_channel[name].append(_shown(next(numbers), message, settings, body_of))
    texts = TEXTS[settings.language]
    shown_digests = [shown for counting in digests for shown in _digests(settings, counting)]
    return [
        Channel(
            name,
            settings.channels[name].kind,
            len(shown),
            _days(shown, texts),
            [digest for digest in shown_digests if digest.channel == name],
        )
        for name, shown in by_channel.items()
    ]


def shown_in(settings: Settings, counts: Mapping[int, int]) -> int:
    """Return how many messages channels show of these of routes, by their positions."""
    return sum(n * len(settings.routes[route].channels) for route, n in counts.items())


def _bodies(
    settings: Settings, message: Message, composed: Mapping[Task, Sent | Failed]
) -> Iterator[tuple[str, Body]]:
    """Yield what each channel of its route shows of a message."""
    route, texts = settings.routes[message.route], TEXTS[settings.language]
    for text in texts_of(settings, route):
        if not route.composes:
            yield from ((name, native(message.outline, texts)) for name in text.channels)
            continue
        sent = composed[task(message, route, text)]
        for name in text.channels:
            yield name, body(sent, settings.channels[name], texts)


def _digests(settings: Settings, counting: Counting) -> Iterator[ShownDigest]:
    """Yield what each channel of a digest shows."""
    counted, digest = counting.result(), counting.digest
    texts = TEXTS[settings.language]
    for text in texts_of(settings, digest):
        subject = digest_subject_expression() if text.look.mail else ""
        sent = compose(digest_expression(text.look), counted, subject, settings.language)
        for name in text.channels:
            shown = body(sent, settings.channels[name], texts)
            yield ShownDigest(digest.name, name, counted["at"], shown)


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


def _shown(number: int, message: Message, settings: Settings, shown: Body) -> Shown:
    route = settings.routes[message.route]
    time = _time(message.time)
    return Shown(
        number,
        route.name,
        severity(message.outline),
        time.isoformat(timespec="seconds") if time else "",
        f"{time:%H:%M}" if time else "",
        shown,
        reasons(route.match, message.event),
    )


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
