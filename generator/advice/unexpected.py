"""Routes that match less, or show less, than their author expects; channels without a route."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from generator.advice.accepted import accepted, of_route
from generator.advice.nothing import of_controls
from generator.cloudformation.limits import MOST_RULES_WITH_WILDCARDS
from generator.routing.event_pattern import default_pattern
from generator.routing.field import ABSENT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.params import Loaded, Problem, Route


def native_is_unproven(loaded: Loaded, i: int, route: Route) -> Iterator[Problem]:
    """Yield a warning if the chat service is to draw findings of which it is not known to.

    https://docs.aws.amazon.com/chatbot/latest/adminguide/related-services.html
    """
    if route.composes or route.source != "security_hub":
        return
    location = ("routes", i, "message")
    if not accepted(loaded, location, "native"):
        message = (
            "warning: AWS does not document that the chat service shows events of the new Security"
            " Hub by itself: nothing may appear. Leave `message` out for a summary; a comment here"
            " that names native hides this warning"
        )
        yield loaded.document.problem(location, message, at_key=True)


def drops_without_compliance(loaded: Loaded, i: int, route: Route) -> Iterator[Problem]:
    """Yield a warning if a match drops findings without Compliance and does not say so."""
    selection = route.match.compliance
    if not isinstance(selection, tuple) or ABSENT in selection or of_controls(route.match):
        return
    if not accepted(loaded, ("routes", i, "match", "compliance"), ABSENT):
        message = (
            "drops all findings without Compliance, such as GuardDuty's and Inspector's. Add"
            " ABSENT to include them; to drop them on purpose, add products: [aws/securityhub],"
            " or a comment that names ABSENT, to this line"
        )
        yield of_route(loaded, i, "compliance", message)


def many_wildcards(loaded: Loaded) -> Iterator[Problem]:
    """Yield a warning if the rules with wildcards may be more than an event bus accepts."""
    patterns = [default_pattern(route) for route in loaded.settings.routes]
    count = sum(map(_has_wildcard, patterns))
    if count > MOST_RULES_WITH_WILDCARDS:
        message = (
            f"warning: {count} routes have a * in the middle of a text, or in a not: list with"
            f" others, and an event bus accepts {MOST_RULES_WITH_WILDCARDS} rules with wildcards:"
            " the stack may fail. A * at the end or at the beginning does not count"
        )
        yield loaded.document.problem(("routes",), message, at_key=True)


def _has_wildcard(node: Any) -> bool:
    if isinstance(node, dict):
        return "wildcard" in node or any(map(_has_wildcard, node.values()))
    return isinstance(node, list) and any(map(_has_wildcard, node))


def unused_channels(loaded: Loaded) -> Iterator[Problem]:
    """Yield the channels to which nothing is sent."""
    for name in loaded.settings.channels:
        channel = loaded.settings.channels[name]
        if name not in loaded.settings.used_channels and not channel.topics:
            message = "warning: no route goes to this channel; add one, or remove the channel"
            yield loaded.document.problem(("channels", name), message, at_key=True)
