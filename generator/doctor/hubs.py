"""What comes to this account and Region by itself: findings of other Regions, and of members.

AWS calls the Region in which Security Hub brings findings together the home Region.
https://docs.aws.amazon.com/securityhub/latest/userguide/finding-aggregation.html
https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-v2-region-aggregation.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from generator.doctor.refusals import HUB_OFF, Refusal

if TYPE_CHECKING:
    from generator.doctor.case import Case
    from generator.params.choices import Source

_MEMBERS = 1_000
"""Members that are read: enough to say that there are some."""


class Aggregator(NamedTuple):
    """Where findings come together, and the Regions that are named in its settings."""

    region: str
    mode: str
    regions: tuple[str, ...]

    def brings(self, region: str) -> bool:
        """Whether the findings of a Region come to it."""
        if region == self.region:
            return False
        return (region in self.regions) == (self.mode == "SPECIFIED_REGIONS")


class _Api(NamedTuple):
    """How a product is asked for its aggregator: operations, and the names of members."""

    listing: str
    listed: str
    reading: str
    arn: str
    region: str
    regions: str


_APIS: dict[Source, _Api] = {
    "security_hub_cspm": _Api(
        "ListFindingAggregators",
        "FindingAggregators",
        "GetFindingAggregator",
        "FindingAggregatorArn",
        "FindingAggregationRegion",
        "Regions",
    ),
    "security_hub": _Api(
        "ListAggregatorsV2",
        "AggregatorsV2",
        "GetAggregatorV2",
        "AggregatorV2Arn",
        "AggregationRegion",
        "LinkedRegions",
    ),
}


def _calls(*apis: _Api) -> frozenset[str]:
    return frozenset(
        f"securityhub:{operation}" for api in apis for operation in (api.listing, api.reading)
    )


AGGREGATOR_CALLS = _calls(*_APIS.values())
MEMBER_CALLS = frozenset({"securityhub:ListMembers"})
OTHERS_CALLS = _calls(_APIS["security_hub_cspm"]) | MEMBER_CALLS
"""What ``others_arrive`` asks."""


def aggregator(case: Case, source: Source) -> Aggregator | None:
    """Return a product's aggregator, if there is one; raise Refusal."""
    api = _APIS[source]
    listed = case.aws.answer("securityhub", api.listing).get(api.listed) or []
    if not listed:
        return None
    answer = case.aws.answer("securityhub", api.reading, **{api.arn: listed[0][api.arn]})
    mode = answer.get("RegionLinkingMode", "NO_REGIONS")
    named = tuple(answer.get(api.regions) or ())
    return None if mode == "NO_REGIONS" else Aggregator(answer[api.region], mode, named)


def members(case: Case) -> list[str]:
    """Return members of which this account is the administrator; raise Refusal."""
    answer = case.aws.answer("securityhub", "ListMembers", most=_MEMBERS, OnlyAssociated=True)
    return [member["AccountId"] for member in answer.get("Members", [])]


def others_arrive(case: Case) -> bool:
    """Whether findings of other accounts or Regions come here, as far as that can be read."""
    try:
        central = aggregator(case, "security_hub_cspm")
        return bool(members(case)) or (central is not None and central.region == case.here)
    except Refusal as refusal:
        if refusal.code in HUB_OFF or refusal.denied:
            return False
        raise
