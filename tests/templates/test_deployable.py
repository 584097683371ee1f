"""What AWS would make of the rendered templates where no emulator can tell: resource schemas.

cfn-lint ships AWS's schemas of all resource types, with the properties that only a replacement
can change.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER

from conftest import QUICKSTART, ROOT, Build, of_type, read_template
from generator.cloudformation.intrinsics import defaults, resolve
from guide_texts import shipped_guide

CHATS = {
    "AWS::Chatbot::SlackChannelConfiguration": ("ConfigurationName", "SlackChannelId"),
    "AWS::Chatbot::MicrosoftTeamsChannelConfiguration": ("ConfigurationName", "TeamsChannelId"),
}
GLOBAL = {
    # Type -> the properties that must be unique in an account, whatever the region.
    **CHATS,
    "AWS::Chatbot::CustomAction": ("ActionName",),
    "AWS::IAM::Role": ("RoleName",),
}
RENDERED = sorted((ROOT / "templates_out").glob("*/standalone.yaml"))
every_template = pytest.mark.parametrize("path", RENDERED, ids=lambda path: path.parent.name)


def schema(kind: str) -> dict[str, Any]:
    found: dict[str, Any] = PROVIDER_SCHEMA_MANAGER.get_resource_schema("us-east-1", kind).schema
    return found


def typed(template: dict[str, Any]) -> dict[str, Any]:
    """Return parameter values as a person would type them."""
    wanted = [name for name in template["Parameters"] if name not in defaults(template)]
    ids = {name: f"C0123ABCD{i}" for i, name in enumerate(wanted)}
    workspace = {"SlackWorkspaceId": "T0123ABCD"} if "SlackWorkspaceId" in wanted else {}
    return {**defaults(template), **ids, **workspace}


def in_region(template: dict[str, Any], region: str) -> dict[str, Any]:
    """Return pseudo parameters and typed values for one account and a region."""
    pseudo = {"AWS::Region": region, "AWS::AccountId": "111122223333", "AWS::Partition": "aws"}
    return {**typed(template), **pseudo}


@every_template
def test_the_chat_configuration_is_what_its_schema_asks_for(path: Path) -> None:
    template = read_template(path)
    arns = {
        "Topic": "arn:aws:sns:eu-west-1:111122223333:x",
        "Role": "arn:aws:iam::111122223333:role/x",
        "ManagedPolicy": "arn:aws:iam::111122223333:policy/x",
        "CustomAction": "arn:aws:chatbot::111122223333:custom-action/x",
    }
    values = in_region(template, "eu-west-1")
    for title, resource in template["Resources"].items():
        kind = resource["Type"].rpartition("::")[2]
        values |= {title: arns.get(kind, title)}
    for kind in CHATS:
        for channel in of_type(template, kind).values():
            properties = resolve(channel["Properties"], template, values)
            properties["IamRoleArn"] = arns["Role"]
            jsonschema.validate(properties, schema(kind), cls=jsonschema.Draft7Validator)


def reached(template: dict[str, Any], parameter: str) -> set[tuple[str, str]]:
    """Return the types and top-level properties that a parameter reaches."""
    return {
        (resource["Type"], name)
        for resource in template["Resources"].values()
        for name, value in resource["Properties"].items()
        if parameter in named(value, template)
    }


def named(value: Any, template: dict[str, Any]) -> set[str]:
    """Return the parameters that a value refers to, also through conditions."""
    if isinstance(value, list):
        return set().union(*(named(one, template) for one in value))
    if not isinstance(value, dict):
        return set()
    found = {value["Ref"]} & set(template["Parameters"]) if "Ref" in value else set()
    if "Fn::If" in value:
        found |= named(template["Conditions"][value["Fn::If"][0]], template)
    return found.union(*(named(one, template) for one in value.values()))


def create_only(kind: str) -> set[str]:
    return {path.split("/")[2] for path in schema(kind).get("createOnlyProperties", [])}


@every_template
def test_every_parameter_reaches_a_resource(path: Path) -> None:
    template = read_template(path)
    assert all(reached(template, name) for name in template["Parameters"])


@every_template
def test_what_only_a_replacement_can_change_is_said_in_description_and_guide(path: Path) -> None:
    template = read_template(path)
    guide = shipped_guide(path.parent)
    replacing = {
        name
        for name in template["Parameters"]
        for kind, reached_property in reached(template, name)
        if reached_property in create_only(kind)
    }
    fixed = re.compile(r"SlackWorkspaceId|\w+(TenantId|TeamId)")
    assert replacing == set(filter(fixed.fullmatch, template["Parameters"]))
    for name, parameter in template["Parameters"].items():
        assert ("would replace the chat configuration" in parameter["Description"]) == (
            name in replacing
        )
    heading = "What cannot be updated" if "## 1. Before" in guide else "作り直しが必要な変更"
    said = "\n".join(line for line in guide.splitlines() if heading in line)
    assert all(f"`{name}`" in said for name in replacing)


def test_severities_channel_tags_and_logging_change_without_replacement(build: Build) -> None:
    before = build(QUICKSTART)
    after = build(
        QUICKSTART.replace("{}", "{channel_id: C9, logging: INFO}").replace("HIGH, ", "")
        + "tags: {Team: security}\n"
    )
    replaced = {
        (title, name)
        for title, resource in before["Resources"].items()
        for name in create_only(resource["Type"])
        if resource["Properties"].get(name) != after["Resources"][title]["Properties"].get(name)
    }
    assert before["Resources"].keys() == after["Resources"].keys()
    assert not replaced


def global_names(template: dict[str, Any], region: str) -> set[tuple[str, str, str]]:
    """Return the global names that a stack uses in its account."""
    return {
        (kind, name, resolve(resource["Properties"][name], template, in_region(template, region)))
        for kind, names in GLOBAL.items()
        for resource in of_type(template, kind).values()
        for name in names
        if name in resource["Properties"]
    }


@every_template
def test_in_a_second_region_only_the_chat_configurations_collide(path: Path) -> None:
    template = read_template(path)
    collisions = global_names(template, "eu-west-1") & global_names(template, "us-east-1")
    assert {(kind, name) for kind, name, _ in collisions} == {
        (kind, name) for kind, names in CHATS.items() for name in names if of_type(template, kind)
    }


@every_template
def test_the_guide_says_that_an_account_takes_the_stack_in_one_region_only(path: Path) -> None:
    guide = shipped_guide(path.parent)
    assert "only one region of the account" in guide or "1 つのリージョンだけ" in guide
