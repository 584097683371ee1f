"""``digests``: what is open, on a schedule."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from generator.params import choices as c
from generator.params import values as v
from generator.params.base import Model
from generator.params.channels import ChannelNames
from generator.params.match import Match


class Digest(Model):
    """What is open, on a schedule, in one message."""

    name: v.Name = Field(description="Names the digest's topic, state machine and schedule.")
    source: c.Source = Field(
        "security_hub_cspm", description="Whose findings; left out, the file's `source`."
    )
    channels: ChannelNames = Field(
        alias="channel", description="One of the channels above, or a list of them."
    )
    schedule: str = Field(
        description="When, as EventBridge Scheduler writes it: cron(0 9 ? * MON *) is Mondays at"
        " nine, rate(1 day) each day."
    )
    timezone: str = Field("UTC", description="Time zone of the schedule, such as Asia/Tokyo.")
    match: Match = Field(
        default_factory=Match,
        description="Which findings it counts, in the words of a route's match; default: all.",
    )
    by: Annotated[tuple[c.GroupBy, ...], Field(min_length=1, max_length=3)] = Field(
        ("severity", "control", "account"),
        description="By what it counts: the top five of each.",
    )
