"""A Service Catalog portfolio with one product, and who may launch it."""

from __future__ import annotations

import re
from itertools import count
from typing import TYPE_CHECKING, Any, NamedTuple

from troposphere import Ref, Sub, servicecatalog

from generator.blocks.metadata import about

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from troposphere import AWSObject

_ADMINISTRATION = "AWSCloudFormationStackSetAdministrationRole"
_EXECUTION = "AWSCloudFormationStackSetExecutionRole"


class Catalog(NamedTuple):
    """The portfolio, the product, and what puts the one into the other."""

    portfolio: servicecatalog.Portfolio
    product: servicecatalog.CloudFormationProduct
    association: servicecatalog.PortfolioProductAssociation


def catalog(  # noqa: PLR0913  (the properties of a product)
    *,
    name: str,
    description: str,
    owner: Any,
    versions: Sequence[str],
    base_url: str,
    file: str,
    tags: Mapping[str, str],
) -> Catalog:
    """Build them; ``base_url`` names the parameter below whose value VERSION/FILE lie."""
    portfolio = servicecatalog.Portfolio(
        "Portfolio",
        DisplayName=name,
        Description=description,
        ProviderName=owner,
        **about("Contains the product, and defines who may launch it.", tags),
    )
    product = servicecatalog.CloudFormationProduct(
        "Product",
        Name=name,
        Description=description,
        Owner=owner,
        ProvisioningArtifactParameters=[
            _version(version, f"${{{base_url}}}/{version}/{file}") for version in versions
        ],
        **about("What is launched; earlier versions stay as they were.", tags),
    )
    association = servicecatalog.PortfolioProductAssociation(
        "ProductInPortfolio",
        PortfolioId=Ref(portfolio),
        ProductId=Ref(product),
        **about("Puts the product into the portfolio."),
    )
    return Catalog(portfolio, product, association)


def _version(name: str, url: str) -> servicecatalog.ProvisioningArtifactProperties:
    return servicecatalog.ProvisioningArtifactProperties(
        Name=name, Info=servicecatalog.Info(LoadTemplateFromURL=Sub(url))
    )


def access(offer: Catalog, principals: Iterable[str]) -> Iterator[AWSObject]:
    """Yield what lets principals see and launch the product.

    An ARN without an account is a pattern, for the roles of single sign-on: their names end
    differently in every account.
    https://docs.aws.amazon.com/servicecatalog/latest/adminguide/catalogs_portfolios_users.html
    """
    titles = _Titles()
    for arn in principals:
        account, _, resource = arn.split(":", 4)[4].partition(":")
        yield servicecatalog.PortfolioPrincipalAssociation(
            titles.of("Principal", resource),
            PortfolioId=Ref(offer.portfolio),
            # The partition is that of the portfolio, whatever the file says.
            PrincipalARN=Sub(f"arn:${{AWS::Partition}}:iam::{account}:{resource}"),
            PrincipalType="IAM" if account else "IAM_PATTERN",
            **about("Allowed to see and launch the product."),
        )


def shares(offer: Catalog, accounts: Iterable[str]) -> Iterator[AWSObject]:
    """Yield what shares the portfolio with other accounts, tag options included."""
    for account in accounts:
        yield servicecatalog.PortfolioShare(
            f"Share{account}",
            PortfolioId=Ref(offer.portfolio),
            AccountId=account,
            **about("Offers the portfolio to another account, which must accept it."),
        )


def launch_constraint(offer: Catalog, role_name: Any) -> servicecatalog.LaunchRoleConstraint:
    """Build what makes Service Catalog deploy with a role of this name in the user's account."""
    return servicecatalog.LaunchRoleConstraint(
        "LaunchConstraint",
        PortfolioId=Ref(offer.portfolio),
        ProductId=Ref(offer.product),
        LocalRoleName=role_name,
        DependsOn=offer.association.title,
        **about("The product is deployed with this role, not with its user's rights."),
    )


def stackset_constraint(
    offer: Catalog, accounts: Sequence[str], regions: Sequence[str]
) -> servicecatalog.StackSetConstraint:
    """Build what makes a launch a StackSet over these accounts and regions.

    It requires the two roles of self-managed StackSets. A product with this constraint cannot have
    a launch constraint too.
    https://docs.aws.amazon.com/servicecatalog/latest/adminguide/constraints-stackset.html
    """
    return servicecatalog.StackSetConstraint(
        "StackSetConstraint",
        PortfolioId=Ref(offer.portfolio),
        ProductId=Ref(offer.product),
        Description="One instance in each of these accounts and regions.",
        AccountList=list(accounts),
        RegionList=list(regions),
        AdminRole=Sub(f"arn:${{AWS::Partition}}:iam::${{AWS::AccountId}}:role/{_ADMINISTRATION}"),
        ExecutionRole=_EXECUTION,
        StackInstanceControl="NOT_ALLOWED",
        DependsOn=offer.association.title,
        **about("A launch deploys to these accounts and regions; its user cannot change them."),
    )


class _Titles:
    """Logical ids made of words of the user's, each used once."""

    def __init__(self) -> None:
        self._used: set[str] = set()

    def of(self, kind: str, words: str) -> str:
        camel = "".join(part[:1].upper() + part[1:] for part in re.findall(r"[A-Za-z0-9]+", words))
        named = (f"{kind}{camel}{number or ''}"[:200] for number in count())
        title = next(title for title in named if title not in self._used)
        self._used.add(title)
        return title
