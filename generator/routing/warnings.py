"""Warnings about params files that are valid and still may not do what their author expects.

Shown by render, check and backtest; none of them ends a run.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from itertools import takewhile
from typing import TYPE_CHECKING, Any

from generator.cloudformation.limits import MOST_RULES_WITH_WILDCARDS
from generator.params import Not
from generator.params.problems import did_you_mean
from generator.params.resource_types import asff_type
from generator.params.values import NEVER
from generator.routing import coverage
from generator.routing.event_pattern import default_pattern
from generator.routing.field import ABSENT, ANY
from generator.routing.field_values import AWS_PRODUCTS, product
from generator.routing.fields import fields_of
from generator.routing.globs import matches
from generator.routing.twins import may_be_twins

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.params import Loaded, Match, Problem, Route
    from generator.params.models import AcceptedFindings
    from generator.params.problems import Location

_ALWAYS = ("severity", "workflow", "record_state", "accounts", "regions", "products")
"""Keys whose field every finding has once Security Hub has it: it fills in what is missing."""

_SOON = 14
"""Days before its end from which on an exception is warned of."""
_OF_CONTROLS = ("controls", "standards")
_SECURITY_HUB = "aws/securityhub"
_OF_CIS_1_2 = re.compile(r"(?:CIS\.)?[0-9]")
"""How the numbers of CIS 1.2 begin, which only Security Hub CSPM has had as ids of controls."""


def advice(loaded: Loaded, today: date | None = None) -> Iterator[Problem]:
    """Yield the warnings about a params file, each with its place and a remedy.

    Outputs never depend on the day; that an exception ends is a warning of this day alone.
    """
    routes = loaded.settings.routes
    for i, route in enumerate(routes):
        nothing = list(_matches_nothing(route))
        for key, why in nothing:
            yield _at(loaded, i, key, f"can match no finding: {why}")
        if not nothing:
            yield from _duplicates(loaded, i)
            yield from _drops_without_compliance(loaded, i, route)
            yield from _from_both(loaded, i)
        yield from _native_is_unproven(loaded, i, route)
        yield from _unknown_products(loaded, i, route.match.products)
        yield from _types_of_the_other_product(loaded, i, route)
    yield from _ending(loaded, today or datetime.now(UTC).date())
    yield from _many_wildcards(loaded)
    yield from _counts_what_is_done(loaded)
    yield from _late(loaded)
    yield from _names_for_ids(loaded)
    for name in loaded.settings.channels:
        channels = {route.channel for route in routes}
        if name not in channels | {digest.channel for digest in loaded.settings.digests}:
            message = "warning: no route goes to this channel; add one, or remove the channel"
            yield loaded.document.problem(("channels", name), message, at_key=True)


def _many_wildcards(loaded: Loaded) -> Iterator[Problem]:
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


def _ending(loaded: Loaded, today: date) -> Iterator[Problem]:
    """Yield exceptions that have ended, or will within two weeks."""
    for i, accepted in enumerate(loaded.settings.exceptions):
        if accepted.until == NEVER:
            continue
        left = (date.fromisoformat(accepted.until) - today).days
        if left < 0:
            message = f"warning: ended {-left} day{'s' * (left != -1)} ago: {_then(accepted)}"
        elif left <= _SOON:
            message = f"warning: ends in {left} day{'s' * (left != 1)}; extend it, or let it end"
        else:
            continue
        yield loaded.document.problem(("exceptions", i, "until"), message)


def _then(accepted: AcceptedFindings) -> str:
    """Return what becomes of the findings of an exception that has ended."""
    if accepted.needs_end:
        return "its findings are set to NEW again. Extend it, or remove it once they are"
    return "its findings stay as it has set them. Extend it, or set them to New and remove it"


def _counts_what_is_done(loaded: Loaded) -> Iterator[Problem]:
    """Yield digests that also count findings that somebody has dealt with."""
    for i, digest in enumerate(loaded.settings.digests):
        location = ("digests", i)
        done = {"RESOLVED", "SUPPRESSED"} & coverage.labels("workflow", digest.match.workflow)
        archived = "ARCHIVED" in coverage.labels("record_state", digest.match.record_state)
        if (done or archived) and not _accepted(loaded, location, "open"):
            message = (
                "warning: counts findings that are resolved, suppressed or archived too, and calls"
                " them open. Add workflow: [NEW, NOTIFIED] and record_state: [ACTIVE]; a comment"
                " here that names open hides this warning"
            )
            yield loaded.document.problem(location, message)


def _late(loaded: Loaded) -> Iterator[Problem]:
    """Yield overrides that accounts which join a unit later do not get.

    https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/1291
    """
    stackset = loaded.settings.deployment.stackset
    if not (stackset and stackset.organizational_units and stackset.auto_deployment):
        return
    for i, override in enumerate(stackset.overrides):
        names = ", ".join(override.parameters)
        location = ("deployment", "stackset", "overrides", i)
        if not _accepted(loaded, location, "auto_deployment"):
            message = (
                "warning: accounts that join a unit later get the StackSet's own values, not these"
                f" ({names}), until the StackSet is updated. Make the defaults the safe values; a"
                " comment here that names auto_deployment hides this warning"
            )
            yield loaded.document.problem(location, message)


def _names_for_ids(loaded: Loaded) -> Iterator[Problem]:
    """Yield ids of Slack that look like names: an id is in capitals, and nearly all have digits."""
    slack, channels = loaded.settings.slack, loaded.settings.channels
    ids: list[tuple[Location, str | None, str, str]] = [
        (("slack", "workspace_id"), slack.workspace_id, "T", "workspace")
    ]
    for name, channel in channels.items():
        ids.append((("channels", name, "channel_id"), channel.channel_id, "C or G", "channel"))
    for location, value, begins, what in ids:
        if value and value.isalpha():
            message = (
                f"warning: {value} looks like the {what}'s name; an ID begins with {begins}, and"
                " has digits, such as "
                f"{begins[0]}0123ABCD"
            )
            yield loaded.document.problem(location, message)


def _at(loaded: Loaded, route: int, key: str, message: str) -> Problem:
    location = ("routes", route, "match", key) if key else ("routes", route)
    return loaded.document.problem(location, f"warning: {message}", at_key=bool(key))


def _matches_nothing(route: Route) -> Iterator[tuple[str, str]]:
    """Yield the keys that leave no finding over, and why."""
    match = route.match
    for key in (*_ALWAYS, "resource_types", "resources", "generators", "compliance"):
        selection = getattr(match, key)
        if not isinstance(selection, Not):
            continue
        if ANY in selection.values:
            yield key, 'every finding has this field, and not: ["*"] asks that it is missing'
        elif set(coverage.LABELS.get(key, ("",))) <= set(selection.values):
            yield key, "all values are excluded; leave one out of the list"
    if coverage.labels("compliance", match.compliance) == {ABSENT} and of_controls(match):
        message = "control findings always have a Compliance; write FAILED, or leave the key out"
        yield "compliance", message
    for key in _OF_CONTROLS:
        if isinstance(getattr(match, key), tuple) and not may_be_security_hub(route):
            yield key, "only aws/securityhub has controls and standards; add it to products"
    yield from _never_in_the_new_product(route)


def _never_in_the_new_product(route: Route) -> Iterator[tuple[str, str]]:
    """Yield the keys whose words no finding of the new Security Hub has."""
    match = route.match
    if route.source != "security_hub":
        return
    if _only(match.controls, _OF_CIS_1_2):
        yield "controls", "the new Security Hub has ids such as EC2.2, not numbers of CIS 1.2"
    if coverage.labels("compliance", match.compliance) == {"PASSED"}:
        becomes = "the new Security Hub sets a control that passed to"
        if "RESOLVED" not in coverage.labels("workflow", match.workflow):
            yield "workflow", f"{becomes} Resolved; add RESOLVED"
        if "INFORMATIONAL" not in coverage.labels("severity", match.severity):
            yield "severity", f"{becomes} Informational; add INFORMATIONAL"


def _only(selection: Any, begins: re.Pattern[str]) -> tuple[str, ...]:
    """Return the words of a list if all of them begin like this."""
    listed = selection if isinstance(selection, tuple) else ()
    return listed if all(map(begins.match, listed)) else ()


def may_be_security_hub(route: Route) -> bool:
    """Whether a route may match findings of controls, by its products."""
    field, products = fields_of(route.source)["products"], route.match.products
    globs = field.globs(coverage.words(products))
    named = any(matches(glob, field.text(_SECURITY_HUB)) for glob in globs)
    return products is None or named != isinstance(products, Not)


def of_controls(match: Match) -> bool:
    """Whether a match matches findings of controls alone, which always have a Compliance."""
    if any(isinstance(getattr(match, key), tuple) for key in _OF_CONTROLS):
        return True
    if match.kinds == ("posture",):
        return True
    return isinstance(match.products, tuple) and all(
        product(word) == _SECURITY_HUB for word in match.products
    )


def _duplicates(loaded: Loaded, i: int) -> Iterator[Problem]:
    """Yield a warning if another route on the same channel matches all that this one matches."""
    routes = loaded.settings.routes
    for j, other in enumerate(routes):
        if i == j or _events_and_channel(other) != _events_and_channel(routes[i]):
            continue
        if coverage.contains(other.match, routes[i].match, other.source) and not (
            j > i and coverage.contains(routes[i].match, other.match, other.source)
        ):
            message = (
                f"route {other.name} matches all that this one matches, to the same channel"
                f" {other.channel}: its findings notify twice. Remove one, send it elsewhere, or"
                f" exclude these findings from {other.name}"
            )
            yield _at(loaded, i, "", message)
            return


def _events_and_channel(route: Route) -> tuple[str, str, str]:
    return route.source, route.on, route.channel


def _from_both(loaded: Loaded, i: int) -> Iterator[Problem]:
    """Yield a warning if a route of the other product can send the same findings to the channel."""
    routes = loaded.settings.routes
    if _accepted(loaded, ("routes", i), "twice"):
        return
    for other in routes[:i]:
        if (
            other.channel == routes[i].channel
            and may_be_twins(other, routes[i])
            and not any(_matches_nothing(other))
        ):
            message = (
                f"both products send many findings, and route {other.name} sends those of the other"
                f" product to the same channel {other.channel}: they notify twice. Separate the"
                " routes by a key: for example `kinds: [exposure, attack_sequence]` in the route of"
                " security_hub and `products: [aws/securityhub]` in that of security_hub_cspm. If"
                " tags, types or resources separate them, a comment in this route that says twice"
                " hides this warning"
            )
            yield _at(loaded, i, "", message)
            return


def _native_is_unproven(loaded: Loaded, i: int, route: Route) -> Iterator[Problem]:
    """Yield a warning if the chat service is to draw findings of which it is not known to.

    https://docs.aws.amazon.com/chatbot/latest/adminguide/related-services.html
    """
    if route.composes or route.source != "security_hub":
        return
    location = ("routes", i, "message")
    if not _accepted(loaded, location, "native"):
        message = (
            "warning: AWS does not document that the chat service shows events of the new Security"
            " Hub by itself: nothing may appear. Leave `message` out for a summary; a comment here"
            " that names native hides this warning"
        )
        yield loaded.document.problem(location, message, at_key=True)


def _drops_without_compliance(loaded: Loaded, i: int, route: Route) -> Iterator[Problem]:
    """Yield a warning if a match drops findings without Compliance and does not say so."""
    selection = route.match.compliance
    if not isinstance(selection, tuple) or ABSENT in selection or of_controls(route.match):
        return
    if not _accepted(loaded, ("routes", i, "match", "compliance"), ABSENT):
        message = (
            "drops all findings without Compliance, such as GuardDuty's and Inspector's. Add"
            " ABSENT to include them; to drop them on purpose, add products: [aws/securityhub],"
            " or a comment that names ABSENT, to this line"
        )
        yield _at(loaded, i, "compliance", message)


def _types_of_the_other_product(loaded: Loaded, i: int, route: Route) -> Iterator[Problem]:
    """Yield a warning for each resource type of a CSPM route in the new product's words."""
    if route.source != "security_hub_cspm":
        return
    selection = route.match.resource_types
    listed, effect = _listed(i, "resource_types", selection)
    for j, word in enumerate(coverage.words(selection)):
        if word.startswith("AWS::"):
            message = (
                f"warning: {word!r} is the name that the new Security Hub uses, and"
                f" {effect} nothing: write {asff_type(word)}"
            )
            yield loaded.document.problem((*listed, j), message)


