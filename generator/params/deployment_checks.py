"""Checks within ``deployment``, and between it and the rest of the file.

Like ``references``, they read the plain data: what has the wrong type is told by the models.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from generator.cloudformation.limits import LONGEST_ROLE_NAME
from generator.params.naming import (
    BOUNDARY,
    FORWARDING,
    NEW_FINDINGS_ONLY,
    WORKSPACE,
    channel_parameter,
    launch_role_name,
    list_parameter,
)
from generator.params.problems import Location, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

WITHOUT_CHAT = ("cn-north-1", "cn-northwest-1", "us-gov-east-1", "us-gov-west-1")
"""Regions without AWS::Chatbot, by the resource schemas that cfn-lint ships (a test compares)."""

LAUNCH_ROLE_LIMIT = LONGEST_ROLE_NAME - len(launch_role_name(""))
"""Characters of the deployment's name, of which the launch role's name is made."""

Found = tuple[Location, str]
_AT, _STACKSET, _CATALOG = "deployment", "stackset", "service_catalog"
_LISTS = {
    _STACKSET: ("organizational_units", "accounts", "regions"),
    _CATALOG: ("versions", "principals", "share_with", "accounts", "regions"),
}


def check(data: dict[str, Any]) -> Iterator[Found]:
    """Yield a location and a message for everything that does not fit together."""
    if isinstance(data.get(_AT), dict):
        for rule in _RULES:
            yield from rule(data)


def _part(data: dict[str, Any], *steps: str) -> dict[str, Any]:
    """Return a mapping within ``deployment``, empty where there is none."""
    found: Any = data[_AT]
    for step in steps:
        found = found.get(step) if isinstance(found, dict) else None
    return found if isinstance(found, dict) else {}


def _texts(part: dict[str, Any], key: str) -> list[str]:
    values = part.get(key)
    return [one for one in values if isinstance(one, str)] if isinstance(values, list) else []


def _repeated(data: dict[str, Any]) -> Iterator[Found]:
    for part, keys in _LISTS.items():
        for key in keys:
            values = _part(data, part).get(key)
            listed = values if isinstance(values, list) else []
            for i, one in enumerate(listed):
                if isinstance(one, str) and one in listed[:i]:
                    yield (_AT, part, key, i), f"{one!r} is listed twice"


def _regions(data: dict[str, Any]) -> Iterator[Found]:
    home = _part(data, "home").get("region")
    places: list[tuple[Location, Any]] = [((_AT, "home", "region"), home)]
    for part in _LISTS:
        regions = _part(data, part).get("regions")
        listed = list(enumerate(regions)) if isinstance(regions, list) else []
        places += [((_AT, part, "regions", i), one) for i, one in listed]
        if listed and isinstance(home, str) and home not in _texts(_part(data, part), "regions"):
            message = (
                f"the home's region {home} is not among these:"
                f" {', '.join(_texts(_part(data, part), 'regions'))}; the home is an instance too"
            )
            yield (_AT, part, "regions"), message
    for location, region in places:
        if region in WITHOUT_CHAT:
            yield location, f"{region} has no AWS::Chatbot::SlackChannelConfiguration: leave it out"


def _targets(data: dict[str, Any]) -> Iterator[Found]:
    stackset = _part(data, _STACKSET)
    units, accounts = stackset.get("organizational_units"), stackset.get("accounts")
    at: Location = (_AT, _STACKSET)
    if units and accounts:
        yield (*at, "accounts"), "give organizational_units or accounts, not both"
    if units and "organization_id" not in stackset:
        message = "organizational_units need the organization's id: add organization_id: o-..."
        yield (*at, "organizational_units"), message
    if accounts and not units and stackset.get("auto_deployment") is True:
        message = "automatic deployment follows organizational units; accounts are listed: leave"
        yield (*at, "auto_deployment"), f"{message} it out"


def _overrides(data: dict[str, Any]) -> Iterator[Found]:
    stackset = _part(data, _STACKSET)
    overrides = stackset.get("overrides")
    for i, one in enumerate(overrides if isinstance(overrides, list) else []):
        if isinstance(one, dict):
            at: Location = (_AT, _STACKSET, "overrides", i)
            yield from _override_targets(stackset, one, at)
            yield from _override_parameters(data, one, at)


def _override_targets(
    stackset: dict[str, Any], override: dict[str, Any], at: Location
) -> Iterator[Found]:
    keys = _LISTS[_STACKSET]
    if not any(override.get(key) for key in keys):
        message = "names no units, accounts or regions: for all of them, change the defaults"
        yield at, message
    for key in keys:
        targets = _texts(stackset, key)
        for j, one in enumerate(_texts(override, key)):
            if one not in targets:
                known = ", ".join(targets) or "none"
                yield (*at, key, j), _outside(one, key, known, stackset)


def _outside(one: str, key: str, known: str, stackset: dict[str, Any]) -> str:
    if key == "accounts" and stackset.get("organizational_units"):
        # AltStackInstancesCalculator.java, see templates/targets.py
        return (
            f"{one} cannot be told apart from its organizational unit: AWS takes one set of"
            " parameters for a unit and region; give the account a unit of its own"
        )
    return f"{one} is not among the StackSet's {key}: {known}"


def _override_parameters(
    data: dict[str, Any], override: dict[str, Any], at: Location
) -> Iterator[Found]:
    given = override.get("parameters")
    known = list(_parameters(data))
    for name in given if isinstance(given, dict) else ():
        if name not in known:
            meant = did_you_mean(name, known) or f"; parameters: {', '.join(known)}"
            yield (*at, "parameters", name), f"no parameter {name!r} of the stack{meant}"


def _parameters(data: dict[str, Any]) -> Iterator[str]:
    """Yield the parameters that may differ between instances (not where the home is)."""
    yield WORKSPACE
    channels, routes = data.get("channels"), data.get("routes")
    yield from map(channel_parameter, channels if isinstance(channels, dict) else ())
    named = [r for r in routes if isinstance(r, dict)] if isinstance(routes, list) else []
    only_new = False
    for route in named:
        match = route.get("match") if isinstance(route.get("match"), dict) else {}
        for key in ("severity", "compliance"):
            if set(_texts(match or {}, key)) - {"ABSENT"}:
                yield list_parameter(str(route.get("name")), key)
        governed = (match or {}).get("workflow") == ["NEW"] and route.get("notify") != "once"
        only_new = only_new or governed
    if only_new:
        yield NEW_FINDINGS_ONLY
    if not any(route.get("notify") == "once" for route in named):
        yield FORWARDING
    if _CATALOG in data[_AT] or data.get("permissions_boundary"):
        yield BOUNDARY


def _catalog(data: dict[str, Any]) -> Iterator[Found]:
    catalog, at = _part(data, _CATALOG), (_AT, _CATALOG)
    accounts, regions = bool(catalog.get("accounts")), bool(catalog.get("regions"))
    if accounts != regions:
        missing = "regions" if accounts else "accounts"
        yield at, f"a StackSet constraint needs accounts and regions: {missing} are missing"
    for i, arn in enumerate(_texts(catalog, "principals")):
        account = (arn.split(":", 5) + [""] * 5)[4]
        if account and ("*" in arn.split(":", 5)[-1] or "?" in arn.split(":", 5)[-1]):
            message = f"{arn!r}: wildcards only in an ARN without an account (arn:aws:iam:::role/*)"
            yield (*at, "principals", i), message
    name = data.get("name")
    if catalog and not accounts and isinstance(name, str) and len(name) > LAUNCH_ROLE_LIMIT:
        message = f"{len(name)} characters; with service_catalog at most {LAUNCH_ROLE_LIMIT}"
        yield ("name",), f"{message}: the launch role is named SCLaunch-{name}"


def asks_to_forward(deployment: Any) -> bool:
    """Whether a file's ``deployment``, as it is written, asks for forwarding to the home.

    Left out, ``forwarding`` is true where there are places to forward from.
    """
    if not isinstance(deployment, dict):
        return False
    placed = "home" in deployment or _STACKSET in deployment
    return deployment.get("forwarding", placed) is True


def _once(data: dict[str, Any]) -> Iterator[Found]:
    routes = data.get("routes")
    once = any(
        isinstance(route, dict) and route.get("notify") == "once"
        for route in (routes if isinstance(routes, list) else ())
    )
    deployment = data[_AT]
    if once and asks_to_forward(deployment):
        message = (
            "`notify: once` cannot go with forwarding, since the home may not mark findings of"
            " accounts and regions that only forward events to it: write `forwarding: false`, and"
            " let Security Hub itself bring the findings together (administrator account,"
            " aggregation region)"
        )
        yield (_AT, *(("forwarding",) if "forwarding" in deployment else ())), message


_RULES: tuple[Callable[[dict[str, Any]], Iterator[Found]], ...] = (
    _repeated,
    _regions,
    _targets,
    _overrides,
    _catalog,
    _once,
)
