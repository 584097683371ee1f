"""Exceptions that end soon or have ended, that silence nothing, and tags that rules do not get."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from generator.params.tags import ACCEPTED, refused_tags
from generator.params.values import NEVER
from generator.routing.coverage import labels
from generator.system.plural import plural

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.params import Loaded, Problem
    from generator.params.choices import Source
    from generator.params.exceptions import AcceptedFindings

_SOON = 14
"""Days before its end from which on an exception is warned of."""


def ending(loaded: Loaded, today: date) -> Iterator[Problem]:
    """Yield exceptions that have ended, or will within two weeks."""
    for i, accepted in enumerate(loaded.settings.exceptions):
        if accepted.until == NEVER:
            continue
        left = (date.fromisoformat(accepted.until) - today).days
        if left < 0:
            message = f"warning: ended {plural(-left, 'day')} ago: {_then(accepted)}"
        elif left <= _SOON:
            when = f"in {plural(left, 'day')}" if left else "today"
            message = f"warning: ends {when}; extend it, or let it end"
        else:
            continue
        yield loaded.document.problem(("exceptions", i, "until"), message)


def _then(accepted: AcceptedFindings) -> str:
    """Return what becomes of the findings of an exception that has ended."""
    if accepted.needs_end:
        return "its findings are set to NEW again. Extend it, or remove it once they are"
    return "its findings stay as it has set them. Extend it, or set them to New and remove it"


def sent_nevertheless(loaded: Loaded) -> Iterator[Problem]:
    """Yield the exceptions whose findings a route still matches, in the status that they get."""
    for i, accepted in enumerate(loaded.settings.exceptions):
        routes = [
            route.name
            for route in loaded.settings.routes
            if (route.source, route.on) == (accepted.source, "imported")
            and not accepted.sets_severity
            and accepted.set_to in labels("workflow", route.match.workflow)
        ]
        if routes:
            message = (
                f"warning: route {routes[0]} also matches findings that are {accepted.set_to}:"
                " those of this exception are still sent. Add workflow: [NEW] to the route's match"
            )
            yield loaded.document.problem(("exceptions", i), message)


def untagged(loaded: Loaded) -> Iterator[Problem]:
    """Yield the tags that automation rules do not accept, and so do not get."""
    settings = loaded.settings
    refused: dict[str, Source] = {}
    for accepted in settings.exceptions:
        for key in refused_tags(accepted.source, settings.tags):
            refused.setdefault(key, accepted.source)
    for key, source in refused.items():
        message = (
            "warning: automation rules of exceptions do not get this tag: AWS accepts only"
            f" {ACCEPTED[source]} in the keys of their tags. All other resources get it"
        )
        yield loaded.document.problem(("tags", key), message, at_key=True)
