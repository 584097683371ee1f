"""Who is mentioned: whom the settings name, in the first line, and nobody else."""

from __future__ import annotations

import json
import re
from typing import Any

from composed import looked, published
from events import as_event, as_event_v2
from generator.messages import Look
from looks import MENTIONS
from samples import CONTROL
from samples_ocsf import POSTURE

ALL = Look(mentions=("here", "channel", "U0123ABCD", "W0123ABCD", "S0123ABCD"))
LINE = "<!here> <!channel> <@U0123ABCD> <@W0123ABCD> <!subteam^S0123ABCD>"
ATTACK = "<!channel> <@U6666> <!subteam^S6666> @here <!here|x> &lt;!here&gt; `<!here>`"


def test_mentions_are_the_first_line_of_the_description_and_nowhere_else() -> None:
    mentioning, plain = (looked(as_event(CONTROL), look) for look in (ALL, Look()))
    assert mentioning["content"].pop("description") == (
        f"{LINE}\n{plain['content'].pop('description')}"
    )
    assert mentioning == plain


def test_a_finding_of_the_new_security_hub_mentions_people_too() -> None:
    message = looked(as_event_v2(POSTURE), ALL._replace(source="security_hub"))
    assert message["content"]["description"].startswith(f"{LINE}\nshop-prod")


def test_a_message_without_a_description_has_its_title_below_the_mentions() -> None:
    content = looked(as_event({"Title": "t"}), ALL)["content"]
    assert content["description"] == f"{LINE}\nt"


def test_no_text_of_a_finding_mentions_anybody() -> None:
    finding = filled(CONTROL, ATTACK)
    for look in (Look(), ALL, ALL._replace(buttons=True, mail=True)):
        sent: Any = published(as_event(finding), look)
        message = json.loads(sent["https"]) if look.mail else sent
        content = message["content"]
        texts = [content["title"], *content["nextSteps"], message["metadata"]["summary"]]
        below = content["description"].removeprefix(f"{LINE}\n" if look.mentions else "")
        for text in [*texts, below]:
            outside = re.sub("`(?!\u200b)[^`]*`", "", text)  # a code span mentions nobody
            assert not [mark for mark in ("<!", "<@", "@here") if mark in outside], text


def filled(example: Any, text: str) -> Any:
    if isinstance(example, dict):
        return {key: filled(inner, text) for key, inner in example.items()}
    return [filled(inner, text) for inner in example] if isinstance(example, list) else text


def test_teams_gets_no_mentions_of_slack() -> None:
    look = Look(chat="teams")
    assert looked(as_event(CONTROL), look) == looked(
        as_event(CONTROL), look._replace(mentions=MENTIONS)
    )
