"""The page: one HTML file that has all it needs and asks no network for anything."""

from __future__ import annotations

import base64
import hashlib
import re
from collections import Counter
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from markupsafe import Markup

from generator.findings.events import SOURCE_OF
from generator.params import choices as c
from generator.preview.at_once import notes_at_once
from generator.preview.compose import compose_all
from generator.preview.missed import find_missed
from generator.preview.texts import TEXTS
from generator.preview.verdicts import severity
from generator.preview.view import channels, shown_in
from generator.routing.missed import by_severity
from generator.system.jinja import environment

if TYPE_CHECKING:
    from jinja2 import Environment

    from generator.params import Loaded, Settings
    from generator.preview.collect import Collected
    from generator.preview.compose import Watch

HERE = Path(__file__).parent

_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
"""What HTML cannot contain, or no reader can see: shown as the replacement character."""


def page(
    loaded: Loaded,
    collected: Collected,
    watch: Watch = lambda composed, _: composed,
    processes: int = 1,
) -> str:
    """Return the whole page. ``watch`` sees every message that is composed: that is slow."""
    settings = loaded.settings
    composed = compose_all(settings, collected.messages, watch, processes)
    style, script = _inline("page.css"), _inline("page.js")
    text = (
        _environment()
        .get_template("page.html.j2")
        .render(
            t=TEXTS[settings.language],
            title=_title(settings),
            settings=settings,
            params=loaded.path.name,
            found=collected,
            sent=shown_in(settings, collected.sent),
            channels=channels(settings, collected.messages, composed, collected.digests),
            known=get_args(c.Severity),
            severities=_severities(collected),
            routes=_by_route(loaded, Counter(message.route for message in collected.messages)),
            unmatched=by_severity(collected.unmatched).items(),
            missed=find_missed(settings, collected),
            again=collected.again.total(),
            sent_by_both=collected.twins.count().items(),
            at_once=notes_at_once(loaded, collected.busiest),
            kept_back=_by_route(loaded, collected.kept_back),
            source_of=SOURCE_OF,
            about=_about(settings),
            style=style,
            script=script,
            policy=_policy(style, script),
        )
    )
    return _UNPRINTABLE.sub("\ufffd", text.lstrip())


def _title(settings: Settings) -> str:
    """Return the title, which names Slack where all channels are there."""
    texts = TEXTS[settings.language]
    return texts.title if settings.kinds == {"slack"} else texts.title_of_channels


def _severities(collected: Collected) -> list[tuple[str, int]]:
    """Return each severity on the page with its number of messages, the worst first."""
    counts = Counter(severity(message.outline) for message in collected.messages)
    known = [label for label in get_args(c.Severity) if label in counts]
    return [(label, counts[label]) for label in [*known, *sorted(set(counts) - set(known))]]


def _about(settings: Settings) -> list[str]:
    """Return what a reader must know, of what is on the page."""
    texts = TEXTS[settings.language]
    notes = {
        texts.about_summary: any(route.composes for route in settings.routes),
        texts.about_native: not all(route.composes for route in settings.routes),
        texts.about_teams: "teams" in settings.kinds,
        texts.about_mail: "email" in settings.kinds,
        texts.about_buttons: any(channel.buttons for channel in settings.channels.values()),
        texts.about_once: settings.notifies_once,
        texts.about_defaults: True,
    }
    return [text for text, needed in notes.items() if needed]


def _by_route(loaded: Loaded, counts: Counter[int]) -> list[tuple[str, int]]:
    return [(route.name, counts[i]) for i, route in enumerate(loaded.settings.routes)]


def _inline(name: str) -> Markup:
    return Markup((HERE / name).read_text("utf-8"))  # noqa: S704  (a file of this package)


def _policy(style: str, script: str) -> str:
    """Return the Content-Security-Policy under which nothing but this style and script count."""
    return (
        f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}';"
        " base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


@cache
def _environment() -> Environment:
    return environment(__file__, filters={"count": _count}, html=True, lstrip_blocks=True)


def _count(number: Any) -> str:
    return f"{number:,}"
