"""Compiled templates of texts are kept, and nothing of what they render depends on it."""

from __future__ import annotations

from pathlib import Path

import pytest

from generator.system import jinja


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(jinja, "COMPILED", tmp_path / "compiled")
    (tmp_path / "a.j2").write_text("{{ 'name' | changed }}{% if true %}\n!{% endif %}")
    return str(tmp_path / "module.py")


def rendered(module: str, change: str, **options: bool) -> str:
    filters = {"changed": lambda name: name + change}
    return jinja.environment(module, filters=filters, **options).get_template("a.j2").render()


def test_a_template_is_compiled_once(module: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert rendered(module, "+") == "name+!"
    monkeypatch.delattr("jinja2.Environment._generate")
    assert rendered(module, "+") == "name+!"


def test_a_filter_that_changes_is_called(module: str) -> None:
    assert [rendered(module, change) for change in "+-"] == ["name+!", "name-!"]


def test_a_text_that_changes_is_compiled_again(module: str) -> None:
    rendered(module, "+")
    (Path(module).parent / "a.j2").write_text("another")
    assert rendered(module, "+") == "another"


def test_other_options_compile_again(module: str) -> None:
    assert rendered(module, "<") == "name<!"
    assert rendered(module, "<", html=True) == "name&lt;!"


def test_what_is_kept_and_damaged_is_compiled_again(module: str) -> None:
    rendered(module, "+")
    (kept,) = (Path(module).parent / "compiled").iterdir()
    kept.write_bytes(kept.read_bytes()[:40])
    assert rendered(module, "+") == "name+!"


def test_where_nothing_can_be_kept_all_is_rendered(module: str) -> None:
    (Path(module).parent / "compiled").write_text("a file")
    assert rendered(module, "+") == "name+!"
