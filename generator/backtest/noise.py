"""What sends most messages: controls, accounts, products, resource types."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

from generator.backtest.silence import silence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.backtest.tally import Group, Kind
    from generator.settings import Loaded

MOST = 10
KEYS = ("controls", "accounts", "products", "resource_types")

Words = tuple[str, ...]


class _Seen(NamedTuple):
    """Messages of one key of match: in all, and by route."""

    messages: Counter[Words]
    by_route: dict[int, Counter[Words]]


def noisiest(loaded: Loaded, kind: Kind) -> dict[str, list[dict[str, Any]]]:
    """Return for each key the noisiest values, each with the lines that silence it."""
    return {key: list(_of_key(loaded, kind, key)) for key in KEYS}


def _of_key(loaded: Loaded, kind: Kind, key: str) -> Iterator[dict[str, Any]]:
    seen = _seen(kind, key)
    # By count, then by name, so that every run gives the same.
    for words, messages in sorted(seen.messages.items(), key=lambda one: (-one[1], one[0]))[:MOST]:
        yield {
            "value": " + ".join(words),
            "messages": messages,
            "silence": [
                silence(loaded, route, key, words, {w for one in values for w in one})._asdict()
                for route, values in sorted(seen.by_route.items())
                if words in values
            ],
        }


def _seen(kind: Kind, key: str) -> _Seen:
    seen = _Seen(Counter(), {})
    for routes, group in kind.groups.items():
        for words, n in _values(group, key):
            if not words or not all(isinstance(word, str) and word for word in words):
                continue
            seen.messages[words] += n * len(routes)
            for route in routes:
                seen.by_route.setdefault(route, Counter())[words] += n
    return seen


def _values(group: Group, key: str) -> Iterator[tuple[Words, int]]:
    """Yield what was counted, in the words of the params file."""
    if key == "resource_types":
        yield from group.resource_types.items()
    elif key == "products":
        for arn, n in group.products.items():
            yield ((arn.rpartition(":product/")[2],) if ":product/" in arn else ()), n
    else:
        for value, n in getattr(group, key).items():
            yield (value,), n
