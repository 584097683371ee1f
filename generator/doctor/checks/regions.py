"""Whether the Regions that the file names are enabled in the account."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.doctor.check import Check, Said, fails, fine

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.doctor.case import Case
    from generator.doctor.check import Outcome

_OFF = "not-opted-in"


def _run(case: Case) -> Iterator[Outcome]:
    stackset = case.settings.deployment.stackset
    wanted = dict.fromkeys([case.here, *(stackset.regions if stackset else ())])
    answer = case.aws.answer("ec2", "DescribeRegions", AllRegions=True)
    states = {region["RegionName"]: region.get("OptInStatus") for region in answer["Regions"]}
    off = [region for region in wanted if states.get(region, _OFF) == _OFF]
    if not off:
        count = len(wanted)
        yield fine(
            f"{'The Region is' if count == 1 else f'All {count} Regions are'} enabled.",
            f"{'リージョンは' if count == 1 else f'{count} 個のリージョンはすべて'}有効です。",
        )
        return
    names = ", ".join(off)
    yield fails(
        Said(
            f"Not enabled in this account: {names}.",
            f"このアカウントで有効になっていません: {names}。",
        ),
        Said(
            "Enable them: console, Account, AWS Regions; or remove them from the file.",
            "コンソールの [アカウント] → [AWS リージョン] で有効にするか、"
            "ファイルから削除してください。",
        ),
    )


CHECK = Check(
    name="regions",
    group="account",
    question=Said("Are the Regions enabled?", "リージョンは有効ですか。"),
    calls=frozenset({"ec2:DescribeRegions"}),
    when="before",
    run=_run,
    decisive=False,
)
