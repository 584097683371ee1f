"""On any terminal: tables fit, lines to paste are whole, and other characters degrade."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

from conftest import QUICKSTART, ROOT, Run

if TYPE_CHECKING:
    from pathlib import Path

FIXTURES = ROOT / "tests" / "fixtures" / "backtest"
DEEP = "a/very/long/path/of/a/team/whose/repository/lies/deep"


@pytest.fixture
def deep(project: Path) -> str:
    """Write params and events, the params file far below; return its path."""
    (project / DEEP).mkdir(parents=True)
    (project / DEEP / "production.yaml").write_text(QUICKSTART)
    for name in ("events", "findings"):
        (project / name).write_text((FIXTURES / f"{name}.ndjson").read_text("utf-8"), "utf-8")
    return f"{DEEP}/production.yaml"


@pytest.mark.parametrize("terminal", [{"TERM": "dumb"}, {"TERM": "xterm", "NO_COLOR": "1"}])
@pytest.mark.parametrize("columns", ["40", "60", "80"])
def test_lines_to_paste_are_whole_and_all_others_fit(
    deep: str, run: Run, columns: str, terminal: dict[str, str]
) -> None:
    environment = {**terminal, "FORCE_COLOR": "1", "COLUMNS": columns, "NO_COLOR": "1"}
    for given in ("events", "findings"):
        out = re.sub(r"\x1b\[[0-9;]*m", "", run("backtest", deep, given, env=environment).out)
        assert "\u2026" not in out
        pasted = [line for line in out.splitlines() if f"{deep}:" in line]
        assert any(line.strip().endswith("notify: once") for line in pasted)
        assert any("add  controls: {not: [S3.8]}" in line for line in pasted)
        others = [line for line in out.splitlines() if deep not in line]
        assert max(len(line.rstrip()) for line in others) <= int(columns)


def test_a_table_that_is_too_wide_becomes_lists_and_loses_nothing(deep: str, run: Run) -> None:
    wide = run("backtest", deep, "events").out
    narrow = run("backtest", deep, "events", env={"COLUMNS": "40"}).out
    assert "Route     Channel   Findings  Messages  First day" in wide
    assert "findings\n  Channel: security\n" in narrow
    assert "  First day: 3\n" in narrow


def test_the_table_of_templates_folds_the_paths(project: Path, run: Run) -> None:
    name = "a-name-that-is-as-long-as-names-of-teams-are-in-large-organizations"
    (project / "params" / f"{name}.yaml").write_text(QUICKSTART)
    out = run("render", env={"COLUMNS": "60"}).out
    table = out.splitlines()[:8]
    assert max(len(line.rstrip()) for line in table[:5]) <= 60
    assert f"templates_out/{name}/standalone.yaml" in "".join(
        line.split("  ")[0].strip() for line in table
    )


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp932"])
def test_output_that_is_not_utf_8_degrades(deep: str, run: Run, encoding: str) -> None:
    ran = run("backtest", deep, "events", env={"PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"})
    assert (ran.code, ran.err) == (0, "")
    assert "2026-01-05  3  ###" in ran.out


def test_a_title_that_the_terminal_cannot_show_has_question_marks(project: Path, run: Run) -> None:
    (project / "params" / "a.yaml").write_text(QUICKSTART)
    lines = (FIXTURES / "findings.ndjson").read_text("utf-8").splitlines()
    passed = {**json.loads(lines[0]), "Title": "漏洩", "Compliance": {"Status": "PASSED"}}
    (project / "findings").write_text(json.dumps(passed))
    ran = run("backtest", "params/a.yaml", "findings", env={"PYTHONIOENCODING": "ascii"})
    assert (ran.code, "HIGH (not open)  ??" in ran.out) == (0, True)
