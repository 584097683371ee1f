"""Whether the product whose findings the file wants is on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.doctor.check import Check, Said, fails, fine
from generator.doctor.refusals import HUB_OFF, Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.doctor.case import Case
    from generator.doctor.check import Outcome
    from generator.params.choices import Source

_PRODUCTS: dict[Source, tuple[str, str]] = {
    "security_hub_cspm": ("Security Hub CSPM", "DescribeHub"),
    "security_hub": ("Security Hub", "DescribeSecurityHubV2"),
}


def _run(case: Case) -> Iterator[Outcome]:
    for source, (product, operation) in _PRODUCTS.items():
        if source not in case.settings.sources:
            continue
        try:
            case.aws.answer("securityhub", operation)
        except Refusal as refusal:
            if refusal.code not in HUB_OFF:
                raise
            yield fails(
                Said(
                    f"{product} is off in {case.here}: there are no findings.",
                    f"{case.here} の {product} は無効なため、検出結果がありません。",
                ),
                Said(
                    f"Turn it on in the console of {product}, in this Region.",
                    f"このリージョンで {product} のコンソールを開き、有効にしてください。",
                ),
            )
        else:
            yield fine(f"{product} is on in {case.here}.", f"{case.here} の {product} は有効です。")


CHECK = Check(
    name="security-hub",
    group="findings",
    question=Said("Is Security Hub on?", "Security Hub は有効ですか。"),
    calls=frozenset(f"securityhub:{operation}" for _, operation in _PRODUCTS.values()),
    when="always",
    run=_run,
)
