"""The rules as anyone uses them: by the cfn-lint command, on a template of somebody else.

Each fixture is named by its rule and by what it is: good, or bad.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import pytest

from conftest import ROOT
from generator.lint import cfn, rules

FIXTURES = sorted((Path(__file__).parent / "rules").glob("*.yaml"))
OWN = [getattr(rules, name)() for name in rules.__all__]
MADE_HERE = {
    "E9754": "a definition above 1 MB is too large to keep; test_lint_state_machines has one"
}


@pytest.fixture(scope="module")
def found() -> dict[str, set[str]]:
    """Return which of our rules the command reports, by fixture."""
    # Installed, the package needs no PYTHONPATH; test_package has it so.
    cfn_lint = Path(sys.executable).with_name("cfn-lint")
    command = [str(cfn_lint), "--append-rules", cfn.OWN_RULES]
    ran = subprocess.run(
        [*command, "--format", "json", "--", *map(str, FIXTURES)],
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT)},
    )
    by_file: defaultdict[str, set[str]] = defaultdict(set)
    for match in json.loads(ran.stdout):
        by_file[Path(match["Filename"]).name].add(match["Rule"]["Id"])
    return by_file


@pytest.mark.parametrize("fixture", FIXTURES, ids=lambda path: path.stem)
def test_the_cfn_lint_command_finds_what_is_bad_and_nothing_in_what_is_good(
    fixture: Path, found: dict[str, set[str]]
) -> None:
    rule, kind = fixture.name.split(".")[:2]
    own = {one for one in found[fixture.name] if one.startswith("E97")}
    assert own == ({rule} if kind.startswith("bad") else set())
    assert not {one for one in found[fixture.name] if one.startswith("E0")}, "the fixture is read"


@pytest.mark.parametrize("rule", OWN, ids=lambda rule: rule.id)
def test_each_rule_says_what_it_is_and_where_that_is_written(rule: rules.NoGuardrails) -> None:
    assert rule.shortdesc
    assert rule.description
    assert rule.source_url.startswith("https://docs.aws.amazon.com/")
    assert rule.tags


def test_each_rule_has_fixtures_of_both_kinds() -> None:
    kinds = {tuple(one.name.split(".")[:2]) for one in FIXTURES}
    for rule in OWN:
        assert (rule.id, "good") in kinds
        assert (rule.id, "bad") in kinds or rule.id in MADE_HERE


def test_no_two_rules_have_one_id() -> None:
    ids = [rule.id for rule in OWN]
    assert len(ids) == len(set(ids))
    assert all(one.startswith("E97") for one in ids)
