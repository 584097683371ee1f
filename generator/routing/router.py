"""The rules that a params file deploys, compiled: which routes take a finding or an event."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from generator.eventbridge import matcher
from generator.findings.events import DETAIL_TYPES, IMPORTED, wrap
from generator.params import BadInput, Not, problem
from generator.routing.event_pattern import default_pattern
from generator.routing.fields import ABSENT

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from generator.eventbridge.algebra import Pattern
    from generator.params import Loaded, Match

    Takes = Callable[[dict[str, Any]], list[int]]


class Rules(NamedTuple):
    """Functions that give the positions of the routes.

    Attributes:
        event: which take an event.
        finding: which take the event that Security Hub sends of a finding by itself.
        but_for_compliance: which would take a finding if their match said ABSENT, and now do
            not; to be asked of findings that have no Compliance.
        once: the routes that notify once of each finding.
        detail_types: the kinds of events that some route may match.

    """

    event: Takes
    finding: Takes
    but_for_compliance: Takes
    once: frozenset[int]
    detail_types: frozenset[str]


def compile_routes(loaded: Loaded) -> Rules:
    """Compile the patterns of all routes, as the template has them with its defaults."""
    routes = loaded.settings.routes
    try:
        patterns = [default_pattern(route.match, route.on) for route in routes]
        sent = [i for i, route in enumerate(routes) if route.on == "imported"]
        refusing = [i for i in sent if refuses_absent(routes[i].match)]
        relaxed = [default_pattern(_but_for_compliance(routes[i].match)) for i in refusing]
        return Rules(
            event=matcher.compile_all(patterns),
            finding=_of_some(sent, [patterns[i] for i in sent], len(routes)),
            but_for_compliance=_of_some(refusing, relaxed, len(routes)),
            once=frozenset(i for i, route in enumerate(routes) if route.notifies_once),
            detail_types=frozenset((IMPORTED, *(DETAIL_TYPES[route.on] for route in routes))),
        )
    except matcher.PatternError as error:
        raise BadInput([problem(loaded.path, f"EventBridge would refuse: {error}")]) from None


def refuses_absent(match: Match) -> bool:
    """Whether a match drops findings that have no Compliance."""
    selection = match.compliance
    if isinstance(selection, Not):
        return ABSENT in selection.values
    return selection is not None and ABSENT not in selection


def _of_some(positions: Sequence[int], patterns: Sequence[Pattern], routes: int) -> Takes:
    """Compile the patterns of the routes at these positions, of this number of routes."""
    matching = of_findings(patterns)
    if len(positions) == routes:
        return matching
    return lambda finding: [positions[i] for i in matching(finding)]


def of_findings(patterns: Sequence[Pattern]) -> Takes:
    """Compile patterns to a function of a finding instead of an event.

    Source and detail type are the same for all, and a pattern asks for nothing but these and the
    finding: so the part about the finding is matched alone, which needs a third of the time.
    """
    inner = [pattern.get("detail", {}).get("findings") for pattern in patterns]
    if all(inner):
        return matcher.compile_all(inner)
    whole = matcher.compile_all(patterns)
    return lambda finding: whole(wrap(finding))


def _but_for_compliance(match: Match) -> Match:
    """Return the match of a finding that has no Compliance, if it said ABSENT."""
    return match.model_copy(update={"compliance": None})
