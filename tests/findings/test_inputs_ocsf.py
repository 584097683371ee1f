"""Findings of either product, or of both, in one file: read, or skipped with what to write."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings

from conftest import Run, corpus, pattern_of, read_template
from events import as_event, as_event_v2
from generator.backtest import count_files
from generator.params import load
from generator.preview import collect, page
from odd_values import like
from samples import CONTROL
from samples_ocsf import EVERYTHING, KINDS, POSTURE, SEQUENCE

if TYPE_CHECKING:
    from generator.backtest.tally import Tally

HUBS = {
    "security_hub_cspm": ["security_hub_cspm"],
    "security_hub": ["security_hub"],
    "both": ["security_hub_cspm", "security_hub"],
}
SKIPPED = {
    "security_hub_cspm": (
        "Skipped {n} of type 'Findings Imported V2', which no rule matches: no route has"
        " `source: security_hub`."
    ),
    "security_hub": (
        "Skipped {n} of type 'Security Hub Findings - Imported', which no rule matches: no route"
        " has `source: security_hub_cspm`."
    ),
    "both": "",
}
"""What a run says of the other product's findings."""


def params(*sources: str, **more: Any) -> str:
    """Return a params text with a route of everything for each of the products."""
    routed = [
        {"name": f"r{i}", "source": source, "channel": f"c{i}", **more}
        for i, source in enumerate(sources)
    ]
    channels: dict[str, Any] = {route["channel"]: {} for route in routed}
    return str(yaml.safe_dump({"name": "Some", "channels": channels, "routes": routed}))


def written(project: Path, text: str, content: str) -> None:
    (project / "params" / "a.yaml").write_text(text)
    (project / "input").write_text(content)


def lines(*values: Any) -> str:
    return "".join(json.dumps(value) + "\n" for value in values)


MIXED = {
    "lines": lines(CONTROL, POSTURE, as_event(CONTROL), as_event_v2(SEQUENCE)),
    "an array": json.dumps([CONTROL, POSTURE, as_event(CONTROL), as_event_v2(SEQUENCE)]),
    "pages": json.dumps({"Findings": [CONTROL]}, indent=2)
    + json.dumps({"Findings": [POSTURE], "NextToken": "x"}, indent=2)
    + lines(as_event(CONTROL), as_event_v2(SEQUENCE)),
    "details alone": lines(CONTROL, POSTURE)
    + lines({"findings": [CONTROL]}, {"findings": [SEQUENCE]}),
    "envelopes": json.dumps({"Messages": [{"Body": json.dumps(CONTROL)}]})
    + json.dumps({"Records": [{"Sns": {"Message": json.dumps(POSTURE)}}]})
    + json.dumps({"events": [{"message": json.dumps(as_event(CONTROL))}]})
    + json.dumps({"logEvents": [{"message": json.dumps(as_event_v2(SEQUENCE))}]}),
}


@pytest.mark.parametrize("content", MIXED.values(), ids=MIXED)
@pytest.mark.parametrize("hub", HUBS)
def test_findings_of_both_products_in_one_file_are_counted_for_the_routes_that_match_them(
    project: Path, run: Run, hub: str, content: str
) -> None:
    written(project, params(*HUBS[hub]), content)
    report = json.loads(run("backtest", "params/a.yaml", "input", "--json").out)
    expected = len(HUBS[hub])
    assert (report["read"]["findings"], report["read"]["events"]) == (expected, expected)
    assert sum(report["read"]["other_events"].values()) == 4 - 2 * expected
    assert report["read"]["not_findings"]["count"] == 0
    for kind in ("export", "events"):
        assert [route["findings"] for route in report[kind]["routes"]] == [1] * expected


