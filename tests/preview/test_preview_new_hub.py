"""What ``preview`` writes of the new Security Hub's findings, and of those that both send."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from conftest import ROOT, Run, corpus
from events import as_event_v2
from generator.messages import Look, expression
from pages import event, finding, params, preview
from previewed import content, messages, rest
from remembered import evaluate
from samples_ocsf import COVERAGE, KINDS, POSTURE, SEQUENCE

if TYPE_CHECKING:
    from pathlib import Path

ALL: dict[str, Any] = {"name": "all", "source": "security_hub"}
ONCE: dict[str, Any] = {**ALL, "match": {"workflow": ["NEW"]}, "notify": "once"}
OLD = finding("The old one", Id=POSTURE["finding_info"]["uid"])
"""The same finding as Security Hub CSPM sends it."""


def sent(day: int, **changed: Any) -> dict[str, Any]:
    """Return the event of a day's update of a finding."""
    return as_event_v2({**POSTURE, **changed}, time=f"2026-01-{day:02d}T08:00:00Z", id=str(day))


def printed(run: Run) -> str:
    return run("preview", "params/a.yaml", "findings", "--out", "page.html").out


@pytest.mark.parametrize("language", ["en", "ja"])
def test_a_summary_is_what_the_deployed_expression_makes_of_each_kind(
    project: Path, run: Run, language: Any
) -> None:
    match = {"kinds": [*("exposure", "attack_sequence", "vulnerability", "posture"), "coverage"]}
    given = [
        as_event_v2(kind, time=f"2026-01-0{day}T00:00:00Z")
        for day, kind in enumerate(KINDS.values(), start=1)
        if kind["class_uid"] != 2006
    ]
    text = params({**ALL, "match": match}, language=language)
    shown = messages(preview(run, project, text, given))
    jsonata = expression("summary", Look(language, "security_hub"))
    expected = [content(evaluate(jsonata, record)) for record in given]
    assert [(card.title, card.text, card.steps, card.keywords) for card in shown] == expected
    assert {card.severity for card in shown} == {"HIGH"}


def test_an_exported_finding_is_wrapped_in_the_event_that_brings_it(
    project: Path, run: Run
) -> None:
    exported = messages(preview(run, project, params(ALL), [POSTURE]))
    recorded = messages(preview(run, project, params(ALL), [as_event_v2(POSTURE)]))
    assert exported == recorded
    assert len(exported) == 1


def test_a_native_message_shows_the_main_facts(project: Path, run: Run) -> None:
    page = preview(run, project, params({**ALL, "message": "native"}), [POSTURE])
    (card,) = messages(page)
    assert (card.kind, card.title) == ("native", "S3 buckets should block public access")
    for fact in ("HIGH", "444455556666 shop-prod", "eu-west-1", "S3.8", "FAILED", "NEW"):
        assert f"<bdi>{fact}</bdi></dd>" in page
    assert "<bdi>AWS::S3::Bucket arn:aws:s3:::shop-logs</bdi></dd>" in page


@pytest.mark.parametrize(
    ("match", "why"),
    [
        ({"kinds": ["posture"]}, "kinds posture"),
        ({"severity": ["HIGH"], "workflow": ["NEW"]}, "severity HIGH workflow NEW"),
        ({"record_state": ["ACTIVE"]}, "record_state ACTIVE"),
        ({"resources": ["arn:aws:s3:::*"]}, "resources arn:aws:s3:::shop-logs"),
        ({"products": {"not": ["guardduty"]}}, "products aws/securityhub (not aws/guardduty)"),
    ],
    ids=str,
)
def test_a_message_says_which_keys_of_the_match_sent_it(
    project: Path, run: Run, match: dict[str, Any], why: str
) -> None:
    (card,) = messages(preview(run, project, params({**ALL, "match": match}), [POSTURE]))
    assert why.replace("not aws/guardduty", "not guardduty") in card.why


@pytest.mark.parametrize(
    ("updates", "shown", "held"),
    [
        ([{}, {}, {}], 1, 2),
        ([{}, {"compliance": {"status": "Pass"}}, {}, {}], 2, 1),
        ([{}, {"activity_name": "Close"}, {}, {}], 2, 2),
        # Somebody settled it, and then it is New again.
        ([{}, {"status": "Resolved"}, {}], 2, 0),
        ([{"status": "In Progress"}, {}], 1, 0),
    ],
    ids=["repeats", "fails again", "reopened", "set back", "new later"],
)
def test_notify_once_sets_in_progress_until_the_finding_is_new_again(
    project: Path, run: Run, updates: list[dict[str, Any]], shown: int, held: int
) -> None:
    failing = {**ONCE, "match": {"workflow": ["NEW"], "compliance": ["FAILED"]}}
    given = [sent(day, **update) for day, update in enumerate(updates, start=1)]
    page = preview(run, project, params(failing), given)
    assert len(messages(page)) == shown
    assert (f"message: {held} (all {held})" in rest(page)) is (held > 0)


