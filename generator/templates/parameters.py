"""The CloudFormation parameters of a stack, and those by which its routes are tuned later."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from troposphere import Parameter

from generator.params.naming import NEW_FINDINGS_ONLY, list_parameter
from generator.routing.event_pattern import only_new, tunable
from generator.routing.fields import fields_of
from generator.routing.rule_parts import known_texts

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from generator.params import Route, Settings
    from generator.params import choices as c

Kind = Literal[
    "workspace",
    "channel",
    "teams",
    "severity",
    "compliance",
    "new_only",
    "rules",
    "home_account",
    "home_region",
    "organization",
    "forwarding",
    "boundary",
    "other",
]


class StackParameter(NamedTuple):
    """A parameter, what it is about, and how the console shows it.

    ``owner`` is the route or channel it belongs to, or an empty text.
    """

    kind: Kind
    owner: str
    label: str
    parameter: Parameter


def filter_parameters(settings: Settings) -> Iterator[StackParameter]:
    """Yield what is tuned later: lists of the routes, and whether only new findings notify."""
    for route in settings.routes:
        for key, values in tunable(route.match, route.source).items():
            yield _list(route, key, values)
    if any(only_new(route) for route in settings.routes):
        label = "Notify only of NEW findings"
        yield StackParameter("new_only", "", label, _new_findings_only(settings))


def _list(route: Route, key: str, values: tuple[str, ...]) -> StackParameter:
    known = known_texts(key, route.source)
    what = "severities" if key == "severity" else "compliance statuses"
    parameter = Parameter(
        list_parameter(route.name, key),
        Type="CommaDelimitedList",
        Description=(
            f"Findings of these {what} notify (route {route.name}): a comma-separated list of"
            f" {', '.join(known)}. Example: {','.join(values)}{_absent(route, key)}"
        ),
        Default=",".join(values),
        AllowedPattern=list_pattern(known),
        ConstraintDescription=f"must be a comma-separated list of {', '.join(known)}",
    )
    return StackParameter(
        "severity" if key == "severity" else "compliance",
        route.name,
        f"{what.capitalize()} ({route.name})",
        parameter,
    )


def list_pattern(words: Sequence[str]) -> str:
    """Return what each item of a list matches, and the list as a whole too.

    CloudFormation tries each item (its announcement of 27 December 2022); Service Catalog's console
    documents that the entire value must match.
    https://docs.aws.amazon.com/servicecatalog/latest/dg/API_ParameterConstraints.html
    """
    word = f"({'|'.join(words)})"
    return f"^ *{word}( *, *{word})* *$"


def _absent(route: Route, key: str) -> str:
    """Say what the list does not govern."""
    if fields_of(route.source)[key].absent not in getattr(route.match, key):
        return ""
    return ". Findings without a compliance status always notify, whatever is listed here"


_HANDLED: dict[c.Source, tuple[str, str]] = {
    "security_hub_cspm": ("workflow status is NEW", "NOTIFIED, SUPPRESSED or RESOLVED"),
    "security_hub": ("status is New", "In Progress, Suppressed or Resolved"),
}
"""What a finding is before anybody has dealt with it, and then, in each product's words."""


def _new_findings_only(settings: Settings) -> Parameter:
    governed = [route for route in settings.routes if only_new(route)]
    names = [route.name for route in governed]
    sources = dict.fromkeys(route.source for route in governed)
    old = "security_hub_cspm" in sources
    new = " or ".join(_HANDLED[source][0] for source in sources)
    silent = ", or ".join(_HANDLED[source][1] for source in sources)
    return Parameter(
        NEW_FINDINGS_ONLY,
        Type="String",
        Description=(
            f"true: only findings whose {new} notify; setting a finding"
            f" to {silent} silences it. false: any {'workflow ' if old else ''}status."
            " Applies to the routes:"
            f" {', '.join(names)}"
        ),
        AllowedValues=["true", "false"],
        Default="true",
        ConstraintDescription="must be true or false",
    )
