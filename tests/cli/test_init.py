"""``init``: a first params file that renders as it is."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import ROOT, Run, pattern_of, read_template
from generator.params.yaml_document import read

WRITTEN = "params/findings.yaml"


def test_without_a_terminal_it_writes_the_defaults_and_render_accepts_them(
    project: Path, run: Run
) -> None:
    assert run("init") == (0, f"Wrote {WRITTEN}. Next: python -m generator render\n", "")
    assert (project / "params" / "schema.json").read_text("utf-8") == run("schema").out
    assert run("render").code == 0
    assert (project / "templates_out" / "findings" / "standalone.yaml").is_file()


def test_options_say_what_is_in_the_file(project: Path, run: Run) -> None:
    ids = ("--workspace-id", "T0123ABCD", "--channel-id", "C0123ABCD")
    more = ("--name", "Alerts", "--language", "ja", "--severities", "CRITICAL, HIGH MEDIUM")
    assert run("init", "params/alerts.yaml", *ids, *more).code == 0
    data = read(project / "params" / "alerts.yaml").data
    assert (data["name"], data["language"]) == ("Alerts", "ja")
    assert data["slack"] == {"workspace_id": "T0123ABCD"}
    assert data["channels"] == {"security": {"channel_id": "C0123ABCD"}}
    assert data["routes"][0]["match"]["severity"] == ["CRITICAL", "HIGH", "MEDIUM"]


@pytest.mark.parametrize(
    ("product", "kind"),
    [
        ("security_hub", "Findings Imported V2"),
        ("security_hub_cspm", "Security Hub Findings - Imported"),
    ],
)
def test_the_product_is_in_the_file_and_its_events_are_what_the_rule_matches(
    project: Path, run: Run, product: str, kind: str
) -> None:
    assert run("init", "--product", product).code == 0
    assert read(project / WRITTEN).data["source"] == product
    ran = run("render")
    assert (ran.code, ran.err) == (0, "")
    template = read_template(project / "templates_out" / "findings" / "standalone.yaml")
    assert pattern_of(template)["detail-type"] == [kind]
    assert run("check").code == 0


def test_a_product_that_is_none_is_reported_with_those_there_are(project: Path, run: Run) -> None:
    ran = run("init", "--product", "security-hub")
    assert ran.code == 2
    assert ran.err == (
        "--product: 'security-hub' is not one of security_hub_cspm, security_hub (did you mean"
        " security_hub?)\n"
    )
    assert not (project / WRITTEN).exists()


def test_everything_wrong_is_reported_at_once_and_nothing_is_written(
    project: Path, run: Run
) -> None:
    wrong = ("--name", "a b", "--channel-id", "#x", "--language", "jp", "--severities", "HIHG")
    ran = run("init", *wrong, "--workspace-id", "acme", "--product", "guardduty")
    assert ran.code == 2
    assert [line.partition(":")[0] for line in ran.err.splitlines()] == [
        "--name",
        "--workspace-id",
        "--channel-id",
        "--language",
        "--severities",
        "--product",
    ]
    assert "(did you mean HIGH?)" in ran.err
    assert not list((project / "params").iterdir())


def test_a_file_that_exists_is_not_overwritten(project: Path, run: Run) -> None:
    (project / WRITTEN).write_text("mine")
    ran = run("init")
    assert (ran.code, ran.err) == (2, f"{WRITTEN}: exists already; name another file\n")
    assert (project / WRITTEN).read_text() == "mine"


@pytest.mark.parametrize("language", ["en", "ja"])
def test_on_a_terminal_it_asks_until_the_answer_is_right(project: Path, language: str) -> None:
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "generator", "init"],
        stdin=theirs,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=project,
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"},
        encoding="utf-8",
    )
    os.write(
        ours, f"Alerts\n\n#general\nC0123ABCD\n{language}\nHIGH\nguardduty\nsecurity_hub\n".encode()
    )
    out, err = process.communicate(timeout=60)
    os.close(ours)
    os.close(theirs)
    assert process.returncode == 0, err
    assert "Slack channel ID" in out
    assert "'#general'" in err
    data = read(project / WRITTEN).data
    assert "'guardduty' is not one of security_hub_cspm, security_hub" in err
    assert (data["name"], data["language"]) == ("Alerts", language)
    assert data["source"] == "security_hub"
    assert data["channels"]["security"] == {"channel_id": "C0123ABCD"}
