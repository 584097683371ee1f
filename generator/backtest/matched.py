"""Counts a finding that routes match, by what one might silence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from generator.backtest.tally import MANY

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from generator.backtest.tally import Group, Kind

SECURITY_HUB = (":product/aws/securityhub", ":productv2/aws/securityhub")
"""The ends of the product's ARN that all findings of controls have."""

CONSOLIDATED = "security-control/"
"""How the GeneratorId of a control begins where all standards share one finding of it.

https://docs.aws.amazon.com/securityhub/latest/userguide/controls-findings-create-update.html
"""

_SEVERAL = tuple(map(str, range(MANY)))
"""Counted in place of the resources of findings that concern several at once."""


def count_matched(kind: Kind, group: Group, finding: Mapping[str, Any], identity: bytes) -> None:
    """Count the outline of a finding; ``identity`` is its digest."""
    product = finding["ProductArn"]
    group.messages += 1
    group.accounts[finding["AwsAccountId"]] += 1
    group.products[product] += 1
    of_control = product.endswith(SECURITY_HUB)
    routes = group.routes_of_controls if of_control else group.routes
    for block in routes:
        kind.distinct.pending.append(identity + block)
    try:
        if of_control:
            generator = finding.get("GeneratorId", CONSOLIDATED)
            kind.by_standard += not generator.startswith(CONSOLIDATED)
        compliance = finding.get("Compliance")
        control = compliance.get("SecurityControlId") if compliance else None
        if control is None and "ProductFields" in finding:
            fields = finding["ProductFields"]
            control = fields.get("ControlId") or fields.get("RuleId")
        resources = finding["Resources"]
        if control is not None:
            group.controls[control] += 1
            _note_place(group.places, control, resources)
        if len(resources) == 1:
            group.resource_types[resources[0]["Type"],] += 1
        else:
            group.resource_types[tuple(sorted({resource["Type"] for resource in resources}))] += 1
    except (AttributeError, KeyError, TypeError, IndexError):
        # A finding whose control or resources are not what they should be still counts.
        return


def _note_place(
    places: dict[str, set[str]], control: str, resources: Sequence[Mapping[str, Any]]
) -> None:
    """Note a resource of a control, while there are few; one of several cannot be excepted."""
    known = places.get(control)
    if known is None:
        known = places[control] = set()
    if len(known) < MANY:
        known.update(_SEVERAL if len(resources) > 1 else [resources[0]["Id"]])
