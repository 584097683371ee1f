"""What the guide says of the ways to deploy beyond one account and region."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from generator.params.naming import launch_role_name
from generator.templates import organization
from generator.templates.home_location import is_central, may_forward, placement_parameters
from generator.templates.service_catalog import file_of

if TYPE_CHECKING:
    from generator.params import Settings

_A_REGION = "ap-northeast-1"


def deployment_ways(settings: Settings) -> dict[str, Any]:
    """Return the words that the guide's sections on these ways need."""
    deployment = settings.deployment
    home, stackset = deployment.home, deployment.stackset
    region = home.region if home else _A_REGION
    return {
        "central": is_central(settings),
        "forwards": may_forward(settings),
        "home_account": home.account if home else None,
        "home_region": region,
        "placement": list(placement_parameters(settings)),
        "stackset": stackset,
        "regions": stackset.regions if stackset else (region, "us-east-1"),
        "organization": organization.wanted(settings),
        "by_address": organization.by_address(settings),
        "units": bool(stackset and stackset.organizational_units),
        **_catalog(settings),
    }


def _catalog(settings: Settings) -> dict[str, Any]:
    catalog = settings.deployment.service_catalog
    if catalog is None:
        return {"catalog": None}
    return {
        "catalog": catalog,
        "product": catalog.product_name or settings.name,
        "product_file": file_of(catalog),
        "versions": catalog.versions,
        "shares": catalog.share_with,
        "spread": bool(catalog.accounts),
        "launch_role": launch_role_name(settings.name),
    }
