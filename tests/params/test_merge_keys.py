"""A long params file is written short: anchors, merge keys and top-level keys with x-."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from conftest import ROOT, Run
from generator.advice import advice
from generator.params import load
from generator.params.yaml_document import read

if TYPE_CHECKING:
    from pathlib import Path

SCHEMA = json.loads((ROOT / "params" / "schema.json").read_text("utf-8"))

TEAMS = """\
name: Teams
x-severe: &severe
  severity: [CRITICAL, HIGH]
  compliance: [FAILED, ABSENT]
x-team: &team
  message: summary
  match: *severe
x-notes: {nobody: reads, this: , "${or}": [that]}
channels: {web: {}, data: {}, security: {}}
routes:
  - {<<: *team, name: web, channel: web}
  - <<: *team
    name: data
    channel: data
    match: {<<: *severe, severity: [CRITICAL]}
  - name: all
    channel: security
    match: *severe
"""


def finding(control: str, account: str, severity: str = "CRITICAL") -> dict[str, Any]:
    return {
        "SchemaVersion": "2018-10-08",
        "Id": f"{control}-{account}",
        "ProductArn": "arn:aws:securityhub:us-east-1::product/aws/securityhub",
        "AwsAccountId": account,
        "Severity": {"Label": severity},
        "Compliance": {"Status": "FAILED", "SecurityControlId": control},
        "Resources": [{"Type": "AwsS3Bucket", "Id": f"arn:aws:s3:::{control}-{account}"}],
    }


def noisiest(run: Run, project: Path) -> dict[str, dict[str, str]]:
    """Return how to silence the control that many findings are of, by route."""
    found = [finding("S3.8", "111122223333"), *(finding(f"IAM.{i}", f"{i:012}") for i in range(9))]
    (project / "findings").write_text("\n".join(map(json.dumps, found)))
    report = json.loads(run("backtest", "params/a.yaml", "findings", "--json").out)
    (s3,) = [c for c in report["export"]["noisiest"]["controls"] if c["value"] == "S3.8"]
    return {way["route"]: way for way in s3["silence"]}


def test_what_is_merged_counts_as_if_it_were_written_out(project: Path) -> None:
    (project / "a.yaml").write_text(TEAMS)
    settings = load(project / "a.yaml").settings
    assert [route.composes for route in settings.routes] == [True, True, False]
    assert [route.match.severity for route in settings.routes] == [
        ("CRITICAL", "HIGH"),
        ("CRITICAL",),
        ("CRITICAL", "HIGH"),
    ]
    assert settings.routes[1].match.compliance == ("FAILED", "ABSENT")


_KEYS = st.sampled_from("abcd")
_MAPPINGS = st.dictionaries(_KEYS, st.integers(0, 9))


@given(own=_MAPPINGS, merged=st.lists(_MAPPINGS, min_size=1, max_size=3), first=st.booleans())
def test_merge_keys_mean_what_yaml_1_1_says(
    tmp_path_factory: Any, own: Any, merged: list[Any], *, first: bool
) -> None:
    lines = [f"{key}: {value}" for key, value in own.items()]
    lines.insert(0 if first else len(lines), f"<<: {json.dumps(merged)}")
    path = tmp_path_factory.mktemp("merged") / "a.yaml"
    path.write_text("\n".join(lines))
    assert read(path).data == yaml.safe_load(path.read_text())


def test_names_keep_the_order_of_the_text(project: Path) -> None:
    more = TEAMS.replace(
        "channels: {", "x-more: &more {extra: {}, web: {}}\nchannels: {<<: *more, "
    )
    (project / "a.yaml").write_text(more.replace("<<: *more, web: {}, ", "web: {}, <<: *more, "))
    assert list(load(project / "a.yaml").settings.channels) == ["web", "extra", "data", "security"]


def test_editors_accept_anchors_and_keys_with_x() -> None:
    # They merge before they look at the schema, as PyYAML does.
    jsonschema.validate(yaml.safe_load(TEAMS), SCHEMA)
    jsonschema.validate({"x-any": None, **yaml.safe_load(TEAMS)}, SCHEMA)


def test_a_warning_about_a_shared_line_is_given_once(project: Path) -> None:
    (project / "a.yaml").write_text(TEAMS.replace("[FAILED, ABSENT]", "[FAILED]"))
    (warning,) = [str(each) for each in advice(load(project / "a.yaml")) if "drops" in str(each)]
    assert f"{project}/a.yaml:4:3: routes[0].match.compliance" in warning
    assert warning.endswith("; this line is used in 3 places")


def test_a_comment_at_the_anchor_accepts_for_all_its_uses(project: Path) -> None:
    accepting = TEAMS.replace("[FAILED, ABSENT]", "[FAILED]  # without ABSENT")
    (project / "a.yaml").write_text(accepting)
    assert advice(load(project / "a.yaml")) == []


@pytest.mark.parametrize("line", ["x-failed: &failed [FAILED]", "  compliance: *failed"])
def test_a_comment_at_an_alias_or_its_anchor_accepts(project: Path, line: str) -> None:
    text = "x-failed: &failed [FAILED]\n" + TEAMS.replace("[FAILED, ABSENT]", "*failed")
    assert line in text
    (project / "a.yaml").write_text(text.replace(line, f"{line}  # without ABSENT"))
    assert advice(load(project / "a.yaml")) == []


def test_a_suggested_line_changes_no_other_route(project: Path, run: Run) -> None:
    (project / "params" / "a.yaml").write_text(TEAMS)
    ways = noisiest(run, project)
    assert ways["all"] == {
        "route": "all",
        "place": "params/a.yaml:18",
        "change": "replace",
        "line": "match: {severity: [CRITICAL, HIGH], compliance: [FAILED, ABSENT],"
        " controls: {not: [S3.8]}}",
        "note": "silences CRITICAL 1",
    }
    assert (ways["web"]["place"], ways["web"]["change"]) == ("params/a.yaml:11", "add")
    assert ways["web"]["line"] == ways["all"]["line"]
    assert (ways["data"]["place"], ways["data"]["change"]) == ("params/a.yaml:15", "add")
    assert ways["data"]["line"] == "controls: {not: [S3.8]}"


def test_what_an_alias_means_is_written_out_where_it_changes(project: Path, run: Run) -> None:
    text = """\
name: Alias
x-severe: &severe {severity: [CRITICAL]}
channels: {security: {}}
routes:
  - name: all
    match: *severe
    channel: security
"""
    (project / "params" / "a.yaml").write_text(text)
    way = noisiest(run, project)["all"]
    assert (way["place"], way["change"]) == ("params/a.yaml:6", "replace")
    assert way["line"] == "match: {severity: [CRITICAL], controls: {not: [S3.8]}}"


def test_a_suggestion_for_a_line_that_others_share_says_so(project: Path, run: Run) -> None:
    shared = """\
name: Shared
channels: {security: {}, audit: {}}
routes:
  - &first
    name: first
    channel: security
    match: {severity: [CRITICAL, HIGH]}
  - {<<: *first, name: second, channel: audit}
"""
    (project / "params" / "a.yaml").write_text(shared)
    ways = noisiest(run, project)
    shares = "other parts of the file share this line and change too"
    assert ways["first"]["note"].endswith(shares)
    assert ways["second"]["note"] == "silences CRITICAL 1"
    assert ways["second"]["line"].startswith("match: {severity: ")
