"""What ``preview`` writes, from the command line."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import re
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

import findings as strategies
from conftest import QUICKSTART, ROOT, Run, corpus
from forked import started
from generator.eventbridge.matcher import compile as compiled
from generator.messages import Look, expression
from generator.params import BadInput, Match, load
from generator.preview import collect, save
from generator.preview.mrkdwn import html
from generator.preview.timeline import Timeline
from generator.routing.event_pattern import event_pattern
from generator.routing.reasons import reasons
from pages import event, finding, params, preview
from previewed import Message, content, messages, parsed, rest
from remembered import evaluate

FIXTURES = ROOT / "tests" / "fixtures" / "backtest"
ONCE = {"name": "once", "notify": "once", "match": {"workflow": ["NEW"]}}


def titles(page: str, channel: str = "red") -> list[str]:
    return [one.title for one in messages(page) if one.channel == channel]


def only(page: str) -> Message:
    (one,) = messages(page)
    return one


def test_each_channel_shows_its_messages_the_oldest_first(project: Path, run: Run) -> None:
    text = params(
        {"name": "critical", "match": {"severity": ["CRITICAL"]}},
        {"name": "controls", "channel": "blue", "match": {"controls": ["S3.*"]}},
    )
    given = [
        finding("late", 9, Severity={"Label": "CRITICAL"}, Compliance={"Status": "FAILED"}),
        finding("early", 2),
        finding("both", 5, Severity={"Label": "CRITICAL"}),
    ]
    page = preview(run, project, text, given)
    assert titles(page, "red") == ["both", "late"]
    assert titles(page, "blue") == ["early", "both"]


def test_order_is_by_the_time_of_the_event_and_then_as_in_the_file(project: Path, run: Run) -> None:
    given = [
        event(finding("c", 1), "2026-02-03T00:00:00Z"),
        event(finding("a", 9), "2026-02-01T00:30:00+01:00"),
        event(finding("b", 5), "2026-02-01T00:00:00Z"),
        finding("d", 20, UpdatedAt="2026-02-03T00:00:00Z"),
    ]
    assert titles(preview(run, project, params(), given)) == ["a", "b", "c", "d"]


def test_a_finding_that_two_routes_of_a_channel_take_is_shown_twice(
    project: Path, run: Run
) -> None:
    page = preview(run, project, params({"name": "one"}, {"name": "two"}), [finding("a")])
    assert [one.route for one in messages(page)] == ["one", "two"]


@pytest.mark.parametrize(
    ("match", "why"),
    [
        (
            {"severity": ["HIGH"], "compliance": ["FAILED"], "workflow": ["NEW"]},
            "severity HIGH compliance FAILED workflow NEW",
        ),
        ({"accounts": {"not": ["444455556666"]}}, "accounts 111122223333 (not 444455556666)"),
        ({"products": ["Security Hub"]}, "products aws/securityhub"),
        ({"standards": ["pci-dss"]}, "standards pci-dss/v/3.2.1"),
        ({"resource_types": ["AwsS3*"]}, "resource_types AwsS3Bucket"),
        ({"types": {"not": ["TTPs/*"]}}, "types none (not TTPs/*)"),
        ({"resource_tags": {"Env": ["pro*"]}}, "resource_tags.Env production"),
        ({"regions": ["eu-*"]}, "regions eu-west-1"),
    ],
)
def test_why_it_matched_is_told_in_the_words_of_the_params_file(
    project: Path, run: Run, match: dict[str, Any], why: str
) -> None:
    compliance = {
        "Status": "FAILED",
        "AssociatedStandards": [{"StandardsId": "standards/pci-dss/v/3.2.1"}],
    }
    resources = [
        {"Type": "AwsS3Bucket", "Id": "a", "Tags": {"Env": "production"}},
        {"Type": "AwsIamRole", "Id": "b", "Tags": {"Env": "test"}},
    ]
    given = finding("a", Compliance=compliance, Resources=resources)
    shown = only(preview(run, project, params({"name": "some", "match": match}), [given]))
    assert shown.why == f"Route some, because {why}"


def test_a_missing_compliance_is_told_as_absent(project: Path, run: Run) -> None:
    given = finding("a")
    del given["Compliance"]
    text = params({"name": "some", "match": {"compliance": ["FAILED", "ABSENT"]}})
    assert only(preview(run, project, text, [given])).why.endswith("compliance ABSENT")


def test_a_route_without_match_says_that_it_takes_everything(project: Path, run: Run) -> None:
    shown = only(preview(run, project, params(), [finding("a")]))
    assert shown.why == "Route all: it matches every finding"


@given(strategies.MATCHES, strategies.FINDINGS)
@settings(max_examples=500, deadline=None)
def test_whatever_a_pattern_takes_has_a_reason_for_each_key(match: Any, found: Any) -> None:
    matched = compiled(event_pattern(Match.model_validate(match)))(
        event({**found, "UpdatedAt": ""})
    )
    if not matched:
        return
    told = reasons(Match.model_validate(match), {"detail": {"findings": [found]}})
    assert len(told) == len(match) + len(match.get("resource_tags", [None])) - 1
    assert [one for one in told if not one.values and not one.unlike] == []


def test_what_security_hub_fills_in_on_import_is_filled_in(project: Path, run: Run) -> None:
    imported = finding("a", Severity={"Normalized": 95})
    for key in ("Workflow", "Region", "RecordState"):
        del imported[key]
    page = preview(run, project, QUICKSTART, [imported])
    assert only(page).severity == "CRITICAL"
    filled = "Region 1, RecordState 1, Severity.Label 1, Workflow 1"
    assert set(filled.split(", ")) <= set(re.split(r": |, ", rest(page).replace(" ", " ")))


def test_a_native_message_says_that_its_look_is_the_chat_services(project: Path, run: Run) -> None:
    page = preview(run, project, params(), [finding("a")])
    assert only(page).kind == "native"
    assert "The chat service formats this message itself; it may look different." in page
    for value in ("About a.", "111122223333", "eu-west-1", "AwsS3Bucket arn:aws:s3:::bucket"):
        assert value in page


@pytest.mark.parametrize("language", ["en", "ja"])
def test_a_summary_shows_what_the_deployed_expression_makes_of_the_event(
    project: Path, run: Run, language: Any
) -> None:
    given = [event(finding("a *bold* <b>&amp; one", 1)), event(finding("b", 2))]
    text = params({"name": "all", "message": "summary"}, language=language)
    shown = messages(preview(run, project, text, given))
    sent = [content(evaluate(expression("summary", Look(language)), one)) for one in given]
    assert [(one.title, one.text, one.steps, one.keywords) for one in shown] == sent


def test_an_exported_finding_is_wrapped_in_the_event_that_brings_it(
    project: Path, run: Run
) -> None:
    text = params({"name": "all", "message": "summary"})
    exported = messages(preview(run, project, text, [finding("a")]))
    recorded = messages(preview(run, project, text, [event(finding("a"))]))
    assert exported == recorded


def test_later_messages_of_a_thread_are_replies_under_the_first(project: Path, run: Run) -> None:
    given = [event(finding("a", 1)), event(finding("b", 2)), event(finding("a", 3))]
    page = preview(run, project, params({"name": "all", "message": "summary"}), given)
    shown = [(one.title.split()[-1], one.reply) for one in messages(page)]
    assert shown == [("a", False), ("a", True), ("b", False)]


def states(*updates: str) -> list[dict[str, Any]]:
    """Return an update a day of one finding: compliance, or compliance and record state."""
    return [
        event(
            finding(
                "a",
                day,
                Compliance={"Status": update.partition(" ")[0]},
                RecordState=update.partition(" ")[2] or "ACTIVE",
            )
        )
        for day, update in enumerate(updates, start=1)
    ]


FAILING = {**ONCE, "match": {**ONCE["match"], "compliance": ["FAILED"]}}  # type: ignore[dict-item]


@pytest.mark.parametrize(
    ("updates", "sent", "held"),
    [
        (["FAILED", "FAILED", "FAILED"], 1, 2),
        (["FAILED", "PASSED", "FAILED", "FAILED"], 2, 1),
        (["FAILED", "FAILED ARCHIVED", "FAILED", "FAILED"], 2, 2),
        (["PASSED", "FAILED"], 1, 0),
        (["FAILED", "WARNING", "FAILED"], 1, 1),
    ],
)
def test_notify_once_holds_back_updates_until_the_finding_regresses(
    project: Path, run: Run, updates: list[str], sent: int, held: int
) -> None:
    page = preview(run, project, params(FAILING), states(*updates))
    assert len(messages(page)) == sent
    assert (f"message: {held} (once {held})" in rest(page)) is (held > 0)


def test_notify_once_goes_by_time_and_not_by_place(project: Path, run: Run) -> None:
    first, passed, again = states("FAILED", "PASSED", "FAILED")
    assert len(messages(preview(run, project, params(FAILING), [first, again, passed]))) == 2


def test_what_somebody_sets_back_to_new_is_sent_again(project: Path, run: Run) -> None:
    given = [
        event(finding("a", day, Workflow={"Status": status}))
        for day, status in enumerate(("NEW", "RESOLVED", "NEW"), start=1)
    ]
    assert len(messages(preview(run, project, params(ONCE), given))) == 2


def test_other_routes_see_the_finding_as_notified_too(project: Path, run: Run) -> None:
    new = {"name": "new", "channel": "blue", "match": {"workflow": ["NEW"]}}
    seen = {"name": "seen", "channel": "blue", "match": {"workflow": ["NOTIFIED"]}}
    page = preview(run, project, params(ONCE, new, seen), [event(finding("a"))] * 3)
    assert [one.route for one in messages(page)] == ["once", "new", "seen", "seen"]


def test_a_disk_without_room_to_sort_is_told_in_one_line(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(Timeline, "add", full)
    (project / "a.yaml").write_text(params(ONCE))
    (project / "findings").write_text(json.dumps(finding("a")))
    with pytest.raises(BadInput, match=r"no room to note .*\(database or disk is full\)"):
        collect(load(project / "a.yaml"), [project / "findings"], limit=1)


def test_each_finding_is_sent_once_by_itself(project: Path, run: Run) -> None:
    page = preview(run, project, params(ONCE), [finding("a"), finding("b"), finding("a", 3)])
    assert titles(page) == ["b", "a"]


def test_the_newest_messages_are_shown_and_the_rest_is_counted(project: Path, run: Run) -> None:
    given = [finding(str(day), day) for day in (3, 9, 1, 5, 7)]
    page = preview(run, project, params(), given, "--limit", "2")
    assert titles(page) == ["7", "9"]
    assert "not on this page: 3." in rest(page)


def test_what_was_not_sent_is_counted(project: Path, run: Run) -> None:
    lines = [
        json.dumps(finding("a")),
        "oops",
        json.dumps(finding("b", Severity={"Label": "LOW"})),
        json.dumps({**event(finding("c")), "detail-type": "Security Hub Insight Results"}),
        '{"class_uid": 2003}',
    ]
    (project / "params" / "a.yaml").write_text(QUICKSTART)
    (project / "findings").write_text("\n".join(lines))
    ran = run("preview", "params/a.yaml", "findings", "--out", "page.html")
    said = rest((project / "page.html").read_text("utf-8"))
    assert ran.code == 0
    assert "Findings read: 2" in said
    assert "Findings not matched by any route: 1 (LOW 1)" in said
    assert "Other events, which no rule matches: 1 (Security Hub Insight Results 1)" in said
    for told in (said, ran.err):
        assert "findings:2" in told
        assert "findings:5" in told
    assert ran.out == "page.html: 1 of 1 messages, from 2 findings read.\n"


def test_findings_are_read_in_the_forms_that_backtest_reads(project: Path, run: Run) -> None:
    given = [finding("a", 1), finding("b", 2)]
    (project / "params" / "a.yaml").write_text(params())
    (project / "one").write_text(json.dumps({"Findings": given, "NextToken": "x"}, indent=2))
    (project / "two").write_bytes(gzip.compress(json.dumps([event(finding("c", 3))]).encode()))
    piped = json.dumps(finding("d", 4))
    ran = run("preview", "params/a.yaml", "two", "-", "one", "--out", "page.html", input=piped)
    assert ran.code == 0
    assert titles((project / "page.html").read_text("utf-8")) == ["a", "b", "c", "d"]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("params/a.yaml", "findings", "--out", "no/page.html"), "no: no such folder\n"),
        (("params/a.yaml", "findings", "--out", "params"), "params: is a folder; name a file in"),
        (("params/a.yaml", "findings", "--out", "./findings"), "findings: is one of the inputs"),
        (("params/a.yaml", "none", "--out", "page.html"), "none: no such file\n"),
        (("params/b.yaml", "findings", "--out", "page.html"), "params/b.yaml: "),
    ],
    ids=["no folder", "a folder", "an input", "no findings", "no params"],
)
def test_bad_input_is_told_in_one_line_and_nothing_is_written(
    project: Path, run: Run, arguments: tuple[str, ...], told: str
) -> None:
    (project / "params" / "a.yaml").write_text(QUICKSTART)
    (project / "findings").write_text(json.dumps(finding("a")))
    before = {path: path.is_dir() or path.read_bytes() for path in project.rglob("*")}
    ran = run("preview", *arguments)
    assert (ran.code, ran.out, ran.err.count("\n")) == (2, "", 1)
    assert told in ran.err
    assert {path: path.is_dir() or path.read_bytes() for path in project.rglob("*")} == before


def test_out_is_required(project: Path, run: Run) -> None:
    (project / "params" / "a.yaml").write_text(params())
    assert run("preview", "params/a.yaml", "-", input="").code == 2


def test_a_page_of_before_is_replaced_in_one_piece(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "page.html"
    save("old", out)

    def full(self: Path, *_: Any, **__: Any) -> None:
        self.write_bytes(b"ne")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(BadInput, match=r"page\.html: cannot be written: No space left on device"):
        save("new", out)
    assert [path.name for path in tmp_path.iterdir()] == ["page.html"]
    assert out.read_text() == "old"
    monkeypatch.undo()
    save("new", out)
    assert out.read_text() == "new"


def test_the_page_can_go_to_a_pipe(project: Path) -> None:
    (project / "params" / "a.yaml").write_text(QUICKSTART)
    (project / "one").write_text(json.dumps(finding("a")))
    ran = started(project, ("preview", "params/a.yaml", "one", "--out", "/dev/stdout"), {})
    assert (ran.code, ran.out.partition("\n")[0]) == (0, "<!DOCTYPE html>")


def test_a_channel_without_messages_is_said_so(project: Path, run: Run) -> None:
    critical = params({"name": "all", "match": {"severity": ["CRITICAL"]}})
    page = preview(run, project, critical, [finding("a")])
    assert page.count("Nothing: no route to this channel matches any of these findings.") == 2


def test_the_page_speaks_the_files_language(project: Path, run: Run) -> None:
    page = preview(run, project, params(language="ja"), [finding("a")])
    assert parsed(page).find("html").get("lang") == "ja"  # type: ignore[union-attr]
    for english in ("Route", "Severity", "Channels", "messages", "January", "because", "What was"):
        assert english not in re.sub(r"<(style|script).*?</\1>|<[^>]*>", "", page, flags=re.DOTALL)


def test_only_the_pages_own_style_and_script_may_count(project: Path, run: Run) -> None:
    page = preview(run, project, params(), [finding("a")])
    policy = next(
        one.get("content", "")
        for one in parsed(page).iter("meta")
        if one.get("http-equiv") == "Content-Security-Policy"
    )
    assert policy.startswith("default-src 'none'; ")
    for tag in ("style", "script"):
        (inline,) = re.findall(rf"<{tag}>(.*?)</{tag}>", page, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(inline.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy
    assert "unsafe" not in policy


def test_nothing_on_the_page_is_loaded_from_elsewhere(project: Path, run: Run) -> None:
    text = params({"name": "all", "message": "summary"}, {"name": "more"})
    page = preview(run, project, text, [finding("a")])
    for one in parsed(page).iter():
        assert one.tag not in {"img", "link", "iframe", "object", "embed", "base", "svg"}
        assert not {key for key in one.attrib if key.startswith("on")} | {"src", "style"} & set(
            one.attrib
        )
        if one.tag == "a" and not one.attrib["href"].startswith("#"):
            assert re.match("https?://", one.attrib["href"])
            assert one.get("rel") == "noopener noreferrer"
    assert not re.search(r"url\(|@import", page)


def test_characters_that_html_cannot_hold_do_not_break_the_page(project: Path, run: Run) -> None:
    given = json.dumps([finding("a\x00b\x1bc\ud800d\x7fe")])
    assert titles(preview(run, project, params(), given)) == ["a\ufffdb\ufffdc\ufffdd\ufffde"]


def test_fields_of_the_wrong_kind_do_not_break_the_page(project: Path, run: Run) -> None:
    odd = finding("a", Title=1, Description=[], Severity="x", Compliance=3, Resources={})
    odd |= {"UpdatedAt": 5, "Region": None, "Workflow": [], "ProductName": {}}
    text = params({"name": "one"}, {"name": "two", "message": "summary"})
    assert len(messages(preview(run, project, text, [odd]))) == 2


def test_one_page_takes_all_findings_of_the_corpus(project: Path, run: Run) -> None:
    given = corpus("findings.ndjson").read_text("utf-8")
    text = params({"name": "all", "message": "summary"})
    page = preview(run, project, text, given)
    assert {one.kind for one in messages(page)} == {"custom"}
    found = [json.loads(line) for line in given.splitlines()]
    assert len(messages(page)) == len({(one["ProductArn"], one["Id"]) for one in found})


@pytest.mark.parametrize(
    ("mrkdwn", "expected"),
    [
        ("*bold* and _italic_ and ~gone~", "<b>bold</b> and <i>italic</i> and <s>gone</s>"),
        ("*bold _both_*", "<b>bold <i>both</i></b>"),
        ("2*3*4 snake_case_name a~b~c", "2*3*4 snake_case_name a~b~c"),
        ("* not bold * and *\u200bnot*", "* not bold * and *\u200bnot*"),
        ("*not\nbold*", "*not\nbold*"),
        ("(*bold*)", "(<b>bold</b>)"),
        ("`a *b* <c>`", "<code>a *b* &lt;c&gt;</code>"),
        ("```\nx *y*\n```", "<pre>x *y*</pre>"),
        ("a\n> b *c*\n> d\ne", "a<blockquote>b <b>c</b>\nd</blockquote>e"),
        ("&gt; quoted", "<blockquote>quoted</blockquote>"),
        ("\u200b&gt; text", "\u200b&gt; text"),
        ("• one\n• two", "• one\n• two"),
        ("&amp;lt; &lt;b&gt; & <b>", "&amp;lt; &lt;b&gt; &amp; &lt;b&gt;"),
        (":bell: <!here> <@U1> <#C1|general>", None),
        ("<https://a.example/?b=1&amp;c=2|*d*>", None),
        ("<javascript:alert(1)|x>", "&lt;javascript:alert(1)|x&gt;"),
        ('<https://a.example/"onclick="x|y>', None),
        ("<b> *x* <i>", "&lt;b&gt; <b>x</b> &lt;i&gt;"),
        ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
        ("", ""),
    ],
)  # fmt: skip
def test_mrkdwn_is_shown_as_slack_shows_it(mrkdwn: str, expected: str | None) -> None:
    link = '<a href="{}" target="_blank" rel="noopener noreferrer">{}</a>'
    name = '<span class="mention">{}</span>'
    longer = {
        ":": f":bell: {name.format('@here')} {name.format('@U1')} {name.format('#general')}",
        "<https://a.example/?": link.format("https://a.example/?b=1&amp;c=2", "<b>d</b>"),
        '<https://a.example/"': link.format("https://a.example/&#34;onclick=&#34;x", "y"),
    }
    if expected is None:
        expected = next(text for start, text in longer.items() if mrkdwn.startswith(start))
    assert str(html(mrkdwn)) == expected


@pytest.mark.parametrize("sign", ["*", "_", "~", "`", "```", "<", "&", ">", "> ", "<http://a|"])
def test_mrkdwn_takes_no_longer_for_hostile_texts(sign: str) -> None:
    assert html((sign + "a") * 50_000)


SENT_ONCE = params({"name": "all", "match": {"workflow": ["NEW"]}, "notify": "once"})


@pytest.mark.parametrize("text", [params(), SENT_ONCE], ids=["every update", "once"])
def test_an_exported_finding_is_shown_once_in_its_latest_state(
    project: Path, run: Run, text: str
) -> None:
    early = finding("a", Title="Early", UpdatedAt="2026-01-01T00:00:00Z")
    late = finding("a", Title="Late", UpdatedAt="2026-01-02T00:00:00Z")
    page = preview(run, project, text, [early, late, early])
    shown = only(page)
    assert "Late" in shown.title
    assert not shown.reply
    assert "Given more than once: 2 messages" in rest(page)


def test_what_no_route_matches_is_listed_with_the_reason_the_most_severe_first(
    project: Path, run: Run
) -> None:
    low = finding("low", Severity={"Label": "LOW"})
    old = finding("old", Severity={"Label": "CRITICAL"}, RecordState="ARCHIVED")
    page = preview(run, project, QUICKSTART, [low, old])
    listed = rest(page)
    assert listed.index("CRITICAL (not open) old") < listed.index("LOW low")
    assert "Nearest route findings: record_state is ARCHIVED, not ACTIVE" in listed
    assert "Nearest route findings: severity is LOW, not HIGH, CRITICAL" in listed
