"""The rules that a params file deploys, compiled: which routes take a finding or an event."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar, get_args

from generator.eventbridge import matcher
from generator.findings.events import detail_type
from generator.params import BadInput, Not, problem
from generator.params.choices import Source
from generator.routing.criteria import criteria
from generator.routing.event_pattern import default_pattern
from generator.routing.field import ABSENT
from generator.routing.filters import UnsayableError, filters
from generator.routing.ocsf_filters import ocsf_filters

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from generator.eventbridge.algebra import Pattern
    from generator.params import Loaded, Match, Route, Settings

    Takes = Callable[[dict[str, Any]], tuple[int, ...]]
    Judges = Callable[[dict[str, Any]], "Verdict"]

T = TypeVar("T")


class Verdict(NamedTuple):
    """The routes that match a finding, and those that would if their match said ABSENT.

    The latter are of interest for findings that have no Compliance.
    """

    matched: tuple[int, ...]
    dropping: tuple[int, ...]


class Rules(NamedTuple):
    """Functions that give the positions of the routes.

    Attributes:
        event: which match an event.
        finding: by product, what is to be said of the event that it sends of a finding by itself.
        once: the routes that notify once of each finding.
        detail_types: the kinds of events that some route may match.
        both: the channels of each route to which routes of both products send.
        settings: the file that the rules are of.

    """

    event: Takes
    finding: dict[Source, Judges]
    once: frozenset[int]
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
            finding={source: _judging(routes, source) for source in get_args(Source)},
            once=frozenset(i for i, route in enumerate(routes) if route.notifies_once),
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


def _judging(routes: Sequence[Route], source: Source) -> Judges:
    """Compile the routes for what a product sends by itself, with Compliance and but for it."""
    sent = _sent_by(routes, source)
    refusing = [i for i in sent if refuses_absent(routes[i].match)]
    patterns = [default_pattern(routes[i]) for i in sent]
    relaxed = [default_pattern(_but_for_compliance(routes[i])) for i in refusing]

    def verdict(positions: tuple[int, ...]) -> Verdict:
        both = [(position, position - len(sent)) for position in positions]
        return Verdict(
            tuple(sent[i] for i, behind in both if behind < 0),
            tuple(refusing[behind] for _, behind in both if behind >= 0),
        )

    return of_findings([*patterns, *relaxed], verdict)


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


def of_findings(
    patterns: Sequence[Pattern], answer: Callable[[tuple[int, ...]], T]
) -> Callable[[dict[str, Any]], T]:
    """Compile patterns to a function of a finding instead of an event.

    It gives what ``answer`` makes of the positions of those that match. Source and detail type
    are the same for all, and a pattern asks for nothing but these and the finding: so the part
    about the finding is matched alone, and one that has no such part matches every finding.
    """
    asked = {
        i: pattern["detail"]["findings"]
        for i, pattern in enumerate(patterns)
        if "detail" in pattern
    }
    of_any = [i for i in range(len(patterns)) if i not in asked]
    positions = list(asked)
    return matcher.compile_answers(
        list(asked.values()),
        lambda hits: answer(tuple(sorted([*of_any, *(positions[i] for i in hits)]))),
    )


def _but_for_compliance(route: Route) -> Route:
    """Return the route of a finding that has no Compliance, if its match said ABSENT."""
    match = route.match.model_copy(update={"compliance": (ABSENT,)})
    return route.model_copy(update={"match": match})
