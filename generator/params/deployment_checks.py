"""Checks within ``deployment``, and between it and the rest of the file, on what is valid."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.cloudformation.limits import LONGEST_ROLE_NAME
from generator.params.naming import launch_role_name
from generator.params.problems import Location

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from generator.params.deployment import Override, StackSet
    from generator.params.partial import Validated
    from generator.params.settings import Settings

WITHOUT_CHAT = ("cn-north-1", "cn-northwest-1", "us-gov-east-1", "us-gov-west-1")
"""Regions without AWS::Chatbot, by the resource schemas that cfn-lint ships (a test compares)."""

LAUNCH_ROLE_LIMIT = LONGEST_ROLE_NAME - len(launch_role_name(""))
"""Characters of the deployment's name, of which the launch role's name is made."""

Found = tuple[Location, str]
_AT, _STACKSET, _CATALOG = "deployment", "stackset", "service_catalog"
_TARGETS = ("organizational_units", "accounts", "regions")
_LISTS = {
    _STACKSET: _TARGETS,
    _CATALOG: ("versions", "principals", "share_with", "accounts", "regions"),
}


def check(settings: Settings, valid: Validated) -> Iterator[Found]:
    """Yield a location and a message for everything that does not fit together."""
    for part, rules in _RULES.items():
        if valid.sound(_AT, part):
            for rule in rules:
                yield from rule(settings)
    yield from _launch_role_name(settings, valid)
    yield from _once(settings, valid)
    yield from _buttons(settings, valid)


def _lists(settings: Settings, part: str) -> Iterator[tuple[Location, Sequence[str]]]:
    """Yield the lists of texts of a part of the deployment, and where they are."""
    section = getattr(settings.deployment, part)
    for key in _LISTS[part] if section else ():
        yield (_AT, part, key), getattr(section, key)


def _repeated(settings: Settings, part: str) -> Iterator[Found]:
    for location, values in _lists(settings, part):
        for i, value in enumerate(values):
            if value in values[:i]:
                yield (*location, i), f"{value!r} is listed twice"


def _regions(settings: Settings, part: str) -> Iterator[Found]:
    home = settings.deployment.home
    for location, values in _lists(settings, part):
        if location[-1] != "regions":
            continue
        if home and values and home.region not in values:
            message = (
                f"the home's region {home.region} is not among these:"
                f" {', '.join(values)}; the home is an instance too"
            )
            yield location, message
        for i, region in enumerate(values):
            yield from _with_chat(settings, (*location, i), region)


def _home(settings: Settings) -> Iterator[Found]:
    if settings.deployment.home:
        region = settings.deployment.home.region
        yield from _with_chat(settings, (_AT, "home", "region"), region)


def _with_chat(settings: Settings, location: Location, region: str) -> Iterator[Found]:
    configured = any(channel.is_configured for channel in settings.channels.values())
    if configured and region in WITHOUT_CHAT:
        yield location, f"{region} has no chat configurations (AWS::Chatbot): leave it out"


def _stackset(settings: Settings) -> Iterator[Found]:
    yield from _repeated(settings, _STACKSET)
    yield from _regions(settings, _STACKSET)
    stackset = settings.deployment.stackset
    if stackset:
        yield from _targets(stackset)
        for i, override in enumerate(stackset.overrides):
            yield from _override_targets(stackset, override, (_AT, _STACKSET, "overrides", i))


def _targets(stackset: StackSet) -> Iterator[Found]:
    units, accounts = stackset.organizational_units, stackset.accounts
    at: Location = (_AT, _STACKSET)
    if units and accounts:
        yield (*at, "accounts"), "give organizational_units or accounts, not both"
    if units and stackset.organization_id is None:
        message = "organizational_units need the organization's id: add organization_id: o-..."
        yield (*at, "organizational_units"), message
    automatic = "auto_deployment" in stackset.model_fields_set and stackset.auto_deployment
    if accounts and not units and automatic:
        message = "automatic deployment follows organizational units; accounts are listed: leave"
        yield (*at, "auto_deployment"), f"{message} it out"


def _override_targets(stackset: StackSet, override: Override, at: Location) -> Iterator[Found]:
    if not any(getattr(override, key) for key in _TARGETS):
        message = "names no units, accounts or regions: for all of them, change the defaults"
        yield at, message
    for key in _TARGETS:
        targets = getattr(stackset, key)
        for j, target in enumerate(getattr(override, key)):
            if target not in targets:
                yield (*at, key, j), _outside(target, key, stackset)


def _outside(target: str, key: str, stackset: StackSet) -> str:
    if key == "accounts" and stackset.organizational_units:
        # AltStackInstancesCalculator.java, see templates/targets.py
        return (
            f"{target} cannot be distinguished from its organizational unit: AWS accepts one set of"
            " parameters for a unit and region; give the account a unit of its own"
        )
    known = ", ".join(getattr(stackset, key)) or "none"
    return f"{target} is not among the StackSet's {key}: {known}"


def _catalog(settings: Settings) -> Iterator[Found]:
    yield from _repeated(settings, _CATALOG)
    yield from _regions(settings, _CATALOG)
    catalog, at = settings.deployment.service_catalog, (_AT, _CATALOG)
    if not catalog:
        return
    if bool(catalog.accounts) != bool(catalog.regions):
        missing = "regions" if catalog.accounts else "accounts"
        yield at, f"a StackSet constraint needs accounts and regions: {missing} are missing"
    for i, arn in enumerate(catalog.principals):
        account, resource = arn.split(":", 5)[4:]
        if account and ("*" in resource or "?" in resource):
            message = f"{arn!r}: wildcards only in an ARN without an account (arn:aws:iam:::role/*)"
            yield (*at, "principals", i), message


def _launch_role_name(settings: Settings, valid: Validated) -> Iterator[Found]:
    catalog, name = settings.deployment.service_catalog, settings.name
    if catalog and not catalog.accounts and len(name) > LAUNCH_ROLE_LIMIT and valid.sound("name"):
        message = f"{len(name)} characters; with service_catalog at most {LAUNCH_ROLE_LIMIT}"
        yield ("name",), f"{message}: the launch role is named SCLaunch-{name}"


def _once(settings: Settings, valid: Validated) -> Iterator[Found]:
    deployment = settings.deployment
    if settings.notifies_once and deployment.asks_to_forward and valid.sound(_AT, "forwarding"):
        message = (
            "`notify: once` does not work with forwarding: the home cannot update findings of other"
            " accounts or Regions. Set `forwarding: false`, and let Security Hub aggregate the"
            " findings (administrator account, home Region)"
        )
        written = "forwarding" in deployment.model_fields_set
        yield (_AT, *(("forwarding",) if written else ())), message


def _buttons(settings: Settings, valid: Validated) -> Iterator[Found]:
    if not (settings.deployment.asks_to_forward and valid.sound(_AT, "forwarding")):
        return
    for name, channel in settings.channels.items():
        if channel.buttons and valid.sound("channels", name):
            message = (
                "buttons do not work with forwarding: the home cannot update findings of other"
                " accounts. Set `forwarding: false`, and let Security Hub aggregate the findings"
                " (administrator account, home Region)"
            )
            yield ("channels", name, "buttons"), message


_RULES: dict[str, tuple[Callable[[Settings], Iterator[Found]], ...]] = {
    "home": (_home,),
    _STACKSET: (_stackset,),
    _CATALOG: (_catalog,),
}
