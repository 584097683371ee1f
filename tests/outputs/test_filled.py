"""What a person filled into an output is kept, and what somebody edited is not lost."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
import yaml

from conftest import QUICKSTART, Run

if TYPE_CHECKING:
    from pathlib import Path

WIDER = QUICKSTART.replace("[HIGH, CRITICAL]", "[HIGH, CRITICAL, MEDIUM]")
RENAMED = QUICKSTART.replace("name: findings", "name: alerts")
FILES = ("parameters.json", "stackset-parameters.json")


@pytest.fixture
def folder(project: Path, run: Run) -> Path:
    """The output folder of a params file, rendered."""
    params(project, QUICKSTART)
    run("render")
    return project / "templates_out" / "a"


def params(project: Path, text: str) -> None:
    (project / "params" / "a.yaml").write_text(text)


def values(path: Path) -> dict[str, str]:
    if path.suffix == ".json":
        rows = json.loads(path.read_text())
        return {row["ParameterKey"]: row["ParameterValue"] for row in rows}
    return dict(yaml.safe_load(path.read_text())["parameters"])


def fill_in(folder: Path, **given: str) -> None:
    """Replace values, as somebody would in an editor."""
    for name in (*FILES, "git-sync.yml"):
        path = folder / name
        if path.suffix == ".json":
            held = {**values(path), **given}
            rows = [{"ParameterKey": key, "ParameterValue": value} for key, value in held.items()]
            path.write_text(json.dumps(rows))
        else:
            content = yaml.safe_load(path.read_text())
            content["parameters"].update(given)
            path.write_text(yaml.safe_dump(content, sort_keys=False))


@pytest.mark.parametrize("name", [*FILES, "git-sync.yml"])
def test_values_that_somebody_filled_in_survive_a_changed_default(
    folder: Path, project: Path, run: Run, name: str
) -> None:
    fill_in(folder, SlackWorkspaceId="T0MINE", NewFindingsOnly="false")
    params(project, WIDER)
    ran = run("render")
    assert ran.code == 0
    found = values(folder / name)
    assert found["SlackWorkspaceId"] == "T0MINE"
    assert found["NewFindingsOnly"] == "false"
    assert found["FindingsSeverities"] == "HIGH,CRITICAL,MEDIUM"
    kept = "kept what was filled in: SlackWorkspaceId, NewFindingsOnly"
    assert f"templates_out/a/{name}: {kept}\n" in ran.out


def test_a_filled_in_file_does_not_make_check_red(folder: Path, run: Run) -> None:
    fill_in(folder, SlackWorkspaceId="T0MINE")
    before = {name: (folder / name).read_bytes() for name in FILES}
    assert run("check").code == 0
    ran = run("render")
    assert "0 of 9 files changed" in ran.out
    assert "filled" not in ran.out
    assert {name: (folder / name).read_bytes() for name in FILES} == before
    assert run("check").code == 0


def test_check_names_a_filled_in_file_that_lacks_a_new_default(
    folder: Path, project: Path, run: Run
) -> None:
    fill_in(folder, SlackWorkspaceId="T0MINE")
    params(project, WIDER)
    ran = run("check")
    assert ran.code == 1
    assert "templates_out/a/parameters.json: stale" in ran.out
    assert '+    "ParameterValue": "HIGH,CRITICAL,MEDIUM"' in ran.out
    assert "-    REPLACE_ME" not in ran.out


def test_a_value_whose_parameter_is_gone_is_dropped_with_a_word(
    folder: Path, project: Path, run: Run
) -> None:
    fill_in(folder, SlackWorkspaceId="T0MINE", FindingsSeverities="LOW")
    params(project, RENAMED)
    ran = run("render")
    assert "dropped, since the template has no such parameter: FindingsSeverities\n" in ran.out
    found = values(folder / "parameters.json")
    assert (found["SlackWorkspaceId"], found["AlertsSeverities"]) == ("T0MINE", "HIGH,CRITICAL")
    assert "FindingsSeverities" not in found


def test_comments_of_a_file_that_must_be_written_again_are_in_a_copy(
    folder: Path, project: Path, run: Run
) -> None:
    path = folder / "git-sync.yml"
    mine = path.read_text().replace("REPLACE_ME", "T0MINE", 1) + "# of the team\n"
    path.write_text(mine)
    assert "0 of 9 files changed" in run("render").out
    assert path.read_text() == mine
    params(project, WIDER)
    assert "templates_out/a/git-sync.yml.edited" in run("render").out
    assert (folder / "git-sync.yml.edited").read_text() == mine
    assert values(path)["SlackWorkspaceId"] == "T0MINE"


def test_a_file_in_another_form_is_left_as_it_is(folder: Path, project: Path, run: Run) -> None:
    mine = '["SlackWorkspaceId=T0MINE"]\n'
    (folder / "parameters.json").write_text(mine)
    params(project, WIDER)
    ran = run("render")
    assert (folder / "parameters.json").read_text() == mine
    assert (
        "parameters.json: left as it is, not updated: it is not a list of ParameterKey" in ran.out
    )


@pytest.mark.parametrize("name", ["standalone.yaml", "DEPLOY.md", "sample-finding.json"])
def test_any_other_output_that_was_edited_is_rendered_again_and_kept_as_a_copy(
    folder: Path, run: Run, name: str
) -> None:
    rendered = (folder / name).read_text()
    mine = rendered + "# mine\n"
    (folder / name).write_text(mine)
    ran = run("render")
    assert (folder / name).read_text() == rendered
    assert (folder / f"{name}.edited").read_text() == mine
    assert f"templates_out/a/{name} was edited by hand and is rendered again" in ran.out
    assert run("check").code == 0


def test_what_an_older_render_wrote_is_not_taken_for_filled_in(
    folder: Path, project: Path, run: Run
) -> None:
    params(project, WIDER)
    ran = run("render")
    assert "filled" not in ran.out
    assert "edited" not in ran.out
    assert values(folder / "parameters.json")["FindingsSeverities"] == "HIGH,CRITICAL,MEDIUM"


CONFLICT = """\
<<<<<<< HEAD
[{"ParameterKey": "SlackWorkspaceId", "ParameterValue": "T0MINE"}]
=======
[{"ParameterKey": "SlackWorkspaceId", "ParameterValue": "T0YOURS"}]
>>>>>>> theirs
"""


def test_check_says_that_it_did_not_compare_a_file_with_merge_conflicts(
    folder: Path, run: Run
) -> None:
    (folder / "parameters.json").write_text(CONFLICT)
    ran = run("check")
    assert ran.code == 0
    assert "templates_out/a/parameters.json: not compared\n  left as it is" in ran.out
    assert "All other outputs are as they would be rendered." in ran.out


def test_a_second_edit_is_not_copied_over_the_first(folder: Path, run: Run) -> None:
    guide = folder / "DEPLOY.md"
    rendered = guide.read_text()
    for mine in ("first", "second", "second"):
        guide.write_text(rendered + mine)
        ran = run("render")
    assert "your text is in templates_out/a/DEPLOY.md.edited.2\n" in ran.out
    copies = sorted(folder.glob("*.edited*"))
    assert [copy.read_text().removeprefix(rendered) for copy in copies] == ["first", "second"]


def test_filled_in_values_survive_an_older_list_of_outputs(
    folder: Path, project: Path, run: Run
) -> None:
    """As after a merge that took the other side of .generated."""
    older = (folder / ".generated").read_bytes()
    params(project, WIDER)
    run("render")
    fill_in(folder, SlackWorkspaceId="T0MINE")
    (folder / ".generated").write_bytes(older)
    run("render")
    found = values(folder / "parameters.json")
    assert found["SlackWorkspaceId"] == "T0MINE"
    assert found["FindingsSeverities"] == "HIGH,CRITICAL,MEDIUM"
    assert run("check").code == 0


def test_a_filled_in_file_that_no_list_names_is_never_overwritten(folder: Path, run: Run) -> None:
    fill_in(folder, SlackWorkspaceId="T0MINE")
    (folder / ".generated").unlink()
    before = (folder / "parameters.json").read_bytes()
    ran = run("render")
    assert ran.code == 2
    assert "parameters.json: exists but was not created by render; move it" in ran.err
    assert (folder / "parameters.json").read_bytes() == before
