"""Whether findings of other Regions come here, and whether any come twice.

AWS calls the Region in which Security Hub brings findings together the home Region.
https://docs.aws.amazon.com/securityhub/latest/userguide/finding-aggregation.html
https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-v2-region-aggregation.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from generator.doctor.check import Check, Said, fails, fine, twice
from generator.doctor.refusals import HUB_OFF, Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.doctor.case import Case
    from generator.doctor.check import Outcome
    from generator.params.choices import Source


class _Aggregator(NamedTuple):
    """Where findings come together, and the Regions that are named in its settings."""

    region: str
    mode: str
    regions: tuple[str, ...]

    def brings(self, region: str) -> bool:
        """Whether the findings of a Region come to it."""
        if region == self.region:
            return False
        return (region in self.regions) == (self.mode == "SPECIFIED_REGIONS")


_CALLS: dict[Source, tuple[str, str, str, str, str, str]] = {
    "security_hub_cspm": (
        "ListFindingAggregators",
        "FindingAggregators",
        "GetFindingAggregator",
        "FindingAggregatorArn",
        "FindingAggregationRegion",
        "Regions",
    ),
    "security_hub": (
        "ListAggregatorsV2",
        "AggregatorsV2",
        "GetAggregatorV2",
        "AggregatorV2Arn",
        "AggregationRegion",
        "LinkedRegions",
    ),
}


def _run(case: Case) -> Iterator[Outcome]:
    for source in case.settings.sources:
        try:
            aggregator = _aggregator(case, source)
        except Refusal as refusal:
            if refusal.code not in HUB_OFF:
                raise
            continue  # off: another check says so
        yield _outcome(case, aggregator)


def _aggregator(case: Case, source: Source) -> _Aggregator | None:
    listing, key, operation, arn, region, regions = _CALLS[source]
    listed = case.aws.answer("securityhub", listing).get(key) or []
    if not listed:
        return None
    answer = case.aws.answer("securityhub", operation, **{arn: listed[0][arn]})
    mode = answer.get("RegionLinkingMode", "NO_REGIONS")
    named = tuple(answer.get(regions) or ())
    return None if mode == "NO_REGIONS" else _Aggregator(answer[region], mode, named)


def _outcome(case: Case, aggregator: _Aggregator | None) -> Outcome:
    if aggregator is None:
        return fine(
            f"Findings are not aggregated: those of {case.here} arrive here.",
            f"検出結果は集約されていません。{case.here} の検出結果がここに届きます。",
        )
    if aggregator.region != case.here:
        return _elsewhere(case, aggregator)
    stackset = case.settings.deployment.stackset
    forwards = case.settings.deployment.asks_to_forward
    regions = stackset.regions if stackset and forwards else ()
    doubled = [region for region in regions if aggregator.brings(region)]
    if doubled:
        return _doubled(doubled)
    return fine(
        f"{case.here} is the home Region of Security Hub: findings of its linked Regions arrive.",
        f"{case.here} は Security Hub の集約リージョンです。"
        "リンクされたリージョンの検出結果も届きます。",
    )


def _elsewhere(case: Case, aggregator: _Aggregator) -> Outcome:
    return fails(
        Said(
            f"The home Region of Security Hub is {aggregator.region}: in {case.here}, findings of"
            " other Regions do not arrive.",
            f"Security Hub の集約リージョンは {aggregator.region} です。{case.here} には、ほかの"
            "リージョンの検出結果は届きません。",
        ),
        Said(
            f"Deploy in {aggregator.region} (deployment.home.region).",
            f"{aggregator.region} にデプロイしてください (deployment.home.region)。",
        ),
    )


def _doubled(regions: list[str]) -> Outcome:
    names = ", ".join(regions)
    return twice(
        Said(
            f"Security Hub aggregates the findings of {names} here, and the StackSet's instances"
            " there forward them as well.",
            f"{names} の検出結果は Security Hub がここに集約していますが、"
            "StackSet のインスタンスも転送します。",
        ),
        Said(
            "Set deployment.forwarding to false, or remove these Regions from the StackSet.",
            "deployment.forwarding を false にするか、StackSet からこれらのリージョンを"
            "削除してください。",
        ),
    )


CHECK = Check(
    name="aggregation",
    group="findings",
    question=Said(
        "Do findings of other Regions arrive, and once?",
        "ほかのリージョンの検出結果は、重複せずに届きますか。",
    ),
    calls=frozenset(
        f"securityhub:{operation}" for calls in _CALLS.values() for operation in calls[::2][:2]
    ),
    when="always",
    run=_run,
)
