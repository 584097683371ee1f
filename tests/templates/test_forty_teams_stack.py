"""Forty teams are one stack of a size that a person can still look at."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest

from forty_teams import forty_teams
from generator.outputs.plan import template_of
from generator.params import load

if TYPE_CHECKING:
    from pathlib import Path

    from generator.outputs.plan import Planned


@pytest.fixture
def standalone(tmp_path: Path) -> Planned:
    """The rendered template of forty routes with `summary` and `once`."""
    path = tmp_path / "forty-teams.yaml"
    path.write_text(forty_teams())
    return template_of(load(path), "standalone.yaml")


def test_forty_teams_need_few_resources_alarms_and_bytes(standalone: Planned) -> None:
    assert standalone.template is not None
    resources = standalone.template["Resources"].values()
    types = Counter(resource["Type"] for resource in resources)
    assert types.total() <= 350
    assert types["AWS::CloudWatch::Alarm"] <= 60
    assert len(standalone.text.encode()) <= 300_000
