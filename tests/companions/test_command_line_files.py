"""parameters.json, stackset-parameters.json and git-sync.yml say what their templates ask for."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest
import yaml
from cfnlint.decode.decode import decode_str

from conftest import ROOT, Run
from generator.companions.parameter_files import TO_FILL_IN

if TYPE_CHECKING:
    from pathlib import Path

FOLDERS = sorted(path.parent for path in (ROOT / "templates_out").glob("*/standalone.yaml"))
FILES = {"parameters.json": "standalone.yaml", "stackset-parameters.json": "stackset.yaml"}

every_folder = pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)


@every_folder
def test_each_parameter_has_its_default_or_a_value_that_no_pattern_takes(folder: Path) -> None:
    for file, template in FILES.items():
        parameters = decode_str((folder / template).read_text("utf-8"))[0]["Parameters"]
        given = {
            one["ParameterKey"]: one["ParameterValue"]
            for one in json.loads((folder / file).read_text("utf-8"))
        }
        assert list(given) == list(parameters)
        for name, value in given.items():
            assert value == parameters[name].get("Default", TO_FILL_IN)
            pattern = parameters[name].get("AllowedPattern", "")
            if value == TO_FILL_IN:
                assert not re.search(pattern, value)


@every_folder
def test_git_sync_names_the_template_from_the_top_of_the_repository(folder: Path) -> None:
    content = yaml.safe_load((folder / "git-sync.yml").read_text("utf-8"))
    assert (ROOT / content["template-file-path"]).read_bytes() == (
        folder / "standalone.yaml"
    ).read_bytes()
    assert set(content) <= {"template-file-path", "parameters", "tags"}
    assert all(isinstance(value, str) for value in content["parameters"].values())


def test_lint_does_not_take_the_git_sync_file_for_a_template(project: Path, run: Run) -> None:
    folder = project / "templates_out" / "a"
    folder.mkdir(parents=True)
    (folder / "git-sync.yml").write_text("template-file-path: x\n")
    assert run("lint") == (
        2,
        "",
        "templates_out: no templates here; `python -m generator render` writes them\n",
    )
