"""``match``: which events a pattern matches, from the command line."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING, Any

import pytest

from conftest import Run, corpus

if TYPE_CHECKING:
    from pathlib import Path

EVENTS = [{"source": "a"}, {"source": "b"}, {"source": "a", "n": 2}]
NDJSON = "".join(f"{json.dumps(event)}\n" for event in EVENTS)


def given(project: Path, pattern: str, events: str | bytes) -> tuple[str, str]:
    (project / "pattern.json").write_text(pattern)
    content = events if isinstance(events, bytes) else events.encode()
    (project / "events").write_bytes(content)
    return "pattern.json", "events"


def test_the_lines_of_the_events_that_match_are_printed(project: Path, run: Run) -> None:
    ran = run("match", *given(project, '{"source": ["a"]}', NDJSON))
    assert (ran.code, ran.out, ran.err) == (0, "1\n3\n", "2 of 3 events match.\n")


def test_json_has_the_number_of_events_and_the_positions(project: Path, run: Run) -> None:
    for events in (NDJSON, json.dumps(EVENTS), json.dumps(EVENTS, indent=2), NDJSON.strip()):
        ran = run("match", *given(project, '{"source": ["a"]}', events), "--json")
        assert (ran.code, json.loads(ran.out)) == (0, {"events": 3, "matched": [1, 3]})


def test_positions_go_on_through_a_long_array(project: Path, run: Run) -> None:
    events = json.dumps([{"n": n} for n in range(1, 1001)])
    ran = run("match", *given(project, '{"n": [{"numeric": [">", 997]}]}', events), "--json")
    assert json.loads(ran.out) == {"events": 1000, "matched": [998, 999, 1000]}


def test_events_may_be_gzipped_or_come_from_standard_input(project: Path, run: Run) -> None:
    pattern, events = given(project, '{"source": ["b"]}', gzip.compress(NDJSON.encode()))
    assert json.loads(run("match", pattern, events, "--json").out)["matched"] == [2]
    ran = run("match", pattern, "-", "--json", input=NDJSON)
    assert json.loads(ran.out)["matched"] == [2]


def test_a_single_event_may_stand_over_many_lines(project: Path, run: Run) -> None:
    ran = run("match", *given(project, '{"source": ["a"]}', '{\n  "source": "a"\n}\n'), "--json")
    assert json.loads(ran.out) == {"events": 1, "matched": [1]}


def test_a_pattern_that_aws_would_refuse_ends_with_2_and_says_where_and_why(
    project: Path, run: Run
) -> None:
    ran = run("match", *given(project, '{"detail": {"a": []}}', NDJSON))
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == "pattern.json: detail.a: an array must not be empty\n"
    ran = run("match", *given(project, '{"a": ', NDJSON))
    assert (ran.code, ran.err.count("\n")) == (2, 1)


def told(run: Run, project: Path, pattern: Any, *events: Any) -> list[str]:
    """Return what is said besides the count."""
    text = pattern if isinstance(pattern, str) else json.dumps(pattern)
    ran = run("match", *given(project, text, "".join(f"{json.dumps(one)}\n" for one in events)))
    assert ran.code == 0, ran.err
    count, *more = ran.err.splitlines()
    assert count == f"0 of {len(events)} events match."
    return more


EVENT = {"detail-type": "Imported", "detail": {"findings": [{"Workflow": {"Status": "NEW"}}]}}


@pytest.mark.parametrize(
    ("pattern", "why"),
    [
        (
            {"detail_type": ["Imported"]},
            "detail_type: no event has the field detail_type (did you mean detail-type?)",
        ),
        (
            {"detail-type": ["Other"]},
            "detail-type: no event has such a value; they have 'Imported'",
        ),
        (
            {"detail": {"findings": {"Workflow": ["NEW"]}}},
            (
                "detail.findings.Workflow: is an object in every event (Status): the pattern has to"
                " name a field in it"
            ),
        ),
        (
            {"detail": {"findings": {"workflow": {"Status": ["NEW"]}}}},
            (
                "detail.findings.workflow.Status: no event has the field detail.findings.workflow"
                " (did you mean Workflow?)"
            ),
        ),
        (
            {"detail-type": [{"prefix": "Imp*"}]},
            (
                "detail-type: no event has such a value; they have 'Imported'; in a prefix, * is"
                " not a wildcard: leave it out"
            ),
        ),
        (
            {"detail-type": ["Imp*"]},
            (
                "detail-type: no event has such a value; they have 'Imported'; 'Imp*' is an exact"
                ' value: write {"wildcard": ...} for a wildcard'
            ),
        ),
        (
            {"$or": [{"a": [1]}, {"b": [1]}]},
            "a: no event has the field a",
        ),
    ],
    ids=str,
)
def test_a_pattern_that_matches_nothing_is_told_why(
    project: Path, run: Run, pattern: Any, why: str
) -> None:
    assert told(run, project, pattern, EVENT, EVENT)[0] == why


def test_fields_that_match_only_in_different_events_are_told(project: Path, run: Run) -> None:
    pattern = {"a": [1], "b": [2]}
    why = "each field matches by itself, but never all in one event: a 1, b 1"
    assert told(run, project, pattern, {"a": 1, "b": 1}, {"a": 2, "b": 2}) == [why]


def test_nothing_is_said_where_something_matches(project: Path, run: Run) -> None:
    ran = run("match", *given(project, '{"a": [1]}', '{"a": 2}\n{"a": 1}\n'))
    assert ran.err == "1 of 2 events match.\n"


@pytest.mark.parametrize(
    "text",
    [
        '\ufeff{"source": ["a"]}',
        "source: [a]\n",
        "# mine\nEventPattern:\n  source:\n    - a\n",
        '{"Name": "r", "EventPattern": "{\\"source\\": [\\"a\\"]}", "State": "ENABLED"}',
        'Name: r\nEventPattern: \'{"source": ["a"]}\'\n',
        '"{\\"source\\": [\\"a\\"]}"',
        '{"EventPattern": {"source": ["a"]}}',
    ],
    ids=["mark", "yaml", "resource", "describe-rule", "as yaml", "its text", "property"],
)
def test_a_pattern_is_read_as_people_have_it(project: Path, run: Run, text: str) -> None:
    ran = run("match", *given(project, text, NDJSON), "--json")
    assert json.loads(ran.out)["matched"] == [1, 3]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("source: [a]\nsource: [b]\n", "the key 'source' is given twice"),
        ("source: [a\n", "neither JSON nor YAML"),
        ("- a\n", "must be a JSON object, or YAML keys"),
        ("source: !Ref A\n", "neither JSON nor YAML"),
        ('{"EventPattern": "{"}', "must be valid JSON"),
    ],
    ids=["twice", "broken", "list", "tag", "broken text"],
)
def test_a_pattern_that_cannot_be_read_is_reported(
    project: Path, run: Run, text: str, why: str
) -> None:
    ran = run("match", *given(project, text, NDJSON))
    assert ran.code == 2
    assert why in ran.err


def test_what_events_were_taken_out_of_is_said(project: Path, run: Run) -> None:
    logged = json.dumps({"events": [{"message": json.dumps(event)} for event in EVENTS]})
    wrapped = logged.replace('\\"source\\"', '\\"detail-type\\": \\"x\\", \\"source\\"')
    ran = run("match", *given(project, '{"source": ["a"]}', wrapped))
    assert "Unwrapped 3 records from CloudWatch Logs." in ran.err


def test_a_line_that_is_no_event_is_told_and_the_rest_is_matched(project: Path, run: Run) -> None:
    ran = run(
        "match", *given(project, '{"source": ["a"]}', '{"source": "a"}\noops\n[1]\n' + NDJSON)
    )
    assert (ran.code, ran.out) == (0, "1\n4\n6\n")
    assert "events:2: not JSON" in ran.err
    assert "events:3: an event must be a JSON object" in ran.err


def test_a_missing_file_is_told(project: Path, run: Run) -> None:
    (project / "pattern.json").write_text('{"a": [1]}')
    ran = run("match", "pattern.json", "none")
    assert (ran.code, ran.err) == (2, "none: no such file\n")


def test_a_number_too_large_for_a_machine_is_not_rounded(project: Path, run: Run) -> None:
    events = '{"n": 100000000000000000001}\n{"n": 100000000000000000000}\n'
    for text in (events, f"[{events.strip().replace(chr(10), ',')}]"):
        ran = run("match", *given(project, '{"n": [{"exists": true}]}', text), "--json")
        assert json.loads(ran.out) == {"events": 2, "matched": [1, 2]}


def test_the_quickstarts_rule_takes_the_real_events_it_should(project: Path, run: Run) -> None:
    pattern = {"source": ["aws.securityhub"], "detail-type": ["Security Hub Findings - Imported"]}
    (project / "pattern.json").write_text(json.dumps(pattern))
    ran = run("match", "pattern.json", str(corpus("events.ndjson")), "--json")
    assert json.loads(ran.out) == {"events": 23, "matched": [1, 2, 3, 4, 8, 9, 12]}


def test_half_of_a_surrogate_pair_is_read(project: Path, run: Run) -> None:
    events = '{"source": "a", "text": "\\ud800"}\n'
    assert run("match", *given(project, '{"source": ["a"]}', events)).out == "1\n"
