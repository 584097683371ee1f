"""Memory that is not worth looking through."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def uncollected() -> Iterator[None]:
    """Keep Python from looking for garbage, later too: this is little, or lives to the end."""
    before = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        # Otherwise all of it would be looked through as soon as this is over.
        gc.freeze()
        if before:
            gc.enable()
