"""Where each key of ``match`` looks in a finding (AWS Security Finding Format, ASFF).

https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-findings-format-syntax.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

Path = tuple[str, ...]

ABSENT = "ABSENT"
"""What a params file calls a missing Compliance."""

ANY = "*"
"""What a params file calls any value at all: the field only has to be there."""

_PRODUCT_NAMES = {
    "security hub": "aws/securityhub",
    "security hub cspm": "aws/securityhub",
    "iam access analyzer": "aws/access-analyzer",
    "firewall manager": "aws/firewall-manager",
    "systems manager patch manager": "aws/ssm-patch-manager",
    "iot device defender": "aws/iot-device-defender",
}
"""Names that Security Hub's console shows, where they are not simply the product's id."""


class Field(NamedTuple):
    """One key of ``match``.

    ``paths`` lead from a finding to the field; several where findings of another age keep it
    elsewhere. ``required`` says that ASFF demands the field, so that it is never missing.
    ``expand`` turns the user's word into the field's text, ``*`` being a wildcard; ``word`` turns
    a field's text into the user's word. ``absent`` is the word, if there is one, that stands for
    a missing field.
    """

    paths: tuple[Path, ...]
    required: bool = False
    expand: Callable[[str], str] = str
    word: Callable[[str], str] = str
    absent: str | None = None

    def glob(self, word: str) -> str:
        """Return the field's text for a word of the params file, ``*`` being a wildcard.

        The word ``*`` alone stands for any value: no text is put around it.
        """
        return word if word == ANY else self.expand(word)


def product_glob(word: str) -> str:
    """Return what the ARN of a product looks like: ``guardduty`` is one of AWS's.

    ProductArn and not ProductName, because control findings call themselves "Security Hub" or
    "Security Hub CSPM" depending on their age, and imported findings may have no name at all.
    """
    word = word.rpartition(":product/")[2].removeprefix("product/")
    known = _PRODUCT_NAMES.get(word.casefold(), word)
    return f"*:product/{known if '/' in known else 'aws/' + known.lower()}"


def product_word(arn: str) -> str:
    """Return ``aws/guardduty`` for the ARN of a product."""
    return arn.rpartition(":product/")[2]


def standard_glob(word: str) -> str:
    """Return what the ids and ARNs of a standard end with, old and new, in any version.

    New findings carry ``standards/NAME/v/1.0.0`` or ``ruleset/NAME/v/1.2.0``, older ones the
    same at the end of an ARN.
    """
    word = standard_word(word)
    return f"*/{word}" if "/" in word else f"*/{word}/v/*"


def standard_word(text: str) -> str:
    """Return ``NAME/v/1.0.0`` for the id or ARN of a standard."""
    for before in ("standards/", "ruleset/"):
        text = text.rpartition(before)[2]
    return text


FIELDS = {
    "severity": Field((("Severity", "Label"),)),
    "compliance": Field((("Compliance", "Status"),), absent=ABSENT),
    "workflow": Field((("Workflow", "Status"),)),
    "record_state": Field((("RecordState",),)),
    "accounts": Field((("AwsAccountId",),), required=True),
    "regions": Field((("Region",),)),
    "products": Field((("ProductArn",),), required=True, expand=product_glob, word=product_word),
    # Findings from before control findings were consolidated name the control in ProductFields.
    # https://docs.aws.amazon.com/securityhub/latest/userguide/asff-changes-consolidation.html
    "controls": Field((("Compliance", "SecurityControlId"), ("ProductFields", "ControlId"))),
    "standards": Field(
        (
            ("Compliance", "AssociatedStandards", "StandardsId"),
            ("ProductFields", "StandardsArn"),
            ("ProductFields", "StandardsGuideArn"),
        ),
        expand=standard_glob,
        word=standard_word,
    ),
    "resource_types": Field((("Resources", "Type"),), required=True),
    "types": Field((("Types",),)),
}


def tag_field(key: str) -> Field:
    """Return the field of one resource tag."""
    return Field((("Resources", "Tags", key),))
