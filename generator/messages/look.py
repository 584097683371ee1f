"""What decides how a message looks, besides the finding."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from generator.params.choices import Chat, Language, Source


class Portal(NamedTuple):
    """IAM Identity Center, through which the links to the console go."""

    start_url: str
    role: str
    """The permission set by which readers enter an account."""


class Look(NamedTuple):
    """How a message looks. Two looks are two texts, and each text has a topic."""

    language: Language = "en"
    source: Source = "security_hub_cspm"
    chat: Chat = "slack"
    mail: bool = False
    """Whether it is there as plain text too, for e-mail."""
    mentions: tuple[str, ...] = ()
    """``here``, ``channel``, ids of members (U, W) and of user groups (S): of Slack."""
    buttons: bool | None = None
    """Whether custom actions are shown below it; None says nothing about them."""
    portal: Portal | None = None
