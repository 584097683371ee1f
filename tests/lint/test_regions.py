"""The regions that a template is linted over, and what one region may find for all of them."""

from __future__ import annotations

import pytest
from cfnlint.decode.decode import decode_str

from conftest import QUICKSTART, ROOT, Build
from generator.cloudformation.yaml_writer import yaml_text
from generator.lint import Finding, cfn, regions

CHAT = "AWS::Chatbot::SlackChannelConfiguration"
TEMPLATES = sorted((ROOT / "templates_out").glob("*/*.yaml"))

INSTANCE = """\
AWSTemplateFormatVersion: "2010-09-09"
Resources:
  Topic: {Type: AWS::SNS::Topic}
  Instance:
    Type: AWS::EC2::Instance
    Properties: {ImageId: ami-0123456789abcdef0, InstanceType: u-24tb1.112xlarge}
"""
BY_REGION = """\
AWSTemplateFormatVersion: "2010-09-09"
Mappings:
  Names: {us-west-2: {topic: a}, ap-northeast-1: {topic: b}}
Resources:
  Topic:
    Type: AWS::SNS::Topic
    Properties: {TopicName: !FindInMap [Names, !Ref AWS::Region, topic]}
"""


def over_every_region(text: str, monkeypatch: pytest.MonkeyPatch) -> list[Finding]:
    with monkeypatch.context() as patch:
        patch.setattr(cfn, "is_alike_everywhere", lambda *_: False)
        return cfn.findings("t.yaml", text)


def linted_over(text: str, monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    asked: list[list[str]] = []
    lint = cfn._lint

    def spy(file: str, template: dict[str, object], over: list[str]) -> set[Finding]:
        asked.append(over)
        return lint(file, template, over)

    with monkeypatch.context() as patch:
        patch.setattr(cfn, "_lint", spy)
        cfn.findings("t.yaml", text)
    return asked


def test_a_region_of_each_partition_represents_those_with_the_same_schemas() -> None:
    everywhere = regions.one_of_each(["AWS::SNS::Topic"], regions.regions_with(["AWS::SNS::Topic"]))
    assert len(everywhere) == len(["aws", "aws-cn", "aws-us-gov"])
    (commercial,) = regions.one_of_each([CHAT], regions.regions_with([CHAT]))
    assert len(commercial) == max(map(len, regions.regions_with([CHAT])))


def test_a_region_with_a_schema_of_its_own_represents_itself(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # In cfn-lint's present data, no type has two schemas.
    schemas = {"us-east-1": 0, "us-east-2": 1, "ap-south-1": 0}
    monkeypatch.setattr(regions, "_schemas", lambda _: schemas)
    assert set(regions.one_of_each(["A"], schemas)) == {"ap-south-1", "us-east-2"}


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_what_this_project_renders_is_alike_everywhere(path: object) -> None:
    text = (ROOT / str(path)).read_text("utf-8")
    template, _ = decode_str(text)
    assert regions.is_alike_everywhere(template, text)


def test_a_template_without_findings_is_linted_once(
    build: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    (asked,) = linted_over(yaml_text(build(QUICKSTART)), monkeypatch)
    assert len(asked) == 1


def test_findings_are_those_of_every_region(build: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    template = build(QUICKSTART)
    template["Resources"]["Topic"] = {"Type": "AWS::SNS::Topic", "Properties": {"Nam": "x"}}
    template["Outputs"] = {"Region": {"Value": {"Fn::GetAtt": ["Topic", "Nothing"]}}}
    text = yaml_text(template)
    assert {"E3002", "E6101"} <= {finding.rule for finding in cfn.findings("t.yaml", text)}
    assert cfn.findings("t.yaml", text) == over_every_region(text, monkeypatch)


def test_what_only_some_regions_have_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    found = cfn.findings("t.yaml", INSTANCE)
    assert any("in 'ap-northeast-1'" in finding.message for finding in found)
    assert found == over_every_region(INSTANCE, monkeypatch)


@pytest.mark.parametrize(
    "text", [INSTANCE, BY_REGION], ids=["types of instances", "a map of regions"]
)
def test_what_may_differ_from_region_to_region_is_linted_over_all(
    text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (over,) = linted_over(text, monkeypatch)
    assert len(over) > 30
