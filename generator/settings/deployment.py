"""``deployment``: several accounts and regions."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from generator.settings import values as v
from generator.settings.match import Model


class Home(Model):
    """The one account and region that talks to Slack."""

    region: v.Region = Field(description="Region of the home.")
    account: v.Account | None = Field(
        None, description="Account of the home; left out, every account is its own home."
    )


class Override(Model):
    """Other parameter values for some units, accounts or regions."""

    organizational_units: tuple[v.UnitId, ...] = ()
    accounts: tuple[v.Account, ...] = ()
    regions: tuple[v.Region, ...] = ()
    parameters: Annotated[dict[str, str], Field(min_length=1)]


class StackSet(Model):
    """Which accounts and regions get an instance, and how fast."""

    organization_id: v.OrganizationId | None = None
    organizational_units: tuple[v.UnitId, ...] = ()
    accounts: tuple[v.Account, ...] = ()
    regions: Annotated[tuple[v.Region, ...], Field(min_length=1)]
    auto_deployment: v.Flag = True
    failure_tolerance_percentage: v.Percentage = 10
    max_concurrent_percentage: Annotated[v.Percentage, Field(ge=1)] = 25
    overrides: tuple[Override, ...] = ()


class ServiceCatalog(Model):
    """The product through which others deploy the template."""

    product_name: (
        Annotated[str, Field(pattern=v.PRINTABLE_ASCII, min_length=1, max_length=100)] | None
    ) = None
    versions: Annotated[tuple[v.Version, ...], Field(min_length=1)] = ("1.0.0",)
    principals: tuple[v.PrincipalArn, ...] = ()
    template_base_url: v.BaseUrl = ""
    share_with: tuple[v.Account, ...] = ()
    accounts: tuple[v.Account, ...] = ()
    regions: tuple[v.Region, ...] = ()


class Deployment(Model):
    """Where the home is and who deploys the rest."""

    home: Home | None = Field(None, description="The one account and region that talks to Slack.")
    forwarding: v.Flag = Field(
        default=True, description="Whether the other instances forward findings to the home."
    )
    stackset: StackSet | None = Field(None, description="The StackSet's targets.")
    service_catalog: ServiceCatalog | None = Field(None, description="The product's settings.")
