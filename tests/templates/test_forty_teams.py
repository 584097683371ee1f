"""Forty teams in one params file: readable for its author, and one stack."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forty_teams import TEAMS, forty_teams
from generator.params import load

if TYPE_CHECKING:
    from pathlib import Path


def test_forty_teams_are_a_page_of_text_and_forty_routes_that_differ(tmp_path: Path) -> None:
    path = tmp_path / "forty.yaml"
    path.write_text(forty_teams())
    settings = load(path).settings
    assert [route.channels for route in settings.routes] == [(team,) for team in TEAMS]
    assert len({route.match.accounts for route in settings.routes}) == len(TEAMS)
    assert {route.match.severity for route in settings.routes} == {("CRITICAL", "HIGH")}
    assert all(route.notifies_once and route.composes for route in settings.routes)
    assert len(path.read_text().splitlines()) < 60
