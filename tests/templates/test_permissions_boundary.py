"""``permissions_boundary``: every role of every template gets it, whatever else a file has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import yaml

from conftest import QUICKSTART, Run, of_type
from generator.cloudformation.intrinsics import defaults, resolve
from generator.cloudformation.yaml_writer import yaml_text
from generator.lint import cfn
from generator.params import load
from generator.templates import TEMPLATES, wanted

if TYPE_CHECKING:
    from pathlib import Path

PLACE = {"AWS::Partition": "aws-cn", "AWS::AccountId": "444455556666"}
EVERYTHING: dict[str, Any] = {
    "topic": {"delivery_status_logging": True},
    "deployment": {
        "home": {"region": "us-east-1", "account": "111122223333"},
        "stackset": {"accounts": ["444455556666"], "regions": ["us-east-1", "eu-west-1"]},
    },
}


def templates(boundary: str, folder: Path, **more: Any) -> dict[str, dict[str, Any]]:
    path = folder / "some.yaml"
    data = {**yaml.safe_load(QUICKSTART), "permissions_boundary": boundary, **more}
    path.write_text(yaml.safe_dump(data), "utf-8")
    settings = load(path).settings
    return {file: TEMPLATES[file](settings).to_dict() for file in wanted(settings)}


@pytest.mark.parametrize(
    ("boundary", "arn"),
    [
        ("Boundary", "arn:aws-cn:iam::444455556666:policy/Boundary"),
        ("team/Boundary", "arn:aws-cn:iam::444455556666:policy/team/Boundary"),
        (
            "arn:aws:iam::aws:policy/PowerUserAccess",
            "arn:aws:iam::aws:policy/PowerUserAccess",
        ),
    ],
)
def test_every_role_is_bound_by_the_policy_of_its_own_account(
    tmp_path: Path, boundary: str, arn: str
) -> None:
    bound = []
    for template in templates(boundary, tmp_path, **EVERYTHING).values():
        for role in of_type(template, "AWS::IAM::Role").values():
            found = role["Properties"]["PermissionsBoundary"]
            bound.append(resolve(found, template, {**defaults(template), **PLACE}))
    assert len(bound) == 5
    assert set(bound) == {arn}


def test_the_parameter_may_be_left_empty(tmp_path: Path) -> None:
    template = templates("team/Boundary", tmp_path)["standalone.yaml"]
    assert template["Parameters"]["PermissionsBoundary"]["Default"] == "team/Boundary"
    for role in of_type(template, "AWS::IAM::Role").values():
        bound = resolve(
            {"Properties": role["Properties"]}, template, {"PermissionsBoundary": "", **PLACE}
        )
        assert "PermissionsBoundary" not in bound["Properties"]


def test_the_templates_have_no_findings(tmp_path: Path) -> None:
    for file, template in templates("team/Boundary", tmp_path, **EVERYTHING).items():
        assert cfn.findings(file, yaml_text(template)) == []


@pytest.mark.parametrize(
    "boundary", ["arn:aws:iam::111122223333:policy/Boundary", "/team/Boundary", "team/", "a b"]
)
def test_what_is_right_in_one_account_alone_is_refused(
    project: Path, run: Run, boundary: str
) -> None:
    text = f"{QUICKSTART}permissions_boundary: {boundary}\n"
    (project / "params" / "some.yaml").write_text(text)
    ran = run("render")
    line = len(text.splitlines())
    assert ran.code == 2
    assert ran.err.startswith(
        f"params/some.yaml:{line}:23: permissions_boundary: {boundary!r}: expected the name of a"
        " policy with its path, such as team/boundary"
    )
