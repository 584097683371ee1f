"""The command line itself."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import jsonschema
import pytest
import yaml

from conftest import QUICKSTART, ROOT, Run
from generator import cli, report

CASES = ROOT / "tests" / "cases" / "bad_input"
SCHEMA = json.loads((ROOT / "params" / "schema.json").read_text("utf-8"))

BEYOND_A_SCHEMA = {
    "aliases",
    "broken_yaml",
    "custom_tag",
    "delivery_policy_in_unknown_words",
    "duplicate_keys",
    "missing_channel",
    "names_that_are_too_long",
    "tab",
    "two_channels_of_one_channel_id",
    "two_documents",
    "two_names_of_one_logical_id",
    "two_routes_of_one_name",
    "valid_but_not_built_yet",
}
"""What no schema can say: references between parts, and YAML itself."""


def test_the_committed_schema_is_the_one_that_is_printed(run: Run) -> None:
    assert run("schema").out == (ROOT / "params" / "schema.json").read_text("utf-8")


@pytest.mark.parametrize(
    "params", sorted((ROOT / "params").glob("*.yaml")), ids=lambda path: path.stem
)
def test_editors_accept_each_shipped_params_file(params: Path) -> None:
    text = params.read_text("utf-8")
    assert text.startswith("# yaml-language-server: $schema=schema.json\n")
    jsonschema.validate(yaml.safe_load(text), SCHEMA)


@pytest.mark.parametrize("case", sorted(CASES.glob("*.yaml")), ids=lambda case: case.stem)
def test_editors_refuse_what_render_refuses(case: Path) -> None:
    if case.stem in BEYOND_A_SCHEMA:
        return
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(yaml.safe_load(case.read_text("utf-8")), SCHEMA)


def test_the_summary_names_each_template_with_its_figures(project: Path, run: Run) -> None:
    (project / "params" / "a.yaml").write_text(QUICKSTART)
    head, row, last = run("render").out.splitlines()
    assert head.split() == ["Template", "Resources", "Parameters", "Bytes", "Lint"]
    size = (project / "templates_out" / "a" / "standalone.yaml").stat().st_size
    assert row.split() == ["templates_out/a/standalone.yaml", "5", "5", f"{size:,}", "ok"]
    assert last == "1 templates from 1 params files; 3 of 3 files changed."


def test_a_template_too_large_for_a_request_is_pointed_out(project: Path, run: Run) -> None:
    data = yaml.safe_load(QUICKSTART)
    route = data["routes"][0]
    data["routes"] += [{**route, "name": f"r{i}"} for i in range(30)]
    (project / "params" / "a.yaml").write_text(yaml.safe_dump(data))
    assert "is over 51,200 bytes: upload it in the console or through S3" in run("render").out


def test_every_command_explains_itself(run: Run) -> None:
    for command in ("render", "check", "lint", "schema"):
        assert command in run("--help").out
        assert run(command, "--help").code == 0


def test_a_bug_in_the_program_is_one_line_and_no_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken() -> None:
        raise IndexError("list index out of range")

    monkeypatch.setattr(cli, "app", broken)
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 70
    told = capsys.readouterr().err
    assert told.startswith("This is a bug in the generator: IndexError: list index out of range.")
    assert told.count("\n") == 1


def test_a_progress_bar_is_shown_on_a_terminal_once_it_takes_long(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for patience, terminal, shown in ((0.0, True, True), (60.0, True, False), (0.0, False, False)):
        monkeypatch.setattr(report, "PATIENCE", patience)
        monkeypatch.setattr(sys.stderr, "isatty", lambda terminal=terminal: terminal)
        assert list(report.watched(iter("abc"), total=3, label="Linting")) == ["a", "b", "c"]
        assert ("Linting" in capsys.readouterr().err) is shown
