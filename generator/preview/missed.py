"""The most severe findings that no route matches, in the words of the page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from generator.findings.outline import outline
from generator.preview.texts import TEXTS
from generator.preview.verdicts import severity
from generator.routing.field_values import product_word
from generator.routing.missed import is_open
from generator.routing.reasons import nearest

if TYPE_CHECKING:
    from generator.params import Settings
    from generator.preview.collect import Collected
    from generator.preview.texts import Texts
    from generator.routing.reasons import Miss

_FEW = 5


class Missed(NamedTuple):
    """A finding, and what keeps it from the nearest route; no route where none is for imports."""

    severity: str
    open: bool
    title: str
    where: str
    route: str
    misses: list[str]


def find_missed(settings: Settings, collected: Collected) -> list[Missed]:
    """Return the findings, the most severe first."""
    return [_missed(settings, finding) for finding in collected.missed.findings()]


def _missed(settings: Settings, finding: dict[str, Any]) -> Missed:
    texts, near = TEXTS[settings.language], nearest(settings.routes, finding)
    known = outline(finding)
    place = (product_word(known["ProductArn"]), known["AwsAccountId"], known.get("Region"))
    return Missed(
        severity(known),
        is_open(known),
        str(known.get("Title") or known["Id"]),
        " ".join(map(str, filter(None, place))),
        settings.routes[near.route].name if near else "",
        [_miss(miss, texts) for miss in near.misses] if near else [],
    )


def _miss(miss: Miss, texts: Texts) -> str:
    text = texts.is_excluded if miss.excluded else texts.is_not if miss.values else texts.is_missing
    values, words = (", ".join(listed[:_FEW]) for listed in (miss.values, miss.words))
    return text.format(key=miss.key, values=values, words=words)
