"""Accounts that are listed one by one where their organization could be named."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.cloudformation.limits import LONGEST_BUS_POLICY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.params import Loaded, Problem

MANY = 100
"""About a third of what the policy of a bus has room for."""


def many_accounts(loaded: Loaded) -> Iterator[Problem]:
    """Yield a warning if the policy of the home's bus lists many accounts."""
    settings = loaded.settings
    home, stackset = settings.deployment.home, settings.deployment.stackset
    central = home is not None and home.account is not None
    if not central or stackset is None or stackset.organization_id or settings.notifies_once:
        return
    if len(stackset.accounts) > MANY:
        message = (
            "warning: the policy of the home's event bus lists these"
            f" {len(stackset.accounts)} accounts, and has at most {LONGEST_BUS_POLICY:,}"
            " characters: fewer than 300 accounts. If they are in one organization, give"
            " organization_id too: the policy then names it alone, and accounts that come later"
            " need no update of the home"
        )
        yield loaded.document.problem(("deployment", "stackset", "accounts"), message, at_key=True)