def _listed(i: int, key: str, selection: Any) -> tuple[Location, str]:
    """Return where the words of a selection are, and what it does with them."""
    where: Location = ("routes", i, "match", key)
    return ((*where, "not"), "excludes") if isinstance(selection, Not) else (where, "matches")


def _unknown_products(loaded: Loaded, i: int, selection: Any) -> Iterator[Problem]:
    """Yield a warning for each bare word that is none of AWS's products, which it would mean."""
    listed, effect = _listed(i, "products", selection)
    for j, word in enumerate(coverage.words(selection)):
        if (
            "/" in word
            or word == ANY
            or any(matches(product(word), aws_product) for aws_product in AWS_PRODUCTS)
        ):
            continue
        name = word.lower()
        meant = did_you_mean(word, (aws_product.partition("/")[2] for aws_product in AWS_PRODUCTS))
        remedy = f"write {name}/* for a company, */{name} for a product"
        if name == "default":
            meant, remedy = "", "*/default matches what accounts import themselves"
        message = (
            f"warning: {word!r} means {product(word)}, which is not a product of AWS:"
            f" it {effect} nothing{meant}; {remedy}"
        )
        yield loaded.document.problem((*listed, j), message)


def _accepted(loaded: Loaded, location: tuple[str | int, ...], word: str) -> bool:
    """Whether a comment within the value, or in the lines right above it, has this word.

    No key of the format says it, since it changes nothing: it is a note that the author has seen
    the question, and so it is where one reads the answer.
    """
    places = loaded.document.places
    first = places[location].key_line
    last = max(place.line for at, place in places.items() if at[: len(location)] == location)
    written = loaded.document.lines
    above = takewhile(lambda line: line.lstrip()[:1] == "#", reversed(written[: first - 1]))
    accepting = re.compile(rf"(?:^|\s)#.*\b{word}\b")
    return any(accepting.search(line) for line in [*above, *written[first - 1 : last]])
