"""What allows setting the status of findings and writing nothing else of them.

Both products' operations have one IAM action, and condition keys for what a request writes.
https://docs.aws.amazon.com/securityhub/latest/userguide/finding-update-batchupdatefindings.html
https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_BatchUpdateFindingsV2.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, assert_never

from awacs import securityhub
from awacs.aws import Allow, Condition, Null, Statement, StringEquals
from troposphere import Sub

from generator.findings.outline import STATUS_IDS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from generator.params.choices import Source, Workflow

_OTHERS_OF_ASFF = (
    "Confidence",
    "Criticality",
    "Note",
    "Note.Text",
    "Note.UpdatedBy",
    "RelatedFindings",
    "Severity",
    "Severity.Label",
    "Severity.Normalized",
    "Severity.Product",
    "Types",
    "UserDefinedFields",
    "VerificationState",
)
"""All else that BatchUpdateFindings can write, by field and by part of a field: AWS's guide says
"field", and its own policies name either.
"""

_COMMENT = "Comment"


class _Product(NamedTuple):
    """A product's hubs, its condition key of the status, and those of what else can be written."""

    hubs: tuple[str, ...]
    path: str
    status: str
    others: tuple[str, ...]


_PRODUCTS: dict[Source, _Product] = {
    "security_hub_cspm": _Product(
        ("hub/default",), "ASFFSyntaxPath", "Workflow.Status", _OTHERS_OF_ASFF
    ),
    # The action is that of the other API too; on which of the hubs, is not documented.
    "security_hub": _Product(
        ("hub/default", "hubv2/*"), "OCSFSyntaxPath", "StatusId", ("SeverityId", _COMMENT)
    ),
}


def may_set(
    *,
    source: Source,
    statuses: Sequence[Workflow],
    sid: str,
    region: str = "${AWS::Region}",
    comment: bool = False,
) -> Statement:
    """Allow setting findings of a product to these statuses, and writing nothing else.

    ``comment`` says that a comment may be written too, which the new product alone has. A request
    has the keys of its own API: a statement for one product allows nothing of the other.
    """
    product = _PRODUCTS[source]
    path = f"securityhub:{product.path}/"
    values = [_value(source, status) for status in statuses]
    unset = [field for field in product.others if not (comment and field == _COMMENT)]
    arn = f"arn:${{AWS::Partition}}:securityhub:{region}:${{AWS::AccountId}}:"
    return Statement(
        Sid=sid,
        Effect=Allow,
        Action=[securityhub.BatchUpdateFindings],
        Resource=[Sub(f"{arn}{hub}") for hub in product.hubs],
        Condition=Condition(
            [
                StringEquals(f"{path}{product.status}", values if len(values) > 1 else values[0]),
                Null({f"{path}{field}": "true" for field in unset}),
            ]
        ),
    )


def _value(source: Source, status: Workflow) -> str:
    match source:
        case "security_hub_cspm":
            return status
        case "security_hub":
            return str(STATUS_IDS[status])
        case _:
            assert_never(source)