@pytest.mark.parametrize("hub", HUBS)
def test_what_the_other_product_sent_is_skipped_with_the_key_that_reads_it(
    project: Path, run: Run, hub: str
) -> None:
    written(project, params(*HUBS[hub]), MIXED["lines"])
    out = run("backtest", "params/a.yaml", "input").out
    said = [line for line in out.splitlines() if line.startswith("Skipped")]
    assert said == [SKIPPED[hub].format(n="2 records")] * bool(SKIPPED[hub])
    assert f"Read {len(HUBS[hub])} finding" in out


@pytest.mark.parametrize("hub", HUBS)
def test_preview_reads_the_same_and_says_the_same(project: Path, run: Run, hub: str) -> None:
    written(project, params(*HUBS[hub]), MIXED["lines"])
    ran = run("preview", "params/a.yaml", "input", "--out", "p.html")
    assert f"from {2 * len(HUBS[hub])} findings read" in ran.out
    text = (project / "p.html").read_text("utf-8")
    other = {"security_hub_cspm": "Findings Imported V2", "both": ""}.get(
        hub, "Security Hub Findings - Imported"
    )
    assert ("Other events, which no rule matches" in text) == bool(other)
    assert other in text


def test_a_file_of_the_other_product_alone_ends_well_and_says_which_key(
    project: Path, run: Run
) -> None:
    written(project, params("security_hub_cspm"), lines(*KINDS.values()))
    ran = run("backtest", "params/a.yaml", "input")
    assert (ran.code, ran.err) == (0, "")
    assert SKIPPED["security_hub_cspm"].format(n="6 records") in ran.out


@pytest.mark.parametrize(
    ("path", "says"),
    [
        (("finding_info", "uid"), "no finding_info.uid"),
        (("metadata", "product"), "no metadata.product.uid"),
        (("cloud", "account", "uid"), "no cloud.account.uid"),
        (("finding_info",), "no finding_info.uid"),
    ],
    ids=str,
)
@pytest.mark.parametrize("wrap", [dict, as_event_v2], ids=["finding", "event"])
def test_a_record_without_what_identifies_it_is_reported(
    project: Path, run: Run, wrap: Any, path: tuple[str, ...], says: str
) -> None:
    record = json.loads(json.dumps(POSTURE))
    inside = record
    for key in path[:-1]:
        inside = inside[key]
    del inside[path[-1]]
    written(project, params("security_hub"), lines(POSTURE, wrap(record)))
    out = run("backtest", "params/a.yaml", "input").out
    assert f"Skipped 1 record that is not a finding:\n  input:2: not a finding: {says}\n" in out
    ran = run("preview", "params/a.yaml", "input", "--out", "p.html")
    assert ran.err == f"input:2: not a finding: {says}\n"


@pytest.mark.parametrize("findings", [5, True, "x", {"a": 1}, None, [], [5]], ids=str)
def test_a_detail_without_a_list_of_findings_is_reported(
    project: Path, run: Run, findings: Any
) -> None:
    written(project, params(*HUBS["both"]), lines(POSTURE, {"detail": {"findings": findings}}))
    ran = run("backtest", "params/a.yaml", "input")
    assert ran.code == 0
    assert "Skipped 1 record that is not a finding:" in ran.out


def test_what_identifies_a_finding_may_be_empty(project: Path, run: Run) -> None:
    bare = {
        "class_uid": 2003,
        "finding_info": {"uid": ""},
        "metadata": {"product": {"uid": ""}},
        "cloud": {"account": {"uid": ""}},
    }
    written(project, params("security_hub"), lines(bare, as_event_v2(bare)))
    report = json.loads(run("backtest", "params/a.yaml", "input", "--json").out)
    assert (report["read"]["findings"], report["read"]["events"]) == (1, 1)
    assert run("preview", "params/a.yaml", "input", "--out", "p.html").code == 0


