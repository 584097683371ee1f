"""What of a look goes into JSONata as it is: whom a message mentions, where links lead."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote, urlsplit

if TYPE_CHECKING:
    from generator.messages.look import Look, Portal


class PortalLink(NamedTuple):
    """The parts of a link through IAM Identity Center, around the account and the page.

    https://docs.aws.amazon.com/singlesignon/latest/userguide/createshortcutlink.html
    """

    host: str
    """As a regular expression."""
    start: str
    middle: str


def mentioned(look: Look) -> str:
    """Return the line that mentions people, or nothing; Teams mentions nobody by a text.

    https://docs.slack.dev/messaging/formatting-message-text/
    """
    return " ".join(map(_mention, look.mentions)) if look.chat == "slack" else ""


def _mention(who: str) -> str:
    if who in {"here", "channel"}:
        return f"<!{who}>"
    return f"<!subteam^{who}>" if who.startswith("S") else f"<@{who}>"


def portal_link(portal: Portal) -> PortalLink:
    """Return the parts of a link through a portal."""
    return PortalLink(
        host=(urlsplit(portal.start_url).hostname or "").replace(".", "[.]"),
        start=f"{portal.start_url}/#/console?account_id=",
        middle=f"&role_name={quote(portal.role, safe='')}&destination=",
    )
