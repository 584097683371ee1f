"""Compares two templates as CloudFormation would when a stack is updated."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from generator.cloudformation.intrinsics import defaults, resolve
from generator.updates.facts import CHANNELS, NAMES, create_only

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    Template = dict[str, Any]


class Changed(NamedTuple):
    """A parameter whose default is another now."""

    name: str
    old: str
    new: str


class Collision(NamedTuple):
    """What AWS admits once, and the resources that would both have it for a while."""

    what: str
    comes: str
    goes: str


class Comparison(NamedTuple):
    """What is different; resources by their logical ids."""

    defaults: list[Changed]
    refused: list[Changed]
    """Parameters whose old default the new template does not admit any more."""
    asked: list[str]
    """New parameters without a default."""
    dropped: list[str]
    replaced: dict[str, list[str]]
    """With the properties that cause it."""
    deleted: list[str]
    collisions: list[Collision]

    def __bool__(self) -> bool:
        """Whether anybody who has deployed a stack should know of it."""
        return any(self)


def compare(old: Template, new: Template) -> Comparison:
    """Return what an update from one template to the other does to a stack that kept defaults."""
    before, after = (template.get("Parameters", {}) for template in (old, new))
    values = {**defaults(new), **defaults(old)}
    replaced = dict(_replaced(old, new, values))
    deleted = [title for title in old["Resources"] if title not in new["Resources"]]
    return Comparison(
        defaults=list(_defaults(before, after)),
        refused=list(_refused(before, after)),
        asked=[
            name
            for name, parameter in after.items()
            if name not in before and "Default" not in parameter
        ],
        dropped=[name for name in before if name not in after],
        replaced=replaced,
        deleted=deleted,
        collisions=[
            *_collisions(old, new, values, replaced),
            *_perhaps_one_channel(old, new, values),
        ],
    )


def _defaults(before: Template, after: Template) -> Iterator[Changed]:
    for name, parameter in after.items():
        # Without a default on either side, anyone who deployed the stack gave the value: it stays.
        old, new = (each.get("Default") for each in (before.get(name, {}), parameter))
        if old is not None and new is not None and str(old) != str(new):
            yield Changed(name, str(old), str(new))


def _refused(before: Template, after: Template) -> Iterator[Changed]:
    for name, parameter in after.items():
        old = before.get(name, {}).get("Default")
        if old is not None and not _admits(parameter, str(old)):
            yield Changed(name, str(old), "")


def _admits(parameter: Mapping[str, Any], value: str) -> bool:
    allowed = parameter.get("AllowedValues")
    if allowed and value not in map(str, allowed):
        return False
    items = value.split(",") if parameter.get("Type") == "CommaDelimitedList" else [value]
    pattern = re.compile(parameter.get("AllowedPattern", ".*"), re.DOTALL)
    return all(pattern.search(item) for item in items)


def _replaced(
    old: Template, new: Template, values: Mapping[str, Any]
) -> Iterator[tuple[str, list[str]]]:
    for title, resource in new["Resources"].items():
        was = old["Resources"].get(title)
        if was is None:
            continue
        if was["Type"] != resource["Type"]:
            yield title, ["Type"]
            continue
        causes = [
            name
            for name in sorted(create_only(resource["Type"]))
            if _property(was, name, old, values) != _property(resource, name, new, values)
        ]
        if causes:
            yield title, causes


def _property(resource: Template, name: str, template: Template, values: Mapping[str, Any]) -> Any:
    return resolve(resource.get("Properties", {}).get(name), template, values)


def _collisions(
    old: Template, new: Template, values: Mapping[str, Any], replaced: Mapping[str, Any]
) -> Iterator[Collision]:
    """Yield what is made before its predecessor is deleted: an update deletes last.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-updating-stacks-update-behaviors.html
    """
    going = {
        claim: title
        for title, resource in old["Resources"].items()
        if title in replaced or title not in new["Resources"]
        for claim in _claims(resource, old, values)
    }
    for title, resource in new["Resources"].items():
        if title in replaced or title not in old["Resources"]:
            for claim in _claims(resource, new, values):
                if claim in going:
                    yield Collision(claim, title, going[claim])


def _claims(resource: Template, template: Template, values: Mapping[str, Any]) -> Iterator[str]:
    """Yield what only one resource of an account and region may have."""
    kind = resource["Type"]
    if (property_ := NAMES.get(kind)) and (
        name := _property(resource, property_, template, values)
    ):
        yield f"{kind.rpartition('::')[2]} {name}"
    for property_, chat in CHANNELS.items():
        if property_ in resource.get("Properties", {}):
            channel = _property(resource, property_, template, values)
            yield f"chat configuration of the {chat} channel {channel}"


def _perhaps_one_channel(
    old: Template, new: Template, values: Mapping[str, Any]
) -> Iterator[Collision]:
    """Yield chat configurations that another replaces, where the channel of either is unknown."""
    for property_, chat in CHANNELS.items():
        gone, come = _only_in(old, new, property_), _only_in(new, old, property_)
        for title, parameter in come.items():
            for former, before in gone.items():
                if parameter not in values or before not in values:
                    what = f"if {parameter} is the {chat} channel that {before} was"
                    yield Collision(f"chat configuration, {what}", title, former)


def _only_in(template: Template, other: Template, property_: str) -> dict[str, str]:
    """Return the configurations that only one template has, each with its channel's parameter."""
    return {
        title: str(resource["Properties"][property_].get("Ref", ""))
        for title, resource in template["Resources"].items()
        if property_ in resource.get("Properties", {}) and title not in other["Resources"]
    }
