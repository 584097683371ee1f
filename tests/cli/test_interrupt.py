"""Ctrl-C at any moment: exit code 130, no traceback, nothing half-written."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import uuid
from typing import TYPE_CHECKING

import pytest

from conftest import QUICKSTART, ROOT
from generator.cli import app

if TYPE_CHECKING:
    from pathlib import Path

FINDINGS = ROOT / "tests" / "fixtures" / "backtest" / "findings.ndjson"

COMMAND_LINE = """
import os, runpy, signal, sys
signal.signal(signal.SIGINT, lambda *_: os._exit(130))
os.write(int(sys.argv.pop(1)), b"started")
runpy.run_module("generator", run_name="__main__", alter_sys=True)
"""
"""``python -m generator``, after Python has started and said so: before, Ctrl-C meets Python alone,
which dies of it without a word, and a busy machine may need a second for that much."""


def interrupted(project: Path, after: float, *arguments: str) -> tuple[int, str]:
    """Run a command, and send what Ctrl-C sends to it and to all its processes.

    ``after`` is in seconds from where the program begins.
    """
    began, begins = os.pipe()
    process = subprocess.Popen(
        [sys.executable, "-c", COMMAND_LINE, str(begins), *arguments],
        pass_fds=[begins],
        cwd=project,
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        start_new_session=True,
    )
    os.close(begins)
    with os.fdopen(began, "rb") as told:
        assert told.read(len(b"started")) == b"started"
    time.sleep(after)
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGINT)
    output, _ = process.communicate(timeout=60)
    return process.returncode, output


@pytest.mark.parametrize("after", [0, 0.02, 0.2, 0.5, 1, 1.5, 2, 3])
def test_a_render_that_lints_in_processes_ends_quietly(project: Path, after: float) -> None:
    # Texts that no earlier run has linted: otherwise what is remembered needs no time.
    # Enough that none of these pauses is as long as the work on a quick machine.
    for number in range(40):
        text = f"description: {uuid.uuid4()}\n{QUICKSTART}"
        (project / "params" / f"p{number}.yaml").write_text(text)
    code, output = interrupted(project, after, "render")
    assert (code, output) == (130, "")
    written = [path for path in project.rglob("*") if path.is_file() and "params" not in path.parts]
    assert written == []


@pytest.mark.parametrize("after", [0.3, 0.8, 1.5])
def test_a_backtest_in_processes_ends_quietly(project: Path, after: float) -> None:
    (project / "params" / "a.yaml").write_text(QUICKSTART)
    (project / "findings").write_bytes(FINDINGS.read_bytes() * 80_000)
    code, output = interrupted(
        project, after, "backtest", "params/a.yaml", "findings", "--processes", "2"
    )
    assert (code, output) == (130, "")


def test_a_preview_ends_quietly_and_writes_no_page(project: Path) -> None:
    (project / "params" / "a.yaml").write_text(QUICKSTART)
    (project / "findings").write_bytes(FINDINGS.read_bytes() * 20_000)
    code, output = interrupted(
        project, 1.5, "preview", "params/a.yaml", "findings", "--out", "page.html"
    )
    assert (code, "Traceback" in output) == (130, False)
    assert not (project / "page.html").exists()


class Ending:
    """An object in whose end Ctrl-C comes: Python drops what is raised there."""

    def __del__(self) -> None:
        raise KeyboardInterrupt


def test_ctrl_c_where_python_drops_it_ends_the_command_too(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def command() -> None:
        Ending()
        time.sleep(5)
        pytest.fail("the command went on")

    monkeypatch.setattr(app, "program", lambda _: command)
    monkeypatch.setattr(sys, "unraisablehook", sys.unraisablehook)
    handlers = {one: signal.getsignal(one) for one in (signal.SIGINT, signal.SIGALRM)}
    try:
        with pytest.raises(SystemExit) as ended:
            app.main()
    finally:
        for one, handler in handlers.items():
            signal.signal(one, handler)
    assert ended.value.code == 130
    assert capsys.readouterr().err == ""
