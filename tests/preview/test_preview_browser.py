"""The preview page in a real browser: what people see, and that nothing in a finding can act."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from playwright.sync_api import Browser, Locator, Page, sync_playwright

from conftest import Run, corpus, required
from generator.messages import Look, expression
from pages import event, finding, params, preview
from previewed import content
from remembered import evaluate

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run"
    " --disable-background-networking --disable-component-update --disable-sync"
)
PHONE = {"width": 360, "height": 780}
HOSTILE = {
    "script": "<script>window.ran = 1</script>",
    "handler": '<img src="https://example.invalid/x" onerror="window.ran = 1">',
    "attribute": '"><svg onload="window.ran = 1">\' onmouseover=\'window.ran = 1',
    "end": "</script></style></title><script>window.ran = 1</script><!--",
    "template": "{{ 7 * 7 }} {% raw %} ${window.ran = 1}",
    "link": "<javascript:window.ran=1|click> [x](javascript:window.ran=1)",
    "quotes": "\"double\" 'single' `ticks` &amp; &lt;b&gt; &#60;",
    "markup": "*bold* _italic_ ~gone~ > quote <https://example.invalid|me> <!channel>",
    "emoji": "🔥 👩‍👩‍👧‍👦 🇯🇵 :fire:",
    "right to left": "תקלה מסוכנת \u202eexe.gpj",
    "long": "W" * 1024,
    "lines": "one\ntwo\r\nthree\u2028four",
}


class Opened(NamedTuple):
    """What a page in the browser asked for, and what should not have happened in it."""

    complaints: list[str]
    requests: list[str]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The system's chromium; without one, tests skip, but never in CI."""
    required(str(CHROMIUM), CHROMIUM.exists())
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(
            executable_path=CHROMIUM, args=ARGUMENTS.split(), chromium_sandbox=False
        )
        yield launched
        launched.close()


@pytest.fixture
def show(browser: Browser, project: Path) -> Iterator[Any]:
    """Open the project's page; at the end, nothing may have been asked for or complained of."""
    contexts = []
    opened: list[Opened] = []

    def show(**options: Any) -> Page:
        contexts.append(
            browser.new_context(**{"viewport": {"width": 1280, "height": 900}} | options)
        )
        page = contexts[-1].new_page()
        opened.append(Opened([], []))
        complaints, requests = opened[-1]
        page.on("console", lambda one: complaints.append(one.text))
        page.on("pageerror", lambda one: complaints.append(str(one)))
        page.on("dialog", lambda one: complaints.append(one.message))
        page.on("request", lambda one: requests.append(one.url))
        page.goto((project / "page.html").as_uri())
        return page

    yield show
    for one in opened:
        assert one.complaints == []
        assert one.requests == [(project / "page.html").as_uri()]
    for context in contexts:
        context.close()


def hostile(name: str, day: int) -> dict[str, Any]:
    """Return a finding that has a hostile text everywhere that a product may write one."""
    text = HOSTILE[name]
    return finding(
        name,
        day,
        Title=f"{name} {text}",
        Description=f"{text} {text}"[:1024],
        Resources=[{"Type": text, "Id": text, "Tags": {"Env": text}}, {"Type": "a", "Id": "b"}],
        ProductName=text,
        CompanyName=text,
        AwsAccountName=text,
        Severity={"Label": ("CRITICAL", "HIGH", "MEDIUM", "LOW", "INFORMATIONAL", text)[day % 6]},
        SourceUrl="javascript:window.ran=1",
        Remediation={"Recommendation": {"Text": text, "Url": f"javascript:window.ran=1//{text}"}},
        Compliance={"Status": "FAILED", "SecurityControlId": text},
    )


ROUTES = (
    {"name": "native", "match": {"resource_types": ["*"], "types": {"not": ["*"]}}},
    {"name": "summary", "channel": "blue", "message": "summary"},
)


@pytest.fixture
def dangerous(run: Run, project: Path) -> list[dict[str, Any]]:
    """The events of a page of hostile findings in every kind of message."""
    given = [event(hostile(name, day)) for day, name in enumerate(HOSTILE, start=1)]
    preview(run, project, params(*ROUTES), given)
    return given


def visible(page: Page) -> Locator:
    return page.locator(".message:visible")


SHOWN = """all => all.map(one => {
  const texts = (selector) => [...one.querySelectorAll(selector)].map(each => each.innerText);
  return [texts(".title")[0], texts(".text").join(""), texts(".steps > li"),
    texts(".keywords > li")];
})"""


def shown(page: Page, selector: str = ".message") -> list[list[Any]]:
    """Return title, text, next steps and keywords of each message, as people see them."""
    found: list[list[Any]] = page.locator(selector).evaluate_all(SHOWN)
    return found


def lines(text: str) -> str:
    """Return a text as a browser shows it: what ends a line, and what cannot be seen."""
    return re.sub("[\x00-\x08\x0b-\x1f\x7f]", "\ufffd", text)


