"""organization.yaml: one upload that creates the StackSet."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from conftest import QUICKSTART, ROOT, Run
from generator.cloudformation.limits import LARGEST_INLINE
from generator.params import load
from generator.templates import TEMPLATES, wanted
from guide_texts import shipped_guide

if TYPE_CHECKING:
    from pathlib import Path

UNITS = f"""\
{QUICKSTART}tags: {{Team: security}}
deployment:
  home: {{region: us-east-1, account: "111122223333"}}
  stackset:
    organization_id: o-abc1234567
    organizational_units: [ou-ab12-11111111, ou-ab12-22222222]
    regions: [ap-northeast-1, us-east-1]
    failure_tolerance_percentage: 7
    max_concurrent_percentage: 33
"""
ACCOUNTS = f"""\
{QUICKSTART}deployment:
  home: {{region: us-east-1}}
  stackset:
    accounts: ["111122223333", "444455556666", "777788889999"]
    regions: [us-east-1, eu-west-1]
    overrides:
      - {{accounts: ["444455556666"], parameters: {{SecurityChannelId: C0OTHER}}}}
      - {{regions: [eu-west-1], parameters: {{Forwarding: "false"}}}}
"""

Properties = Callable[[str], dict[str, Any]]


@pytest.fixture
def properties(tmp_path: Path) -> Properties:
    """Build the template of a params text, and return its StackSet's properties."""

    def build(text: str) -> dict[str, Any]:
        return dict(built(tmp_path, text)["Resources"]["StackSet"]["Properties"])

    return build


def built(folder: Path, text: str, file: str = "organization.yaml") -> dict[str, Any]:
    path = folder / "some.yaml"
    path.write_text(text, "utf-8")
    template: dict[str, Any] = TEMPLATES[file](load(path).settings).to_dict()
    return template


def test_the_stackset_holds_the_stackset_template_as_compact_json(
    properties: Properties, tmp_path: Path
) -> None:
    body = properties(UNITS)["TemplateBody"]
    assert json.loads(body) == built(tmp_path, UNITS, "stackset.yaml")
    assert body == json.dumps(json.loads(body), separators=(",", ":"))
    assert len(body.encode()) <= LARGEST_INLINE


def test_units_are_service_managed_by_the_management_account_or_a_delegated_one(
    properties: Properties, tmp_path: Path
) -> None:
    made = properties(UNITS)
    assert made["PermissionModel"] == "SERVICE_MANAGED"
    assert made["CallAs"] == {"Ref": "CallAs"}
    assert made["AutoDeployment"] == {"Enabled": True, "RetainStacksOnAccountRemoval": False}
    call_as = built(tmp_path, UNITS)["Parameters"]["CallAs"]
    assert call_as["AllowedValues"] == ["SELF", "DELEGATED_ADMIN"]


def test_units_and_regions_get_one_group_with_the_files_preferences_and_tags(
    properties: Properties,
) -> None:
    made = properties(UNITS)
    units = ["ou-ab12-11111111", "ou-ab12-22222222"]
    assert made["StackInstancesGroup"] == [
        {
            "DeploymentTargets": {"OrganizationalUnitIds": units},
            "Regions": ["ap-northeast-1", "us-east-1"],
        }
    ]
    assert made["OperationPreferences"] == {
        "FailureTolerancePercentage": 7,
        "MaxConcurrentPercentage": 33,
        "RegionOrder": ["us-east-1", "ap-northeast-1"],
    }
    assert made["Tags"] == [{"Key": "Team", "Value": "security"}]


def test_automatic_deployment_can_be_off(properties: Properties) -> None:
    made = properties(f"{UNITS}    auto_deployment: false\n")
    assert made["AutoDeployment"] == {"Enabled": False}


def test_account_lists_are_self_managed(properties: Properties, tmp_path: Path) -> None:
    made = properties(ACCOUNTS)
    assert made["PermissionModel"] == "SELF_MANAGED"
    assert not {"CallAs", "AutoDeployment"} & set(made)
    assert "CallAs" not in built(tmp_path, ACCOUNTS)["Parameters"]


