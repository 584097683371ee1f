"""The command line itself."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import jsonschema
import pytest
import yaml

from conftest import QUICKSTART, ROOT, Run
from generator.cli import app as cli
from generator.cli import output as report
from generator.params.yaml_document import read

CASES = ROOT / "tests" / "cases" / "bad_input"
SCHEMA = json.loads((ROOT / "params" / "schema.json").read_text("utf-8"))

BEYOND_A_SCHEMA = {
    "bracket_that_is_not_closed",
    "colon_in_a_text",
    "colon_without_a_space",
    "colon_without_a_space_below",
    "first_line_indented",
    "first_line_of_a_block_indented_less",
    "line_indented_less",
    "line_indented_more",
    "list_key_indented_less",
    "quote_that_is_not_closed",
    "tab_below_a_key",
    "accounts_do_not_deploy_automatically",
    "broken_yaml",
    "full_width_colon_alone",
    "full_width_colon_in_the_last_line",
    "full_width_colon_of_a_key",
    "full_width_indentation",
    "full_width_space_after_a_dash",
    "functions_of_cloudformation",
    "numbers_that_are_none",
    "once_that_would_loop",
    "once_with_forwarding",
    "once_with_forwarding_left_out",
    "tags_of_yaml_on_lists",
    "wildcards_without_quotes",
    "custom_tag",
    "delivery_policy_in_unknown_words",
    "duplicate_keys",
    "home_region_outside_the_regions",
    "lists_with_repetitions",
    "merge_keys_given_twice",
    "merge_of_what_contains_it",
    "merges_of_what_is_no_mapping",
    "missing_channel",
    "name_too_long_for_a_launch_role",
    "names_that_are_too_long",
    "organization_without_its_id",
    "override_of_an_account_within_a_unit",
    "overrides_of_parameters_that_once_lacks",
    "overrides_of_unknown_parameters",
    "overrides_outside_the_targets",
    "regions_without_the_resource_types",
    "route_names_that_the_template_has",
    "stackset_constraint_without_regions",
    "stackset_targets_that_exclude_each_other",
    "tab",
    "two_channels_of_one_channel_id",
    "two_documents",
    "two_names_of_one_logical_id",
    "two_routes_of_one_name",
    "keys_that_the_new_security_hub_lacks",
    "kinds_with_types",
    "once_that_would_loop_in_the_new_security_hub",
    "resource_types_in_the_words_of_the_other_product",
    "source_of_the_file_and_of_a_route",
    "tags_that_the_new_security_hub_lists",
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
    jsonschema.validate(read(params).data, SCHEMA)


@pytest.mark.parametrize(
    "case",
    [case for case in sorted(CASES.glob("*.yaml")) if case.stem not in BEYOND_A_SCHEMA],
    ids=lambda case: case.stem,
)
def test_editors_refuse_what_render_refuses(case: Path) -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(read(case).data, SCHEMA)


def test_what_is_beyond_a_schema_are_cases_that_exist() -> None:
    assert {case.stem for case in CASES.glob("*.yaml")} >= BEYOND_A_SCHEMA


def test_the_summary_names_each_template_with_its_figures(project: Path, run: Run) -> None:
    (project / "params" / "a.yaml").write_text(QUICKSTART)
    head, *rows, last = run("render").out.splitlines()
    assert head.split() == ["Template", "Resources", "Parameters", "Bytes", "Lint"]
    figures = {"standalone.yaml": ("5", "6"), "stackset.yaml": ("7", "8")}
    for row, (name, counts) in zip(rows, figures.items(), strict=True):
        size = (project / "templates_out" / "a" / name).stat().st_size
        assert row.split() == [f"templates_out/a/{name}", *counts, f"{size:,}", "ok"]
    assert last == "2 templates from 1 params files; 9 of 9 files changed."


def test_a_template_too_large_for_a_request_is_pointed_out(project: Path, run: Run) -> None:
    data = yaml.safe_load(QUICKSTART)
    route = data["routes"][0]
    data["routes"] += [{**route, "name": f"r{i}"} for i in range(30)]
    (project / "params" / "a.yaml").write_text(yaml.safe_dump(data))
    assert "is over 51,200 bytes: upload it in the console or through S3" in run("render").out


def test_every_command_explains_itself(run: Run) -> None:
    for command in ("render", "check", "lint", "match", "backtest", "preview", "schema"):
        assert command in run("--help").out
        assert run(command, "--help").code == 0


def test_a_bug_in_the_program_is_one_line_and_no_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken() -> None:
        raise IndexError("list index out of range")

    monkeypatch.setattr(cli, "program", lambda _: broken)
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 70
    told = capsys.readouterr().err
    assert told.startswith("Internal error: IndexError: list index out of range.")
    assert told.count("\n") == 1


def test_a_progress_bar_is_shown_on_a_terminal_once_it_takes_long(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for patience, terminal, shown in ((0.0, True, True), (60.0, True, False), (0.0, False, False)):
        monkeypatch.setattr(report, "PATIENCE", patience)
        monkeypatch.setattr(sys.stderr, "isatty", lambda terminal=terminal: terminal)
        assert list(report.show_progress(iter("abc"), total=3, label="Linting")) == ["a", "b", "c"]
        assert ("Linting" in capsys.readouterr().err) is shown


@pytest.mark.parametrize("command", ["render", "check", "lint", "match", "backtest", "preview"])
def test_help_names_arguments_plainly_and_the_exit_codes(run: Run, command: str) -> None:
    shown = run(command, "--help", env={"COLUMNS": "80"}).out
    assert not re.search(r"list\[|<path>|\{|\[\[", shown)
    assert "Exit codes: 0 success; 1 lint findings" in shown
    assert max(map(len, shown.splitlines())) <= 80


def test_help_cuts_no_summary(run: Run) -> None:
    assert "..." not in run("--help", env={"COLUMNS": "60"}).out.replace("[ARGS]...", "")
