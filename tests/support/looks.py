"""Looks of messages: each option alone, and all of them together."""

from __future__ import annotations

from typing import get_args

from generator.messages import Chat, Language, Look, Portal, Source

PORTAL = Portal("https://d-1234567890.awsapps.com/start", "SecurityReadOnlyAccess")
MENTIONS = ("here", "channel", "U0123ABCD", "W0123ABCD", *(f"S0123ABCD{n:02}" for n in range(6)))
ALONE = {
    "plain": Look(),
    "teams": Look(chat="teams"),
    "mail": Look(mail=True),
    "teams and mail": Look(chat="teams", mail=True),
    "mentions": Look(mentions=MENTIONS),
    "buttons": Look(buttons=True),
    "no buttons": Look(buttons=False),
    "portal": Look(portal=PORTAL),
    "teams and portal": Look(chat="teams", portal=PORTAL),
}
FULLEST = Look("ja", mail=True, mentions=MENTIONS, buttons=True, portal=PORTAL)
TOGETHER = {
    f"{language} {chat}": FULLEST._replace(language=language, chat=chat)
    for language in get_args(Language)
    for chat in get_args(Chat)
}
TOO_LONG = "ja slack security_hub"
"""The one look for which there is not enough room; without links through a portal there is."""
LOOKS = {
    f"{name} {source}": look._replace(source=source)
    for name, look in {**ALONE, **TOGETHER}.items()
    for source in get_args(Source)
}
LOOKS[TOO_LONG] = LOOKS[TOO_LONG]._replace(portal=None, mentions=MENTIONS[:4])
"""Every look that tests try, by what it is called."""
