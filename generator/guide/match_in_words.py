"""Which findings a route matches, in words: the guide's table of routes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from generator.params import Not
from generator.routing.field import ABSENT, ANY
from generator.routing.fields import fields_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from generator.params import Match
    from generator.params.choices import On, Source
    from generator.routing.field import Field


_SPELLED = ("severity", "compliance", "workflow")
"""Keys whose words the products spell in different ways."""


class Words(NamedTuple):
    """What a language calls each key of ``match``, and how it joins values.

    ``status`` is what the new Security Hub has in place of a workflow status.
    """

    keys: dict[str, str]
    status: str
    everything: str
    by_hand: str
    any: str
    absent: str
    excluded: str
    """With ``{}`` for the values."""
    tag: str
    or_: str
    then: str


WORDS = {
    "en": Words(
        keys={
            "severity": "severity",
            "compliance": "compliance",
            "workflow": "workflow status",
            "record_state": "record state",
            "accounts": "account",
            "account_names": "account name",
            "regions": "region",
            "products": "product",
            "generators": "generator",
            "controls": "control",
            "standards": "standard",
            "resource_types": "resource type",
            "resources": "resource",
            "resource_tags": "resource tag",
            "types": "type",
            "kinds": "kind",
            "actions": "custom action",
        },
        status="status",
        everything="all findings",
        by_hand="findings that somebody sends by hand",
        any="any",
        absent="none at all",
        excluded="not {}",
        tag="{key} `{name}`",
        or_=" or ",
        then="; ",
    ),
    "ja": Words(
        keys={
            "severity": "重要度",
            "compliance": "コンプライアンスステータス",
            "workflow": "ワークフローステータス",
            "record_state": "レコードの状態",
            "accounts": "アカウント",
            "account_names": "アカウント名",
            "regions": "リージョン",
            "products": "製品",
            "generators": "ジェネレーター",
            "controls": "コントロール",
            "standards": "標準",
            "resource_types": "リソースタイプ",
            "resources": "リソース",
            "resource_tags": "リソースのタグ",
            "types": "タイプ",
            "kinds": "種類",
            "actions": "カスタムアクション",
        },
        status="ステータス",
        everything="すべての検出結果",
        by_hand="手動で送った検出結果",
        any="任意の値",
        absent="ステータスなし",
        excluded="{} 以外",
        tag="{key} `{name}`",
        or_="、",
        then="。",
    ),
}


class Selecting(Protocol):
    """A route or a digest: what of it says which findings it selects."""

    @property
    def source(self) -> Source:
        """Whose findings."""

    @property
    def on(self) -> On:
        """The events that bring them."""

    @property
    def match(self) -> Match:
        """Which."""


def match_in_words(route: Selecting, language: str) -> str:
    """Return the findings that a route or digest selects, as a cell of a Markdown table."""
    words = WORDS[language]
    given = _given(route, words)
    parts = [f"{name} {_values(selection, words)}" for name, selection in given]
    if route.on == "custom_action":
        parts.insert(0, words.by_hand)
    return words.then.join(parts) or words.everything


def _given(route: Selecting, words: Words) -> Iterator[tuple[str, Any]]:
    """Yield what is filtered on, by its name, a tag by its own."""
    for key, name in words.keys.items():
        selection = getattr(route.match, key)
        if isinstance(selection, dict):
            for tag, values in selection.items():
                yield words.tag.format(key=name, name=_plain(tag)), values
        elif selection is not None and key in _SPELLED:
            new_name = words.status if key == "workflow" else name
            own_name = new_name if route.source == "security_hub" else name
            yield own_name, _spelled(selection, fields_of(route.source)[key])
        elif selection is not None:
            yield name, selection


def _spelled(selection: tuple[str, ...] | Not[Any], field: Field) -> tuple[str, ...] | Not[Any]:
    """Return a selection as the product spells its words: NOTIFIED is In Progress in one."""
    if isinstance(selection, Not):
        return Not(**{"not": _texts(selection.values, field)})
    return _texts(selection, field)


def _texts(words: Sequence[str], field: Field) -> tuple[str, ...]:
    return (*field.globs(words), *((ABSENT,) if field.absent in words else ()))


def _values(selection: tuple[str, ...] | Not[Any], words: Words) -> str:
    if isinstance(selection, Not):
        return words.excluded.format(words.or_.join(_worded(selection.values, words)))
    return words.or_.join(_worded(selection, words))


def _worded(values: Sequence[str], words: Words) -> Iterator[str]:
    """Yield each value as code: ``*`` would be emphasis, and a stroke would end the cell."""
    for value in values:
        if value == ANY:
            yield words.any
        elif value == ABSENT:
            yield words.absent
        else:
            yield f"`{_plain(value)}`"


def _plain(value: str) -> str:
    return value.replace("`", "'").replace("|", "\\|")
