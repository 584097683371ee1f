"""Which findings a route matches, in words: the guide's table of routes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from generator.params import Not
from generator.routing.field import ABSENT, ANY

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from generator.params import Match, Route


class Words(NamedTuple):
    """What a language calls each key of ``match``, and how it joins values."""

    keys: dict[str, str]
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


def match_in_words(route: Route, language: str) -> str:
    """Return the findings that a route selects, as a cell of a Markdown table."""
    words = WORDS[language]
    given = _given(route.match, words)
    parts = [f"{name} {_values(selection, words)}" for name, selection in given]
    if route.on == "custom_action":
        parts.insert(0, words.by_hand)
    return words.then.join(parts) or words.everything


def _given(match: Match, words: Words) -> Iterator[tuple[str, Any]]:
    """Yield what is filtered on, by its name, a tag by its own."""
    for key, name in words.keys.items():
        selection = getattr(match, key)
        if isinstance(selection, dict):
            for tag, values in selection.items():
                yield words.tag.format(key=name, name=_plain(tag)), values
        elif selection is not None:
            yield name, selection


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
