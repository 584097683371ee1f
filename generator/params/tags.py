"""Tags that automation rules do not accept: their keys have fewer characters than other tags'."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from generator.params.choices import Source

_KEYS: dict[Source, str] = {
    "security_hub_cspm": r"[A-Za-z0-9]+",
    "security_hub": r"[A-Za-z0-9+,./:;<=_-]+",
}
"""The keys that a product's rules accept, by the resource schemas that cfn-lint ships."""

ACCEPTED: dict[Source, str] = {
    "security_hub_cspm": "letters and digits",
    "security_hub": "letters, digits and + , - . / : ; < = _",
}
"""The same in words."""


def refused_tags(source: Source, tags: Iterable[str]) -> list[str]:
    """Return the keys of tags that automation rules of a product do not accept."""
    return [key for key in tags if not re.fullmatch(_KEYS[source], key)]