def expected(given: list[dict[str, Any]], language: Any) -> Any:
    """Return what Slack shows of what the state machine sends for each event."""
    sent = [content(evaluate(expression("summary", Look(language)), one)) for one in given]
    return json.loads(lines(json.dumps(sent, ensure_ascii=False).replace("\\r", "\ufffd")))


@pytest.mark.usefixtures("dangerous")
def test_nothing_in_a_finding_runs_and_all_of_it_is_text(show: Any) -> None:
    page = show()
    assert page.evaluate("window.ran") is None
    for name, text in HOSTILE.items():
        one = page.locator(".message[data-route=native]", has_text=f"{name} ").first
        assert one.locator(".title").inner_text() == f"{name} {text}".replace("\r", "\ufffd")
    assert page.locator("main img, main svg, main script, main style").count() == 0
    links = page.locator("a").evaluate_all("all => all.map(one => one.getAttribute('href'))")
    assert {re.split("[:/]", link)[0] for link in links if link[0] != "#"} <= {"https", "http"}


def test_the_texts_of_hostile_findings_are_what_the_state_machine_sends(
    show: Any, dangerous: list[dict[str, Any]]
) -> None:
    assert shown(show(), "[data-route=summary]") == expected(dangerous, "en")


@pytest.mark.parametrize("language", ["en", "ja"])
def test_the_texts_of_the_corpus_are_what_the_state_machine_sends(
    run: Run, project: Path, show: Any, language: str
) -> None:
    found = [json.loads(line) for line in corpus("findings.ndjson").read_text("utf-8").splitlines()]
    given = [{**event({"UpdatedAt": "", **one}), "detail": {"findings": [one]}} for one in found]
    given = [
        {**one, "time": f"2026-01-01T00:{i // 60:02}:{i % 60:02}Z"} for i, one in enumerate(given)
    ]
    text = params({"name": "all", "message": "summary"}, language=language)
    preview(run, project, text, given)
    page = show()
    page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
    assert sorted(shown(page)) == sorted(expected(given, language))


@pytest.mark.usefixtures("dangerous")
def test_a_text_that_runs_from_right_to_left_turns_nothing_else(show: Any) -> None:
    one = show().locator(".message[data-route=native]", has_text="right to left ").first
    style = "(one, name) => getComputedStyle(one)[name]"
    assert one.locator(".text").evaluate(style, "direction") == "rtl"
    assert one.locator(".by").evaluate(style, "direction") == "ltr"
    for selector in (".title", ".text", "bdi >> nth=0"):
        assert one.locator(selector).evaluate(style, "unicodeBidi").startswith("isolate")


@pytest.mark.usefixtures("dangerous")
@pytest.mark.parametrize("language", ["en", "ja"])
def test_on_a_phone_nothing_scrolls_sideways(
    run: Run, project: Path, show: Any, dangerous: list[dict[str, Any]], language: str
) -> None:
    preview(run, project, params(*ROUTES, language=language), dangerous)
    page = show(viewport=PHONE, is_mobile=True, has_touch=True)
    assert page.evaluate("[document.documentElement.scrollWidth, innerWidth]") == [360, 360]
    beyond = """all => all.filter(one => !one.matches('.skip')
        && one.getBoundingClientRect().right > 360).map(one => one.outerHTML.slice(0, 200))"""
    assert page.locator("body *").evaluate_all(beyond) == []


CONTRASTS = """all => {
  const parts = (color) => color.match(/[\\d.]+/g).map(Number);
  const light = (color) => {
    const [r, g, b] = parts(color).slice(0, 3).map((c) => c / 255)
      .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (one) => {
    for (let at = one; at; at = at.parentElement) {
      const color = getComputedStyle(at).backgroundColor;
      if ((parts(color)[3] ?? 1) > 0) return color;
    }
    return "rgb(255, 255, 255)";
  };
  const found = [];
  for (const one of all) {
    const own = [...one.childNodes].some((n) => n.nodeType === 3 && n.data.trim());
    if (!own || one.closest("[aria-hidden], option, script, style, .skip")) continue;
    const style = getComputedStyle(one);
    const both = [light(style.color), light(behind(one))].sort((a, b) => b - a);
    const opacity = Number(style.opacity);
    found.push([(both[0] + 0.05) / (both[1] + 0.05) * opacity, one.outerHTML.slice(0, 120)]);
  }
  return found;
}"""


@pytest.mark.usefixtures("dangerous")
@pytest.mark.parametrize(("scheme", "dark"), [("light", False), ("dark", True)])
def test_all_text_can_be_read_in_light_and_in_dark(show: Any, scheme: str, dark: bool) -> None:  # noqa: FBT001
    page = show(color_scheme=scheme)
    page.locator("[name=severity]").first.uncheck()
    back = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (sum(map(int, re.findall(r"\d+", back)[:3])) < 200) is dark
    contrasts = page.locator("body *").evaluate_all(CONTRASTS)
    assert len(contrasts) > 100
    assert [one for one in contrasts if one[0] < 4.5] == []


