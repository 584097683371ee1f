"""Checks of digests: their schedules, names and what they count."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.cloudformation.limits import MOST_INSIGHTS
from generator.params.schedule import refusal, timezone_refusal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.params.digests import Digest
    from generator.params.partial import Validated
    from generator.params.problems import Location
    from generator.params.settings import Settings

LONGEST_NAME = 64
"""Of a schedule and its group, by the resource schemas that cfn-lint ships."""

Found = tuple["Location", str]


def check(settings: Settings, valid: Validated) -> Iterator[Found]:
    """Yield a location and a message for everything that is wrong with a digest."""
    for i, digest in enumerate(settings.digests):
        for at, message in _wrong(settings, digest):
            if valid.sound("digests", i, at[0]):
                yield ("digests", i, *at), message
    insights = sum(len({"severity", *digest.by}) + 1 for digest in _by_insights(settings))
    if insights > MOST_INSIGHTS and valid.sound("digests"):
        message = (
            f"these digests count by {insights} custom insights, and Security Hub accepts"
            f" {MOST_INSIGHTS} in an account and Region: count by fewer words, or put several"
            " digests into one"
        )
        yield ("digests",), message


def _by_insights(settings: Settings) -> list[Digest]:
    """Return the digests of which each way to count, and what is new, is an insight."""
    return [digest for digest in settings.digests if digest.source == "security_hub_cspm"]


def _wrong(settings: Settings, digest: Digest) -> Iterator[Found]:
    if why := refusal(digest.schedule):
        yield ("schedule",), why
    if why := timezone_refusal(digest.timezone):
        yield ("timezone",), why
    name = settings.digest_name(digest)
    if len(name) > LONGEST_NAME:
        message = f"the schedule's name {name!r} has {len(name)} characters; at most {LONGEST_NAME}"
        yield ("name",), f"{message}: shorten it or `name`"
    if len(set(digest.by)) < len(digest.by):
        yield ("by",), "each word once"
    if digest.match.actions is not None and digest.source == "security_hub_cspm":
        yield ("match", "actions"), "a digest counts findings, not what somebody sends by hand"
