"""service-catalog.yaml and launch-role.yaml: a product that may do what it needs, and no more."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

import pytest
from cfnlint.decode.decode import decode_str
from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER

from conftest import QUICKSTART, ROOT, of_type
from generator.cloudformation.intrinsics import resolve
from generator.cloudformation.yaml_writer import yaml_text
from generator.lint import cfn
from generator.params import load
from generator.templates import TEMPLATES, wanted

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

WATCHED = QUICKSTART.replace(": false", ": true")
PRODUCT = f"""\
{WATCHED}encryption: customer_key
topic: {{delivery_status_logging: true}}
tags: {{Team: security, Cost-Center: "12"}}
deployment:
  service_catalog:
    product_name: Findings in Slack
    versions: [1.0.0, 1.1.0]
    principals:
      - arn:aws:iam:::role/aws-reserved/sso.amazonaws.com/*/AWSReservedSSO_Admin_*
      - arn:aws:iam::111122223333:role/Team
    share_with: ["444455556666"]
"""
SPREAD = f"""\
{QUICKSTART}deployment:
  home: {{region: us-east-1}}
  service_catalog:
    accounts: ["111122223333"]
    regions: [us-east-1, eu-west-1]
"""
BOUNDARY = "arn:aws:iam::111111111111:policy/team/Boundary"
PLACE = {"AWS::Partition": "aws", "AWS::AccountId": "1" * 12}

UNUSED = {
    "iam:AttachRolePolicy": "ManagedPolicyArns",
    "iam:DetachRolePolicy": "ManagedPolicyArns",
    "sns:Subscribe": "Subscription",
    "sns:PutDataProtectionPolicy": "DataProtectionPolicy",
}
"""Actions that a resource needs only with a property: nothing else may call for them."""
PASSES_A_ROLE = {
    "AWS::SNS::Topic": "DeliveryStatusLogging",
    "AWS::Events::Rule": "RoleArn",
    "AWS::Chatbot::SlackChannelConfiguration": "IamRoleArn",
}

Built = Callable[..., dict[str, Any]]


@pytest.fixture
def build_file(tmp_path: Path) -> Built:
    """Build one of the templates of a params text."""

    def build(text: str, file: str = "service-catalog.yaml") -> dict[str, Any]:
        path = tmp_path / "some.yaml"
        path.write_text(text, "utf-8")
        template: dict[str, Any] = TEMPLATES[file](load(path).settings).to_dict()
        return template

    return build


def statements(template: dict[str, Any], **parameters: str) -> list[dict[str, Any]]:
    """Return the launch role's statements as CloudFormation would resolve them."""
    values = {"PermissionsBoundary": "", **PLACE}
    role = template["Resources"]["LaunchRole"]["Properties"]
    policies = resolve(role["Policies"], template, {**values, **parameters})
    return [one for policy in policies for one in policy["PolicyDocument"]["Statement"]]


def allowed(template: dict[str, Any]) -> set[str]:
    return {action for one in statements(template) for action in one["Action"]}


def needed(kind: str, used: str) -> Iterator[str]:
    """Yield what CloudFormation's resource schema lists for a type, used as in a template."""
    schema = PROVIDER_SCHEMA_MANAGER.get_resource_schema("us-east-1", kind).schema
    for handler in ("create", "read", "update", "delete"):
        for action in schema["handlers"].get(handler, {}).get("permissions", ()):
            property_ = UNUSED.get(action, "")
            if action in ("iam:PassRole", "iam:GetRole") and kind in PASSES_A_ROLE:
                property_ = PASSES_A_ROLE[kind]
            if property_ in used:
                yield action


def by_the_key(resources: dict[str, Any]) -> set[str]:
    """Return what the key's own policy allows the launch role."""
    statements = resources["Key"]["Properties"]["KeyPolicy"]["Statement"]
    (statement,) = [one for one in statements if one["Sid"] == "LaunchRoleDeploys"]
    role = statement["Condition"]["ArnEquals"]["aws:PrincipalArn"]["Fn::Sub"]
    assert role.endswith(":role/SCLaunch-SecurityHubFindingToSlack")
    return set(statement["Action"])


def test_the_launch_role_may_change_no_key_but_the_products_own(build_file: Built) -> None:
    permitted = allowed(build_file(PRODUCT, "launch-role.yaml"))
    keys = {one for one in permitted if one.startswith("kms:")}
    assert keys == {"kms:CreateKey", "kms:TagResource"}


def test_every_resource_type_of_the_product_can_be_deployed_with_the_launch_role(
    build_file: Built,
) -> None:
    permitted = allowed(build_file(PRODUCT, "launch-role.yaml"))
    missing = set()
    resources = build_file(PRODUCT, "standalone.yaml")["Resources"]
    permitted |= by_the_key(resources)
    for resource in resources.values():
        for action in needed(resource["Type"], json.dumps(resource)):
            if not any(fnmatchcase(action, one) for one in permitted):
                missing.add(f"{resource['Type']} {action}")
    assert missing == set()


def test_the_launch_role_may_do_nothing_that_no_resource_of_the_product_takes(
    build_file: Built,
) -> None:
    plain = QUICKSTART + PRODUCT[PRODUCT.index("deployment:") :]
    permitted = allowed(build_file(plain, "launch-role.yaml"))
    everything = "".join([*UNUSED.values(), *PASSES_A_ROLE.values()])
    matched = {
        action
        for resource in build_file(plain, "standalone.yaml")["Resources"].values()
        for action in needed(resource["Type"], everything)
    }
    every_product = {"cloudformation", "s3"}
    assert {one for one in permitted - matched if one.split(":")[0] not in every_product} == set()
    assert not {one for one in permitted if one.startswith("kms:")}


def test_no_whole_service_is_allowed_but_cloudformation_on_the_catalogs_own_stacks(
    build_file: Built,
) -> None:
    template = build_file(PRODUCT, "launch-role.yaml")
    whole = [one for one in statements(template) for action in one["Action"] if "*" in action]
    assert [one["Action"] for one in whole] == [["cloudformation:*"]]
    assert whole[0]["Resource"] == ["arn:aws:cloudformation:*:111111111111:stack/SC-*"]


def test_resources_are_narrowed_wherever_the_service_allows(build_file: Built) -> None:
    template = build_file(PRODUCT, "launch-role.yaml")
    wide = {
        action
        for one in statements(template)
        if "*" in one["Resource"] and "Condition" not in one
        for action in one["Action"]
    }
    assert wide == {
        "chatbot:CreateSlackChannelConfiguration",
        "chatbot:DescribeSlackChannelConfigurations",
        "chatbot:ListTagsForResource",
        "chatbot:TagResource",
        "chatbot:UntagResource",
        "cloudformation:GetTemplateSummary",
        "cloudformation:ValidateTemplate",
        "cloudwatch:DescribeAlarms",
        "kms:CreateKey",
        "sns:Unsubscribe",
    }


def test_roles_are_created_below_the_deployments_path_only(build_file: Built) -> None:
    template = build_file(PRODUCT, "launch-role.yaml")
    (creates,) = [one for one in statements(template) if "iam:CreateRole" in one["Action"]]
    path = "arn:aws:iam::111111111111:role/SecurityHubFindingToSlack/*"
    assert creates["Resource"] == [path]


def test_a_role_is_passed_to_the_services_on_the_way_only(build_file: Built) -> None:
    template = build_file(PRODUCT, "launch-role.yaml")
    passed = [one for one in statements(template) if "iam:PassRole" in one["Action"]]
    services = {
        service
        for one in passed
        for service in one["Condition"]["StringEquals"]["iam:PassedToService"]
    }
    assert services == {"chatbot.amazonaws.com", "sns.amazonaws.com"}


def test_with_a_boundary_no_role_can_be_created_without_it_or_be_freed_of_it(
    build_file: Built,
) -> None:
    template = build_file(PRODUCT, "launch-role.yaml")
    bounded = statements(template, PermissionsBoundary="team/Boundary")
    (creates,) = [one for one in bounded if "iam:CreateRole" in one["Action"]]
    assert creates["Condition"] == {"StringEquals": {"iam:PermissionsBoundary": BOUNDARY}}
    assert not [one for one in bounded if "iam:DeleteRolePermissionsBoundary" in one["Action"]]
    role = template["Resources"]["LaunchRole"]["Properties"]["PermissionsBoundary"]
    given = {"PermissionsBoundary": "team/Boundary", **PLACE}
    assert resolve(role, template, given) == BOUNDARY


def test_the_products_roles_take_the_boundary_too(build_file: Built) -> None:
    for file in ("standalone.yaml", "stackset.yaml"):
        template = build_file(PRODUCT, file)
        roles = of_type(template, "AWS::IAM::Role").values()
        found = [
            resolve(
                one["Properties"]["PermissionsBoundary"],
                template,
                {"PermissionsBoundary": "team/Boundary", **PLACE},
            )
            for one in roles
        ]
        assert found == [BOUNDARY] * len(roles)


def test_the_launch_roles_inline_policies_are_short_enough(build_file: Built) -> None:
    policies = json.dumps(statements(build_file(PRODUCT, "launch-role.yaml")))
    # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
    assert len(policies.replace(" ", "")) < 10_240


def test_only_service_catalog_takes_on_the_launch_role_and_only_for_this_account(
    build_file: Built,
) -> None:
    role = build_file(PRODUCT, "launch-role.yaml")["Resources"]["LaunchRole"]["Properties"]
    (trust,) = role["AssumeRolePolicyDocument"]["Statement"]
    assert trust["Principal"] == {"Service": "servicecatalog.amazonaws.com"}
    assert trust["Condition"] == {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}


def test_the_launch_role_has_one_name_here_by_itself_and_in_the_constraint(
    build_file: Built,
) -> None:
    catalog = build_file(PRODUCT)
    alone = build_file(PRODUCT, "launch-role.yaml")
    name = "SCLaunch-SecurityHubFindingToSlack"
    for template in (catalog, alone):
        assert template["Resources"]["LaunchRole"]["Properties"]["RoleName"] == name
    constraint = catalog["Resources"]["LaunchConstraint"]["Properties"]["LocalRoleName"]
    assert resolve(constraint, catalog, {"CreateLaunchRole": "false"}) == name
    assert resolve(constraint, catalog, {"CreateLaunchRole": "true"}) == "LaunchRole"


def test_each_version_is_read_below_the_base_url_from_its_own_folder(build_file: Built) -> None:
    template = build_file(PRODUCT)
    product = template["Resources"]["Product"]["Properties"]
    versions = {
        one["Name"]: resolve(one["Info"], template, {"TemplateBaseUrl": "https://b/x"})
        for one in product["ProvisioningArtifactParameters"]
    }
    assert versions == {
        version: {"LoadTemplateFromURL": f"https://b/x/{version}/standalone.yaml"}
        for version in ("1.0.0", "1.1.0")
    }


def test_principals_are_exact_with_an_account_and_patterns_without(build_file: Built) -> None:
    found = {
        one["Properties"]["PrincipalType"]: one["Properties"]["PrincipalARN"]["Fn::Sub"]
        for one in of_type(
            build_file(PRODUCT), "AWS::ServiceCatalog::PortfolioPrincipalAssociation"
        ).values()
    }
    assert found == {
        "IAM_PATTERN": "arn:${AWS::Partition}:iam:::role/aws-reserved/sso.amazonaws.com/*/"
        "AWSReservedSSO_Admin_*",
        "IAM": "arn:${AWS::Partition}:iam::111122223333:role/Team",
    }


