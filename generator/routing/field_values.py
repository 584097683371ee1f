"""The words for values that both formats have: products, controls, standards and types."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from generator.findings.outline import is_ocsf

if TYPE_CHECKING:
    from collections.abc import Mapping

AWS_PRODUCTS = frozenset(
    (
        *("aws/access-analyzer", "aws/config", "aws/firewall-manager", "aws/guardduty"),
        *("aws/health", "aws/inspector", "aws/iot-device-defender", "aws/macie"),
        *("aws/securityhub", "aws/ssm-patch-manager", "amazon/detective"),
        "amazon/route-53-resolver-dns-firewall-aws-list",
        "amazon/route-53-resolver-dns-firewall-custom-list",
        "amazon/route-53-resolver-dns-firewall-advanced",
    )
)
"""The ends of the product ARNs of AWS services that send findings to Security Hub CSPM.

https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-internal-providers.html; in an
account: ``aws securityhub describe-products``.
"""

_PRODUCT_NAMES = {
    "security hub": "aws/securityhub",
    "security hub cspm": "aws/securityhub",
    "iam access analyzer": "aws/access-analyzer",
    "systems manager patch manager": "aws/ssm-patch-manager",
    **{product.partition("/")[2].replace("-", " "): product for product in AWS_PRODUCTS},
    **{product.partition("/")[2]: product for product in AWS_PRODUCTS},
}
"""Products by the names that Security Hub's console shows, and by their ids alone."""

NAMES_OF_PRODUCTS = {
    "aws/access-analyzer": ("IAM Access Analyzer",),
    "aws/config": ("Config",),
    "aws/firewall-manager": ("Firewall Manager",),
    "aws/guardduty": ("GuardDuty",),
    "aws/health": ("Health",),
    "aws/inspector": ("Inspector",),
    "aws/iot-device-defender": ("IoT Device Defender",),
    "aws/macie": ("Macie",),
    # Findings of controls have called themselves either, depending on their age.
    "aws/securityhub": ("Security Hub", "Security Hub CSPM"),
    "aws/ssm-patch-manager": ("Systems Manager Patch Manager",),
    "amazon/detective": ("Detective",),
}
"""What findings have as their ProductName, which Security Hub fills in from the product.

https://docs.aws.amazon.com/securityhub/latest/userguide/asff-required-attributes.html#ProductName
"""

_PRODUCT_ARN = re.compile(r"(?:.*:)?product(?:v2)?/")
"""What comes before the company and name of a product, in the ARNs of either Security Hub."""

_PATCH_MANAGER = ("Software and Configuration Checks", "Software & Configuration Checks")
"""The first namespace of finding types, and how Systems Manager Patch Manager spells it.

https://docs.aws.amazon.com/systems-manager/latest/userguide/patch-manager-security-hub-integration.html
"""


def product(word: str) -> str:
    """Return the company and product that a word means: ``guardduty`` is one of AWS's."""
    word = product_word(word)
    known = _PRODUCT_NAMES.get(word.casefold(), word)
    return known if "/" in known else f"aws/{known.lower()}"


def product_word(arn: str) -> str:
    """Return ``aws/guardduty`` for the ARN of a product."""
    before = _PRODUCT_ARN.match(arn)
    return arn[before.end() :] if before else arn


def control_globs(word: str) -> tuple[str, ...]:
    """Return what a control may be called: CIS.2.9 is 2.9 in findings of CIS 1.2."""
    number = word.removeprefix("CIS.")
    return (word, number) if number != word and number[:1].isdigit() else (word,)


def standard_globs(word: str) -> tuple[str]:
    """Return what the ids and ARNs of a standard end with, old and new, in any version.

    New findings carry ``standards/NAME/v/1.0.0`` or ``ruleset/NAME/v/1.2.0``, older ones the
    same at the end of an ARN.
    """
    word = standard_word(word)
    return (f"*/{word}" if "/" in word else f"*/{word}/v/*",)


def standard_word(text: str) -> str:
    """Return ``NAME/v/1.0.0`` for the id or ARN of a standard."""
    for before in ("standards/", "ruleset/"):
        text = text.rpartition(before)[2]
    return text


def type_globs(word: str) -> tuple[str, ...]:
    """Return the types that a word means.

    All types of a namespace or category are also the namespace or category by itself, which is
    all that findings of AWS Config and AWS Health have.
    """
    first, other = _PATCH_MANAGER
    rest = word.removeprefix(first)
    spellings = (word, f"{other}{rest}") if rest != word else (word,)
    bare = [spelling.removesuffix("/*") for spelling in spellings if spelling.endswith("/*")]
    return (*spellings, *(spelling for spelling in bare if spelling))


def named(finding: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the finding with the product's name, which Security Hub fills in."""
    if "ProductName" in finding or is_ocsf(finding):
        return finding
    names = NAMES_OF_PRODUCTS.get(product_word(finding["ProductArn"]))
    return {**finding, "ProductName": names[0]} if names else finding
