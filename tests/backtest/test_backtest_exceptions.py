"""What ``backtest`` and ``preview`` say of exceptions: what they match, and what they silence."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from conftest import QUICKSTART, Run
from events import as_event, as_event_v2
from generator.advice import advice
from generator.params import load
from samples import CONTROL
from samples_ocsf import POSTURE

if TYPE_CHECKING:
    from pathlib import Path

MATCH = {"controls": ["S3.*"]}


def params(*exceptions: dict[str, Any], **more: Any) -> str:
    """Return the quickstart with exceptions."""
    basis = {"reason": "SEC-1", "until": "never"}
    listed = [{"name": f"e{i}", **basis, **item} for i, item in enumerate(exceptions)]
    return str(yaml.safe_dump({**yaml.safe_load(QUICKSTART), "exceptions": listed, **more}))


def finding(name: str, label: str, control: str, updated: str = "2026-11-28T00:00:00.000Z") -> Any:
    compliance = {"Status": "FAILED", "SecurityControlId": control}
    times = {"CreatedAt": updated, "UpdatedAt": updated}
    severity = {"Severity": {"Label": label}}
    return {**CONTROL, "Id": name, "Compliance": compliance, **times, **severity}


GIVEN = [
    finding("a", "HIGH", "S3.8"),
    finding("b", "LOW", "S3.1"),
    finding("c", "CRITICAL", "EC2.1"),
    *(finding(f"d{n}", "HIGH", "IAM.1") for n in range(8)),
]


def report(project: Path, run: Run, text: str, given: list[Any]) -> dict[str, Any]:
    (project / "params" / "a.yaml").write_text(text, "utf-8")
    (project / "findings").write_text("".join(json.dumps(record) + "\n" for record in given))
    ran = run("backtest", "params/a.yaml", "findings", "--json")
    assert ran.code == 0, ran.err
    told: dict[str, Any] = json.loads(ran.out)
    return told


@pytest.mark.parametrize("as_sent", [dict, as_event], ids=["export", "events"])
def test_what_an_exception_silences_is_counted_and_not_sent(
    project: Path, run: Run, as_sent: Any
) -> None:
    told = report(project, run, params({"match": MATCH}), list(map(as_sent, GIVEN)))
    (row,) = told["exceptions"]
    assert (row["name"], row["matched"], row["would_have_sent"]) == ("e0", 2, 1)
    assert row["by_severity"] == {"HIGH": 1, "LOW": 1}
    kind = told["export"] or told["events"]
    assert kind["taken"] == 9


def test_a_finding_that_is_given_twice_counts_once(project: Path, run: Run) -> None:
    told = report(project, run, params({"match": MATCH}), [GIVEN[0], GIVEN[0]])
    assert told["exceptions"][0]["matched"] == 1


def test_an_exception_that_has_ended_by_the_update_does_nothing(project: Path, run: Run) -> None:
    given = [finding("a", "HIGH", "S3.8"), finding("b", "HIGH", "S3.8", "2026-11-29T00:00:00.000Z")]
    told = report(project, run, params({"match": MATCH, "until": "2026-11-28"}), given)
    assert told["exceptions"][0]["matched"] == 1
    assert told["export"]["taken"] == 1


@pytest.mark.parametrize(
    ("note", "status", "sent"),
    [
        ("exception e0: SEC-1 (until 2026-11-28)", "SUPPRESSED", 1),
        ("exception e0: SEC-1 (until 2026-11-28)", "RESOLVED", 0),
        ("somebody's own note", "SUPPRESSED", 0),
    ],
)
def test_what_an_ended_exception_has_suppressed_comes_again_with_the_next_update(
    project: Path, run: Run, note: str, status: str, sent: int
) -> None:
    suppressed = finding("a", "HIGH", "S3.8", "2026-11-29T00:00:00.000Z")
    suppressed |= {"Workflow": {"Status": status}, "Note": {"Text": note}}
    told = report(project, run, params({"match": MATCH, "until": "2026-11-28"}), [suppressed])
    assert told["export"]["taken"] == sent


ENDED = {"match": {"controls": ["S3.8"]}, "until": "2026-11-28"}


@pytest.mark.parametrize(
    ("exceptions", "sent"), [([ENDED, {"match": MATCH}], 0), ([{"match": MATCH}, ENDED], 1)]
)
def test_the_last_of_two_exceptions_applies_also_where_it_has_ended(
    project: Path, run: Run, exceptions: list[dict[str, Any]], sent: int
) -> None:
    name = f"e{exceptions.index(ENDED)}"
    suppressed = finding("a", "HIGH", "S3.8", "2026-11-29T00:00:00.000Z")
    note = {"Text": f"exception {name}: SEC-1 (until 2026-11-28)"}
    suppressed |= {"Workflow": {"Status": "SUPPRESSED"}, "Note": note}
    told = report(project, run, params(*exceptions), [suppressed])
    assert told["export"]["taken"] == sent


@pytest.mark.parametrize(
    ("source", "given"),
    [
        (
            "security_hub_cspm",
            {
                **finding("a", "HIGH", "S3.8"),
                "Workflow": {"Status": "SUPPRESSED"},
                "Note": {"Text": "exception e0: SEC-1 (until never)"},
            },
        ),
        (
            "security_hub",
            {**POSTURE, "status": "Suppressed", "comment": "exception e0: SEC-1 (until never)"},
        ),
    ],
)
def test_what_a_deployed_exception_has_suppressed_counts_as_sent_without_it(
    project: Path, run: Run, source: str, given: dict[str, Any]
) -> None:
    match = MATCH if source == "security_hub_cspm" else {"kinds": ["posture"]}
    text = yaml.safe_load(params({"match": match}, source=source))
    text["routes"][0]["match"] = {"workflow": ["NEW"]}
    (row,) = report(project, run, yaml.safe_dump(text), [given])["exceptions"]
    assert (row["matched"], row["would_have_sent"]) == (1, 1)


def test_a_finding_that_two_exceptions_suppress_is_not_sent_without_one(
    project: Path, run: Run
) -> None:
    told = report(project, run, params({"match": MATCH}, {"match": MATCH}), [GIVEN[0]])
    assert [row["would_have_sent"] for row in told["exceptions"]] == [0, 0]


def test_what_an_exception_matches_is_counted_whatever_the_routes(project: Path, run: Run) -> None:
    match = {"account_names": ["shop-prod"]}
    text = params({"match": match, "source": "security_hub"})
    told = report(project, run, text, [as_event_v2(POSTURE)])
    assert told["exceptions"][0]["matched"] == 1


@pytest.mark.parametrize(
    ("times", "matched"), [({}, 0), ({"modified_time_dt": "2026-11-28T00:00:00.000Z"}, 1)]
)
def test_an_exception_with_an_end_does_nothing_to_a_finding_that_names_no_update(
    project: Path, run: Run, times: dict[str, str], matched: int
) -> None:
    posture = {**POSTURE, "finding_info": {**POSTURE["finding_info"], **times}}
    match = {"kinds": ["posture"]}
    text = params({"match": match, "until": "2030-01-01"}, source="security_hub")
    told = report(project, run, text, [as_event_v2(posture)])
    assert told["exceptions"][0]["matched"] == matched


def test_a_severity_that_an_exception_sets_is_what_routes_match(project: Path, run: Run) -> None:
    text = params({"match": MATCH, "set": "LOW"})
    told = report(project, run, text, [finding("a", "HIGH", "S3.8")])
    assert told["exceptions"][0]["would_have_sent"] == 1
    assert told["export"]["not_taken"] == {"LOW": 1}


def test_what_matches_nothing_or_too_much_or_overlaps_is_reported(project: Path, run: Run) -> None:
    wide = {"match": {"controls": ["IAM.*", "S3.8"]}}
    nothing = {"match": {"controls": ["KMS.1"]}}
    report(project, run, params(wide, nothing, {"match": MATCH}), GIVEN)
    out = run("backtest", "params/a.yaml", "findings").out
    assert "e0: matches 9 findings (HIGH 9), of which 8 would have been sent without it" in out
    assert "It matches 90% of the CRITICAL and HIGH findings: narrow it." in out
    assert "e1: matches 0 findings" in out
    assert "It matches none of these findings: is it still needed?" in out
    assert "1 finding also matched by e2: the later one applies." in out


def test_a_digest_leaves_out_what_is_suppressed_and_names_what_ends(
    project: Path, run: Run
) -> None:
    digest = {
        "name": "weekly",
        "channel": "security",
        "schedule": "rate(7 days)",
        "match": {"workflow": ["NEW"], "record_state": ["ACTIVE"]},
    }
    exceptions = [{"match": MATCH, "until": "2026-12-05"}, {"match": MATCH, "until": "2026-11-01"}]
    told = report(project, run, params(*exceptions, digests=[digest]), GIVEN)
    assert told["digests"][0]["severity"] == {"CRITICAL": 1, "HIGH": 8}
    assert run("preview", "params/a.yaml", "findings", "--out", "p.html").code == 0
    page = (project / "p.html").read_text("utf-8")
    assert "1 in force, within 14 days end e0 (2026-12-05)" in page
    assert "Matched by the exception e0: 2" in page


@pytest.mark.parametrize(
    ("today", "warned"),
    [
        ("2026-11-20", ""),
        ("2026-11-21", "ends in 14 days"),
        ("2026-12-04", "ends in 1 day;"),
        ("2026-12-05", "ends today;"),
        ("2026-12-06", "ended 1 day ago"),
    ],
)
def test_the_end_of_an_exception_is_warned_of_at_its_line(
    project: Path, today: str, warned: str
) -> None:
    path = project / "params" / "a.yaml"
    path.write_text(params({"match": MATCH, "until": "2026-12-05"}), "utf-8")
    told = [str(line) for line in advice(load(path), date.fromisoformat(today))]
    lines = [line for line in told if "exceptions[0].until" in line]
    assert len(lines) == bool(warned)
    assert all(warned in line for line in lines)


def test_check_reports_what_exceptions_silence_of_findings_at_hand(project: Path, run: Run) -> None:
    (project / "params" / "a.yaml").write_text(params({"match": MATCH}), "utf-8")
    assert run("render").code == 0
    (project / "findings").write_text("".join(json.dumps(record) + "\n" for record in GIVEN))
    ran = run("check", "--findings", "findings")
    assert ran.code == 0, ran.err
    assert (
        "Exceptions in params/a.yaml\ne0: matches 2 findings (HIGH 1, LOW 1), of which" in ran.out
    )


def test_check_reports_findings_that_cannot_be_read(project: Path, run: Run) -> None:
    (project / "params" / "a.yaml").write_text(params({"match": MATCH}), "utf-8")
    assert run("render").code == 0
    (project / "findings").write_text("what is this\n")
    ran = run("check", "--findings", "findings")
    assert ran.code == 2
    assert "findings: nothing here could be read" in ran.err


def test_check_says_that_findings_are_not_read_where_there_are_no_exceptions(
    project: Path, run: Run
) -> None:
    (project / "params" / "a.yaml").write_text(QUICKSTART, "utf-8")
    assert run("render").code == 0
    ran = run("check", "--findings", "findings")
    assert ran.code == 0, ran.err
    assert "No exceptions in these params files: the findings were not read." in ran.out


@pytest.mark.parametrize(
    ("source", "becomes"),
    [
        ("security_hub_cspm", "its findings are set to NEW again"),
        ("security_hub", "its findings stay as it has set them"),
    ],
)
def test_what_becomes_of_the_findings_of_an_ended_exception_is_said_by_its_product(
    project: Path, source: str, becomes: str
) -> None:
    path = project / "params" / "a.yaml"
    path.write_text(params({"match": MATCH, "until": "2026-12-05", "source": source}), "utf-8")
    told = [str(line) for line in advice(load(path), date(2026, 12, 6))]
    assert [becomes in line for line in told if "exceptions[0].until" in line] == [True]


def test_findings_that_can_be_read_once_are_refused_for_several_params_files(
    project: Path, run: Run
) -> None:
    for name in ("a", "b"):
        text = params({"match": MATCH}).replace("name: SecurityHub", f"name: {name}SecurityHub")
        (project / "params" / f"{name}.yaml").write_text(text, "utf-8")
    assert run("render").code == 0
    ran = run("check", "--findings", "-")
    assert ran.code == 2
    assert "can be read once, and 2 params files have exceptions" in ran.err