def test_tags_make_no_tag_options_which_would_collide_with_others_of_the_account(
    build_file: Built,
) -> None:
    """A pair of key and value can exist once in an account and region."""
    template = build_file(PRODUCT)
    assert not of_type(template, "AWS::ServiceCatalog::TagOption")
    for title in ("Portfolio", "Product"):
        tags = template["Resources"][title]["Properties"]["Tags"]
        assert {"Key": "Team", "Value": "security"} in tags


def test_accounts_and_regions_make_a_stackset_constraint_in_place_of_the_launch_constraint(
    build_file: Built, tmp_path: Path
) -> None:
    template = build_file(SPREAD)
    kinds = {one["Type"] for one in template["Resources"].values()}
    assert "AWS::ServiceCatalog::LaunchRoleConstraint" not in kinds
    constraint = template["Resources"]["StackSetConstraint"]["Properties"]
    assert constraint["AccountList"] == ["111122223333"]
    assert constraint["RegionList"] == ["us-east-1", "eu-west-1"]
    (version,) = template["Resources"]["Product"]["Properties"]["ProvisioningArtifactParameters"]
    assert version["Info"]["LoadTemplateFromURL"]["Fn::Sub"].endswith("/1.0.0/stackset.yaml")
    assert "launch-role.yaml" not in wanted(load(tmp_path / "some.yaml").settings)


