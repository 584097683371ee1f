"""``deployment``: several accounts and regions."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from generator.params import values as v
from generator.params.base import Model


class Home(Model):
    """The one account and region that is connected to the chat."""

    region: v.Region = Field(description="Region of the home.")
    account: v.Account | None = Field(
        None, description="Account of the home; left out, every account is its own home."
    )


class Override(Model):
    """Other parameter values for some units, accounts or regions."""

    organizational_units: tuple[v.UnitId, ...] = Field(
        (), description="Some of the StackSet's units; left out, all."
    )
    accounts: tuple[v.Account, ...] = Field(
        (), description="Some of the StackSet's accounts, where it lists accounts."
    )
    regions: tuple[v.Region, ...] = Field(
        (), description="Some of the StackSet's regions; left out, all."
    )
    parameters: Annotated[dict[str, str], Field(min_length=1)] = Field(
        description="Stack parameters and their values there, as text."
    )


class StackSet(Model):
    """Which accounts and regions get an instance, and how fast."""

    organization_id: v.OrganizationId | None = Field(
        None, description="The organization whose accounts may forward to the home."
    )
    organizational_units: tuple[v.UnitId, ...] = Field(
        (), description="Units to deploy to, by a service-managed StackSet."
    )
    accounts: tuple[v.Account, ...] = Field(
        (), description="Accounts to deploy to in place of units, by a self-managed StackSet."
    )
    regions: Annotated[tuple[v.Region, ...], Field(min_length=1)] = Field(
        description="Regions to deploy to; the home's is one of them."
    )
    auto_deployment: v.Flag = Field(
        default=True, description="Whether accounts that join a unit get an instance."
    )
    failure_tolerance_percentage: v.Percentage = Field(
        10,
        description="Percentage of accounts per region that may fail before the operation stops.",
    )
    max_concurrent_percentage: Annotated[v.Percentage, Field(ge=1)] = Field(
        25, description="Percentage of accounts that are deployed to at the same time."
    )
    overrides: tuple[Override, ...] = Field(
        (), description="Other parameter values for some places; later entries win."
    )


class ServiceCatalog(Model):
    """The product through which others deploy the template."""

    product_name: (
        Annotated[str, Field(pattern=v.PRINTABLE_ASCII, min_length=1, max_length=100)] | None
    ) = Field(None, description="The product's name; left out, the deployment's.")
    versions: Annotated[tuple[v.Version, ...], Field(min_length=1)] = Field(
        ("1.0.0",), description="Versions of the product; earlier ones are kept."
    )
    principals: tuple[v.PrincipalArn, ...] = Field(
        (),
        description="Who may launch it: ARNs of roles, users or groups; without an account in"
        " it an ARN is a pattern, for the roles of single sign-on.",
    )
    template_base_url: v.BaseUrl = Field(
        "", description="Default of the parameter TemplateBaseUrl: where the templates are."
    )
    share_with: tuple[v.Account, ...] = Field(
        (), description="Accounts that the portfolio is shared with."
    )
    accounts: tuple[v.Account, ...] = Field(
        (),
        description="With regions: a launch is a StackSet over these accounts, in place of one"
        " stack with a launch role.",
    )
    regions: tuple[v.Region, ...] = Field((), description="With accounts: the StackSet's regions.")


class Deployment(Model):
    """Where the home is and who deploys the rest."""

    home: Home | None = Field(
        None, description="The one account and region that is connected to the chat."
    )
    forwarding: v.Flag = Field(
        default=True, description="Whether the other instances forward findings to the home."
    )
    stackset: StackSet | None = Field(None, description="The StackSet's targets.")
    service_catalog: ServiceCatalog | None = Field(None, description="The product's settings.")

    @property
    def asks_to_forward(self) -> bool:
        """Whether it asks for forwarding: left out, where there are places to forward from."""
        given = "forwarding" in self.model_fields_set
        return self.forwarding and (given or bool(self.home or self.stackset))
