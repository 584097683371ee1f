"""The texts of routes and digests: a message in the template's mapping and a topic for each."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any, assert_never

from troposphere import FindInMap, GetAtt, Ref

from generator.blocks.alarms import watched_topics_alike
from generator.blocks.logical_ids import LogicalIds, logical_ids
from generator.blocks.publication import Publication
from generator.blocks.state_machine_definition import topic as topic_of_input
from generator.blocks.states import jsonata
from generator.blocks.topic import Topic, topic
from generator.messages import (
    digest_expression,
    digest_subject_expression,
    expression,
    subject_expression,
)
from generator.messages.texts import texts_of
from generator.params.naming import logical_id
from generator.params.routes import Route

if TYPE_CHECKING:
    from collections.abc import Sequence

    from generator.blocks.alarms import Watched
    from generator.blocks.topic import Publisher
    from generator.messages.look import Look
    from generator.messages.texts import Text
    from generator.params import Settings
    from generator.params.digests import Digest
    from generator.templates.shared import Shared

MESSAGES, _JSONATA = "Messages", "jsonata"
_DIGEST = "digest"


def mapping(settings: Settings) -> dict[str, Any]:
    """Return the mapping with each message that a state machine composes.

    It is there once, however many routes send it: most of a state machine's size is this.
    """
    texts = {
        message_key(part, text.look): {_JSONATA: jsonata(_expression(part, text.look))}
        for part in settings.parts
        if not isinstance(part, Route) or part.has_state_machine
        for text in texts_of(settings, part)
    }
    return {MESSAGES: texts} if texts else {}


def publications(settings: Settings, part: Route | Digest) -> list[Publication]:
    """Return what the state machine of a digest, or of routes like this one, publishes."""
    return [
        Publication(
            topic=topic_of_input(i) if isinstance(part, Route) else Ref(text_ids(part, text).topic),
            message=FindInMap(MESSAGES, message_key(part, text.look), _JSONATA),
            subject=_subject(part) if text.look.mail else None,
            ending=text.ending,
        )
        for i, text in enumerate(texts_of(settings, part))
    ]


def topics(
    settings: Settings,
    part: Route | Digest,
    shared: Shared,
    publishers: Sequence[Publisher],
    why: str,
) -> list[Topic]:
    """Build the topics of a route or digest."""
    return [
        topic(
            ids=text_ids(part, text),
            name=settings.topic_name(part, text.ending),
            display_name=settings.topic.display_name or settings.name,
            key=shared.key,
            logging_role=shared.logging_role,
            publishers=publishers,
            why=f"{why}; {_subscribes(settings, text)}.",
            tags=settings.tags,
        )
        for text in texts_of(settings, part)
    ]


def topics_shown(settings: Settings, part: Route | Digest, channel: str) -> list[Ref]:
    """Return references to the topics of a route or digest that a channel shows."""
    texts = texts_of(settings, part)
    return [Ref(text_ids(part, text).topic) for text in texts if channel in text.channels]


def watched_topics(settings: Settings, parts: Sequence[Route | Digest]) -> list[Watched]:
    """Return what alarms watch of the topics of a digest, or of routes with the same texts."""
    return [
        watched
        for texts in zip(*(texts_of(settings, part) for part in parts), strict=True)
        for watched in watched_topics_alike(
            [
                GetAtt(text_ids(part, text).topic, "TopicName")
                for part, text in zip(parts, texts, strict=True)
            ],
            mailed=all(text.is_mailed(settings) for text in texts),
            ending=texts[0].ending,
        )
    ]


def text_ids(part: Route | Digest, text: Text) -> LogicalIds:
    """Return the logical ids of what only this text has."""
    return logical_ids(f"{logical_id(part.name)}{text.ending}")


def _subscribes(settings: Settings, text: Text) -> str:
    if text.is_mailed(settings):
        return "the addresses subscribe to it"
    return "the chat configuration subscribes to it"


def _expression(part: Route | Digest, look: Look) -> str:
    return expression(part.message, look) if isinstance(part, Route) else digest_expression(look)


def _subject(part: Route | Digest) -> str:
    if isinstance(part, Route):
        return jsonata(subject_expression(part.source))
    return jsonata(digest_subject_expression())


def message_key(part: Route | Digest, look: Look) -> str:
    """Return the name of a message in the mapping: letters and digits.

    It says what differs between the messages of a file: the language and the portal do not.
    """
    name = _of_source(part) if isinstance(part, Route) else _DIGEST
    match look.chat:
        case "slack":
            pass
        case "teams":
            name += "Teams"
        case _:
            assert_never(look.chat)
    if look.mail:
        name += "Mail"
    if look.buttons is not None:
        name += "Buttons" if look.buttons else "NoButtons"
    if look.mentions:
        name += f"Mention{sha256(' '.join(look.mentions).encode()).hexdigest()[:8]}"
    return name


def _of_source(route: Route) -> str:
    match route.source:
        case "security_hub_cspm":
            return route.message
        case "security_hub":
            return f"{route.message}V2"
        case _:
            assert_never(route.source)
