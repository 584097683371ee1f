"""``match``: which findings a route matches, in the user's words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Generic, TypeVar

from pydantic import Discriminator, Field, Tag

from generator.params import choices as c
from generator.params import values as v
from generator.params.base import Model

T = TypeVar("T")


class Not(Model, Generic[T]):
    """``not:`` matches whatever is not listed, also where the field is missing."""

    values: Annotated[tuple[T, ...], Field(alias="not", min_length=1)]


def _form(value: Any) -> str:
    return "not form" if isinstance(value, dict | Not) else "list form"


if TYPE_CHECKING:
    Selection = tuple[T, ...] | Not[T]
else:

    class Selection:
        """A list of values, or ``not:`` and a list of values.

        A class and no alias, because an alias would leave the ``T`` of ``Not[T]`` as it is.
        """

        def __class_getitem__(cls, value: Any) -> Any:
            only = Annotated[tuple[value, ...], Field(min_length=1), Tag("list form")]
            return Annotated[only | Annotated[Not[value], Tag("not form")], Discriminator(_form)]


class Match(Model):
    """Fields left out are not filtered on; fields given must all agree."""

    severity: Selection[c.Severity] | None = Field(
        None, description="Severity labels. Tuned after deployment by a stack parameter."
    )
    compliance: Selection[c.Compliance] | None = Field(
        None,
        description="Compliance states; ABSENT also matches findings without any, such as"
        " GuardDuty's. Tuned after deployment by a stack parameter.",
    )
    workflow: Selection[c.Workflow] | None = Field(
        None,
        description="Workflow states. [NEW] is governed by the stack parameter NewFindingsOnly;"
        " any other list is fixed when rendering.",
    )
    record_state: Selection[c.RecordState] | None = Field(
        None, description="ACTIVE findings, ARCHIVED ones, or both."
    )
    accounts: Selection[v.AccountGlob] | None = Field(
        None, description="The finding's own account ids, in quotes."
    )
    account_names: Selection[v.Glob] | None = Field(
        None, description="Names of the finding's own accounts, such as prod-*."
    )
    regions: Selection[v.RegionGlob] | None = Field(
        None, description="The finding's own regions, such as ap-northeast-1 or eu-*."
    )
    products: Selection[v.Product] | None = Field(
        None,
        description="Products as COMPANY/PRODUCT, such as aws/guardduty or prowler/*;"
        " a bare word such as guardduty means one of AWS's.",
    )
    generators: Selection[v.Glob] | None = Field(
        None,
        description="What found it, by GeneratorId: a rule, check or detector of the product, such"
        " as prowler-*.",
    )
    controls: Selection[v.Control] | None = Field(
        None,
        description='Security controls, such as IAM.6 or S3.*, in findings old and new; "2.9" is'
        " a recommendation of CIS 1.2.",
    )
    standards: Selection[v.Standard] | None = Field(
        None,
        description="Security standards, such as cis-aws-foundations-benchmark (any version)"
        " or cis-aws-foundations-benchmark/v/1.4.0.",
    )
    resource_types: Selection[v.Glob] | None = Field(
        None, description="Types of the resources concerned, such as AwsS3Bucket or AwsEc2*."
    )
    resources: Selection[v.Glob] | None = Field(
        None,
        description="Ids of the resources concerned, mostly ARNs, such as arn:aws:s3:::logs-*.",
    )
    resource_tags: dict[v.ResourceTagKey, Selection[v.Glob]] | None = Field(
        None,
        min_length=1,
        description='Tags of the resource concerned: a tag\'s key and its values; ["*"] asks'
        " only that the tag is there.",
    )
    types: Selection[v.Glob] | None = Field(
        None,
        description="Finding types, such as TTPs/* or Software and Configuration Checks/*, which"
        " also match the namespace by itself and its spelling with & (Patch Manager's).",
    )
    kinds: Selection[c.Kind] | None = Field(
        None,
        description="With `source: security_hub` alone: kinds of findings. Left out, all but"
        " coverage, which reports for every account that a service is on.",
    )
    actions: Selection[v.ActionName] | None = Field(
        None,
        description="With `on: custom_action` alone: names of custom actions, such as Send to"
        " Slack. Left out, any.",
    )
