"""How a digest counts findings: by insights, or by the statistics of the new Security Hub."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, assert_never

from troposphere import AWSObject, Ref

from generator.blocks.digest_definition import (
    BY_SEVERITY,
    FINDINGS,
    NEW,
    Group,
    Oldest,
    Step,
    count_by_insight,
    count_by_statistics,
    find_oldest,
    find_oldest_v2,
)
from generator.blocks.insight import insight
from generator.blocks.logical_ids import logical_ids
from generator.findings.outline import SEVERITIES
from generator.params.naming import logical_id
from generator.params.schedule import longest_gap
from generator.routing.filters import UnsayableError, filters, oldest_wanted
from generator.routing.ocsf_filters import (
    ocsf_filters,
    oldest_wanted_v2,
    with_date,
    with_severities,
)
from generator.templates.errors import UnbuildableError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from generator.params import Match, Settings
    from generator.params.choices import GroupBy
    from generator.params.digests import Digest
    from generator.routing.filters import Filters

ATTRIBUTES: dict[GroupBy, str] = {
    "severity": "SeverityLabel",
    "control": "ComplianceSecurityControlId",
    "account": "AwsAccountId",
    "region": "Region",
    "product": "ProductName",
    "resource_type": "ResourceType",
    "resource": "ResourceId",
}
"""The attribute by which an insight groups, for each word of ``by``."""

FIELDS: dict[GroupBy, str] = {
    "severity": "severity",
    "control": "compliance.control",
    "account": "cloud.account.uid",
    "region": "cloud.region",
    "product": "metadata.product.name",
    "resource_type": "resources.type",
    "resource": "resources.uid",
}
"""The field by which the statistics of the new Security Hub group."""


class Counts(NamedTuple):
    """The resources that count, the steps that read them, and what the message shows of it."""

    resources: list[AWSObject]
    steps: list[Step]
    groups: list[Group]
    oldest: list[Oldest]


def counts(settings: Settings, digest: Digest) -> Counts:
    """Return how a digest counts; raise UnbuildableError for what filters cannot say."""
    match digest.source:
        case "security_hub_cspm":
            return _by_insights(settings, digest, _built(settings, digest, filters))
        case "security_hub":
            return _by_statistics(digest, _built(settings, digest, ocsf_filters))
        case _:
            assert_never(digest.source)


def _built(settings: Settings, digest: Digest, build: Callable[[Match], Any]) -> Any:
    try:
        return build(digest.match)
    except UnsayableError as error:
        at = ("digests", settings.digests.index(digest), "match")
        raise UnbuildableError(((*at, error.key) if error.key else at, error.message)) from None


def _by_insights(settings: Settings, digest: Digest, conditions: Filters) -> Counts:
    counted = list(dict.fromkeys(("severity", *digest.by)))
    days = {"DateRange": {"Unit": "DAYS", "Value": longest_gap(digest.schedule)}}
    created: dict[str, Any] = {**conditions, "CreatedAt": [days]}
    insights = [_insight(settings, digest, by, ATTRIBUTES[by], conditions) for by in counted]
    new = _insight(settings, digest, "new", ATTRIBUTES["severity"], created)
    oldest = [_oldest(label) for label in oldest_wanted(conditions)]
    looked_for = (
        find_oldest(_state(item), item.variable, _only(item.severity, conditions))
        for item in oldest
    )
    return Counts(
        resources=[*insights, new],
        steps=[
            *(
                count_by_insight(f"CountBy{_word(by)}", _variable(by), Ref(one_insight))
                for by, one_insight in zip(counted, insights, strict=True)
            ),
            count_by_insight("CountNew", NEW, Ref(new)),
            *looked_for,
        ],
        groups=[
            Group(by, _variable(by), Ref(_title(digest, by)))
            for by in digest.by
            if by != "severity"
        ],
        oldest=oldest,
    )


def _by_statistics(digest: Digest, selected: dict[str, Any]) -> Counts:
    counted = list(dict.fromkeys(("severity", *digest.by)))
    new = with_date(selected, longest_gap(digest.schedule))
    oldest = [_oldest(label) for label in oldest_wanted_v2(digest.match)]
    looked_for = (
        find_oldest_v2(
            _state(item), item.variable, with_severities(selected, SEVERITIES[item.severity])
        )
        for item in oldest
    )
    return Counts(
        resources=[],
        steps=[
            count_by_statistics("Count", selected, {_variable(by): FIELDS[by] for by in counted}),
            count_by_statistics("CountNew", new, {NEW: FIELDS["severity"]}),
            *looked_for,
        ],
        groups=[Group(by, _variable(by), FINDINGS) for by in digest.by if by != "severity"],
        oldest=oldest,
    )


def _insight(
    settings: Settings, digest: Digest, by: str, attribute: str, conditions: Mapping[str, Any]
) -> AWSObject:
    name = "new" if by == "new" else f"by {by.replace('_', ' ')}"
    return insight(
        title=_title(digest, by),
        name=f"{settings.digest_name(digest)}: {name}",
        filters=conditions,
        by=attribute,
    )


def _title(digest: Digest, by: str) -> str:
    return logical_ids(logical_id(digest.name)).insight(by)


def _only(label: str, conditions: Filters) -> Filters:
    return {**conditions, "SeverityLabel": [{"Comparison": "EQUALS", "Value": label}]}


def _oldest(label: str) -> Oldest:
    return Oldest(label, f"oldest{label.capitalize()}")


def _state(item: Oldest) -> str:
    return f"Oldest{item.severity.capitalize()}"


def _word(by: str) -> str:
    return by.title().replace("_", "")


def _variable(by: str) -> str:
    return BY_SEVERITY if by == "severity" else f"by{_word(by)}"
