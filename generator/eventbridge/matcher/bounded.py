"""What a function returned before."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

K = TypeVar("K")
V = TypeVar("V")

MOST = 4096


class Bounded(dict[K, V]):
    """The values of a function at the first 4,096 keys that it is asked for.

    A lookup costs no call of Python. Where there are more keys, hardly any is asked for twice.
    """

    def __init__(self, function: Callable[[K], V]) -> None:
        """Remember what this function returns."""
        super().__init__()
        self._function = function

    def __missing__(self, key: K) -> V:
        """Call the function."""
        value = self._function(key)
        if len(self) < MOST:
            self[key] = value
        return value
