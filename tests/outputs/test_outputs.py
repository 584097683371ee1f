"""What render writes and removes, also when it is disturbed; what check then tells."""

from __future__ import annotations

import os
import resource
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from conftest import QUICKSTART, Run, with_route
from forked import Ran
from generator.outputs import Plan, compare, plan, write
from generator.params import load

FOLDER = [
    "DEPLOY-command-line.md",
    "DEPLOY-stackset.md",
    "DEPLOY.md",
    "git-sync.yml",
    "parameters.json",
    "sample-finding.json",
    "stackset-parameters.json",
    "stackset.yaml",
    "standalone.yaml",
]


# The package's attribute of this name is the function.
WRITING: Any = sys.modules["generator.outputs.write"]


def tree(folder: Path) -> dict[str, bytes]:
    """Return every file below a folder."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def planned(project: Path, **params: str) -> Plan:
    """Return the plan of params files, given by name and text."""
    paths = [project / "params" / f"{name}.yaml" for name in params]
    for path, text in zip(paths, params.values(), strict=True):
        path.write_text(text)
    return plan([load(path) for path in paths])


def test_render_writes_a_folder_for_each_params_file(project: Path, run: Run) -> None:
    (project / "params" / "a.yaml").write_text(QUICKSTART)
    ran = run("render")
    assert ran.code == 0
    assert sorted(tree(project / "templates_out")) == [
        f"a/{name}" for name in [".generated", *FOLDER]
    ]
    assert "templates_out/a/standalone.yaml" in ran.out


def test_the_manifest_is_one_that_sha256sum_can_check(project: Path, run: Run) -> None:
    (project / "params" / "a.yaml").write_text(QUICKSTART)
    run("render")
    folder = project / "templates_out" / "a"
    assert os.system(f"cd {folder} && sha256sum --quiet --check .generated") == 0  # noqa: S605


def test_rendering_again_changes_nothing_on_disk(project: Path, run: Run) -> None:
    (project / "params" / "a.yaml").write_text(QUICKSTART)
    run("render")
    before = {p: p.stat().st_mtime_ns for p in (project / "templates_out").rglob("*")}
    assert "0 of 9 files changed" in run("render").out
    assert {p: p.stat().st_mtime_ns for p in (project / "templates_out").rglob("*")} == before


def test_the_output_does_not_depend_on_where_it_is_rendered(project: Path, run: Run) -> None:
    (project / "params" / "a.yaml").write_text(QUICKSTART)
    run("render")
    run("render", str(project / "params" / "a.yaml"), "--out", "elsewhere")
    run(
        "render", "params/a.yaml", "--out", "third", env={"PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo"}
    )
    assert tree(project / "templates_out") == tree(project / "elsewhere")
    assert tree(project / "templates_out") == tree(project / "third")


def test_a_removed_params_file_takes_its_outputs_with_it(project: Path, run: Run) -> None:
    for name in ("a", "b"):
        (project / "params" / f"{name}.yaml").write_text(QUICKSTART)
    run("render")
    (project / "params" / "b.yaml").unlink()
    assert "removed templates_out/b/standalone.yaml" in run("render").out
    assert not (project / "templates_out" / "b").exists()


def test_rendering_some_params_files_leaves_other_folders_alone(project: Path, run: Run) -> None:
    for name in ("a", "b"):
        (project / "params" / f"{name}.yaml").write_text(QUICKSTART)
    run("render")
    (project / "params" / "b.yaml").unlink()
    run("render", "params/a.yaml")
    assert (project / "templates_out" / "b" / "standalone.yaml").exists()


def test_strangers_files_are_never_removed(project: Path, run: Run) -> None:
    (project / "params" / "a.yaml").write_text(QUICKSTART)
    (project / "params" / "b.yaml").write_text(QUICKSTART)
    run("render")
    out = project / "templates_out"
    for stranger in (out / "notes.txt", out / "b" / "notes.txt"):
        stranger.write_text("mine")
    (out / "c").mkdir()
    (project / "params" / "b.yaml").unlink()
    run("render")
    assert sorted(tree(out / "b")) == ["notes.txt"]
    assert (out / "notes.txt").exists()
    assert (out / "c").is_dir()


def test_a_manifest_cannot_name_files_elsewhere(project: Path, run: Run) -> None:
    (project / "params" / "a.yaml").write_text(QUICKSTART)
    run("render")
    precious = project / "precious"
    precious.write_bytes(b"")
    empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    with (project / "templates_out" / "a" / ".generated").open("a") as manifest:
        manifest.write(f"{empty}  ../../precious\n{empty}  ..\n")
    run("render")
    assert precious.exists()


def test_an_output_of_old_that_was_edited_is_kept_and_told(project: Path, run: Run) -> None:
    for name in ("a", "b"):
        (project / "params" / f"{name}.yaml").write_text(QUICKSTART)
    run("render")
    (project / "templates_out" / "b" / "DEPLOY.md").write_text("edited")
    (project / "params" / "b.yaml").unlink()
    assert "kept templates_out/b/DEPLOY.md" in run("render").out
    assert sorted(tree(project / "templates_out" / "b")) == ["DEPLOY.md"]


def test_a_strangers_file_is_not_overwritten(project: Path, run: Run) -> None:
    (project / "params" / "a.yaml").write_text(QUICKSTART)
    mine = project / "templates_out" / "a" / "standalone.yaml"
    mine.parent.mkdir(parents=True)
    mine.write_text("mine")
    ran = run("render")
    assert ran.err == (
        "templates_out/a/standalone.yaml: exists but was not created by render; move it, or choose"
        " another --out\n"
    )
    assert ran.code == 2
    assert tree(project / "templates_out") == {"a/standalone.yaml": b"mine"}


def test_an_output_folder_that_cannot_be_written_is_told(project: Path, run: Run) -> None:
    (project / "params" / "a.yaml").write_text(QUICKSTART)
    (project / "file").write_text("")
    assert run("render", "--out", "file") == Ran(2, "", "file: cannot be written: File exists\n")
    assert run("render", "--out", "file/below").code == 2


def test_when_the_disk_fills_nothing_is_written(project: Path, run: Run) -> None:
    (project / "params" / "a.yaml").write_text(QUICKSTART)
    run("render")
    before = tree(project)
    (project / "params" / "b.yaml").write_text(QUICKSTART)
    (project / "params" / "a.yaml").write_text(f"{QUICKSTART}description: Other\n")
    # A limit on the size of files stands for a full disk: writing fails half-way.
    ran = run("render", preexec_fn=_no_file_over(4096))
    assert ran.code == 2
    assert "cannot be written: File too large" in ran.err
    after = tree(project)
    assert {name: after[name] for name in before if name != "params/a.yaml"} == {
        name: text for name, text in before.items() if name != "params/a.yaml"
    }
    assert set(after) - set(before) == {"params/b.yaml"}


def _no_file_over(size: int) -> Callable[[], None]:
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


def _killed_at(step: int, plan_: Plan, out: Path) -> bool:
    """Write a plan in a child that dies, as by SIGKILL, before the n-th file moves."""
    child = os.fork()
    if child == 0:
        moves = 0
        move = WRITING._replace

        def dies(source: Path, target: Path) -> None:
            nonlocal moves
            if moves == step:
                os._exit(9)
            moves += 1
            move(source, target)

        WRITING._replace = dies
        try:
            write(plan_, out, whole=True)
        finally:
            os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9


def test_the_next_render_completes_what_a_kill_left(project: Path, tmp_path: Path) -> None:
    old = planned(project, a=QUICKSTART, b=QUICKSTART)
    new = planned(project, a=with_route(severity=["LOW"]), c=QUICKSTART)
    wanted, step, killed = tmp_path / "wanted", 0, True
    write(new, wanted, whole=True)
    while killed:
        out = tmp_path / f"out{step}"
        write(old, out, whole=True)
        killed = _killed_at(step, new, out)
        left = tree(out)
        texts = {file.text.encode() for file in (*old.values(), *new.values())}
        halves = [n for n, t in left.items() if ".generated" not in n and t not in texts]
        assert not halves
        write(new, out, whole=True)
        assert tree(out) == tree(wanted)
        shutil.rmtree(out)
        step += 1
    assert step > 6


def test_after_a_kill_no_file_is_taken_for_a_strangers(project: Path, tmp_path: Path) -> None:
    new = planned(project, a=QUICKSTART)
    for step in range(5):
        out = tmp_path / f"out{step}"
        _killed_at(step, new, out)
        write({}, out, whole=True)
        assert tree(out) == {}


def test_check_is_content_with_what_render_wrote(project: Path, run: Run) -> None:
    (project / "params" / "a.yaml").write_text(QUICKSTART)
    run("render")
    assert run("check") == Ran(0, "All outputs are as they would be rendered.\n", "")


def test_check_names_stale_missing_and_orphan_outputs_with_a_diff(project: Path, run: Run) -> None:
    for name in ("a", "b"):
        (project / "params" / f"{name}.yaml").write_text(QUICKSTART)
    run("render")
    before = tree(project)
    (project / "params" / "b.yaml").unlink()
    (project / "templates_out" / "a" / "DEPLOY.md").unlink()
    template = project / "templates_out" / "a" / "standalone.yaml"
    template.write_text(template.read_text().replace("HIGH,CRITICAL", "LOW"))
    ran = run("check")
    assert ran.code == 1
    assert "templates_out/a/standalone.yaml: stale\n" in ran.out
    assert "\n-    Default: LOW\n" in ran.out
    assert "\n+    Default: HIGH,CRITICAL\n" in ran.out
    assert "templates_out/a/DEPLOY.md: missing\n" in ran.out
    assert "templates_out/b/standalone.yaml: orphan\n" in ran.out
    assert "`python -m generator render` renews them" in ran.err
    assert set(tree(project)) == set(before) - {"params/b.yaml", "templates_out/a/DEPLOY.md"}


def test_check_of_an_empty_tree_writes_nothing(project: Path, run: Run) -> None:
    (project / "params" / "a.yaml").write_text(QUICKSTART)
    assert run("check").code == 1
    assert not (project / "templates_out").exists()


def test_an_edited_orphan_is_still_an_orphan_to_check(project: Path) -> None:
    both = planned(project, a=QUICKSTART, b=QUICKSTART)
    out = project / "templates_out"
    write(both, out, whole=True)
    one = {path: file for path, file in both.items() if path.startswith("a/")}
    kinds = {(str(d.path.relative_to(out)), d.kind) for d in compare(one, out, whole=True)}
    assert kinds == {(f"b/{name}", "orphan") for name in FOLDER}


@pytest.mark.parametrize("argument", ["params/a.yaml", "./params/a.yaml"])
def test_the_same_file_named_otherwise_renders_the_same(
    project: Path, run: Run, argument: str
) -> None:
    (project / "params" / "a.yaml").write_text(QUICKSTART)
    run("render", argument)
    assert run("check").code == 0


@pytest.mark.parametrize("name", ["...yaml", "本番.yaml", "a b.yaml"])
def test_a_params_file_whose_name_makes_no_folder_is_refused(
    project: Path, run: Run, name: str
) -> None:
    (project / "params" / name).write_text(QUICKSTART)
    ran = run("render", f"params/{name}")
    assert (ran.code, ran.err.count("\n")) == (2, 1)
    assert ran.err.startswith(f"params/{name}: rename it: ")
    assert sorted(tree(project)) == [f"params/{name}"]


def test_an_editors_hidden_files_are_no_params_files(project: Path, run: Run) -> None:
    (project / "params" / "a.yaml").write_text(QUICKSTART)
    (project / "params" / ".#a.yaml").symlink_to("nobody@nowhere:1")
    assert run("render").code == 0


def test_a_folder_that_cannot_be_written_stops_all_before_anything_moves(
    project: Path, run: Run
) -> None:
    for name in ("a", "b"):
        (project / "params" / f"{name}.yaml").write_text(QUICKSTART)
    (project / "templates_out").mkdir()
    (project / "templates_out" / "b").write_text("a file where a folder should be")
    ran = run("render")
    assert ran.err == "templates_out/b: cannot be written: not a folder, or locked\n"
    assert ran.code == 2
    assert sorted(tree(project / "templates_out")) == ["b"]


def test_check_tells_what_it_cannot_read(project: Path, run: Run) -> None:
    (project / "params" / "a.yaml").write_text(QUICKSTART)
    (project / "templates_out" / "a" / "DEPLOY.md").mkdir(parents=True)
    ran = run("check")
    assert (ran.code, ran.err) == (
        2,
        "templates_out/a/DEPLOY.md: cannot be read: Is a directory\n",
    )


@pytest.mark.parametrize("name", ["UPPER.YML", "Mixed.Yaml"])
def test_a_params_file_is_one_however_its_ending_is_written(
    project: Path, run: Run, name: str
) -> None:
    (project / "params" / name).write_text(QUICKSTART)
    assert run("render", f"params/{name}").code == 0
    ran = run("render")
    assert (ran.code, "removed" in ran.out) == (0, False)
    assert (project / "templates_out" / Path(name).stem / "standalone.yaml").exists()
    assert run("check").code == 0


@pytest.mark.parametrize("folder", ["team", "other/params"])
def test_outputs_of_a_params_file_that_lies_elsewhere_are_left_as_they_are(
    project: Path, run: Run, folder: str
) -> None:
    (project / folder).mkdir(parents=True)
    for path in (f"{folder}/prod.yaml", "params/a.yaml"):
        (project / path).write_text(QUICKSTART)
    run("render", f"{folder}/prod.yaml")
    run("render", "params/a.yaml")
    before = tree(project / "templates_out")
    assert run("check").code == 0
    out = run("render").out.replace(".../", "")
    assert (
        f"prod is left as it is: it was rendered from {folder.rpartition('/')[2]}/prod.yaml" in out
    )
    assert tree(project / "templates_out") == before
    assert run("check", f"{folder}/prod.yaml").code == 0


def test_check_says_what_render_would_remove_and_render_removes_it(project: Path, run: Run) -> None:
    for name in ("a", "b"):
        (project / "params" / f"{name}.yaml").write_text(QUICKSTART)
    run("render")
    (project / "params" / "b.yaml").unlink()
    (project / "templates_out" / "b" / "DEPLOY.md").write_text("mine")
    ran = run("check")
    assert (
        "b/standalone.yaml: orphan\n  no params file produces it: render would remove it" in ran.out
    )
    assert "b/DEPLOY.md: orphan\n  no params file produces it; render keeps" in ran.out
    assert ran.err.endswith("`python -m generator render` renews them and removes the orphans.\n")
    assert "removed templates_out/b/standalone.yaml" in run("render").out
    assert (project / "templates_out" / "b" / "DEPLOY.md").read_text() == "mine"
