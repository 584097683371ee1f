"""One params file for forty teams, as its author would write it: anchors, merge keys, x- keys."""

from __future__ import annotations

TEAMS = [f"team-{n:02}" for n in range(1, 41)]

_HEAD = """\
name: FortyTeams
description: AWS Security Hub findings, each to the team that owns the account
x-open: &open
  severity: [CRITICAL, HIGH]
  compliance: [FAILED, WARNING, NOT_AVAILABLE, ABSENT]
  workflow: [NEW]
  record_state: [ACTIVE]
x-route: &route
  message: summary
  notify: once
"""


def forty_teams() -> str:
    """Return the params file: forty channels, and a route to each that notifies once."""
    channels = ", ".join(f"{team}: {{}}" for team in TEAMS)
    routes = "".join(_route(n, team) for n, team in enumerate(TEAMS))
    return f"{_HEAD}channels: {{{channels}}}\nroutes:\n{routes}"


def _route(n: int, team: str) -> str:
    accounts = ", ".join(f'"{account:012}"' for account in range(25 * n, 25 * (n + 1)))
    match = f"{{<<: *open, accounts: [{accounts}]}}"
    return f"  - {{<<: *route, name: {team}, channel: {team}, match: {match}}}\n"