def test_the_corpus_is_counted_whole_for_a_file_of_both(project: Path, run: Run) -> None:
    names = ("findings.ndjson", "events.ndjson", "ocsf.ndjson", "events-v2.ndjson")
    (project / "params" / "a.yaml").write_text(params(*HUBS["both"]))
    ran = run("backtest", "params/a.yaml", "--json", *(str(corpus(name)) for name in names))
    read = json.loads(ran.out)["read"]
    assert read["findings"] == 273 + 4
    assert read["events"] >= 74
    # One event is an excerpt, without what identifies its finding.
    assert read["not_findings"]["count"] == 1
    assert "Findings Imported V2" not in read["other_events"]


@pytest.mark.parametrize(
    ("pattern", "matched"),
    [
        ({"detail-type": ["Findings Imported V2"]}, [2, 3]),
        ({"detail": {"findings": {"severity": ["High"], "class_uid": [2004]}}}, [3]),
    ],
    ids=str,
)
def test_match_reads_events_of_the_new_product(
    project: Path, run: Run, pattern: dict[str, Any], matched: list[int]
) -> None:
    written(project, "", lines(as_event(CONTROL), as_event_v2(POSTURE), as_event_v2(SEQUENCE)))
    (project / "pattern.json").write_text(json.dumps(pattern))
    ran = run("match", "pattern.json", "input", "--json")
    assert json.loads(ran.out) == {"events": 3, "matched": matched}


def test_the_pattern_of_a_rendered_rule_matches_what_backtest_counts(
    project: Path, run: Run
) -> None:
    text = params("security_hub", match={"kinds": ["attack_sequence", "posture"]})
    given = [as_event_v2(finding) for finding in KINDS.values()]
    written(project, text, lines(*given))
    assert run("render").code == 0
    template = read_template(project / "templates_out" / "a" / "standalone.yaml")
    (project / "pattern.json").write_text(json.dumps(pattern_of(template, "R0Rule")))
    matched = json.loads(run("match", "pattern.json", "input", "--json").out)["matched"]
    report = json.loads(run("backtest", "params/a.yaml", "input", "--json").out)
    kinds = [kind for i, kind in enumerate(KINDS, start=1) if i in matched]
    assert kinds == ["posture", "attack sequence"]
    assert report["events"]["routes"][0]["messages"] == len(matched)


ODD = {
    **EVERYTHING,
    "cloud": {**EVERYTHING["cloud"], "account": {"uid": "1", "name": "x"}},
    "activity_name": "Create",
}
_IDS = {"finding_info": ("uid",), "metadata": ("product", "uid"), "cloud": ("account", "uid")}


def counted(folder: Path, content: str, text: str) -> Tally:
    """Count a file, and show it, with the routes of a params text."""
    path, findings = folder / "odd.yaml", folder / "odd.ndjson"
    path.write_text(text)
    findings.write_text(content)
    loaded = load(path)
    page(loaded, collect(loaded, [findings], limit=5))
    return count_files(loaded, [findings], processes=1)


ODD_ROUTES = params("security_hub", match={"workflow": ["NEW"]}, notify="once") + (
    "- {name: rest, source: security_hub, channel: c0, match: {kinds: [posture],"
    " resource_types: [AWS::S3::*], resource_tags: {a: [b]}, controls: {not: [S3.*]}}}\n"
)


@settings(
    max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(odd=like(ODD))
def test_no_value_of_a_finding_makes_reading_or_reporting_fail(tmp_path: Path, odd: Any) -> None:
    if not isinstance(odd, dict):
        odd = {}
    known = json.loads(json.dumps(POSTURE))
    record = {**odd}
    for key, (*parents, last) in _IDS.items():
        # What identifies a finding is there: without it, the record is not a finding.
        inside = record[key] = dict(record[key]) if isinstance(record.get(key), dict) else {}
        source = known[key]
        for parent in parents:
            inside[parent] = dict(inside[parent]) if isinstance(inside.get(parent), dict) else {}
            inside, source = inside[parent], source[parent]
        inside[last] = source[last]
    tally = counted(tmp_path, lines(record, as_event_v2(record)), ODD_ROUTES)
    assert (tally.export.findings, tally.events.findings, tally.rejected) == (1, 1, 0)