def test_both_constraints_on_one_product_are_found(build_file: Built) -> None:
    template = build_file(PRODUCT)
    constraint = build_file(SPREAD)["Resources"]["StackSetConstraint"]
    template["Resources"]["StackSetConstraint"] = constraint
    found = cfn.findings("t.yaml", yaml_text(template))
    assert [(one.rule, one.message) for one in found] == [
        ("E9740", "StackSetConstraint: its product has a launch constraint; AWS accepts only one")
    ]


def test_logical_ids_of_the_users_words_are_letters_and_digits() -> None:
    text = (ROOT / "templates_out" / "organization" / "service-catalog.yaml").read_text("utf-8")
    titles = decode_str(text)[0]["Resources"]
    assert all(re.fullmatch("[A-Za-z0-9]+", title) for title in titles)


def test_the_launch_role_may_create_every_rule_of_a_divided_list(build_file: Built) -> None:
    accounts = [f"{100_000_000_000 + i}" for i in range(300)]
    text = PRODUCT.replace(
        "    match:\n", f"    match:\n      accounts: {json.dumps(accounts)}\n", 1
    )
    resources = build_file(text, "standalone.yaml")["Resources"].values()
    rules = [one["Properties"]["Name"] for one in resources if one["Type"] == "AWS::Events::Rule"]
    permitted = [
        resource
        for one in statements(build_file(text, "launch-role.yaml"))
        if "events:PutRule" in one["Action"]
        for resource in one["Resource"]
    ]
    assert len(rules) > 1
    for rule in rules:
        arn = f"arn:aws:events:eu-west-1:{PLACE['AWS::AccountId']}:rule/{rule}"
        assert any(fnmatchcase(arn, one) for one in permitted), rule
