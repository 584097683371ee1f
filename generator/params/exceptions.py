"""``exceptions``: findings that somebody has accepted."""

from __future__ import annotations

from typing import get_args

from pydantic import Field

from generator.params import choices as c
from generator.params import values as v
from generator.params.base import Model
from generator.params.match import Match


class AcceptedFindings(Model):
    """An exception: findings that somebody has accepted, why, and until when."""

    name: v.Name = Field(description="Names the automation rule and begins its note.")
    source: c.Source = Field(
        "security_hub_cspm", description="Whose findings; left out, the file's `source`."
    )
    match: Match = Field(description="Which findings, in the words of a route's match.")
    reason: v.Reason = Field(
        description="Why they are accepted: for example a ticket. It is in the finding's note."
    )
    until: v.Until = Field(
        description="The last day of the exception, in UTC, such as 2027-03-31; never, written"
        " out, for one that does not end."
    )
    set_to: c.ExceptionSets = Field(
        "SUPPRESSED",
        alias="set",
        description="What the findings are set to: a workflow status, or a severity, which requires"
        " `until: never`.",
    )

    @property
    def on(self) -> c.On:
        """The events that its findings come in."""
        return "imported"

    @property
    def needs_end(self) -> bool:
        """Whether a second rule ends it, which the new Security Hub's cannot: they see no note."""
        return self.until != v.NEVER and self.source == "security_hub_cspm"

    @property
    def sets_severity(self) -> bool:
        """Whether the severity is set, and not the workflow."""
        return self.set_to in get_args(c.Severity)

    @property
    def note(self) -> str:
        """The note that the finding gets."""
        return f"{self.note_begins} {self.reason} (until {self.until})"

    @property
    def note_begins(self) -> str:
        """How the note of a finding begins that this exception has set."""
        return f"exception {self.name}:"
