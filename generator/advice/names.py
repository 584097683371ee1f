"""Words that look right and mean something else: products, resource types, ids of Slack."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from generator.params import Not
from generator.params.problems import did_you_mean
from generator.params.resource_types import asff_type
from generator.routing import coverage
from generator.routing.field import ANY
from generator.routing.field_values import AWS_PRODUCTS, product
from generator.routing.globs import matches

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.params import Loaded, Problem, Route
    from generator.params.problems import Location


def unknown_products(loaded: Loaded, i: int, selection: Any) -> Iterator[Problem]:
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


def types_of_the_other_product(loaded: Loaded, i: int, route: Route) -> Iterator[Problem]:
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


def names_for_ids(loaded: Loaded) -> Iterator[Problem]:
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
