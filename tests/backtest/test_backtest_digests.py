"""What ``backtest`` and ``preview`` say of digests: what the insights would count."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from conftest import QUICKSTART, ROOT, Run, corpus
from events import as_event
from generator.eventbridge import matcher
from generator.findings.events import wrap
from generator.findings.period import in_utc
from generator.findings.records import complete
from generator.messages import Look, digest_expression, evaluate
from generator.params import Match, Route
from generator.routing.event_pattern import default_pattern
from samples import CONTROL, THREAT
from samples_ocsf import KINDS

if TYPE_CHECKING:
    from pathlib import Path

OPEN: dict[str, Any] = {
    "compliance": {"not": ["PASSED"]},
    "workflow": ["NEW", "NOTIFIED"],
    "record_state": ["ACTIVE"],
}


def params(language: str = "en", **digest: Any) -> str:
    """Return the quickstart with a weekly digest."""
    whole = {"name": "weekly", "channel": "security", "schedule": "rate(7 days)", "match": OPEN}
    data = {**yaml.safe_load(QUICKSTART), "language": language}
    return str(yaml.safe_dump({**data, "digests": [{**whole, **digest}]}))


def finding(name: str, label: str, created: str, updated: str = "", **more: Any) -> dict[str, Any]:
    times = {"CreatedAt": created, "UpdatedAt": updated or created}
    return {**CONTROL, "Id": name, "Severity": {"Label": label}, **times, **more}


GIVEN = [
    finding("old", "CRITICAL", "2026-10-01T00:00:00.000Z", "2026-11-27T00:00:00.000Z"),
    finding(
        "older-but-passed", "CRITICAL", "2026-01-01T00:00:00.000Z", Compliance={"Status": "PASSED"}
    ),
    finding("new", "HIGH", "2026-11-28T00:00:00.000Z"),
    finding("newest", "LOW", "2026-11-29T00:00:00.000Z", Workflow={"Status": "NOTIFIED"}),
]


def test_several_processes_count_a_digest_as_one_does(project: Path, run: Run) -> None:
    (project / "params" / "a.yaml").write_text(params(), "utf-8")
    for i, record in enumerate(GIVEN):
        (project / f"findings{i}").write_text(json.dumps(record))
    files = [f"findings{i}" for i in range(len(GIVEN))]
    one, two = (
        json.loads(run("backtest", "params/a.yaml", *files, "--json", "--processes", n).out)
        for n in ("1", "2")
    )
    assert one["digests"][0]["open"] == 3
    assert two == one


def digest(project: Path, run: Run, *given: Any, text: str = "") -> dict[str, Any]:
    """Return what the report says of the digest."""
    (project / "params" / "a.yaml").write_text(text or params(), "utf-8")
    (project / "findings").write_text("".join(json.dumps(record) + "\n" for record in given))
    ran = run("backtest", "params/a.yaml", "findings", "--json")
    assert ran.code == 0, ran.err
    (counted,) = json.loads(ran.out)["digests"]
    assert isinstance(counted, dict)
    return counted


def test_a_digest_counts_what_is_open_what_is_new_and_the_oldest(project: Path, run: Run) -> None:
    counted = digest(project, run, *GIVEN)
    assert counted["as_of"] == "2026-11-29T00:00:00.000Z"
    assert counted["severity"] == {"CRITICAL": 1, "HIGH": 1, "LOW": 1}
    assert (counted["open"], counted["new_in_days"]) == (3, 7)
    assert counted["new"] == {"HIGH": 1, "LOW": 1}
    assert counted["oldest"] == {
        "CRITICAL": "2026-10-01T00:00:00.000Z",
        "HIGH": "2026-11-28T00:00:00.000Z",
    }
    assert counted["by"]["account"] == {CONTROL["AwsAccountId"]: 3}


@pytest.mark.parametrize("order", [1, -1], ids=["in order", "backwards"])
@pytest.mark.parametrize("as_sent", [dict, as_event], ids=["export", "events"])
def test_the_latest_state_of_a_finding_counts(
    project: Path, run: Run, as_sent: Any, order: int
) -> None:
    first = finding("one", "HIGH", "2026-11-01T00:00:00.000Z")
    passed = {
        **first,
        "UpdatedAt": "2026-11-02T00:00:00.000Z",
        "Compliance": {"Status": "PASSED"},
    }
    states = [
        as_sent(first),
        as_sent(passed),
        as_sent(finding("two", "LOW", "2026-11-01T00:00:00Z")),
    ]
    assert digest(project, run, *states[::order])["severity"] == {"LOW": 1}


def test_a_resource_of_several_counts_each_and_the_product_by_its_name(
    project: Path, run: Run
) -> None:
    text = params(by=["resource", "product"])
    several = [{"Type": "Other", "Id": name} for name in ("a", "b", "a")]
    nameless = {key: value for key, value in THREAT.items() if key != "ProductName"}
    given = [{**GIVEN[0], "Resources": several}, nameless]
    by = digest(project, run, *given, text=text)["by"]
    assert {name: by["resource"][name] for name in ("a", "b")} == {"a": 1, "b": 1}
    assert by["product"]["GuardDuty"] == 1


def test_the_page_shows_what_the_deployed_expression_makes_of_the_counts(
    project: Path, run: Run
) -> None:
    digest(project, run, *GIVEN, text=params("ja"))
    assert run("preview", "params/a.yaml", "findings", "--out", "p.html").code == 0
    page = (project / "p.html").read_text("utf-8")
    counted = {
        "name": "weekly",
        "days": 7,
        "at": "2026-11-29T00:00:00.000Z",
        "region": "",
        "severity": [{"value": label, "count": 1} for label in ("CRITICAL", "HIGH", "LOW")],
        "new": [],
        "oldest": [],
        "groups": [],
    }
    title = json.loads(evaluate(digest_expression(Look("ja")), counted))["content"]["title"]
    assert title in page
    assert "2026-11-29 00:00 UTC" in page


def test_findings_of_the_new_hub_are_counted_by_its_own_digests(project: Path, run: Run) -> None:
    text = params(source="security_hub", match={"kinds": ["posture"]}, by=["control", "account"])
    counted = digest(project, run, *GIVEN, *KINDS.values(), text=text)
    assert counted["severity"] == {"HIGH": 1}
    assert counted["by"]["control"] == {"S3.8": 1}


def test_the_terminal_names_the_digest_and_its_first_groups(project: Path, run: Run) -> None:
    digest(project, run, *GIVEN)
    out = run("backtest", "params/a.yaml", "findings").out
    assert "Digest weekly, as of 2026-11-29T00:00:00.000Z" in out
    assert "Open: 3 (CRITICAL 1, HIGH 1, LOW 1)" in out
    assert "New in the last 7 days: 2" in out


def test_what_filters_cannot_say_is_refused_with_its_line(project: Path, run: Run) -> None:
    (project / "params" / "a.yaml").write_text(params(match={"products": ["prowler/*"]}), "utf-8")
    (project / "findings").write_text(json.dumps(CONTROL))
    for command in (["backtest", "params/a.yaml", "findings"], ["render"]):
        ran = run(*command)
        assert ran.code == 2
        assert "digests[0].match.products: a filter knows products by their names" in ran.err


def test_over_the_corpus_a_digest_counts_what_a_route_with_its_match_matches(
    project: Path, run: Run
) -> None:
    lines = corpus("findings.ndjson").read_text("utf-8").splitlines()
    latest: dict[tuple[str, str], dict[str, Any]] = {}
    whole = [json.loads(line) for line in lines]
    for item in whole:
        complete(item, Counter())
        key = (item["ProductArn"], item["Id"])
        if key not in latest or in_utc(latest[key]["UpdatedAt"]) <= in_utc(item["UpdatedAt"]):
            latest[key] = item
    route = Route(name="r", channel=("c",), match=Match.model_validate(OPEN))
    matches = matcher.compile(default_pattern(route))
    counted = digest(project, run, *whole)
    assert counted["open"] == sum(matches(wrap(item)) for item in latest.values())


def test_the_shipped_digest_reads_the_shipped_findings(run: Run, project: Path) -> None:
    text = (ROOT / "params" / "digest.yaml").read_text("utf-8")
    given = (ROOT / "docs" / "findings.ndjson").read_text("utf-8").splitlines()
    assert digest(project, run, *map(json.loads, given), text=text)["open"] > 0