def test_other_routes_see_the_finding_in_progress(project: Path, run: Run) -> None:
    new = {**ALL, "name": "new", "channel": "blue", "match": {"workflow": ["NEW"]}}
    seen = {**ALL, "name": "seen", "channel": "blue", "match": {"workflow": ["NOTIFIED"]}}
    page = preview(run, project, params(ONCE, new, seen), [sent(1), sent(2), sent(3)])
    assert [card.route for card in messages(page)] == ["all", "new", "seen", "seen"]


@pytest.mark.parametrize("route", [ALL, ONCE], ids=["every update", "once"])
def test_an_exported_finding_is_shown_once_in_its_latest_state(
    project: Path, run: Run, route: dict[str, Any]
) -> None:
    early, late = (
        {
            **POSTURE,
            "finding_info": {
                **POSTURE["finding_info"],
                "title": title,
                "modified_time_dt": f"2026-01-0{day}T00:00:00.000Z",
            },
        }
        for day, title in ((1, "Early"), (2, "Late"))
    )
    page = preview(run, project, params(route), [early, late, early])
    (card,) = messages(page)
    assert "Late" in card.title
    assert "Given more than once: 2 messages" in rest(page)


def test_what_no_route_matches_is_listed_with_the_reason(project: Path, run: Run) -> None:
    text = params({**ALL, "match": {"kinds": ["exposure"], "severity": ["CRITICAL", "HIGH"]}})
    closed = {**SEQUENCE, "activity_name": "Close", "severity": "Critical"}
    listed = rest(preview(run, project, text, [POSTURE, closed, COVERAGE]))
    assert "Findings not matched by any route: 3 (CRITICAL 1, HIGH 2)" in listed
    assert "CRITICAL (not open) Several steps of an attack on an instance" in listed
    assert "HIGH S3 buckets should block public access" in listed
    assert "aws/securityhub 444455556666 eu-west-1" in listed
    assert "Nearest route all: kinds is posture, not exposure" in listed
    assert "Nearest route all: kinds is coverage, not exposure" in listed


@pytest.mark.parametrize(
    ("language", "says"),
    [
        ("en", "Sent twice to red, once by each product: 1"),
        ("ja", "red に両方の製品から 2 回送られたもの: 1 件"),
    ],
)
@pytest.mark.parametrize(
    "given",
    [(OLD, POSTURE), (event(OLD), sent(1)), (event(OLD), POSTURE)],
    ids=["export", "events", "mixed"],
)
def test_what_both_products_send_to_a_channel_is_on_the_page_and_on_the_console(
    project: Path, run: Run, language: str, says: str, given: Any
) -> None:
    old = {"name": "old", "source": "security_hub_cspm"}
    page = preview(run, project, params(old, ALL, language=language), given)
    assert len(messages(page)) == 2
    assert says in rest(page)
    assert "Sent twice to red, once by each product: 1 finding. Separate" in printed(run)


def test_routes_that_a_channel_or_a_key_separates_send_nothing_twice(
    project: Path, run: Run
) -> None:
    old = {"name": "old", "source": "security_hub_cspm", "channel": "blue"}
    separated = {**ALL, "match": {"kinds": ["exposure"]}}
    for routes in ((old, ALL), ({**old, "channel": "red"}, separated)):
        assert "Sent twice" not in rest(preview(run, project, params(*routes), [OLD, POSTURE]))
        assert "Sent twice" not in printed(run)


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ("security_hub", "Findings Imported V2"),
        ("security_hub_cspm", "Security Hub Findings - Imported"),
    ],
)
def test_findings_of_a_product_that_no_route_is_for_name_the_key(
    project: Path, run: Run, source: str, kind: str
) -> None:
    other = {"security_hub": "security_hub_cspm"}.get(source, "security_hub")
    text = params({"name": "all", "source": other})
    page = preview(run, project, text, [OLD, POSTURE])
    assert len(messages(page)) == 1
    key = f"no route has `source: {source}`"
    assert f"Other events, which no rule matches: 1 ({kind} 1: {key})" in rest(page)
    assert f"Skipped 1 record of type '{kind}', which no rule matches: {key}.\n" in printed(run)


def test_one_page_takes_all_events_of_the_corpus(project: Path, run: Run) -> None:
    given = corpus("events-v2.ndjson").read_text("utf-8")
    page = preview(run, project, params({**ALL, "match": {"regions": ["*"]}}), given)
    cards = messages(page)
    assert {card.kind for card in cards} == {"custom"}
    assert len(cards) == len(given.splitlines()) - 1
    assert "COVERAGE" not in json.dumps([card.title for card in cards])


def test_the_shipped_files_send_the_corpus_without_twins(project: Path, run: Run) -> None:
    given = corpus("findings.ndjson").read_text("utf-8") + corpus("events-v2.ndjson").read_text(
        "utf-8"
    )
    for name in ("both-hubs", "security-hub"):
        text = (ROOT / "params" / f"{name}.yaml").read_text("utf-8")
        page = preview(run, project, text, given)
        assert messages(page)
        assert "Sent twice" not in rest(page)
