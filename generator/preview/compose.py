"""Composes messages as the deployed expressions do, each once, in several processes."""

from __future__ import annotations

import json
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from generator.messages import compiled, evaluate, expression, subject_expression
from generator.messages.texts import texts_of
from generator.params import BadInput, problem
from generator.preview.texts import TEXTS
from generator.system.processes import map_in_processes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from generator.messages import Language
    from generator.messages.texts import Text
    from generator.params import Route, Settings
    from generator.preview.newest import Message

    Watch = Callable[[Iterable["Sent | Failed"], int], Iterable["Sent | Failed"]]

_FEW = 25
"""Up to this number of messages are composed in one process: a second needs longer to start."""


class Sent(NamedTuple):
    """What the deployed expressions make of an event: the chat's text, and a mail's if any."""

    chat: str
    mail: str = ""
    subject: str = ""


class Failed(NamedTuple):
    """A finding of which no message could be made, and why."""

    why: str
    thread: str = ""
    kind: str = "failed"


class Task(NamedTuple):
    """What is computed of an event: its number in the input, and the expressions.

    ``subject`` is empty where there is no mail.
    """

    number: int
    jsonata: str
    subject: str


def task(message: Message, route: Route, text: Text) -> Task:
    """Return what is computed for a text of a message; routes that send the same share it."""
    subject = subject_expression(route.source) if text.look.mail else ""
    return Task(message.number, expression(route.message, text.look), subject)


def compose_all(
    settings: Settings, messages: Iterable[Message], watch: Watch, processes: int
) -> dict[Task, Sent | Failed]:
    """Return what is published of messages that are composed. ``watch`` sees all of them."""
    events: dict[Task, dict[str, Any]] = {}
    for message in messages:
        route = settings.routes[message.route]
        for text in texts_of(settings, route) if route.composes else ():
            events[task(message, route, text)] = message.event
    composed = map_in_processes(
        partial(_compose_task, settings.language),
        list(events.items()),
        many=len(events) > _FEW,
        workers=processes,
        warm_up=lambda: _warm_up(events),
    )
    try:
        return dict(zip(events, watch(composed, len(events)), strict=True))
    except BrokenProcessPool:
        why = "a worker process was killed (out of memory?); try --processes 1"
        raise BadInput([problem("preview", why)]) from None


def _warm_up(tasks: Iterable[Task]) -> None:
    """Parse the expressions, so that not each process does."""
    for parsed in {(task.jsonata, task.subject) for task in tasks}:
        for text in filter(None, parsed):
            compiled(text)


def _compose_task(language: Language, asked: tuple[Task, dict[str, Any]]) -> Sent | Failed:
    (_, jsonata, subject), event = asked
    return compose(jsonata, event, subject, language)


def compose(jsonata: str, event: dict[str, Any], subject: str, language: Language) -> Sent | Failed:
    """Return what is published of an event; ``subject`` is empty where there is no mail.

    With a subject, the message has a text for each protocol, as the state machine publishes it.
    """
    texts = TEXTS[language]
    try:
        sent = evaluate(jsonata, event)
        if not subject:
            return Sent(sent)
        by_protocol = json.loads(sent)
        return Sent(by_protocol["https"], by_protocol["email"], evaluate(subject, event))
    except (KeyError, TypeError, json.JSONDecodeError):
        return Failed(texts.raw)
    except RuntimeError as error:  # what the JSONata library raises
        return Failed(texts.failed.format(why=error))
