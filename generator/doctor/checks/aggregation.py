"""Whether findings of other Regions come here, and whether any come twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.blocks.logical_ids import RULE_TO_HOME
from generator.doctor.check import Check, Said, fails, fine, twice, unknown
from generator.doctor.hubs import AGGREGATOR_CALLS, aggregator
from generator.doctor.refusals import HUB_OFF, Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.doctor.case import Case
    from generator.doctor.check import Outcome
    from generator.doctor.hubs import Aggregator


def _run(case: Case) -> Iterator[Outcome]:
    for source in case.settings.sources:
        try:
            central = aggregator(case, source)
        except Refusal as refusal:
            if refusal.code not in HUB_OFF:
                raise
            continue  # off: another check says so
        if RULE_TO_HOME in case.planned.resources:
            yield _of_forwarder(case, central)
        else:
            yield _of_home(case, central)


def _of_forwarder(case: Case, central: Aggregator | None) -> Outcome:
    if central and central.brings(case.here):
        return _doubled([case.here], central.region)
    return fine(
        f"Security Hub does not aggregate the findings of {case.here}: they are forwarded once.",
        f"{case.here} の検出結果は Security Hub では集約されず、1 回だけ転送されます。",
    )


def _of_home(case: Case, central: Aggregator | None) -> Outcome:
    if central is None:
        return fine(
            f"Findings are not aggregated: those of {case.here} arrive here.",
            f"検出結果は集約されていません。{case.here} の検出結果がここに届きます。",
        )
    if central.region != case.here:
        return _elsewhere(case, central)
    stackset = case.settings.deployment.stackset
    forwards = case.settings.deployment.asks_to_forward
    regions = stackset.regions if stackset and forwards else ()
    doubled = [region for region in regions if central.brings(region)]
    if doubled:
        return _doubled(doubled, case.here)
    return fine(
        f"{case.here} is the home Region of Security Hub: findings of its linked Regions arrive.",
        f"{case.here} は Security Hub の集約リージョンです。"
        "リンクされたリージョンの検出結果も届きます。",
    )


def _elsewhere(case: Case, central: Aggregator) -> Outcome:
    """Say that other Regions' findings do not come here, which not everybody wants."""
    found = Said(
        f"The home Region of Security Hub is {central.region}: in {case.here}, findings of other"
        " Regions do not arrive.",
        f"Security Hub の集約リージョンは {central.region} です。{case.here} には、"
        "ほかのリージョンの検出結果は届きません。",
    )
    remedy = Said(
        f"If you want those too, deploy in {central.region} (deployment.home.region).",
        f"必要なら {central.region} にデプロイしてください (deployment.home.region)。",
    )
    named = {
        region
        for route in case.settings.routes
        if isinstance(route.match.regions, tuple)
        for region in route.match.regions
    }
    if named - {case.here}:
        return fails(found, remedy)
    return unknown(found, remedy, weighs=False)


def _doubled(regions: list[str], home: str) -> Outcome:
    names = ", ".join(regions)
    return twice(
        Said(
            f"Security Hub aggregates the findings of {names} in {home}, and the StackSet's"
            " instances forward them as well.",
            f"{names} の検出結果は Security Hub が {home} に集約していますが、"
            "StackSet のインスタンスも転送します。",
        ),
        Said(
            "Set deployment.forwarding to false, or remove these Regions from the StackSet.",
            "deployment.forwarding を false にするか、"
            "StackSet からこれらのリージョンを削除してください。",
        ),
    )


CHECK = Check(
    name="aggregation",
    group="findings",
    question=Said(
        "Do findings of other Regions arrive, and once?",
        "ほかのリージョンの検出結果は、重複せずに届きますか。",
    ),
    calls=AGGREGATOR_CALLS,
    when="always",
    run=_run,
    decisive=False,
)
