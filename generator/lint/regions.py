"""The regions that a template is linted over, by cfn-lint's resource schemas."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from cfnlint.helpers import REGIONS
from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER

if TYPE_CHECKING:
    from collections.abc import Iterable

_ALIKE = frozenset(
    (
        *("Chatbot", "CloudFormation", "CloudWatch", "Events", "IAM", "KMS", "Logs", "SNS", "SQS"),
        *("Scheduler", "SecurityHub", "ServiceCatalog", "StepFunctions"),
    )
)
"""Services of which cfn-lint knows no more of a region than the schemas. Of others it does: of EC2,
for one, the types of instances."""

_OTHER_PARTITIONS = ("cn-", "us-gov-")

_LONGEST_FIRST = sorted(REGIONS, key=lambda region: (-len(region), region))
"""Of regions that are alike, the one whose name might make a text too long represents all."""


def regions_with(types: Iterable[str]) -> list[str]:
    """Return the regions whose resource schemas know all of these types."""
    known = [_schemas(name) for name in set(types)]
    return [region for region in REGIONS if all(region in schemas for schemas in known)]


def exists(name: str) -> bool:
    """Whether any region has a type."""
    return bool(_schemas(name))


def is_alike_everywhere(template: dict[str, Any], text: str) -> bool:
    """Whether cfn-lint finds the same in all regions that have the same resource schemas."""
    resources = template["Resources"].values()
    kinds = {str(resource.get("Type")) for resource in resources if isinstance(resource, dict)}
    return (
        all(kind.startswith("AWS::") and kind.split("::")[1] in _ALIKE for kind in kinds)
        and "Transform" not in template
        and not any(region in str(template.get("Mappings")) for region in REGIONS)
        and "GetAZs" not in text
    )


def one_of_each(types: Iterable[str], regions: Iterable[str]) -> list[str]:
    """Return one region of those that have the partition and the schemas of all types in common."""
    known = [_schemas(name) for name in sorted(set(types))]
    alike: dict[tuple[object, ...], str] = {}
    for region in sorted(regions, key=_LONGEST_FIRST.index):
        partition = [region.startswith(prefix) for prefix in _OTHER_PARTITIONS]
        alike.setdefault((*partition, *(schemas[region] for schemas in known)), region)
    return list(alike.values())


@cache
def _schemas(name: str) -> dict[str, int]:
    """Return the regions that have a type, with a number for each of its schemas."""
    schemas = PROVIDER_SCHEMA_MANAGER.get_resource_schemas_by_regions(name, _LONGEST_FIRST)
    return {region: number for number, (regions, _) in enumerate(schemas) for region in regions}
