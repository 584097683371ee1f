"""What sends most messages: controls, accounts, products, resource types."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

from generator.backtest.suggestions import Silence, except_for, refrain, severe, silence
from generator.backtest.tally import MANY
from generator.routing.field_values import product_word
from generator.routing.missed import by_severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.backtest.tally import Group, Kind
    from generator.params import Loaded

MOST = 10
KEYS = ("controls", "accounts", "products", "resource_types")

Words = tuple[str, ...]


class _Seen(NamedTuple):
    """Messages by severity of each value of one key of match, by route."""

    by_route: dict[int, dict[Words, Counter[str]]]

    def totals(self) -> dict[Words, Counter[str]]:
        """Return the messages by severity of each value, of all routes together."""
        totals: dict[Words, Counter[str]] = {}
        for values in self.by_route.values():
            for words, severities in values.items():
                totals.setdefault(words, Counter()).update(severities)
        return totals


def noisiest(loaded: Loaded, kind: Kind) -> dict[str, list[dict[str, Any]]]:
    """Return for each key the noisiest values, each with the lines that silence it."""
    sent: Counter[int] = Counter()
    for (routes, _), group in kind.groups.items():
        sent.update(dict.fromkeys(routes, group.messages))
    return {key: list(_of_key(loaded, kind, key, sent)) for key in KEYS}


def _of_key(loaded: Loaded, kind: Kind, key: str, sent: Counter[int]) -> Iterator[dict[str, Any]]:
    seen = _seen(kind, key)
    totals = seen.totals()
    # By count, then by name, so that every run gives the same.
    by_count = sorted(totals.items(), key=lambda item: (-item[1].total(), item[0]))
    for words, severities in by_count[:MOST]:
        yield {
            "value": " + ".join(words),
            "messages": severities.total(),
            "severities": by_severity(severities),
            "silence": [
                way._asdict()
                for route, values in sorted(seen.by_route.items())
                if words in values
                for way in _ways(loaded, kind, _Noise(route, key, words, values, sent[route]))
            ],
        }


class _Noise(NamedTuple):
    """A value that one route sends, among all that it sends: messages."""

    route: int
    key: str
    words: Words
    values: dict[Words, Counter[str]]
    sent: int


def _ways(loaded: Loaded, kind: Kind, noise: _Noise) -> Iterator[Silence]:
    """Yield the lines that silence a value, the narrower one first."""
    severities = noise.values[noise.words]
    if 2 * severities.total() > noise.sent:
        yield refrain(loaded, noise.route, noise.key)
        return
    resources, shared = _resources(kind, noise)
    accepted = except_for(loaded, noise.route, noise.words[0], resources) if resources else None
    if accepted:
        yield severe(accepted, severities)
    elif resources and not shared and _may_exclude_resources(loaded, noise.route):
        narrow = silence(loaded, noise.route, "resources", resources, ())
        if narrow.line:
            yield severe(narrow, severities, "and what else these resources have")
    seen = {word for words in noise.values for word in words}
    yield severe(silence(loaded, noise.route, noise.key, noise.words, seen), severities)


def _may_exclude_resources(loaded: Loaded, route: int) -> bool:
    return not isinstance(loaded.settings.routes[route].match.resources, tuple)


def _resources(kind: Kind, noise: _Noise) -> tuple[list[str], bool]:
    """Return the resources of a control, where they are few, and whether more is wrong with them.

    More can be wrong with a whole account, too.
    """
    if noise.key != "controls":
        return [], False
    (control,) = noise.words
    own: set[str] = set()
    others: set[str] = set()
    for (routes, _), group in kind.groups.items():
        if noise.route in routes:
            for name, resources in group.places.items():
                (own if name == control else others).update(resources)
    few = sorted(own) if len(own) < MANY else []
    return few, bool(own & others) or any(map(_is_account, own))


def _is_account(resource: str) -> bool:
    """Whether a resource is a whole account, of which much more can be wrong than one thing."""
    return resource.startswith("AWS::::Account:") or bool(re.fullmatch("[0-9]{12}", resource))


def _seen(kind: Kind, key: str) -> _Seen:
    seen = _Seen({})
    for (routes, label), group in kind.groups.items():
        for words, n in _values(group, key):
            if not words or not all(isinstance(word, str) and word for word in words):
                continue
            for route in routes:
                by_words = seen.by_route.setdefault(route, {})
                by_words.setdefault(words, Counter())[label] += n
    return seen


def _values(group: Group, key: str) -> Iterator[tuple[Words, int]]:
    """Yield what was counted, in the words of the params file."""
    if key == "resource_types":
        yield from group.resource_types.items()
    elif key == "products":
        for arn, n in group.products.items():
            word = product_word(arn)
            yield ((word,) if word != arn else ()), n
    else:
        for value, n in getattr(group, key).items():
            yield (value,), n
