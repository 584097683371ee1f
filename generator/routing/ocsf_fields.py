"""Where each key of ``match`` looks in a finding of the new Security Hub (OCSF).

https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-ocsf-findings.html
"""

from __future__ import annotations

from generator.findings.outline import ACTIVITIES, COMPLIANCES, PRODUCT, SEVERITIES, WORKFLOWS
from generator.routing.field import ABSENT, Field, labels
from generator.routing.field_values import (
    control_globs,
    product,
    product_word,
    standard_globs,
    standard_word,
    type_globs,
)

_TAG = ("resources", "tags")


def _product_globs(word: str) -> tuple[str]:
    """Return what the ARN of a product looks like.

    The ARN and not the name: controls call themselves "Security Hub" or "Security Hub CSPM".
    """
    return (f"*{PRODUCT}{product(word)}",)


FIELDS = {
    "severity": labels((("severity",),), SEVERITIES),
    "compliance": labels((("compliance", "status"),), COMPLIANCES)._replace(
        required=False, absent=ABSENT
    ),
    "workflow": labels((("status",),), WORKFLOWS),
    # A closed finding may still have the status New.
    "record_state": labels((("activity_name",),), ACTIVITIES, otherwise="ACTIVE"),
    "accounts": Field((("cloud", "account", "uid"),), required=True, single=True),
    "account_names": Field((("cloud", "account", "name"),), single=True),
    "regions": Field((("cloud", "region"),), required=True, single=True),
    "products": Field(
        (("metadata", "product", "uid"),),
        required=True,
        single=True,
        expand=_product_globs,
        word=product_word,
        text=lambda word: f"{PRODUCT}{word}",
    ),
    "controls": Field((("compliance", "control"),), single=True, expand=control_globs),
    "standards": Field((("compliance", "standards"),), expand=standard_globs, word=standard_word),
    "resource_types": Field((("resources", "type"),)),
    # The ARN is in uid_alt where uid is a name, an address or another id.
    "resources": Field((("resources", "uid"), ("resources", "uid_alt"))),
    "types": Field((("finding_info", "types"),), expand=type_globs),
}


def tag_field(key: str) -> Field:
    """Return the field of one resource tag: a list of objects with name and value."""
    return Field(((*_TAG, "value"),), alongside=(((*_TAG, "name"), key),))
