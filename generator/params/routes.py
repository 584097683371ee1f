"""``routes``: which findings go to which channel."""

from __future__ import annotations

from typing import Annotated, Any, assert_never

from pydantic import Field, model_validator

from generator.params import choices as c
from generator.params import values as v
from generator.params.base import Model
from generator.params.channels import ChannelNames
from generator.params.match import Match


class Route(Model):
    """Which findings go to which channel, and how."""

    name: v.Name = Field(description="Names the route's topic, rule and parameters.")
    source: c.Source = Field(
        "security_hub_cspm", description="Whose findings; left out, the file's `source`."
    )
    on: c.On = Field(
        "imported",
        description="imported: findings that Security Hub receives or updates. custom_action:"
        " findings that a person sends from the Security Hub console.",
    )
    channels: ChannelNames = Field(
        alias="channel", description="One of the channels above, or a list of them."
    )
    match: Match = Field(default_factory=Match, description="Which findings; default: all.")
    message: c.Message = Field(
        "native",
        description="native: the chat service's own message. summary: a readable message that says"
        " what is wrong, where, and how to fix it; the default with `source: security_hub`.",
    )
    notify: c.Notify = Field(
        "every_update",
        description="every_update: each event notifies. Security Hub sends a failing control"
        " again every 12 or 24 hours until somebody sets its workflow. once: a published finding"
        " is set to NOTIFIED, and notifies again only if it passes and then fails again, or returns"
        " from the archive. With `source: security_hub`, its status is set to In Progress.",
    )

    mention: Annotated[tuple[v.Mention, ...], Field(max_length=10)] = Field(
        (),
        description="Whom a summary mentions in Slack: here, channel, or IDs of members (U…) and"
        " user groups (S…).",
    )

    @model_validator(mode="before")
    @classmethod
    def _summarize(cls, data: Any) -> Any:
        """Summarize findings of the new Security Hub: that the chat service draws them is unknown.

        https://docs.aws.amazon.com/chatbot/latest/adminguide/related-services.html names Security
        Hub CSPM alone.
        """
        if isinstance(data, dict) and data.get("source") == "security_hub":
            return {"message": "summary", **data}
        return data

    @property
    def notifies_once(self) -> bool:
        """Whether a finding is marked after its message, so that its updates are not sent."""
        match self.notify:
            case "once":
                return True
            case "every_update":
                return False
            case _:
                assert_never(self.notify)

    @property
    def composes(self) -> bool:
        """Whether the message is written by us, and not drawn by the chat service."""
        match self.message:
            case "summary":
                return True
            case "native":
                return False
            case _:
                assert_never(self.message)

    @property
    def has_state_machine(self) -> bool:
        """Whether a state machine is between the route's rule and topic."""
        return self.composes or self.notifies_once
