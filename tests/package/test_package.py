"""A repository of a user's own, with the tool as a pinned requirement."""

from __future__ import annotations

import shutil
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import yaml

from conftest import Installed

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "repository"
FIXTURES = ROOT / "tests" / "lint" / "rules"


def files(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_the_wheel_has_every_file_of_the_generator(wheel: Path) -> None:
    sources = {name for name in files(ROOT / "generator") if "__pycache__" not in name}
    with zipfile.ZipFile(wheel) as packed:
        inside = {one.removeprefix("generator/") for one in packed.namelist()}
    assert sources <= inside
    assert {one.partition("/")[0] for one in packed.namelist()} == {
        "generator",
        "securityhub_findings_to_slack-0.1.0.dist-info",
    }


def test_it_renders_the_same_bytes_in_an_empty_repository(
    installed: Installed, tmp_path: Path
) -> None:
    shutil.copytree(ROOT / "params", tmp_path / "params")
    ran = installed("findings-to-slack", "render")
    assert (ran.code, ran.err) == (0, "") or "warning" in ran.err
    assert files(tmp_path / "templates_out") == files(ROOT / "templates_out")
    assert sorted(one.name for one in tmp_path.iterdir()) == ["home", "params", "templates_out"]
    assert (tmp_path / "home" / ".cache" / "findings-to-slack" / "lint").is_dir()


def test_it_says_its_version_and_names_the_command_that_was_typed(installed: Installed) -> None:
    assert installed("findings-to-slack", "--version").out == "findings-to-slack 0.1.0\n"
    assert "Usage: findings-to-slack " in installed("findings-to-slack", "--help").out
    assert "`findings-to-slack render` writes them" in installed("findings-to-slack", "lint").err


def test_cfn_lint_finds_with_the_installed_rules_what_is_bad(installed: Installed) -> None:
    fixtures = sorted(FIXTURES.glob("*.yaml"))
    options = ("--append-rules", "generator.lint.rules", "--format", "parseable", "--")
    ran = installed("cfn-lint", *options, *map(str, fixtures))
    for fixture in fixtures:
        rule, kind = fixture.name.split(".")[:2]
        lines = [line for line in ran.out.splitlines() if line.startswith(str(fixture))]
        assert any(f":{rule}:" in line for line in lines) == kind.startswith("bad"), fixture.name


def test_the_example_repository_works_from_its_first_command_to_its_workflow(
    installed: Installed, tmp_path: Path
) -> None:
    repository = tmp_path / "repository"
    shutil.copytree(EXAMPLE, repository)
    assert installed("findings-to-slack", "init", folder=repository).code == 0
    assert installed("findings-to-slack", "render", folder=repository).code == 0
    hooks = yaml.safe_load((repository / ".pre-commit-config.yaml").read_text("utf-8"))
    commands = [hook["entry"] for repo in hooks["repos"] for hook in repo["hooks"]]
    commands += [one for one in steps() if not one.startswith("pip install")]
    assert len(commands) == 3
    for command in commands:
        program, *arguments = command.split()
        assert installed(program, *arguments, folder=repository).code == 0, command
    params = repository / "params" / "findings.yaml"
    params.write_text(params.read_text("utf-8").replace("[CRITICAL, HIGH]", "[CRITICAL]"))
    assert installed("findings-to-slack", "check", folder=repository).code == 1


def steps() -> list[str]:
    """Return the commands of the example's workflow."""
    path = EXAMPLE / ".github" / "workflows" / "templates.yml"
    workflow: Any = yaml.load(path.read_text("utf-8"), yaml.BaseLoader)  # noqa: S506
    return [step["run"] for step in workflow["jobs"]["check"]["steps"] if "run" in step]


def test_the_pinned_requirement_of_the_example_is_this_version(
    installed: Installed, wheel: Path, environment: Path
) -> None:
    pip = [environment / "pip", "install", "--dry-run", "-q", "--no-index", "--no-deps"]
    subprocess.run(
        [*pip, "--find-links", wheel.parent, "--requirement", EXAMPLE / "requirements.txt"],
        check=True,
    )
    assert installed("findings-to-slack", "--version").code == 0
