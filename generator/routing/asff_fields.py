"""Where each key of ``match`` looks in a finding of Security Hub CSPM (ASFF).

https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-findings-format-syntax.html
"""

from __future__ import annotations

import re

from generator.routing.field import ABSENT, Field
from generator.routing.field_values import (
    control_globs,
    product,
    product_word,
    standard_globs,
    standard_word,
    type_globs,
)

PRODUCT = ":product/"
"""What comes before the company and name of a product in its ARN."""

_RULE_ID = re.compile(r"(?:CIS\.)?[0-9*]")
"""How the number of a recommendation begins, which CIS 1.2 findings have instead of a control."""


def _product_globs(word: str) -> tuple[str]:
    """Return what the ARN of a product looks like.

    ProductArn and not ProductName, because control findings call themselves "Security Hub" or
    "Security Hub CSPM" depending on their age, and imported findings may have no name at all.
    """
    return (f"*{PRODUCT}{product(word)}",)


FIELDS = {
    "severity": Field((("Severity", "Label"),), single=True),
    "compliance": Field((("Compliance", "Status"),), single=True, absent=ABSENT),
    "workflow": Field((("Workflow", "Status"),), single=True),
    "record_state": Field((("RecordState",),), single=True),
    "accounts": Field((("AwsAccountId",),), required=True, single=True),
    "account_names": Field((("AwsAccountName",),), single=True),
    "regions": Field((("Region",),), single=True),
    "products": Field(
        (("ProductArn",),),
        required=True,
        single=True,
        expand=_product_globs,
        word=product_word,
        text=lambda word: f"{PRODUCT}{word}",
    ),
    "generators": Field((("GeneratorId",),), required=True, single=True),
    # Findings from before control findings were consolidated name the control in ProductFields.
    # https://docs.aws.amazon.com/securityhub/latest/userguide/asff-changes-consolidation.html
    "controls": Field(
        (("Compliance", "SecurityControlId"), ("ProductFields", "ControlId")),
        expand=control_globs,
        rarer=((_RULE_ID, ("ProductFields", "RuleId")),),
    ),
    "standards": Field(
        (
            ("Compliance", "AssociatedStandards", "StandardsId"),
            ("ProductFields", "StandardsArn"),
            ("ProductFields", "StandardsGuideArn"),
        ),
        expand=standard_globs,
        word=standard_word,
    ),
    "resource_types": Field((("Resources", "Type"),), required=True),
    "resources": Field((("Resources", "Id"),), required=True),
    "types": Field((("Types",),), expand=type_globs),
}


ACTION = Field((("actionName",),), required=True, single=True)
"""The name of the custom action with which a person sent a finding; a field of the event's detail.

https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-cwe-event-formats.html
"""


def tag_field(key: str) -> Field:
    """Return the field of one resource tag."""
    return Field((("Resources", "Tags", key),))