SEVERAL = [
    finding("one", 1, Severity={"Label": "CRITICAL"}),
    finding("two", 2, AwsAccountId="444455556666"),
    finding("three", 3),
    finding("four", 4, Severity={"Label": "LOW"}),
]


@pytest.fixture
def filtered(run: Run, project: Path, show: Any) -> Page:
    """A page of five messages of two routes."""
    red = {"name": "first", "match": {"severity": ["CRITICAL", "HIGH"]}}
    blue = {"name": "second", "channel": "blue", "match": {"severity": ["CRITICAL", "LOW"]}}
    preview(run, project, params(red, blue), SEVERAL)
    opened: Page = show()
    return opened


def shown_titles(page: Page) -> list[str]:
    return visible(page).locator(".title").all_inner_texts()


def test_filters_by_route_and_severity_hide_and_show(filtered: Page) -> None:
    assert shown_titles(filtered) == ["one", "two", "three", "one", "four"]
    filtered.get_by_label("Route").select_option("second")
    assert shown_titles(filtered) == ["one", "four"]
    filtered.get_by_role("checkbox", name="CRITICAL").uncheck()
    assert shown_titles(filtered) == ["four"]
    assert filtered.locator("#showing").inner_text() == "1 of 5 messages"
    filtered.get_by_label("Route").select_option("")
    assert shown_titles(filtered) == ["two", "three", "four"]
    filtered.get_by_role("checkbox", name="CRITICAL").check()
    assert len(shown_titles(filtered)) == 5


def test_days_without_a_shown_message_are_hidden_too(filtered: Page) -> None:
    assert filtered.locator(".day:visible").count() == 5
    filtered.get_by_role("checkbox", name="HIGH").uncheck()
    assert filtered.locator(".day:visible").count() == 3


def test_searching_finds_words_anywhere_in_a_message(filtered: Page) -> None:
    filtered.get_by_label("Search").fill("444455556666 TWO")
    assert shown_titles(filtered) == ["two"]
    filtered.get_by_label("Search").fill("nowhere")
    assert shown_titles(filtered) == []
    assert filtered.get_by_text("No message matches these filters.").is_visible()


def test_replies_are_found_though_what_they_answer_is_filtered_out(
    run: Run, project: Path, show: Any
) -> None:
    worse = {"Severity": {"Label": "CRITICAL"}}
    given = [event(finding("a", day, **(worse if day > 4 else {}))) for day in range(1, 7)]
    preview(run, project, params({"name": "all", "message": "summary"}), given)
    page = show()
    assert visible(page).count() == 1
    page.get_by_text("5 in the thread").click()
    assert page.locator(".clock:visible").all_inner_texts()[:2] == ["08:00", "2026-01-02 08:00"]
    page.get_by_text("5 in the thread").click()
    page.get_by_role("checkbox", name="HIGH").uncheck()
    assert page.locator(".clock:visible").all_inner_texts() == [
        "2026-01-05 08:00",
        "2026-01-06 08:00",
    ]


def test_the_page_can_be_used_by_keyboard(filtered: Page) -> None:
    filtered.keyboard.press("Tab")
    focused = "document.activeElement"
    assert filtered.evaluate(f"{focused}.textContent") == "Skip to the messages"
    assert filtered.get_by_text("Skip to the messages").bounding_box()["x"] >= 0  # type: ignore[index]
    filtered.keyboard.press("Enter")
    assert filtered.evaluate(f"{focused}.id") == "messages"
    filtered.get_by_role("checkbox", name="HIGH").focus()
    filtered.keyboard.press("Space")
    assert shown_titles(filtered) == ["one", "one", "four"]
    outline = "one => getComputedStyle(one.closest('.chip')).outlineStyle"
    assert filtered.get_by_role("checkbox", name="HIGH").evaluate(outline) == "solid"


def test_landmarks_headings_and_controls_have_names(filtered: Page) -> None:
    page = filtered
    for landmark in (
        page.get_by_role("banner"),
        page.get_by_role("navigation", name="Channels"),
        page.get_by_role("search", name="Filters"),
        page.get_by_role("main"),
        page.get_by_role("contentinfo"),
        page.get_by_role("region", name="red 3 messages"),
        page.get_by_role("combobox", name="Route"),
        page.get_by_role("searchbox", name="Search"),
        page.get_by_role("group", name="Severity"),
    ):
        assert landmark.count() == 1, landmark
    assert filtered.get_by_role("article", name="three").count() == 1
    levels = filtered.locator("h1, h2, h3, h4").evaluate_all(
        "all => all.map(one => one.tagName[1])"
    )
    assert all(int(b) - int(a) <= 1 for a, b in pairwise(levels))


@pytest.mark.usefixtures("filtered")
def test_without_scripts_all_messages_are_there_and_no_filters(show: Any) -> None:
    page = show(java_script_enabled=False)
    assert visible(page).count() == 5
    assert page.locator("#filters").is_hidden()
