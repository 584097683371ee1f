"""What is loaded ahead of ``render``: only where it will be used, and the result is the same."""

from __future__ import annotations

import os
import signal
import uuid
from pathlib import Path

import pytest

from conftest import QUICKSTART
from generator.cli import ahead
from generator.lint import cache, cfn, lint_all
from generator.lint.run import lint_one
from generator.system.workers import Workers


@pytest.fixture
def folder(project: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(project)
    monkeypatch.setattr(ahead, "cache_folder", lambda: project / "cache")
    monkeypatch.setattr(ahead, "cores", lambda: 2)
    monkeypatch.setattr(ahead, "Workers", lambda *_: "started")
    monkeypatch.setattr(ahead, "Ahead", type("Ahead", (), {"workers": None, "mark": None}))
    (project / "params" / "a.yaml").write_text(QUICKSTART)
    return project


def started(*arguments: str) -> bool:
    ahead.Ahead.workers = None
    ahead.start(arguments)
    return bool(ahead.Ahead.workers)


def test_it_starts_where_params_files_are_new_or_changed(folder: Path) -> None:
    for text in (QUICKSTART, f"{QUICKSTART}# changed\n"):
        (folder / "params" / "a.yaml").write_text(text)
        assert started("render")
        ahead.remember()
        assert not started("render")


@pytest.mark.parametrize(
    "arguments",
    [["check"], ["lint"], [], ["render", "params/none.yaml"], ["--version"], ["render", "--help"]],
    ids=" ".join,
)
def test_it_does_not_start_where_nothing_is_linted(folder: Path, arguments: list[str]) -> None:
    assert folder.exists()
    assert not started(*arguments)


def test_it_does_not_start_on_one_core(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert folder.exists()
    monkeypatch.setattr(ahead, "cores", lambda: 1)
    assert not started("render")


@pytest.mark.parametrize("killed", [False, True], ids=["they live", "they are killed"])
def test_workers_find_what_one_process_finds(
    killed: bool,  # noqa: FBT001
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(cache, "FOLDER", tmp_path)
    texts = {f"{number}.yaml": f"{{Resources: {{}}}} # {uuid.uuid4()}\n" for number in range(3)}
    workers = Workers(2, lambda: lint_one)
    if killed:
        os.killpg(workers._first, signal.SIGKILL)
    found = dict(lint_all(texts, workers))
    workers.stop()
    assert found == {file: cfn.findings(file, text) for file, text in texts.items()}
