"""The preview page shows each channel as it is there: Slack, Teams, mails, buttons, mentions."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from conftest import QUICKSTART, Run
from events import as_event
from generator.messages import Look, evaluate, expression, subject_expression
from generator.preview.markdown import html
from previewed import parsed
from samples import CONTROL

if TYPE_CHECKING:
    from pathlib import Path
    from xml.etree.ElementTree import Element

EVENT = {**as_event({"Workflow": {"Status": "NEW"}, **CONTROL}), "time": "2026-11-28T00:00:00Z"}
KINDS: dict[str, Any] = {
    "security": {"buttons": ["suppress", "resolve"]},
    "risk": {"teams": {}},
    "auditors": {"emails": ["audit@example.com"]},
}


def page(
    project: Path, run: Run, channels: dict[str, Any], event: Any = EVENT, **route: Any
) -> str:
    basis = yaml.safe_load(QUICKSTART)
    sends = {"name": "all", "channel": list(channels), "message": "summary", **route}
    text = yaml.safe_dump({**basis, "channels": channels, "routes": [sends]}, sort_keys=False)
    (project / "params" / "a.yaml").write_text(text, "utf-8")
    (project / "findings").write_text(json.dumps(event))
    assert run("preview", "params/a.yaml", "findings", "--out", "p.html").code == 0
    return (project / "p.html").read_text("utf-8")


def section(html_text: str, channel: str) -> Element:
    tree = parsed(html_text)
    found = tree.find(f".//section[@id='channel-{channel}']")
    assert found is not None
    return found


def text_of(element: Element | None) -> str:
    assert element is not None
    return "".join(element.itertext())


def test_a_mailbox_shows_the_plain_text_and_the_subject_that_sns_sends(
    project: Path, run: Run
) -> None:
    shown = section(page(project, run, KINDS), "auditors")
    sent = json.loads(evaluate(expression("summary", Look(mail=True, buttons=True)), EVENT))
    assert text_of(shown.find(".//pre[@class='mail']")) == sent["email"]
    subject = evaluate(subject_expression("security_hub_cspm"), EVENT)
    assert text_of(shown.find(".//h4")) == subject


def test_teams_shows_its_own_markup(project: Path, run: Run) -> None:
    shown = section(page(project, run, KINDS), "risk")
    links = [link.get("href") for link in shown.iter("a") if link.get("target")]
    assert links
    description = text_of(shown.find(".//div[@class='text']"))
    assert "](" not in description
    assert "**" not in description


def test_buttons_are_shown_where_the_message_allows_them(project: Path, run: Run) -> None:
    shown = section(page(project, run, KINDS), "security")
    buttons = [text_of(each) for each in shown.findall(".//span[@class='button']")]
    assert buttons == ["Suppress", "Resolve"]


def test_no_button_is_shown_for_an_id_that_cannot_go_into_a_command(
    project: Path, run: Run
) -> None:
    unsafe = as_event({**EVENT["detail"]["findings"][0], "Id": "a --workflow Status=RESOLVED"})
    shown = section(page(project, run, KINDS, unsafe), "security")
    assert not shown.findall(".//span[@class='button']")


@pytest.mark.parametrize(
    ("mention", "name"),
    [("here", "@here"), ("U0123ABCD", "@U0123ABCD"), ("S0123ABCD", "@S0123ABCD")],
)
def test_a_mention_is_shown_by_name_in_the_first_line(
    project: Path, run: Run, mention: str, name: str
) -> None:
    shown = section(page(project, run, {"security": {}}, mention=[mention]), "security")
    (mentioned,) = shown.findall(".//span[@class='mention']")
    assert text_of(mentioned) == name
    assert text_of(shown.find(".//div[@class='text']")).startswith(name)


def test_each_message_of_a_page_has_an_address_of_its_own(project: Path, run: Run) -> None:
    ids = [each.get("id") for each in parsed(page(project, run, KINDS)).iter() if each.get("id")]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("**bold** and [label](https://example.com/a)", "<p><b>bold</b> and <a"),
        ("one\n\ntwo", "<p>one</p><p>two</p>"),
        ("- item", "<ul><li>item</li></ul>"),
        ("`code` *star* _line_", "<p><code>code</code> <i>star</i> <i>line</i></p>"),
        ("<b>not ours</b>", "<p>&lt;b&gt;not ours&lt;/b&gt;</p>"),
        ("[x](javascript:alert(1))", "<p>[x](javascript:alert(1))</p>"),
        ("5 * 3 * 2 and snake_case_name", "<p>5 * 3 * 2 and snake_case_name</p>"),
    ],
)
def test_markdown_of_teams_is_shown_as_teams_does(text: str, shown: str) -> None:
    assert str(html(text)).startswith(shown)


def test_a_message_counts_in_each_channel_that_shows_it(project: Path, run: Run) -> None:
    page(project, run, KINDS)
    ran = run("preview", "params/a.yaml", "findings", "--out", "p.html")
    assert "p.html: 3 of 3 messages, from 1 findings read." in ran.out
    text = (project / "p.html").read_text("utf-8")
    assert "3 messages from 1 findings" in text
