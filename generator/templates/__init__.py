"""What each stack holds. The registry of all templates is ``TEMPLATES``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.templates import standalone

if TYPE_CHECKING:
    from collections.abc import Callable

    from troposphere import Template

    from generator.settings import Settings

TEMPLATES: dict[str, Callable[[Settings], Template]] = {
    "standalone.yaml": standalone.build,
}
"""File name -> what builds it."""
