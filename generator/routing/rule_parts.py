"""The rules of a route: one, or several where a list is too long for one event pattern.

EventBridge limits a pattern, not a route. A list of values of which a finding has only one is cut
into parts, a rule for each: every finding that the route matches is matched by exactly one of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

from generator.cloudformation.limits import LONGEST_PATTERN_ALLOWED, pattern_length
from generator.params import Not
from generator.params import choices as c
from generator.routing.event_pattern import event_pattern, tunable
from generator.routing.fields import fields_of
from generator.routing.globs import overlap

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from generator.params import Match, Route
    from generator.params.choices import Source
    from generator.routing.field import Field

_WORDS = {"severity": get_args(c.Severity), "compliance": get_args(c.Compliance)}

_OF_A_STANDARD = ("PCI.", "CIS.")

Groups = list[list[str]]


def known_texts(key: str, source: Source) -> list[str]:
    """Return every text that a list parameter may be given, by the key of match."""
    return fields_of(source)[key].globs(_WORDS[key])


class TooLongError(Exception):
    """A route's pattern is too long, and no list of it can be divided; ``key`` is the longest."""

    def __init__(self, key: str, message: str) -> None:
        super().__init__(message)
        self.key = key
        self.message = message


def parts(route: Route, limit: int) -> list[Match]:
    """Return the match of each rule of a route; raise TooLongError where there is no way.

    The first parts are as full as they can be, so that a value added at the end of a list changes
    the last rule alone.
    """
    match = route.match

    def fits(part: Match) -> bool:
        return longest(part, route) <= limit

    if fits(match):
        return [match]
    by_length = sorted(_given(route), key=lambda key: longest(_without(match, key), route))
    for key in by_length:
        divided = _divide(match, key, _groups(key, route), fits)
        if divided:
            return divided
    key = by_length[0]
    raise TooLongError(key, _why(match, key, longest(match, route), limit))


def longest(match: Match, route: Route) -> int:
    """Return how many characters the pattern has when each list parameter has all values."""
    lists = {key: known_texts(key, route.source) for key in tunable(match, route.source)}
    return pattern_length(event_pattern(match, lists, route.on, route.source))


def _given(route: Route) -> list[str]:
    keys = (*fields_of(route.source), "resource_tags")
    return [key for key in keys if getattr(route.match, key) is not None]


def _without(match: Match, key: str) -> Match:
    return match.model_copy(update={key: None})


def _divide(match: Match, key: str, groups: Groups, fits: Callable[[Match], bool]) -> list[Match]:
    """Return matches with parts of one key's list; none where a group by itself does not fit."""
    filled: list[Match] = []
    words: list[str] = []
    for group in groups:
        if words and not fits(_with(match, key, [*words, *group])):
            filled.append(_with(match, key, words))
            words = []
        words += group
    filled.append(_with(match, key, words))
    return filled if len(filled) > 1 and all(map(fits, filled)) else []


def _with(match: Match, key: str, words: Sequence[str]) -> Match:
    return match.model_copy(update={key: tuple(words)})


def _groups(key: str, route: Route) -> Groups:
    """Return the words that must stay together; nothing where a list cannot be divided."""
    selection, field = getattr(route.match, key), fields_of(route.source).get(key)
    if field is None or not isinstance(selection, tuple) or not _divisible(key, field, selection):
        return []
    groups: Groups = []
    for word in selection:
        touching = [group for group in groups if _overlap(field, group, word)]
        rest = [group for group in groups if group not in touching]
        groups = [*rest, [*(member for group in touching for member in group), word]]
    return groups


def _overlap(field: Field, group: Sequence[str], word: str) -> bool:
    if "*" not in word and not any("*" in member for member in group):
        return word in group
    return any(overlap(a, b) for a in field.globs(group) for b in field.globs([word]))


def _divisible(key: str, field: Field, words: Sequence[str]) -> bool:
    """Whether no finding can have words of two parts.

    A control has one id, the same in every field, unless it is the id of a single standard.
    https://docs.aws.amazon.com/securityhub/latest/userguide/asff-changes-consolidation.html
    """
    if key == "controls" and not field.single:
        return all(word[:1].isalpha() and not word.startswith(_OF_A_STANDARD) for word in words)
    return field.single and key not in _WORDS


def _why(match: Match, key: str, length: int, limit: int) -> str:
    selection = getattr(match, key)
    if isinstance(selection, Not):
        stuck = (
            "a not: list has to be in one rule, since a second rule or route would match what the"
            " first one excludes"
        )
    elif key == "controls":
        stuck = (
            "a finding may have a control's id and the id of a standard's own (CIS, PCI), so that"
            " two rules would both match it"
        )
    else:
        stuck = "a finding may have several of these, so that two rules would both match it"
    quota = (
        f", or have AWS raise the quota (Service Quotas, EventBridge: size of an event pattern) and"
        f" write `pattern_length: {LONGEST_PATTERN_ALLOWED}`"
        if limit < length <= LONGEST_PATTERN_ALLOWED
        else ""
    )
    return (
        f"the event pattern of this route has up to {length:,} characters, and EventBridge accepts"
        f" {limit:,}: {stuck}. Shorten this list, with wildcards such as EC2.* or 1111*{quota}"
    )
