"""What ``backtest`` counts of the new Security Hub's findings, and of those that both send."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from conftest import ROOT, Run, corpus
from events import as_event, as_event_v2
from samples import CONTROL
from samples_ocsf import COVERAGE, EXPOSURE, KINDS, POSTURE, SEQUENCE, VULNERABILITY

if TYPE_CHECKING:
    from pathlib import Path

URGENT: dict[str, Any] = {"kinds": ["exposure", "attack_sequence"], "severity": ["CRITICAL"]}


def params(*routes: dict[str, Any], channel: str = "red") -> str:
    """Return a params text of these routes, of the new product unless they say otherwise."""
    routed = [
        {"name": f"r{i}", "channel": channel, "source": "security_hub", **route}
        for i, route in enumerate(routes)
    ]
    channels: dict[str, Any] = {route["channel"]: {} for route in routed}
    return str(yaml.safe_dump({"name": "Some", "channels": channels, "routes": routed}))


def report(run: Run, project: Path, text: str, *given: Any) -> dict[str, Any]:
    """Return the report of a params text and records."""
    written(project, text, *given)
    ran = run("backtest", "params/a.yaml", "findings", "--json")
    assert ran.code == 0, ran.err
    told: dict[str, Any] = json.loads(ran.out)
    return told


def written(project: Path, text: str, *given: Any) -> None:
    (project / "params" / "a.yaml").write_text(text, "utf-8")
    (project / "findings").write_text("".join(json.dumps(record) + "\n" for record in given))


def on_day(day: int, finding: dict[str, Any]) -> dict[str, Any]:
    return as_event_v2(finding, id=f"event-{day}", time=f"2026-01-{day:02d}T08:00:00Z")


OLD = {**CONTROL, "Id": POSTURE["finding_info"]["uid"]}
"""The same finding as Security Hub CSPM sends it."""


@pytest.mark.parametrize("as_sent", [dict, as_event_v2], ids=["export", "events"])
def test_what_no_route_matches_is_listed_with_what_the_finding_is_and_the_reason(
    project: Path, run: Run, as_sent: Any
) -> None:
    counted = report(run, project, params({"match": URGENT}), as_sent(POSTURE))
    kind = counted["export"] or counted["events"]
    assert kind["not_taken"] == kind["not_taken_open"] == {"HIGH": 1}
    assert kind["missed"] == [
        {
            "severity": "HIGH",
            "open": True,
            "title": "S3 buckets should block public access",
            "id": POSTURE["finding_info"]["uid"],
            "account": "444455556666",
            "region": "eu-west-1",
            "product": "aws/securityhub",
            "nearest": "r0",
            "because": [
                {
                    "key": "severity",
                    "values": ["HIGH"],
                    "words": ["CRITICAL"],
                    "excluded": False,
                },
                {
                    "key": "kinds",
                    "values": ["posture"],
                    "words": ["exposure", "attack_sequence"],
                    "excluded": False,
                },
            ],
        }
    ]
    out = run("backtest", "params/a.yaml", "findings").out
    assert "HIGH  S3 buckets should block public access\n" in out
    assert (
        "  aws/securityhub, 444455556666 eu-west-1. Nearest route r0: severity is HIGH, not"
        " CRITICAL; kinds is posture, not exposure, attack_sequence\n"
    ) in out


def test_coverage_that_no_route_asks_for_says_so(project: Path, run: Run) -> None:
    written(project, params({}), COVERAGE)
    out = run("backtest", "params/a.yaml", "findings").out
    assert "Nearest route r0: kinds is coverage, not exposure, attack_sequence, threat" in out


@pytest.mark.parametrize(
    ("change", "is_open"),
    [
        ({}, True),
        ({"status": "In Progress"}, False),
        ({"status": "Suppressed"}, False),
        # A closed finding may still have the status New.
        ({"activity_name": "Close"}, False),
        ({"compliance": {"control": "S3.8", "status": "Pass"}}, False),
        ({"severity": "Fatal"}, True),
    ],
    ids=str,
)
def test_findings_that_somebody_settled_are_not_open_and_fail_no_run(
    project: Path,
    run: Run,
    change: dict[str, Any],
    is_open: bool,  # noqa: FBT001
) -> None:
    written(project, params({"match": {"kinds": ["coverage"]}}), {**POSTURE, **change})
    ran = run("backtest", "params/a.yaml", "findings", "--fail-on", "HIGH")
    assert ran.code == int(is_open)
    assert (" (not open)" in ran.out) != is_open


def test_a_fatal_finding_counts_as_critical(project: Path, run: Run) -> None:
    fatal = {**EXPOSURE, "severity": "Fatal"}
    counted = report(run, project, params({"match": {"severity": ["CRITICAL"]}}), fatal, SEQUENCE)
    assert counted["export"]["routes"][0]["findings"] == 1
    assert counted["export"]["not_taken"] == {"HIGH": 1}


def test_each_key_has_what_is_noisiest_and_the_line_that_silences_it(
    project: Path, run: Run
) -> None:
    others = [
        {**finding, "finding_info": {**finding["finding_info"], "uid": f"{i}"}}
        for i, finding in enumerate([VULNERABILITY, SEQUENCE, EXPOSURE])
    ]
    text = params({"match": {"severity": ["HIGH"]}})
    noisiest = report(run, project, text, POSTURE, *others)["export"]["noisiest"]
    assert [value["value"] for value in noisiest["controls"]] == ["S3.8"]
    assert {value["value"] for value in noisiest["products"]} == {
        *("aws/securityhub", "aws/securityhub-risk", "aws/inspector", "aws/guardduty")
    }
    lines = {way["line"] for value in noisiest["controls"] for way in value["silence"]}
    assert lines == {"controls: {not: [S3.8]}", "resources: {not: ['arn:aws:s3:::shop-logs']}"}
    for line in lines:
        silenced = params({"match": {"severity": ["HIGH"], **yaml.safe_load(line)}})
        left = report(run, project, silenced, POSTURE)["export"]["routes"][0]["findings"]
        assert left == 0, line
    types = {value["value"] for value in noisiest["resource_types"]}
    bucket, instance = "AWS::S3::Bucket", "AWS::EC2::Instance"
    assert types == {bucket, instance, f"{instance} + {bucket}"}


def test_an_export_that_is_given_twice_counts_once(project: Path, run: Run) -> None:
    counted = report(run, project, params({}), *KINDS.values(), *KINDS.values())
    (route,) = counted["export"]["routes"]
    assert counted["read"]["findings"] == 12
    assert (route["sent_now"], route["given_again"]) == (5, 5)


def test_a_route_that_notifies_once_sends_the_first_event_of_each_finding(
    project: Path, run: Run
) -> None:
    text = params({"match": {"workflow": ["NEW"]}, "notify": "once"})
    sent = [on_day(2, POSTURE), on_day(1, POSTURE), on_day(3, SEQUENCE)]
    (route,) = report(run, project, text, *sent)["events"]["routes"]
    assert (route["messages"], route["repeats"]) == (2, 0)
    assert route["first_day"] == {"day": "2026-01-01", "messages": 1}


def of_both(*, to: str = "red", **match: Any) -> str:
    """Return a params text with a route of everything of either product."""
    old = {"source": "security_hub_cspm", "match": {}}
    return params(old, {"match": match, "channel": to})


@pytest.mark.parametrize(
    "given",
    [
        (OLD, POSTURE),
        (as_event(OLD), as_event_v2(POSTURE)),
        (OLD, as_event_v2(POSTURE)),
        (OLD, POSTURE, as_event(OLD), as_event_v2(POSTURE), POSTURE),
    ],
    ids=["export", "events", "both", "repeated"],
)
def test_a_finding_that_both_products_send_to_a_channel_is_counted_with_what_to_do(
    project: Path, run: Run, given: tuple[Any, ...]
) -> None:
    counted = report(run, project, of_both(), *given, SEQUENCE, {**CONTROL, "Id": "other"})
    assert counted["sent_by_both"] == {"red": 1}
    out = run("backtest", "params/a.yaml", "findings").out
    assert (
        "Sent twice to red, once by each product: 1 finding. Separate the routes by a key, such as"
        " kinds and products.\n"
    ) in out


@pytest.mark.parametrize(
    "text",
    [
        of_both(to="blue"),
        of_both(kinds=["exposure"]),
        params({}, {"match": {"kinds": ["posture"]}}),
        params({"source": "security_hub_cspm"}),
    ],
    ids=["two channels", "separated", "new alone", "old alone"],
)
def test_nothing_comes_twice_to_channels_or_routes_that_are_separated(
    project: Path, run: Run, text: str
) -> None:
    assert report(run, project, text, OLD, POSTURE)["sent_by_both"] == {}
    assert "Sent twice" not in run("backtest", "params/a.yaml", "findings").out


@pytest.mark.parametrize("processes", ["1", "2"])
def test_twins_are_found_in_several_files_and_processes(
    project: Path, run: Run, processes: str
) -> None:
    written(project, of_both(), OLD)
    (project / "new").write_text(json.dumps(POSTURE))
    options = ("--json", "--processes", processes)
    ran = run("backtest", "params/a.yaml", "findings", "new", *options)
    assert json.loads(ran.out)["sent_by_both"] == {"red": 1}


def test_the_corpus_comes_twice_unless_a_key_separates_the_routes(project: Path, run: Run) -> None:
    files = [str(corpus(name)) for name in ("findings.ndjson", "events-v2.ndjson")]
    (project / "params" / "a.yaml").write_text(of_both())
    ran = run("backtest", "params/a.yaml", *files, "--json")
    assert json.loads(ran.out)["sent_by_both"]["red"] >= 50
    separated = (ROOT / "params" / "both-hubs.yaml").read_text("utf-8")
    (project / "params" / "a.yaml").write_text(separated)
    assert json.loads(run("backtest", "params/a.yaml", *files, "--json").out)["sent_by_both"] == {}


def test_a_period_is_that_in_which_findings_were_changed(project: Path, run: Run) -> None:
    times = {"modified_time_dt": "2026-01-05T08:00:00.000Z"}
    modified = {**POSTURE, "finding_info": {**POSTURE["finding_info"], **times}}
    at_all = {**SEQUENCE, "time_dt": "2026-02-05T08:00:00.000Z"}
    written(project, params({}), modified, at_all)
    for options, expected in (
        (("--until", "2026-01-05"), 1),
        (("--since", "2026-01-06"), 1),
        (("--since", "2026-01-05", "--until", "2026-02-05"), 2),
        (("--since", "2026-03-01"), 0),
    ):
        ran = run("backtest", "params/a.yaml", "findings", "--json", *options)
        read = json.loads(ran.out)["read"]
        assert (read["findings"], read["outside_period"]) == (expected, 2 - expected), options


@pytest.mark.parametrize("as_sent", [dict, as_event_v2], ids=["export", "events"])
def test_what_an_exception_silences_is_counted_and_not_sent(
    project: Path, run: Run, as_sent: Any
) -> None:
    text = params({"match": {"severity": ["HIGH", "CRITICAL"], "workflow": ["NEW"]}})
    accepted = {
        "name": "control",
        "source": "security_hub",
        "match": {"controls": ["S3.8"]},
        "reason": "SEC-1",
        "until": "never",
    }
    text = yaml.safe_dump({**yaml.safe_load(text), "exceptions": [accepted]})
    counted = report(run, project, text, as_sent(POSTURE), as_sent(EXPOSURE))
    (row,) = counted["exceptions"]
    assert (row["matched"], row["would_have_sent"]) == (1, 1)
    assert row["by_severity"] == {"HIGH": 1}
    kind = counted["export"] or counted["events"]
    assert kind["taken"] == 1
