"""What people get by e-mail: the same in plain text, and a subject that SNS accepts."""

from __future__ import annotations

import re
from typing import Any, get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from composed import SHALLOW, mailed
from events import as_event, as_event_v2
from generator.messages import (
    Chat,
    Look,
    Source,
    digest_subject_expression,
    subject_expression,
)
from looks import MENTIONS
from many_events import odd_events, public_events, source_of
from odd_values import like
from remembered import evaluate
from samples import CONTROL, STANDARDS, THREAT
from samples_ocsf import EVERYTHING, POSTURE

SOURCES: tuple[Source, ...] = get_args(Source)
CHATS: tuple[Chat, ...] = get_args(Chat)
ODD = "a *b* `c` <d|e> [f](g) _h_ &lt; &amp; i@here :j: k_l ~m~ # $1 \\ {n} https://e.com/o_p?q&r=*"


def test_a_mail_reads_like_this() -> None:
    title, _, where, links, *rest = mailed(as_event(CONTROL), Look(mail=True)).split("\n")
    assert title == "🟠 HIGH: S3.8 S3 general purpose buckets should block public access"
    assert where == "shop-prod (111122223333) · eu-west-1 · AwsS3Bucket shop_logs_2026"
    fix, console = links.split(" · ")
    url = "https://docs.aws.amazon.com/console/securityhub/S3.8/remediation"
    assert fix == f"How to fix it: {url}"
    assert console.startswith("Open in Security Hub: https://eu-west-1.console.aws.amazon.com/")
    assert rest == [
        "",
        "This control checks whether a bucket blocks public access.",
        "",
        "Resource: arn:aws:s3:::shop_logs_2026",
        "First seen: 2026-11-23 21:20 UTC",
        f"Standards: {', '.join(STANDARDS)}",
    ]


def test_the_mail_of_a_teams_channel_says_the_same() -> None:
    slack, teams = (
        mailed(as_event(CONTROL), Look(mail=True, chat=chat)).split("\n") for chat in CHATS
    )
    assert list(filter(None, slack)) == list(filter(None, teams))


@pytest.mark.parametrize("chat", CHATS)
def test_what_a_finding_says_arrives_as_it_is(chat: Chat) -> None:
    advice = {"Recommendation": {"Text": f"Do {ODD}"}}
    finding = {"Title": f"T {ODD}", "Description": f"D {ODD}", "Remediation": advice}
    said = ODD.replace("`", "'") if chat == "teams" else ODD
    assert mailed(as_event(finding), Look(mail=True, chat=chat)).split("\n") == [
        *(f"T {said}", ""),
        *(f"D {said}", ""),
        f"Do {said}",
    ]


@pytest.mark.parametrize("chat", CHATS)
def test_an_id_arrives_as_it_is(chat: Chat) -> None:
    resources = [{"Type": "x*", "Id": "s3:*/a_b*<c>&d"}, {}]
    mail = mailed(as_event({"Title": "t", "Resources": resources}), Look(mail=True, chat=chat))
    assert mail == "t\n\nx* s3:*/a_b*<c>&d (+1 more)"


@pytest.mark.parametrize("chat", CHATS)
def test_a_mail_mentions_nobody(chat: Chat) -> None:
    look = Look(mail=True, chat=chat, mentions=MENTIONS)
    assert mailed(as_event(CONTROL), look) == mailed(as_event(CONTROL), look._replace(mentions=()))


@pytest.mark.parametrize("chat", CHATS)
def test_no_mail_has_marks_of_a_chat_that_the_finding_has_not(chat: Chat) -> None:
    for event in public_events()[:: 5 if chat == "slack" else 7]:
        mail = mailed(event, Look(source=source_of(event), chat=chat, mail=True))
        assert "\u200b" not in mail
        assert "**" not in mail or "**" in str(event)
        assert not re.search(r"&(amp|lt|gt);", mail) or "&" in str(event)
        assert not re.search(r"<http[^>]*\||\]\(http", mail)


@pytest.mark.parametrize(
    ("finding", "subject"),
    [
        (CONTROL, "HIGH: S3 general purpose buckets should block public access"),
        ({"Title": "t"}, "t"),
        ({}, "Security Hub finding"),
        ({"Severity": {"Label": "LOW"}}, "LOW: Security Hub finding"),
        ({"Title": "1 port"}, "Security Hub: 1 port"),
        ({"Title": "日本"}, "Security Hub: ?"),
        ({"Title": "a 😀 b"}, "a ? b"),
        ({"Title": "a\r\nBcc: x@e.com\n\nb"}, "a Bcc: x@e.com b"),
        ({"Title": "a\u2028b\u0085c\x00d\x7fe"}, "a?b?c?d?e"),
        ({"Title": "x" * 99}, "x" * 99),
        ({"Title": "x" * 100}, "x" * 96 + "..."),
        ({"Title": ["t"], "Severity": "HIGH"}, "Security Hub finding"),
    ],
)
def test_the_subject_is_severity_and_title(finding: Any, subject: str) -> None:
    assert subject_of(as_event(finding)) == subject


def test_the_subject_of_the_new_security_hub_is_severity_and_title() -> None:
    assert subject_of(as_event_v2(POSTURE)) == "HIGH: S3 buckets should block public access"


def subject_of(event: Any) -> str:
    """Return the subject of an event's mail, after checking what SNS accepts."""
    text = subject_expression(source_of(event))
    subject = evaluate(text, event, deepest=SHALLOW)
    assert re.fullmatch("[A-Za-z][ -~]{0,98}", subject), ascii(subject)
    return str(subject)


def test_every_event_has_a_subject() -> None:
    details: list[Any] = [None, "x", [], [{}]]
    for event in [*odd_events(), *({"detail": detail} for detail in details)]:
        subject_of(event)


def test_every_finding_of_the_corpus_has_a_subject() -> None:
    for event in public_events():
        subject_of(event)


@settings(deadline=None, max_examples=150, suppress_health_check=list(HealthCheck))
@given(finding=like({**THREAT, **CONTROL}) | like(EVERYTHING), source=st.sampled_from(SOURCES))
def test_no_finding_breaks_the_subject(finding: Any, source: Source) -> None:
    subject_of(as_event_v2(finding) if source == "security_hub" else as_event(finding))


def test_the_subject_of_a_digest_is_its_name() -> None:
    text = digest_subject_expression()
    assert evaluate(text, {"name": "weekly"}) == "Security Hub digest: weekly"
