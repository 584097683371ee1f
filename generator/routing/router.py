"""The rules that a params file deploys, compiled: which routes take a finding or an event."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple, get_args

from generator.eventbridge import matcher
from generator.findings.events import detail_type, wrap
from generator.params import BadInput, Not, problem
from generator.params.choices import Source
from generator.routing.criteria import criteria
from generator.routing.event_pattern import default_pattern
from generator.routing.field import ABSENT
from generator.routing.filters import UnsayableError, filters
from generator.routing.ocsf_filters import ocsf_filters

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from generator.eventbridge.algebra import Pattern
    from generator.params import Loaded, Match, Route, Settings

    Takes = Callable[[dict[str, Any]], list[int]]


class Rules(NamedTuple):
    """Functions that give the positions of the routes.

    Attributes:
        event: which take an event.
        finding: by product, which take the event that it sends of a finding by itself.
        but_for_compliance: which would take a finding if their match said ABSENT, and now do
            not; to be asked of findings that have no Compliance.
        once: the routes that notify once of each finding.
        mailed: the routes that send mails.
        detail_types: the kinds of events that some route may match.
        both: the channels of each route to which routes of both products send.
        settings: the file that the rules are of.

    """

    event: Takes
    finding: dict[Source, Takes]
    but_for_compliance: dict[Source, Takes]
    once: frozenset[int]
    mailed: frozenset[int]
    detail_types: frozenset[str]
    both: dict[int, tuple[str, ...]]
    settings: Settings


def compile_routes(loaded: Loaded) -> Rules:
    """Compile the patterns of all routes, as the template has them with its defaults."""
    routes = loaded.settings.routes
    _refuse_unsayable(loaded)
    try:
        return Rules(
            event=matcher.compile_all([default_pattern(route) for route in routes]),
            finding={source: _of_findings(routes, source) for source in get_args(Source)},
            but_for_compliance={source: _relaxed(routes, source) for source in get_args(Source)},
            once=frozenset(i for i, route in enumerate(routes) if route.notifies_once),
            mailed=frozenset(_mailed(loaded.settings)),
            detail_types=_detail_types(loaded.settings),
            both=_of_both(routes),
            settings=loaded.settings,
        )
    except matcher.PatternError as error:
        raise BadInput([problem(loaded.path, f"EventBridge would refuse: {error}")]) from None


_SAYING: dict[Source, Callable[[Match], Any]] = {
    "security_hub_cspm": filters,
    "security_hub": ocsf_filters,
}


def _mailed(settings: Settings) -> Iterator[int]:
    mailboxes = {name for name, channel in settings.channels.items() if channel.kind == "email"}
    for i, route in enumerate(settings.routes):
        if mailboxes.intersection(route.channels):
            yield i


def _detail_types(settings: Settings) -> frozenset[str]:
    """Return the kinds of events that concern a file: its routes', digests' and exceptions'."""
    kinds = {detail_type(route.source, route.on) for route in settings.routes}
    sources = {*settings.sources, *(accepted.source for accepted in settings.exceptions)}
    return frozenset(kinds | set(map(detail_type, sources)))


def _refuse_unsayable(loaded: Loaded) -> None:
    """Raise BadInput for a digest or exception whose match filters cannot express."""
    problems = []
    settings = loaded.settings
    digests, exceptions = enumerate(settings.digests), enumerate(settings.exceptions)
    asked: list[tuple[str, int, Callable[[], Any]]] = [
        *(("digests", i, partial(_SAYING[part.source], part.match)) for i, part in digests),
        *(("exceptions", i, partial(criteria, part)) for i, part in exceptions),
    ]
    for key, i, say in asked:
        try:
            say()
        except UnsayableError as error:
            at = (key, i, "match", *((error.key,) if error.key else ()))
            problems.append(loaded.document.problem(at, error.message))
    if problems:
        raise BadInput(problems)


def _of_findings(routes: Sequence[Route], source: Source) -> Takes:
    """Compile the routes for what a product sends by itself."""
    sent = _sent_by(routes, source)
    return _of_some(sent, [default_pattern(routes[i]) for i in sent], len(routes))


def _relaxed(routes: Sequence[Route], source: Source) -> Takes:
    """Compile the routes that refuse findings without Compliance, as if they did not."""
    refusing = [i for i in _sent_by(routes, source) if refuses_absent(routes[i].match)]
    relaxed = [default_pattern(_but_for_compliance(routes[i])) for i in refusing]
    return _of_some(refusing, relaxed, len(routes))


def _of_both(routes: Sequence[Route]) -> dict[int, tuple[str, ...]]:
    sources: dict[str, set[Source]] = {}
    for route in routes:
        for channel in route.channels:
            sources.setdefault(channel, set()).add(route.source)
    both = {channel for channel, products in sources.items() if len(products) > 1}
    shared = {i: tuple(n for n in route.channels if n in both) for i, route in enumerate(routes)}
    return {i: channels for i, channels in shared.items() if channels}


def _sent_by(routes: Sequence[Route], source: Source) -> list[int]:
    return [i for i, route in enumerate(routes) if (route.source, route.on) == (source, "imported")]


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


def _but_for_compliance(route: Route) -> Route:
    """Return the route of a finding that has no Compliance, if its match said ABSENT."""
    match = route.match.model_copy(update={"compliance": None})
    return route.model_copy(update={"match": match})
