"""What ``backtest`` counts, from the command line."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from conftest import QUICKSTART, ROOT, Run, corpus, with_route
from events import as_event
from samples import CONTROL

if TYPE_CHECKING:
    from pathlib import Path

FIXTURES = ROOT / "tests" / "fixtures" / "backtest"
FINDINGS = (FIXTURES / "findings.ndjson").read_text("utf-8")
EVENTS = (FIXTURES / "events.ndjson").read_text("utf-8")
ALL = [json.loads(line) for line in FINDINGS.splitlines()]
TWO = """\
name: Some
channels: {red: {}, blue: {}}
routes:
  - {name: critical, channel: red, match: {severity: [CRITICAL]}}
  - {name: controls, channel: red, match: {products: [aws/securityhub]}}
  - {name: threats, channel: blue, match: {types: [TTPs/*]}}
"""


def backtest(
    run: Run, project: Path, text: str, content: str | bytes, *options: str, code: int = 0
) -> Any:
    """Return the report of a params text and findings."""
    (project / "params" / "a.yaml").write_text(text, "utf-8")
    given = content if isinstance(content, bytes) else content.encode()
    (project / "findings").write_bytes(given)
    ran = run("backtest", "params/a.yaml", "findings", "--json", *options)
    assert ran.code == code, ran.err
    return json.loads(ran.out)


def counts(report: Any, kind: str = "export") -> dict[str, int]:
    return {one["route"]: one["findings"] for one in report[kind]["routes"]}


PAGE = {"Findings": ALL, "NextToken": "x"}
FORMS: dict[str, str | bytes] = {
    "ndjson": FINDINGS,
    "ndjson without a last newline": FINDINGS.strip(),
    "ndjson with blank lines": "\n" + FINDINGS.replace("\n", "\n\r\n"),
    "ndjson with a byte order mark": "\ufeff" + FINDINGS,
    "get-findings": json.dumps(PAGE, indent=4),
    "get-findings in one line": json.dumps(PAGE),
    "get-findings, the token first": json.dumps(dict(reversed(PAGE.items())), indent=2),
    "two pages, one after the other": json.dumps({"Findings": ALL[:5]}, indent=4)
    + json.dumps({"Findings": ALL[5:]}, indent=4),
    "two pages, one a line": f"{json.dumps({'Findings': ALL[:5]})}\n{json.dumps(PAGE)}\n",
    "array": json.dumps(ALL),
    "array, indented": json.dumps(ALL, indent=2),
    "array, one a line": "[\n" + ",\n".join(map(json.dumps, ALL)) + "\n]\n",
    "objects over many lines": "\n".join(json.dumps(one, indent=2) for one in ALL),
    "utf-16, as powershell writes it": json.dumps(PAGE, indent=2).encode("utf-16"),
    "gzipped ndjson": gzip.compress(FINDINGS.encode()),
    "gzipped get-findings": gzip.compress(json.dumps(PAGE, indent=4).encode()),
}


@pytest.mark.parametrize("form", FORMS)
def test_findings_are_read_in_every_form(project: Path, run: Run, form: str) -> None:
    report = backtest(run, project, QUICKSTART, FORMS[form])
    assert report["read"]["findings"] == len(ALL) + 5 * (form == "two pages, one a line")
    assert report["read"]["not_findings"]["count"] == 0
    assert counts(report) == {"findings": 6}


EVENT_LIST = [json.loads(line) for line in EVENTS.splitlines()]
EVENT_FORMS: dict[str, str | bytes] = {
    "ndjson": EVENTS,
    "array": json.dumps(EVENT_LIST, indent=2),
    "gzipped": gzip.compress(EVENTS.encode()),
}


@pytest.mark.parametrize("form", EVENT_FORMS)
def test_events_are_read_in_every_form(project: Path, run: Run, form: str) -> None:
    report = backtest(run, project, QUICKSTART, EVENT_FORMS[form])
    assert report["read"]["events"] == 14
    assert report["read"]["other_events"] == {"Security Hub Findings - Custom Action": 1}
    assert report["export"] is None


def test_the_detail_of_an_event_alone_may_hold_several_findings(project: Path, run: Run) -> None:
    report = backtest(run, project, QUICKSTART, json.dumps({"detail": {"findings": ALL}}))
    assert (report["read"]["events"], counts(report, "events")) == (12, {"findings": 6})


def test_standard_input_and_several_files_are_read(project: Path, run: Run) -> None:
    (project / "params" / "a.yaml").write_text(QUICKSTART)
    (project / "one").write_text(FINDINGS)
    (project / "two").write_text(EVENTS)
    ran = run("backtest", "params/a.yaml", "one", "-", "two", "--json", input=FINDINGS)
    report = json.loads(ran.out)
    assert (report["read"]["findings"], report["read"]["events"]) == (24, 14)
    # The same findings once more: they would be sent once.
    assert report["export"]["routes"][0]["sent_now"] == 6
    assert report["export"]["routes"][0]["given_again"] == 6


def test_messages_a_day_and_repeats_are_counted_from_events(project: Path, run: Run) -> None:
    (route,) = backtest(run, project, QUICKSTART, EVENTS)["events"]["routes"]
    assert route == {
        "route": "findings",
        "channel": "security",
        "notify": "every_update",
        "findings": 4,
        "messages": 12,
        "repeats": 8,
        "once": 4,
        "first_day": {"day": "2026-01-05", "messages": 3},
        "median_day": 2,
        "busiest_day": {"day": "2026-01-05", "messages": 3},
        "to_send_once": {
            "route": "findings",
            "place": "params/a.yaml:7",
            "change": "add",
            "line": "notify: once",
            "note": "",
        },
    }


def test_the_line_that_ends_daily_repeats_is_shown_where_it_would_do_so(
    project: Path, run: Run
) -> None:
    forwarding = f"{QUICKSTART}deployment: {{home: {{region: us-east-1}}}}\n"
    anything = QUICKSTART.replace("workflow: [NEW]", "workflow: [NEW, NOTIFIED]")
    once = QUICKSTART.replace("channel: security\n", "channel: security\n    notify: once\n")
    (project / "findings").write_text(FINDINGS)
    told = []
    written = f"{QUICKSTART}deployment: {{forwarding: true}}\n"
    for text in (QUICKSTART, forwarding, written, anything, once):
        (project / "params" / "a.yaml").write_text(text)
        out = run("backtest", "params/a.yaml", "findings").out
        told.append([line for line in out.splitlines() if line.startswith("To send each")])
    line = "To send each finding of route findings once: params/a.yaml:7: add  notify: once"
    note = "  # the route must match workflow: [NEW] alone"
    assert told == [[line], [], [], [line + note], []]


def test_a_route_that_notifies_once_sends_the_first_event_of_each_finding(
    project: Path, run: Run
) -> None:
    once = QUICKSTART.replace("channel: security\n", "channel: security\n    notify: once\n")
    events = backtest(run, project, once, EVENTS)["events"]
    (route,) = events["routes"]
    assert (route["findings"], route["messages"], route["repeats"]) == (4, 4, 0)
    assert sum(events["days"].values()) == 4
    assert route["first_day"] == {"day": "2026-01-05", "messages": 3}


@pytest.mark.parametrize("processes", ["1", "2"])
def test_once_is_counted_alike_in_several_processes(
    project: Path, run: Run, processes: str
) -> None:
    once = QUICKSTART.replace("channel: security\n", "channel: security\n    notify: once\n")
    (project / "params" / "a.yaml").write_text(once)
    for name in ("one", "two"):
        (project / name).write_text(EVENTS)
    ran = run("backtest", "params/a.yaml", "one", "two", "--json", "--processes", processes)
    (route,) = json.loads(ran.out)["events"]["routes"]
    assert (route["messages"], route["repeats"]) == (4, 0)


def test_days_without_messages_count_too(project: Path, run: Run) -> None:
    days = backtest(run, project, QUICKSTART, EVENTS)["events"]["days"]
    assert list(days.items())[-2:] == [("2026-01-10", 0), ("2026-01-11", 0)]
    assert sum(days.values()) == 12


def test_daily_repeats_of_an_export_are_an_estimate_and_of_controls_alone(
    project: Path, run: Run
) -> None:
    (route,) = backtest(run, project, QUICKSTART, FINDINGS)["export"]["routes"]
    daily = route["estimated_daily_repeats"]
    assert (route["sent_now"], daily["every_24_hours"], daily["every_12_hours"]) == (6, 5, 10)
    assert daily["note"].startswith("an estimate, not counted")


def test_each_channel_has_the_messages_of_all_its_routes(project: Path, run: Run) -> None:
    report = backtest(run, project, TWO, FINDINGS)["export"]
    assert counts({"export": report}) == {"critical": 3, "controls": 9, "threats": 1}
    red, blue = report["channels"]
    assert (red["channel"], red["findings"], red["sent_now"]) == ("red", 10, 12)
    assert (blue["channel"], blue["findings"], blue["sent_now"]) == ("blue", 1, 1)
    assert report["taken"] == 11
    assert report["not_taken"] == {"HIGH": 1}


def test_what_is_dropped_for_want_of_compliance_is_counted(project: Path, run: Run) -> None:
    lost = backtest(run, project, QUICKSTART, FINDINGS)["export"]["without_compliance"]
    assert lost == {"findings": 2, "dropped_by_every_route": 2, "dropped_by": {"findings": 2}}
    text = QUICKSTART.replace("NOT_AVAILABLE]", "ABSENT]")
    lost = backtest(run, project, text, FINDINGS)["export"]["without_compliance"]
    assert lost == {"findings": 2, "dropped_by_every_route": 0, "dropped_by": {}}


def test_since_and_until_limit_by_updated_at_days_included(project: Path, run: Run) -> None:
    for options, expected in (
        (("--since", "2026-01-08"), 6),
        (("--since", "2026-01-11T08:00:00.000Z"), 1),
        (("--until", "2026-01-05"), 3),
        (("--since", "2026-01-06", "--until", "2026-01-07T07:59:59Z"), 3),
        (("--since", "2026-01-05T09:00:00+01:00", "--until", "2026-01-05T08:00"), 3),
    ):
        report = backtest(run, project, QUICKSTART, EVENTS, *options)
        assert report["read"]["events"] == expected, options
        assert report["read"]["outside_period"] == 14 - expected


def test_a_bound_that_is_no_day_is_told(project: Path, run: Run) -> None:
    (project / "params" / "a.yaml").write_text(QUICKSTART)
    ran = run("backtest", "params/a.yaml", "-", "--since", "yesterday", "--until", "2026-13-01")
    assert ran.code == 2
    assert "--since: 'yesterday' is not a date or time; write 2026-01-31" in ran.err
    assert "--until: " in ran.err


def test_what_is_no_finding_is_counted_and_shown_and_ends_nothing(project: Path, run: Run) -> None:
    content = f'oops\n{FINDINGS}{{"a": 1}}\n[1]\n"x"\n{{"class_uid": 2003}}\n{{"detail": {{}}}}\n'
    report = backtest(run, project, QUICKSTART, content)
    assert report["read"]["findings"] == 12
    rejected = report["read"]["not_findings"]
    assert rejected["count"] == 5 + 1
    assert [(one["file"], one["line"]) for one in rejected["shown"]] == [
        ("findings", n) for n in (1, 14, 15, 16, 17, 18)
    ]
    assert "no Id, ProductArn, AwsAccountId" in rejected["shown"][1]["why"]


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (json.dumps(PAGE, indent=2)[:-4000], 7),
        (json.dumps(ALL, indent=2).replace('"Example 3"', "oops"), 2),
        ("[" * 100_000, 0),
        ('{"Id": ' * 100_000, 0),
        (gzip.compress(FINDINGS.encode())[:-30], 0),
        (b"\x1f\x8bnothing", 0),
        (b"\x00\xff\xfe\n" + FINDINGS.encode(), 12),
    ],
    ids=["cut", "broken", "deep", "deep object", "cut gzip", "no gzip", "binary"],
)
def test_a_broken_file_is_told_and_what_came_before_is_counted(
    project: Path, run: Run, content: str | bytes, found: int
) -> None:
    report = backtest(run, project, QUICKSTART, content, code=0 if found else 2)
    assert report["read"]["not_findings"]["count"] >= 1
    assert report["read"]["findings"] >= found


def test_elements_after_a_broken_one_are_found_again_where_each_has_a_line(
    project: Path, run: Run
) -> None:
    lines = [json.dumps(one) for one in ALL]
    lines[4] = lines[4].replace('"NEW"', "NEW")
    report = backtest(run, project, QUICKSTART, "[\n" + ",\n".join(lines) + "\n]\n")
    assert report["read"]["findings"] == 11
    first = report["read"]["not_findings"]["shown"][0]
    assert (first["line"], first["why"]) == (6, "not JSON: expecting a value")


def test_events_count_alike_whatever_else_is_in_their_envelopes(project: Path, run: Run) -> None:
    usual = backtest(run, project, TWO, EVENTS)
    odd = [json.dumps({**event, "odd": 1}) for event in EVENT_LIST]
    assert usual["events"]["findings"] == 14
    assert backtest(run, project, TWO, "\n".join(odd)) == usual


def test_a_key_with_dots_in_the_envelope_is_a_field_of_the_finding(project: Path, run: Run) -> None:
    event = json.loads(EVENTS.splitlines()[0])
    event["detail"]["findings"][0]["Severity"]["Label"] = "LOW"
    dotted = {**event, "detail.findings.Severity.Label": "CRITICAL"}
    report = backtest(run, project, TWO, f"{json.dumps(event)}\n{json.dumps(dotted)}\n")
    assert counts(report, "events")["critical"] == 1


def test_the_day_of_a_message_is_that_of_the_event(project: Path, run: Run) -> None:
    late = {**EVENT_LIST[0], "time": "2026-03-01T00:00:00Z"}
    assert backtest(run, project, QUICKSTART, json.dumps(late))["events"]["days"] == {
        "2026-03-01": 1
    }


def test_a_missing_file_ends_with_2_and_all_are_told(project: Path, run: Run) -> None:
    (project / "params" / "a.yaml").write_text(with_route(severity=["HIGH"]))
    ran = run("backtest", "params/a.yaml", "none", "params", "nor-this")
    assert ran.code == 2
    assert ran.err == (
        "none: no such file\nparams: is a directory; name the files in it\nnor-this: no such file\n"
    )


def test_what_security_hub_fills_in_on_import_is_filled_in_and_told(
    project: Path, run: Run
) -> None:
    finding = {**ALL[0], "Severity": {"Normalized": 70}}
    for key in ("Workflow", "Region", "RecordState"):
        del finding[key]
    text = with_route(
        severity=["HIGH"], workflow=["NEW"], regions=["eu-west-1"], record_state=["ACTIVE"]
    )
    report = backtest(run, project, text, json.dumps(finding))
    assert counts(report) == {"findings": 1}
    assert report["read"]["filled_in"] == {
        "Workflow": 1,
        "Region": 1,
        "RecordState": 1,
        "Severity.Label": 1,
    }
    event = {"detail": {"findings": [finding]}}
    assert counts(backtest(run, project, text, json.dumps(event)), "events") == {"findings": 0}


SILENCED = {
    "plain": QUICKSTART,
    "a list": with_route(controls=["S3.8", "EC2.8", "IAM.6"]),
    "not": with_route(controls={"not": ["IAM.*"]}, products={"not": ["guardduty"]}),
    "wildcards": with_route(
        controls=["S3.*", "EC2.*"], accounts=["1111*", "4444*"], resource_types=["Aws*"]
    ),
    "any product": with_route(products=["*"]),
    "no match": "name: A\nchannels: {c: {}}\nroutes:\n  - {name: all, channel: c}\n",
}


@pytest.mark.parametrize("text", SILENCED.values(), ids=SILENCED)
@pytest.mark.parametrize("kind", ["export", "events"])
def test_the_line_to_add_silences_what_it_says_and_nothing_that_was_not_meant(
    project: Path, run: Run, text: str, kind: str
) -> None:
    content = FINDINGS if kind == "export" else EVENTS
    noisiest = backtest(run, project, text, content)[kind]["noisiest"]
    assert noisiest["controls"]
    for key, values in noisiest.items():
        for one in values[:3]:
            for way in one["silence"]:
                if not way["line"]:
                    assert way["note"] == MOST_OF_IT
                    continue
                silenced = backtest(run, project, with_line(text, way), content)
                left = {other["value"] for other in silenced[kind]["noisiest"][key]}
                assert left <= {other["value"] for other in values} - {one["value"]}, way["line"]


MOST_OF_IT = "no suggestion: this is more than half of what the route sends"


def test_a_control_of_few_resources_is_silenced_there_first(project: Path, run: Run) -> None:
    of_two = [{**ALL[0], "Id": f"{i}", "Resources": [place(f"arn:aws:s3:::{i}")]} for i in range(2)]
    others = [sent_by(f"IAM.{i}", i) for i in range(4)]
    found = backtest(run, project, QUICKSTART, lines([*of_two, *others]))
    narrow, whole = found["export"]["noisiest"]["controls"][0]["silence"]
    until = datetime.now(UTC).date() + timedelta(90)
    match = "{controls: [S3.8], resources: ['arn:aws:s3:::0', 'arn:aws:s3:::1']}"
    assert narrow["line"] == (
        f"exceptions: [{{name: s3-8, match: {match}, reason: '', until: {until}}}]"
    )
    assert (narrow["place"], narrow["change"]) == ("params/a.yaml", "add")
    assert whole["line"] == "controls: {not: [S3.8]}"


def test_an_exception_names_a_control_of_a_shared_resource_or_a_whole_account(
    project: Path, run: Run
) -> None:
    account = [place("AWS::::Account:111122223333")]
    shared = [place("arn:aws:s3:::shared")]
    found = [{**sent_by(f"IAM.{i}", i), "Resources": account} for i in range(2)]
    found += [{**sent_by(f"S3.{i}", i), "Resources": shared} for i in range(2, 4)]
    assert _suggested(backtest(run, project, QUICKSTART, lines(found))) == {
        "IAM.0": [{"controls": ["IAM.0"], "resources": ["AWS::::Account:111122223333"]}],
        "IAM.1": [{"controls": ["IAM.1"], "resources": ["AWS::::Account:111122223333"]}],
        "S3.2": [{"controls": ["S3.2"], "resources": ["arn:aws:s3:::shared"]}],
        "S3.3": [{"controls": ["S3.3"], "resources": ["arn:aws:s3:::shared"]}],
    }


def test_no_exception_is_suggested_that_the_route_would_not_notice(project: Path, run: Run) -> None:
    found = lines([sent_by(f"S3.{i}", i) for i in range(4)])
    everything = QUICKSTART.replace("workflow: [NEW]", "workflow: [NEW, SUPPRESSED]")
    assert _suggested(backtest(run, project, everything, found)) == {}


def test_a_suggested_exception_is_an_item_with_a_name_of_its_own_where_there_are_some(
    project: Path, run: Run
) -> None:
    own = "exceptions: [{name: s3-1, match: {controls: [IAM.9]}, reason: x, until: never}]"
    found = lines([sent_by(f"S3.{i}", i) for i in range(4)])
    text = f"{QUICKSTART}\n{own}\n"
    controls = backtest(run, project, text, found)["export"]["noisiest"]["controls"]
    (way,) = [one["silence"][0] for one in controls if one["value"] == "S3.1"]
    assert way["line"].startswith("- {name: s3-1-2, match: {controls: [S3.1], resources: [")
    line = int(way["place"].removeprefix("params/a.yaml:"))
    assert text.splitlines()[line - 1] == own


def _suggested(report: dict[str, Any]) -> dict[str, list[Any]]:
    """Return the matches of the exceptions that are suggested, by control."""
    matches: dict[str, list[Any]] = {}
    for one in report["export"]["noisiest"]["controls"]:
        for way in one["silence"]:
            if way["line"].startswith("exceptions: "):
                (item,) = yaml.safe_load(way["line"])["exceptions"]
                matches.setdefault(one["value"], []).append(item["match"])
    return matches


def test_a_line_that_silences_what_is_severe_says_so(project: Path, run: Run) -> None:
    severe = {**sent_by("IAM.6", 1), "Severity": {"Label": "CRITICAL"}}
    found = lines([severe, *(sent_by(f"S3.{i}", i) for i in range(4))])
    controls = backtest(run, project, QUICKSTART, found)["export"]["noisiest"]["controls"]
    by_value = {one["value"]: one for one in controls}
    assert by_value["IAM.6"]["severities"] == {"CRITICAL": 1}
    assert by_value["IAM.6"]["silence"][-1]["note"] == "silences CRITICAL 1"
    ran = run("backtest", "params/a.yaml", "findings")
    assert "IAM.6: 1 message (CRITICAL 1)" in ran.out
    assert "controls: {not: [IAM.6]}  # silences CRITICAL 1" in ran.out


def test_no_line_silences_more_than_half_of_a_route(project: Path, run: Run) -> None:
    found = [sent_by("S3.8", 1), {**sent_by("S3.8", 2), "AwsAccountId": "444455556666"}]
    found.append(sent_by("IAM.6", 3))
    noisiest = backtest(run, project, QUICKSTART, lines(found))["export"]["noisiest"]
    (way,) = noisiest["controls"][0]["silence"]
    assert (way["line"], way["note"]) == ("", MOST_OF_IT)


def test_the_most_severe_that_no_route_matches_are_listed_with_the_nearest_reason(
    project: Path, run: Run
) -> None:
    threat = {**ALL[0], "Id": "t", "Title": "Threat", "Severity": {"Label": "CRITICAL"}}
    del threat["Compliance"]
    low = {**ALL[0], "Id": "low", "Severity": {"Label": "LOW"}}
    passed = {**ALL[0], "Id": "p", "Compliance": {"Status": "PASSED"}}
    found = backtest(run, project, QUICKSTART, lines([low, passed, threat]))["export"]
    assert [(one["id"], one["severity"], one["open"]) for one in found["missed"]] == [
        ("t", "CRITICAL", True),
        ("p", "HIGH", False),
        ("low", "LOW", True),
    ]
    assert found["missed"][0]["nearest"] == "findings"
    (why,) = found["missed"][0]["because"]
    assert (why["key"], why["values"]) == ("compliance", [])
    assert found["not_taken_open"] == {"CRITICAL": 1}
    ran = run("backtest", "params/a.yaml", "findings")
    assert "CRITICAL  Threat" in ran.out
    assert "compliance is missing, not FAILED, WARNING, NOT_AVAILABLE" in ran.out


def test_ten_are_listed_each_once_the_first_ones_of_those_alike(project: Path, run: Run) -> None:
    many = [{**ALL[0], "Id": f"{i % 20}", "Severity": {"Label": "LOW"}} for i in range(60)]
    many[30:30] = [{**ALL[0], "Id": "late", "Workflow": {"Status": "NOTIFIED"}}]
    missed = backtest(run, project, QUICKSTART, lines(many))["export"]["missed"]
    assert [one["id"] for one in missed] == ["late", *map(str, range(9))]


@pytest.mark.parametrize(
    ("severity", "code"), [("CRITICAL", 0), ("HIGH", 1), ("MEDIUM", 1), ("INFORMATIONAL", 1)]
)
def test_a_run_fails_on_open_findings_of_a_severity_that_reach_no_route(
    project: Path, run: Run, severity: str, code: int
) -> None:
    (project / "params" / "a.yaml").write_text(with_route(severity=["CRITICAL"]))
    (project / "findings").write_text(lines([ALL[0]]))
    ran = run("backtest", "params/a.yaml", "findings", "--fail-on", severity)
    assert ran.code == code
    assert ("Failed: open findings that no route matches: HIGH 1" in ran.err) == bool(code)


@pytest.mark.parametrize(
    "change",
    [
        {"Compliance": {"Status": "PASSED"}},
        {"RecordState": "ARCHIVED"},
        {"Workflow": {"Status": "SUPPRESSED"}},
        {"Workflow": {"Status": "NOTIFIED"}},
    ],
    ids=str,
)
def test_what_is_not_open_fails_no_run(project: Path, run: Run, change: dict[str, Any]) -> None:
    (project / "params" / "a.yaml").write_text(with_route(severity=["CRITICAL"]))
    (project / "findings").write_text(lines([{**ALL[0], **change}]))
    assert run("backtest", "params/a.yaml", "findings", "--fail-on", "LOW").code == 0


def test_a_severity_that_is_none_is_told(project: Path, run: Run) -> None:
    (project / "params" / "a.yaml").write_text(QUICKSTART)
    ran = run("backtest", "params/a.yaml", "-", "--fail-on", "HIHG", input="")
    assert ran.code == 2
    assert "--fail-on: 'HIHG' is not one of CRITICAL, HIGH" in ran.err
    assert "(did you mean HIGH?)" in ran.err


def test_an_export_given_twice_counts_once_and_the_report_says_so(project: Path, run: Run) -> None:
    (project / "params" / "a.yaml").write_text(QUICKSTART)
    (project / "findings").write_text(FINDINGS)
    ran = run("backtest", "params/a.yaml", "findings", "findings")
    assert "findings  security         6         6" in ran.out
    assert "Given more than once: 6 messages not counted above" in ran.out
    shown = run("preview", "params/a.yaml", "findings", "findings", "--out", "a.html")
    assert "a.html: 6 of 6 messages, from 24 findings read." in shown.out
    assert "Given more than once: 6 messages not shown" in shown.out


def test_a_message_for_each_standard_is_told_with_where_that_is_changed(
    project: Path, run: Run
) -> None:
    rule = "arn:aws:securityhub:::ruleset/cis-aws-foundations-benchmark/v/1.2.0/rule/2.9"
    old = {**ALL[0], "Id": "old", "GeneratorId": rule}
    new = {**ALL[0], "Id": "new", "GeneratorId": "security-control/S3.8"}
    assert backtest(run, project, QUICKSTART, lines([old, new]))["export"]["by_standard"] == 1
    out = run("backtest", "params/a.yaml", "findings").out
    assert "One for each standard: 1 message of controls." in out
    assert "consolidated control findings" in out
    assert backtest(run, project, QUICKSTART, lines([new]))["export"]["by_standard"] == 0


def place(identity: str) -> dict[str, str]:
    return {"Type": "AwsS3Bucket", "Id": identity}


def sent_by(control: str, number: int) -> dict[str, Any]:
    compliance = {"Status": "FAILED", "SecurityControlId": control}
    resources = [place(f"arn:aws:s3:::{control}-{number}")]
    return {**ALL[0], "Id": f"{control}-{number}", "Compliance": compliance, "Resources": resources}


def lines(findings: list[dict[str, Any]]) -> str:
    return "".join(json.dumps(one) + "\n" for one in findings)


def with_line(text: str, way: dict[str, str]) -> str:
    """Write the line into the params file, where the report says."""
    data, added = yaml.safe_load(text), yaml.safe_load(way["line"])
    if "exceptions" in added:
        (accepted,) = added["exceptions"]
        assert accepted["reason"] == ""
        return str(yaml.safe_dump({**data, "exceptions": [{**accepted, "reason": "SEC-1"}]}))
    route = data["routes"][0]
    into = route if "match" in added else route["match"]
    assert (next(iter(added)) in into) == (way["change"] == "replace")
    into.update(added)
    return str(yaml.safe_dump(data))


def test_the_line_can_be_pasted_below_the_place_it_names(project: Path, run: Run) -> None:
    report = backtest(run, project, QUICKSTART, FINDINGS)
    way = report["export"]["noisiest"]["controls"][0]["silence"][-1]
    assert way["line"] == "controls: {not: [S3.8]}"
    file, number = way["place"].split(":")
    assert file == "params/a.yaml"
    lines = QUICKSTART.splitlines()
    lines.insert(int(number), f"      {way['line']}")
    assert counts(backtest(run, project, "\n".join(lines), FINDINGS)) == {"findings": 4}


def test_a_product_is_silenced_within_a_route_of_any_product(project: Path, run: Run) -> None:
    report = backtest(run, project, with_route(products=["*"]), FINDINGS)
    ways = {one["value"]: one["silence"][0] for one in report["export"]["noisiest"]["products"]}
    assert ways["prowler/prowler"]["line"] == "products: {not: [prowler/prowler]}"


def test_a_report_of_several_processes_is_that_of_one(project: Path, run: Run) -> None:
    many = "".join(
        json.dumps({**ALL[n % 12], "Id": f"finding-{n % 5000}"}) + "\n" for n in range(40_000)
    )
    content = f"{many}oops\n{many}not this either\n"
    one = backtest(run, project, TWO, content, "--processes", "1")
    assert one["read"]["findings"] == 80_000
    assert one["read"]["not_findings"]["shown"][1]["line"] == 80_002
    assert backtest(run, project, TWO, content, "--processes", "3") == one


def test_the_terminal_shows_tables_and_a_bar_for_each_day(project: Path, run: Run) -> None:
    (project / "params" / "a.yaml").write_text(with_route(severity=["HIGH", "CRITICAL"]))
    (project / "events").write_text(EVENTS)
    ran = run("backtest", "params/a.yaml", "events")
    assert (ran.code, ran.err) == (0, "")
    assert "Noisiest controls" in ran.out
    assert "2026-01-05  3  ███" in ran.out
    assert "2026-01-10  0\n" in ran.out
    assert "params/a.yaml:8: add  controls: {not: [S3.8]}" in ran.out


def test_findings_cannot_write_to_the_terminal(project: Path, run: Run) -> None:
    evil = {**ALL[0], "AwsAccountId": "\x1b[31mred[/red] [bold]x"}
    (project / "params" / "a.yaml").write_text(QUICKSTART)
    (project / "findings").write_text(json.dumps(evil))
    ran = run("backtest", "params/a.yaml", "findings")
    assert "\x1b" not in ran.out
    assert "?[31mred[/red] [bold]x" in ran.out


def test_odd_findings_are_taken_as_they_are(project: Path, run: Run) -> None:
    odd: list[dict[str, Any]] = [
        {
            **ALL[0],
            "Resources": "none",
            "Compliance": {"Status": "FAILED", "SecurityControlId": []},
        },
        {**ALL[0], "Severity": "HIGH", "Workflow": None},
        {**ALL[0], "UpdatedAt": 5, "Types": None, "ProductArn": "odd"},
        {**ALL[0], "Id": "\udcff", "Resources": [{}], "ProductFields": []},
        {**ALL[0], "Severity": {"Label": 5, "Normalized": "x"}, "Compliance": None},
    ]
    report = backtest(run, project, QUICKSTART, json.dumps(odd))
    assert report["read"]["findings"] == 5
    assert report["read"]["not_findings"]["count"] == 0


def test_an_empty_file_has_no_findings(project: Path, run: Run) -> None:
    report = backtest(run, project, QUICKSTART, "", code=2)
    assert (report["export"], report["events"]) == (None, None)


def test_the_corpus_is_counted_whole(project: Path, run: Run) -> None:
    (project / "params" / "a.yaml").write_text(QUICKSTART)
    names = ("findings.ndjson", "events.ndjson", "ocsf.ndjson")
    ran = run("backtest", "params/a.yaml", "--json", *(str(corpus(name)) for name in names))
    read = json.loads(ran.out)["read"]
    assert (read["findings"], read["events"]) == (273, 7)
    # Four findings of the new Security Hub, exported, are among them.
    assert sum(read["other_events"].values()) == 20
    assert read["not_findings"]["count"] == 0


def test_production_misses_no_open_finding_that_is_severe(project: Path, run: Run) -> None:
    shipped = (ROOT / "params" / "production.yaml").read_text("utf-8")
    (project / "params" / "a.yaml").write_text(shipped)
    findings = str(corpus("findings.ndjson"))
    ran = run("backtest", "params/a.yaml", findings, "--fail-on", "HIGH")
    assert (ran.code, ran.err) == (0, "")
    # The walk-through leaves out what has no Compliance, and says so.
    (project / "params" / "a.yaml").write_text(QUICKSTART)
    assert run("backtest", "params/a.yaml", findings, "--fail-on", "HIGH").code == 1


def test_standard_input_named_twice_is_told(project: Path, run: Run) -> None:
    (project / "params" / "a.yaml").write_text(QUICKSTART)
    ran = run("backtest", "params/a.yaml", "-", "-", input="")
    told = "standard input: named a second time; it can be read once"
    assert (ran.code, ran.err.splitlines()[-1]) == (2, told)


@pytest.mark.parametrize(("mails", "warned"), [(600, False), (601, True)])
@pytest.mark.parametrize("as_sent", [dict, as_event], ids=["export", "events"])
def test_more_mails_in_a_minute_than_sns_delivers_are_warned_of(
    project: Path, run: Run, as_sent: Any, mails: int, *, warned: bool
) -> None:
    basis = yaml.safe_load(QUICKSTART)
    route = {"name": "all", "channel": ["security", "auditors"], "message": "summary"}
    channels = {"security": {}, "auditors": {"emails": ["audit@example.com"]}}
    text = yaml.safe_dump({**basis, "channels": channels, "routes": [route]})
    (project / "params" / "a.yaml").write_text(text, "utf-8")
    findings = [
        as_sent({**CONTROL, "Id": f"f{n}", "UpdatedAt": f"2026-11-28T00:00:{n % 60:02}.000Z"})
        for n in range(mails)
    ]
    (project / "findings").write_text("\n".join(map(json.dumps, findings)))
    ran = run("backtest", "params/a.yaml", "findings")
    assert (f"Channel auditors: {mails} mails of route all to each address" in ran.out) == warned
