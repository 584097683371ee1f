"""Which accounts and regions a StackSet's instances go to, and with which parameter values."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from generator.params.problems import did_you_mean
from generator.templates.errors import UnbuildableError

if TYPE_CHECKING:
    from collections.abc import Collection

    from generator.params.deployment import Override, StackSet

Values = tuple[tuple[str, str], ...]


class Group(NamedTuple):
    """Instances with the same parameter values; no instance is in two groups."""

    targets: tuple[str, ...]
    """Organizational units, or accounts where there are none."""
    regions: tuple[str, ...]
    values: Values


def groups(stackset: StackSet) -> list[Group]:
    """Return the fewest groups that express all overrides; later overrides win.

    No unit is twice in a region: AWS refuses a second set of parameters for a unit there.
    https://github.com/aws-cloudformation/aws-cloudformation-resource-providers-cloudformation
    (AltStackInstancesCalculator.java)
    """
    by_target: dict[tuple[tuple[str, ...], Values], list[str]] = {}
    for target in stackset.organizational_units or stackset.accounts:
        by_values: dict[Values, list[str]] = {}
        for region in stackset.regions:
            by_values.setdefault(_values(stackset, target, region), []).append(region)
        for values, regions in by_values.items():
            by_target.setdefault((tuple(regions), values), []).append(target)
    return [
        Group(tuple(targets), regions, values) for (regions, values), targets in by_target.items()
    ]


def refuse_unknown_parameters(stackset: StackSet, known: Collection[str]) -> None:
    """Refuse overrides of parameters that the stack does not have, or that no instance may vary."""
    listed = f"; parameters: {', '.join(known)}"
    problems = [
        (
            ("deployment", "stackset", "overrides", i, "parameters", name),
            f"no parameter {name!r} of the stack{did_you_mean(name, known) or listed}",
        )
        for i, override in enumerate(stackset.overrides)
        for name in override.parameters
        if name not in known
    ]
    if problems:
        raise UnbuildableError(*problems)


def _values(stackset: StackSet, target: str, region: str) -> Values:
    values: dict[str, str] = {}
    for override in stackset.overrides:
        if _concerns(override, target, region):
            values |= override.parameters
    return tuple(sorted(values.items()))


def _concerns(override: Override, target: str, region: str) -> bool:
    targets = (*override.organizational_units, *override.accounts)
    return (not targets or target in targets) and (
        not override.regions or region in override.regions
    )
