"""Whatever is wrong with a params file is reported: where, what, and what would be right.

Each case is a params file in ``cases/bad_input`` and, in a file that ends in
``.expected``, the exact lines that the user reads.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from conftest import QUICKSTART, ROOT, Run

CASES = sorted((ROOT / "tests" / "cases" / "bad_input").glob("*.yaml"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_each_error_has_its_line(case: Path, project: Path, run: Run) -> None:
    (project / "params" / "bad.yaml").write_bytes(case.read_bytes())
    ran = run("render")
    assert ran.err == case.with_suffix(".expected").read_text("utf-8")
    assert ran.code == 2
    assert not (project / "templates_out").exists()


def test_errors_of_all_files_are_told_at_once(project: Path, run: Run) -> None:
    (project / "params" / "a.yaml").write_text("name: 1\n")
    (project / "params" / "b.yaml").write_text("nmae: x\n")
    ran = run("render")
    assert {line.partition(":")[0] for line in ran.err.splitlines()} == {
        "params/a.yaml",
        "params/b.yaml",
    }


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "the file is empty; params/quickstart.yaml is an example"),
        (b"# nothing but a comment\n", "the file is empty; params/quickstart.yaml is an example"),
        (b"\xff\x00", "not UTF-8 at byte 1"),
        (
            "name: A".encode("utf-16"),
            "not UTF-8 at byte 1, but UTF-16, as PowerShell writes it: save it as UTF-8",
        ),
        (b"a: " + b"[" * 100_000, "nested more than 32 levels deep"),
        (b"x: " + b"y" * 1_000_000, "is larger than 1,000,000 bytes"),
    ],
    ids=["empty", "comment", "not-utf-8", "utf-16", "deep", "large"],
)
def test_a_file_that_is_no_params_file_is_told(
    project: Path, run: Run, content: bytes, message: str
) -> None:
    (project / "params" / "bad.yaml").write_bytes(content)
    ran = run("render")
    assert (ran.code, ran.err.count("\n")) == (2, 1)
    assert ran.err.startswith("params/bad.yaml")
    assert ran.err.endswith(f": {message}\n")


@pytest.mark.parametrize(
    ("first", "each"),
    [
        ("a0: &a0 [x, x, x, x, x, x, x, x, x]", "a{i}: &a{i} [{before}]"),
        ("x-0: &a0 {a: 1, b: 2}", "x-{i}: &a{i} {{<<: [{before}]}}"),
    ],
    ids=["aliases", "merge keys"],
)
def test_what_multiplies_ends_quickly(project: Path, run: Run, first: str, each: str) -> None:
    lines = [first]
    lines += [each.format(i=i, before=", ".join([f"*a{i - 1}"] * 9)) for i in range(1, 10)]
    (project / "params" / "bomb.yaml").write_text("\n".join([*lines, "<<: *a9"]))
    ran = run("render", timeout=20)
    assert (ran.code, ran.err.count("\n")) == (2, 1)
    assert "more than 100,000 values" in ran.err


def test_a_large_mapping_that_is_merged_often_ends_quickly(project: Path, run: Run) -> None:
    keys = "".join(f"  k{i}: 1\n" for i in range(20_000))
    merges = ", ".join(["*a"] * 20_000)
    (project / "params" / "wide.yaml").write_text(f"x-a: &a\n{keys}<<: [{merges}]\n")
    ran = run("render", timeout=20)
    assert (ran.code, ran.err.count("\n")) == (2, 1)
    assert "more than 100,000 values" in ran.err


def test_a_chain_of_anchors_that_is_too_long_is_told(project: Path, run: Run) -> None:
    lines = ["x-0: &a0 {a: 1}", *(f"x-{i}: &a{i} {{<<: *a{i - 1}}}" for i in range(1, 5_000))]
    (project / "params" / "chain.yaml").write_text("\n".join([*lines, "<<: *a4999"]))
    ran = run("render")
    assert (ran.code, ran.err.count("\n")) == (2, 1)
    assert ran.err.endswith(": nested more than 32 levels deep by aliases\n")


def test_a_missing_file_and_a_directory_are_told(project: Path, run: Run) -> None:
    ran = run("render", "params", "params/none.yaml")
    assert ran.err == (
        "params: is a directory; name a params file in it\nparams/none.yaml: no such file\n"
    )
    assert ran.code == 2
    assert project.exists()


def test_no_params_files_at_all_is_told(run: Run) -> None:
    ran = run("render")
    assert ran.err == "params: no params files here; name one, or change to the project\n"
    assert ran.code == 2


def test_two_params_files_that_would_write_the_same_are_refused(project: Path, run: Run) -> None:
    for name in ("prod.yaml", "prod.yml"):
        (project / "params" / name).write_text(QUICKSTART)
    ran = run("render")
    assert ran.err == (
        "params/prod.yml: would write to the same folder as params/prod.yaml; rename one\n"
    )
    assert ran.code == 2
    assert not (project / "templates_out").exists()


@pytest.mark.parametrize("command", ["render", "check"])
def test_bad_input_ends_every_command_that_reads_params_with_2(
    project: Path, run: Run, command: str
) -> None:
    (project / "params" / "bad.yaml").write_text("nmae: x\n")
    assert run(command).code == 2


def test_a_misspelt_command_or_option_is_told_without_a_traceback(run: Run) -> None:
    assert run("rendr").code == 2
    assert run("render", "--uot", "x").code == 2
