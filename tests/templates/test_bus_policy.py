"""The policy of the home's bus fits, however AWS stores the accounts that it lists."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from conftest import QUICKSTART, Run
from generator.advice import advice
from generator.advice.listed_accounts import MANY
from generator.cloudformation.intrinsics import resolve
from generator.cloudformation.limits import LONGEST_BUS_POLICY
from generator.params import load
from generator.templates import TEMPLATES, UnbuildableError

if TYPE_CHECKING:
    from pathlib import Path

HOME = "111122223333"
PLACES = {"AWS::Partition": "aws", "HomeRegion": "ap-northeast-1", "HomeAccountId": HOME}


def params(path: Path, accounts: int, more: str = "") -> Path:
    listed = ", ".join(f'"{n:012}"' for n in range(accounts))
    text = f"""{QUICKSTART}deployment:
  home: {{region: us-east-1, account: "{HOME}"}}
  stackset: {{{more}accounts: [{listed}], regions: [us-east-1]}}
"""
    path.write_text(text)
    return path


def fits(path: Path) -> bool:
    """Whether a template can be built, and then its policy is no longer than a bus accepts."""
    try:
        template = TEMPLATES["stackset.yaml"](load(path).settings).to_dict()
    except UnbuildableError:
        return False
    policy = template["Resources"]["HomeBusPolicy"]["Properties"]
    statement = resolve(policy["Statement"], template, PLACES)
    roots = [f"arn:aws:iam::{account}:root" for account in statement["Principal"]["AWS"]]
    stored = statement | {"Sid": policy["StatementId"], "Principal": {"AWS": roots}}
    text = json.dumps({"Version": "2012-10-17", "Statement": [stored]}, separators=(",", ":"))
    assert len(text) <= LONGEST_BUS_POLICY
    return True


def test_as_many_accounts_as_fit_are_accepted_and_no_more(tmp_path: Path) -> None:
    path = tmp_path / "some.yaml"
    assert [n for n in range(294, 298) if fits(params(path, n))] == [294, 295]


def test_accounts_that_do_not_fit_are_refused_at_their_place(project: Path, run: Run) -> None:
    params(project / "params" / "some.yaml", 300)
    ran = run("render")
    assert ran.code == 2
    place, _, message = ran.err.splitlines()[-1].partition(": deployment.stackset.accounts: ")
    assert place == "params/some.yaml:16:24"
    assert message.startswith("300 accounts make the policy of the home's event bus 10,")
    assert "organization_id" in message


@pytest.mark.parametrize(
    ("accounts", "more", "warned"),
    [(MANY, "", False), (MANY + 1, "", True), (MANY + 1, "organization_id: o-abc1234567, ", False)],
    ids=["few", "many", "organization"],
)
def test_many_listed_accounts_are_warned_of_where_an_organization_would_do(
    tmp_path: Path, accounts: int, more: str, *, warned: bool
) -> None:
    told = [str(each) for each in advice(load(params(tmp_path / "some.yaml", accounts, more)))]
    assert [each for each in told if "organization_id" in each] == (told if warned else [])
    assert bool(told) == warned


def test_with_an_organization_a_thousand_accounts_are_fine(tmp_path: Path) -> None:
    path = params(tmp_path / "some.yaml", 1_000, "organization_id: o-abc1234567, ")
    template = TEMPLATES["stackset.yaml"](load(path).settings).to_dict()
    assert template["Resources"]["HomeBusPolicy"]["Properties"]["Statement"]["Principal"] == "*"