def test_overrides_split_the_targets_so_that_no_instance_is_in_two_groups(
    properties: Properties,
) -> None:
    found = {}
    for group in properties(ACCOUNTS)["StackInstancesGroup"]:
        for account in group["DeploymentTargets"]["Accounts"]:
            for region in group["Regions"]:
                assert (account, region) not in found
                overrides = group.get("ParameterOverrides", [])
                found[account, region] = {
                    one["ParameterKey"]: one["ParameterValue"] for one in overrides
                }
    channel, silent = {"SecurityChannelId": "C0OTHER"}, {"Forwarding": "false"}
    assert found == {
        ("111122223333", "us-east-1"): {},
        ("111122223333", "eu-west-1"): silent,
        ("777788889999", "us-east-1"): {},
        ("777788889999", "eu-west-1"): silent,
        ("444455556666", "us-east-1"): channel,
        ("444455556666", "eu-west-1"): channel | silent,
    }


def test_a_unit_is_once_in_each_region_whatever_the_overrides(properties: Properties) -> None:
    text = f"""{UNITS}    overrides:
      - {{organizational_units: [ou-ab12-11111111], parameters: {{Forwarding: "false"}}}}
      - {{regions: [us-east-1], parameters: {{FindingsSeverities: LOW}}}}
"""
    places = [
        (unit, region)
        for group in properties(text)["StackInstancesGroup"]
        for unit in group["DeploymentTargets"]["OrganizationalUnitIds"]
        for region in group["Regions"]
    ]
    assert len(places) == len(set(places)) == 4


def test_every_parameter_of_the_instances_is_asked_for_and_passed_on(
    properties: Properties, tmp_path: Path
) -> None:
    inner = built(tmp_path, UNITS, "stackset.yaml")["Parameters"]
    outer = built(tmp_path, UNITS)["Parameters"]
    passed = {one["ParameterKey"]: one["ParameterValue"] for one in properties(UNITS)["Parameters"]}
    assert list(passed) == list(inner)
    assert {name: outer[name] for name in inner} == inner
    assert passed["FindingsSeverities"] == {"Fn::Join": [",", {"Ref": "FindingsSeverities"}]}
    assert passed["SlackWorkspaceId"] == {"Ref": "SlackWorkspaceId"}


def with_routes(count: int) -> str:
    routes = "".join(
        f"  - {{name: r{n}, channel: security, match: {{types: [t{n}]}}}}\n" for n in range(count)
    )
    return UNITS.replace("tags:", f"{routes}tags:")


def test_a_template_that_is_too_large_to_embed_is_read_from_an_address(
    properties: Properties, tmp_path: Path
) -> None:
    large = with_routes(39)
    made = properties(large)
    assert "TemplateBody" not in made
    assert made["TemplateURL"] == {"Ref": "StackSetTemplateUrl"}
    asked = built(tmp_path, large)["Parameters"]["StackSetTemplateUrl"]
    assert "Default" not in asked
    assert "StackSetTemplateUrl" not in {one["ParameterKey"] for one in made["Parameters"]}


@pytest.mark.parametrize("language", ["en", "ja"])
def test_the_guide_says_where_a_large_template_goes(project: Path, run: Run, language: str) -> None:
    text = f"language: {language}\n"
    (project / "params" / "small.yaml").write_text(text + UNITS)
    (project / "params" / "large.yaml").write_text(text + with_routes(39))
    assert run("render").code == 0
    small, large = (shipped_guide(project / "templates_out" / name) for name in ("small", "large"))
    assert "aws s3 cp stackset.yaml" in large
    assert "StackSetTemplateUrl" not in small


def test_more_routes_than_a_template_can_hold_are_refused_with_what_to_do(
    project: Path, run: Run
) -> None:
    added = [f"  - {{name: r{n}, channel: security, message: summary}}\n" for n in range(140)]
    (project / "params" / "bad.yaml").write_text(QUICKSTART + "".join(added))
    ran = run("render")
    refusals = [line for line in ran.err.splitlines() if line.startswith("params/bad.yaml:7:3:")]
    assert refusals
    assert all("and CloudFormation accepts" in line for line in refusals)
    assert all(line.endswith("split this file in two") for line in refusals)
    assert ran.code == 2
    assert not (project / "templates_out").exists()


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ("quickstart", ["standalone.yaml", "stackset.yaml"]),
        (
            "organization",
            [
                "standalone.yaml",
                "stackset.yaml",
                "organization.yaml",
                "service-catalog.yaml",
                "launch-role.yaml",
            ],
        ),
        (
            "every-account",
            ["standalone.yaml", "stackset.yaml", "organization.yaml", "service-catalog.yaml"],
        ),
    ],
)
def test_a_file_has_the_templates_that_it_asks_for(params: str, expected: list[str]) -> None:
    assert wanted(load(ROOT / "params" / f"{params}.yaml").settings) == expected
