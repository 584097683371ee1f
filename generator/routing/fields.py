"""Where each key of ``match`` looks in a finding (AWS Security Finding Format, ASFF).

https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-findings-format-syntax.html
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

Path = tuple[str, ...]

ABSENT = "ABSENT"
"""What a params file calls a missing Compliance."""

ANY = "*"
"""What a params file calls any value at all: the field only has to be there."""

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

_PATCH_MANAGER = ("Software and Configuration Checks", "Software & Configuration Checks")
"""The first namespace of finding types, and how Systems Manager Patch Manager spells it.

https://docs.aws.amazon.com/systems-manager/latest/userguide/patch-manager-security-hub-integration.html
"""

_RULE_ID = re.compile(r"(?:CIS\.)?[0-9*]")
"""How the number of a recommendation begins, which CIS 1.2 findings have instead of a control."""


class Field(NamedTuple):
    """One key of ``match``.

    ``paths`` lead from a finding to the field; several where findings of another age keep it
    elsewhere. ``rarer`` are further paths for words that may occur there. ``required`` says that
    ASFF demands the field, so that it is never missing; ``single``, that a finding has at most one
    value. ``expand`` turns the user's word into the texts that the field may have, ``*`` being a
    wildcard; ``word`` turns a field's text into the user's word. ``absent`` is the word, if there
    is one, that means a missing field.
    """

    paths: tuple[Path, ...]
    required: bool = False
    single: bool = False
    expand: Callable[[str], tuple[str, ...]] = lambda word: (word,)
    word: Callable[[str], str] = str
    absent: str | None = None
    rarer: tuple[tuple[re.Pattern[str], Path], ...] = ()

    def globs(self, words: Iterable[str]) -> list[str]:
        """Return the field's texts for words of the params file, ``*`` being a wildcard.

        The word ``*`` alone means any value: no text is put around it.
        """
        texts = [
            text
            for word in words
            if word != self.absent
            for text in ((word,) if word == ANY else self.expand(word))
        ]
        return list(dict.fromkeys(texts))

    def paths_of(self, words: Iterable[str]) -> tuple[Path, ...]:
        """Return the paths at which one of these words may occur."""
        listed = tuple(words)
        rarer = [path for begins, path in self.rarer if any(map(begins.match, listed))]
        return (*self.paths, *rarer)


def product(word: str) -> str:
    """Return the company and product that a word means: ``guardduty`` is one of AWS's."""
    word = word.rpartition(":product/")[2].removeprefix("product/")
    known = _PRODUCT_NAMES.get(word.casefold(), word)
    return known if "/" in known else f"aws/{known.lower()}"


def _product_globs(word: str) -> tuple[str]:
    """Return what the ARN of a product looks like.

    ProductArn and not ProductName, because control findings call themselves "Security Hub" or
    "Security Hub CSPM" depending on their age, and imported findings may have no name at all.
    """
    return (f"*:product/{product(word)}",)


def product_word(arn: str) -> str:
    """Return ``aws/guardduty`` for the ARN of a product."""
    return arn.rpartition(":product/")[2]


def _control_globs(word: str) -> tuple[str, ...]:
    """Return what a control may be called: CIS.2.9 is 2.9 in findings of CIS 1.2."""
    number = word.removeprefix("CIS.")
    return (word, number) if number != word and number[:1].isdigit() else (word,)


def _standard_globs(word: str) -> tuple[str]:
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


def _type_globs(word: str) -> tuple[str, ...]:
    """Return the types that a word means.

    All types of a namespace or category are also the namespace or category by itself, which is
    all that findings of AWS Config and AWS Health have.
    """
    first, other = _PATCH_MANAGER
    rest = word.removeprefix(first)
    spellings = (word, f"{other}{rest}") if rest != word else (word,)
    bare = [spelling.removesuffix("/*") for spelling in spellings if spelling.endswith("/*")]
    return (*spellings, *(spelling for spelling in bare if spelling))


FIELDS = {
    "severity": Field((("Severity", "Label"),), single=True),
    "compliance": Field((("Compliance", "Status"),), single=True, absent=ABSENT),
    "workflow": Field((("Workflow", "Status"),), single=True),
    "record_state": Field((("RecordState",),), single=True),
    "accounts": Field((("AwsAccountId",),), required=True, single=True),
    "account_names": Field((("AwsAccountName",),), single=True),
    "regions": Field((("Region",),), single=True),
    "products": Field(
        (("ProductArn",),), required=True, single=True, expand=_product_globs, word=product_word
    ),
    "generators": Field((("GeneratorId",),), required=True, single=True),
    # Findings from before control findings were consolidated name the control in ProductFields.
    # https://docs.aws.amazon.com/securityhub/latest/userguide/asff-changes-consolidation.html
    "controls": Field(
        (("Compliance", "SecurityControlId"), ("ProductFields", "ControlId")),
        expand=_control_globs,
        rarer=((_RULE_ID, ("ProductFields", "RuleId")),),
    ),
    "standards": Field(
        (
            ("Compliance", "AssociatedStandards", "StandardsId"),
            ("ProductFields", "StandardsArn"),
            ("ProductFields", "StandardsGuideArn"),
        ),
        expand=_standard_globs,
        word=standard_word,
    ),
    "resource_types": Field((("Resources", "Type"),), required=True),
    "resources": Field((("Resources", "Id"),), required=True),
    "types": Field((("Types",),), expand=_type_globs),
}


ACTION = Field((("actionName",),), required=True, single=True)
"""The name of the custom action with which a person sent a finding; a field of the event's detail.

https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-cwe-event-formats.html
"""


def tag_field(key: str) -> Field:
    """Return the field of one resource tag."""
    return Field((("Resources", "Tags", key),))
