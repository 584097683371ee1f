"""``teams``: a channel of Microsoft Teams, by its ids or by its link."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import parse_qs, unquote, urlsplit

from pydantic import BeforeValidator, Field

from generator.params import values as v
from generator.params.base import Model

_LINK = "https://"
_IDS = {"team_id": "groupId", "tenant_id": "tenantId"}
"""What the query of a channel's link calls them."""
_NO_CHANNEL = "this link is not that of a channel: in Teams, open the channel's menu, Copy link"


class Teams(Model):
    """A channel of Microsoft Teams."""

    team_id: v.Uuid | None = Field(
        None, description="ID of the team: the default of the channel's parameter."
    )
    tenant_id: v.Uuid | None = Field(
        None, description="ID of the Microsoft tenant: the default of the channel's parameter."
    )
    channel_id: v.TeamsChannelId | None = Field(
        None,
        description="ID of the channel: the default of its parameter. The channel's link is"
        " accepted in its place, and has all three IDs.",
    )


def _take_apart(value: Any) -> Any:
    """Return the ids, of which a link has all, and AWS wants the channel's URL-encoded."""
    given = {"channel_id": value} if isinstance(value, str) else value
    written = given.get("channel_id") if isinstance(given, dict) else None
    if not isinstance(written, str):
        return given
    if not written.startswith(_LINK):
        return {**given, "channel_id": _encoded(written)}
    ids = _of_link(written)
    missing = [name for key, name in _IDS.items() if key not in ids and key not in given]
    if missing:
        raise ValueError(f"this link has no {' and no '.join(missing)}: copy the whole link")
    for key in ids.keys() - {"channel_id"}:
        # A key without a value is reported by itself.
        if given.get(key) is not None and str(given[key]).lower() != ids[key].lower():
            raise ValueError(f"{key} is not the one in the link: remove it")
    return {**given, **ids}


def _of_link(link: str) -> dict[str, str]:
    """Return the ids in a channel's link: one in its path, two in its query.

    ``https://teams.microsoft.com/l/channel/19%3Aabc%40thread.tacv2/Name?groupId=..&tenantId=..``
    https://docs.aws.amazon.com/chatbot/latest/adminguide/teams-setup.html
    """
    try:
        address = urlsplit(link)
    except ValueError:
        raise ValueError(_NO_CHANNEL) from None
    steps = address.path.split("/")
    if steps[1:3] != ["l", "channel"] or not steps[3:]:
        raise ValueError(_NO_CHANNEL)
    query = parse_qs(address.query)
    ids = {key: query[name][0] for key, name in _IDS.items() if name in query}
    return {**ids, "channel_id": _encoded(steps[3])}


def _encoded(channel: str) -> str:
    return unquote(channel).replace(":", "%3a").replace("@", "%40")


TeamsOrLink = Annotated[Teams, BeforeValidator(_take_apart, json_schema_input_type=str | Teams)]
"""The ids, or the link of the channel."""
