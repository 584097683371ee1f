"""What a match cannot ask of the product that sends its findings: the reason, and what to write."""

from __future__ import annotations

import re
from itertools import chain
from typing import TYPE_CHECKING, assert_never

from generator.params.match import Not
from generator.params.problems import Location
from generator.params.resource_types import cloudformation_type

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from generator.params.choices import Kind, Source
    from generator.params.digests import Digest
    from generator.params.exceptions import AcceptedFindings
    from generator.params.match import Match
    from generator.params.partial import Validated
    from generator.params.routes import Route
    from generator.params.settings import Settings

Found = tuple[Location, str]

_NO_GENERATORS = (
    "findings of the new Security Hub do not name their generator: use controls, types or products,"
    " or `source: security_hub_cspm`"
)
_NO_ACTIONS = (
    "the new Security Hub has no custom actions: for those of Security Hub CSPM, add"
    " `source: security_hub_cspm` to the route"
)
_NO_KINDS = (
    "Security Hub CSPM does not distinguish kinds: use products, controls or types, or"
    " `source: security_hub`"
)
REFUSED: Mapping[Source, Mapping[str, str]] = {
    "security_hub_cspm": {"kinds": _NO_KINDS},
    "security_hub": {"generators": _NO_GENERATORS, "actions": _NO_ACTIONS},
}
"""The keys of ``match`` that a product's findings cannot be asked for: the reason and a remedy."""

_OF_TYPES: frozenset[Kind] = frozenset(("exposure", "attack_sequence", "threat"))
_ASFF_TYPE = re.compile(r"Aws[A-Z*]")
"""How the names of AWS's resource types begin in ASFF."""


def check(settings: Settings, valid: Validated) -> Iterator[Found]:
    """Yield a location and a message for everything that a product cannot express."""
    for i, route in enumerate(settings.routes):
        rules = [_no_custom_actions(route), *(rule(route.match) for rule in _rules(route.source))]
        yield from _of_part(("routes", i), route, valid, rules)
    filtered: Iterator[tuple[Location, Digest | AcceptedFindings]] = chain(
        ((("digests", i), digest) for i, digest in enumerate(settings.digests)),
        ((("exceptions", i), accepted) for i, accepted in enumerate(settings.exceptions)),
    )
    for location, part in filtered:
        # Filters may ask for types as often as they like.
        rules = [rule(part.match) for rule in _rules(part.source) if rule != _types_once]
        yield from _of_part(location, part, valid, rules)


def _of_part(
    location: Location,
    part: Route | Digest | AcceptedFindings,
    valid: Validated,
    rules: Iterable[Iterator[Found]],
) -> Iterator[Found]:
    if not _names_its_source(part, location, valid):
        return
    for key, why in REFUSED[part.source].items():
        if getattr(part.match, key) is not None:
            yield (*location, "match", key), why
    for at, message in chain.from_iterable(rules):
        if valid.sound(*location, *at):
            yield (*location, *at), message


def _names_its_source(
    part: Route | Digest | AcceptedFindings, location: Location, valid: Validated
) -> bool:
    """Whether a source is known, and not a default in place of one that was refused."""
    own = "source" in part.model_fields_set
    return valid.sound(*location, "source") and (own or valid.sound("source"))


def _rules(source: Source) -> tuple[Callable[[Match], Iterator[Found]], ...]:
    match source:
        case "security_hub_cspm":
            return ()
        case "security_hub":
            return (_one_tag, _types_once, _resource_types)
        case _:
            assert_never(source)


def _no_custom_actions(route: Route) -> Iterator[Found]:
    if route.source == "security_hub" and route.on == "custom_action":
        yield ("on",), _NO_ACTIONS


def _one_tag(match: Match) -> Iterator[Found]:
    """Refuse what a list of tags cannot be asked: a pattern's conditions meet in one element.

    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pattern-matching-arrays.html
    """
    tags = match.resource_tags or {}
    if len(tags) > 1:
        message = (
            "findings of the new Security Hub list their tags, and an event pattern cannot ask for"
            " two of them at once: keep one tag, or use `source: security_hub_cspm`"
        )
        yield ("match", "resource_tags"), message
    for tag, selection in tags.items():
        if isinstance(selection, Not):
            message = (
                "findings of the new Security Hub list their tags, and an event pattern cannot ask"
                " that none of them has this value: list the values to match instead, or use"
                " `source: security_hub_cspm`"
            )
            yield ("match", "resource_tags", tag), message


def _types_once(match: Match) -> Iterator[Found]:
    kinds, types = match.kinds, match.types
    if kinds is None or types is None or not _asks_for_types(kinds):
        return
    message = (
        "exposure, attack_sequence and threat are recognized by the finding's types, and an event"
        " pattern cannot ask for these twice: leave out types or kinds"
    )
    yield ("match", "kinds"), message


def _asks_for_types(kinds: tuple[Kind, ...] | Not[Kind]) -> bool:
    """Whether a selection of kinds asks for finding types."""
    if isinstance(kinds, Not):
        # All but coverage is what a route without kinds matches, and asks for no types.
        return set(kinds.values) != {"coverage"} and not set(kinds.values) >= _OF_TYPES
    return bool(_OF_TYPES.intersection(kinds))


def _resource_types(match: Match) -> Iterator[Found]:
    selection = match.resource_types
    listed: Location = ("not",) if isinstance(selection, Not) else ()
    words = selection.values if isinstance(selection, Not) else selection or ()
    for i, word in enumerate(words):
        if _ASFF_TYPE.match(word):
            message = (
                f"{word!r} is the name that Security Hub CSPM uses; the new Security Hub has"
                f" CloudFormation's: write {cloudformation_type(word)}"
            )
            yield ("match", "resource_types", *listed, i), message
