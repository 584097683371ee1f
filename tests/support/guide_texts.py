"""The guides of a params file, as one text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.guide.deploy import guides

if TYPE_CHECKING:
    from pathlib import Path

    from generator.companions.sample_finding import Sample
    from generator.params import Settings


def guide_text(settings: Settings, tried: Sample) -> str:
    """Return the guides of all ways to deploy, one after the other."""
    return "\n".join(guides(settings, tried).values())


def shipped_guide(folder: Path) -> str:
    """Return the rendered guides of a folder."""
    return "\n".join(path.read_text("utf-8") for path in sorted(folder.glob("DEPLOY*.md"))[::-1])
