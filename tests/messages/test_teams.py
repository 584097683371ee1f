"""What Microsoft Teams gets: its own markdown, and none that a finding brings."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from composed import SHALLOW, looked
from events import as_event
from generator.messages import Look, digest_expression, evaluate
from samples import CONTROL, STANDARDS
from teams_markdown import check_markdown

TEAMS = Look(chat="teams")
_MARKDOWN = st.text(alphabet="[]()<>*_`~#|\\!-+.1:/&;{}=@ ahtps\n", max_size=80)


def content(finding: Any) -> Any:
    return looked(as_event(finding), TEAMS)["content"]


def test_a_finding_reads_like_this() -> None:
    where, links, *rest = content(CONTROL)["description"].split("\n\n")
    assert where == "shop-prod (111122223333) · eu-west-1 · AwsS3Bucket shop_logs_2026"
    fix, console = links.split(" · ")
    url = "https://docs.aws.amazon.com/console/securityhub/S3.8/remediation"
    assert fix == f"[How to fix it]({url})"
    assert console.startswith("[Open in Security Hub](https://eu-west-1.console.aws.amazon.com/")
    assert rest == [
        "This control checks whether a bucket blocks public access.",
        "**Resource:** arn:aws:s3:::shop_logs_2026",
        "**First seen:** 2026-11-23 21:20 UTC",
        f"**Standards:** {', '.join(STANDARDS)}",
    ]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a [b](https://e.com)", "a |[|b|]|(https://e.com)"),
        ("**b** _i_ ~~s~~", "++b++ |_|i|_| |~||~|s|~||~|"),
        ("`c` <b> &lt;", "'c' |<|b|>| |&|lt;"),
        ("\\[a", "|\\||[|a"),
        ("# a # b", "|#| a # b"),
        ("- a - b", "|-| a - b"),
        ("---", "|-|--"),
        ("1. a 2. b", "|1. |a 2. b"),
        ("10) a", "|10) |a"),
        ("9.8 and 1.", "9.8 and 1."),
        ("snake_case_name __init__", "snake_case_name |_||_|init|_||_|"),
        ("see https://e.com/a_b?c=1&d=-#e.", "see https://e.com/a_b?c=1&d=-#e."),
        ("see https://e.com/_a_", "see https://e.com/|_|a|_|"),
        ("a! {b} 日本語 😀", "a! |{|b} 日本語 😀"),
    ],
)
def test_markdown_in_a_text_arrives_as_text(text: str, shown: str) -> None:
    found = content({"Title": text, "Description": text, "Region": text})
    assert (
        found["title"]
        == found["description"]
        == shown.replace("|", "\u200b").replace("+", "\u2217")
    )


@pytest.mark.parametrize(
    "attack",
    [
        "[Sign in](https://e.example)",
        "](https://e.example)",
        "[a]: https://e.example",
        "![a](https://e.example/a.png)",
        "<https://e.example> <a href='https://e.example'>x</a> <at>all</at>",
        "[a][b] [b] [a](<https://e.example>)",
        "&#91;a&#93;(https://e.example) \\[a\\](https://e.example)",
        "**a** __b__ *c* _d_ ***e*** ~~f~~ `g` ``h`` | i | j |",
        "# a\n## b\n> c\n- d\n1. e\n```\nf\n```\n---\n===",
    ],
)
def test_no_text_of_a_finding_is_markdown(attack: str) -> None:
    for field in ("Title", "Description", "Region", "AwsAccountName", "ProductName", "CreatedAt"):
        content({**CONTROL, "ProductArn": "x", field: attack})
    content({**CONTROL, "Resources": [{"Type": attack, "Id": attack}]})
    content({**CONTROL, "Remediation": {"Recommendation": {"Text": attack}}})


@pytest.mark.parametrize(
    "url",
    [
        "https://e.com/a)b(c [d](https://e.example)",
        "https://e.com/\\) <x> \"y\" 'z' `",
        "https://e.com/?a=1&lt;=2&#41;",
        "https://_e_.com/*a*_b_",
        "https://e.com/日本|*",
    ],
)
def test_a_link_ends_where_it_should_and_opens_no_other(url: str) -> None:
    finding = {"Title": "t", "SourceUrl": url}
    description = content(finding)["description"]
    assert re.fullmatch(r"\[[^\[\]]*\]\([^()\[\]\s]+\)", description), description


@settings(deadline=None, max_examples=150, suppress_health_check=list(HealthCheck))
@given(text=_MARKDOWN, url=_MARKDOWN.map("https://".__add__))
def test_no_markdown_of_any_form_gets_through(text: str, url: str) -> None:
    recommended = {"Recommendation": {"Text": text, "Url": url}}
    resources = [{"Type": text, "Id": text}]
    shown = {"Title": text, "Description": f"x {text}", "AwsAccountName": text, "SourceUrl": url}
    content({**CONTROL, **shown, "Remediation": recommended, "Resources": resources})


def digest(look: Look, value: str = "S3.8") -> Any:
    """Return a digest; one of its values is given."""
    counted = {
        "name": "weekly",
        "days": 7,
        "at": "2026-11-30T00:00:00.000Z",
        "region": "eu-west-1",
        "severity": [{"value": "CRITICAL", "count": 1}, {"value": "HIGH", "count": 2}],
        "new": [{"value": "HIGH", "count": 1}],
        "oldest": [{"severity": "HIGH", "created": "2026-11-01T00:00:00.000Z"}],
        "groups": [
            {
                "by": by,
                "insight": "findings",
                "rows": [{"value": value, "count": 2}] * 7,
            }
            for by in ("control", "resource")
        ],
        "exceptions": [{"name": value, "until": "2026-12-01"}],
    }
    return json.loads(evaluate(digest_expression(look), counted, deepest=SHALLOW))


def test_a_digest_reads_like_this() -> None:
    found = digest(TEAMS)["content"]
    assert found["title"] == "weekly: 3 open findings"
    lines = found["description"].split("\n\n")
    url = "https://eu-west-1.console.aws.amazon.com/securityhub/v2/home?region=eu-west-1#/findings"
    assert lines[4:11] == [
        f"**Controls** [Open]({url})",
        *["- S3.8: 2"] * 5,
        "and 2 more",
    ]
    check_markdown(found["description"])


def test_nothing_in_a_digest_is_markdown_of_a_finding() -> None:
    for attack in ("[a](https://e.example)", "- # *b* _c_ `d` <e> ~~f~~", "1. a\\"):
        check_markdown(digest(TEAMS, attack)["content"]["description"])


def test_a_digest_by_mail_reads_like_its_message() -> None:
    odd = "s3:*_<a>&b `c`"
    for look in (Look(mail=True), TEAMS._replace(mail=True)):
        sent = digest(look, odd)
        assert list(sent) == ["default", "email", "https"]
        assert json.loads(sent["https"]) == digest(look._replace(mail=False), odd)
        title, *lines = filter(None, sent["email"].split("\n"))
        assert title == "weekly: 3 open findings"
        sign = "-" if look.chat == "teams" else "•"
        said = odd.replace("`", "'") if look.chat == "teams" else odd
        assert f"{sign} {said}: 2" in lines
        assert lines[1] == "New in the last 7 days: 1 (HIGH 1)"
        assert not [line for line in lines if "\u200b" in line or "**" in line or "](" in line]
