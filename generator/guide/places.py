"""In how many accounts and regions a StackSet's instances are, and what they are there."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from generator.templates.home_location import is_central

if TYPE_CHECKING:
    from generator.params import Settings

EXAMPLE_ACCOUNTS, EXAMPLE_REGIONS = 1_000, 20
"""Where the file does not say: a large organization."""


class Places(NamedTuple):
    """Numbers of accounts and regions, and of the instances in them."""

    accounts: int
    regions: int
    homes: int
    known: bool
    """Whether the file says it; else this is an example."""

    @property
    def forwarding(self) -> int:
        """The instances that only forward."""
        return self.accounts * self.regions - self.homes


def places(settings: Settings) -> Places:
    """Return the places of a file that lists its accounts; else those of an example.

    Nobody knows beforehand how many accounts a unit has, or will have.
    """
    stackset = settings.deployment.stackset
    known = bool(stackset and stackset.accounts)
    accounts, regions = EXAMPLE_ACCOUNTS, EXAMPLE_REGIONS
    if stackset and stackset.accounts:
        accounts, regions = len(stackset.accounts), len(stackset.regions)
    return Places(accounts, regions, 1 if is_central(settings) else accounts, known)
