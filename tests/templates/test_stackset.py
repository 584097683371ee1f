"""stackset.yaml: one template that is a home in one place and forwards from everywhere else."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from cfnlint.decode.decode import decode_str

from conftest import QUICKSTART, ROOT, pattern_of
from events import as_event
from generator.cloudformation.intrinsics import defaults, resolve_resources
from generator.eventbridge import matcher
from generator.lint.regions import regions_with
from generator.params import load
from generator.params.deployment_checks import WITHOUT_CHAT
from generator.templates import TEMPLATES

if TYPE_CHECKING:
    from pathlib import Path

HOME, OTHER = ("111122223333", "ap-northeast-1"), ("444455556666", "us-east-1")
CENTRAL = f"""\
{QUICKSTART}
  - name: rest
    channel: security
    match: {{severity: [LOW], record_state: [ACTIVE], workflow: [NOTIFIED]}}
deployment:
  home: {{region: {HOME[1]}, account: "{HOME[0]}"}}
  stackset:
    organization_id: o-abc1234567
    organizational_units: [ou-ab12-11111111]
    regions: [ap-northeast-1, us-east-1]
"""
LISTED = CENTRAL.replace("    organization_id: o-abc1234567\n", "").replace(
    "organizational_units: [ou-ab12-11111111]",
    'accounts: ["111122223333", "444455556666", "777788889999"]',
)

STACKSETS = sorted((ROOT / "templates_out").glob("*/stackset.yaml"))
GLOBAL = {
    "AWS::Chatbot::SlackChannelConfiguration": "ConfigurationName",
    "AWS::IAM::Role": "RoleName",
    "AWS::IAM::ManagedPolicy": "ManagedPolicyName",
}
"""Types whose names are one to an account, whatever the region, and the property that names."""

Built = Callable[..., dict[str, Any]]


@pytest.fixture
def stackset(tmp_path: Path) -> Built:
    """Build the stackset template of a params text."""

    def build(text: str, file: str = "stackset.yaml") -> dict[str, Any]:
        path = tmp_path / "some.yaml"
        path.write_text(text, "utf-8")
        template: dict[str, Any] = TEMPLATES[file](load(path).settings).to_dict()
        return template

    return build


def place(template: dict[str, Any], at: tuple[str, str], **parameters: str) -> dict[str, Any]:
    """Return the resources of an instance."""
    return resolve_resources(template, values(template, at, **parameters))


def values(template: dict[str, Any], at: tuple[str, str], **parameters: str) -> dict[str, str]:
    pseudo = {"AWS::AccountId": at[0], "AWS::Region": at[1], "AWS::Partition": "aws"}
    return {**defaults(template), **pseudo, **parameters}


def test_the_home_holds_what_the_standalone_template_holds(stackset: Built) -> None:
    home = place(stackset(CENTRAL), HOME)
    alone = stackset(CENTRAL, "standalone.yaml")
    assert {*home} == {*alone["Resources"], "HomeBusPolicy"}
    assert {t: r for t, r in home.items() if t != "HomeBusPolicy"} == place(alone, HOME)


@pytest.mark.parametrize("at", [OTHER, (HOME[0], OTHER[1]), (OTHER[0], HOME[1])])
def test_elsewhere_there_is_one_forwarding_rule_and_its_role(
    stackset: Built, at: tuple[str, str]
) -> None:
    assert list(place(stackset(CENTRAL), at)) == ["RoleToHome", "RuleToHome"]


def test_the_role_may_put_events_on_the_homes_bus_and_nothing_else(stackset: Built) -> None:
    bus = "arn:aws:events:ap-northeast-1:111122223333:event-bus/default"
    instance = place(stackset(CENTRAL), OTHER)
    (policy,) = instance["RoleToHome"]["Properties"]["Policies"]
    (statement,) = policy["PolicyDocument"]["Statement"]
    assert statement == {"Effect": "Allow", "Action": ["events:PutEvents"], "Resource": [bus]}
    (target,) = instance["RuleToHome"]["Properties"]["Targets"]
    del target["RetryPolicy"]
    assert target == {"Id": "HomeBus", "Arn": bus, "RoleArn": "RoleToHome.Arn"}


def test_the_homes_bus_admits_the_organization_and_nobody_else(stackset: Built) -> None:
    policy = place(stackset(CENTRAL), HOME)["HomeBusPolicy"]["Properties"]
    assert policy["EventBusName"] == "default"
    assert policy["Statement"] == {
        "Effect": "Allow",
        "Principal": "*",
        "Action": "events:PutEvents",
        "Resource": "arn:aws:events:ap-northeast-1:111122223333:event-bus/default",
        "Condition": {
            "ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/SecurityHubFindingToSlack/*"},
            "ForAllValues:StringEquals": {
                "events:source": ["aws.securityhub"],
                "events:detail-type": ["Security Hub Findings - Imported"],
            },
            "StringEquals": {"aws:PrincipalOrgID": "o-abc1234567"},
        },
    }


def test_the_forwarding_role_is_one_that_the_homes_bus_admits(stackset: Built) -> None:
    template = stackset(CENTRAL)
    path = place(template, OTHER)["RoleToHome"]["Properties"]["Path"]
    statement = place(template, HOME)["HomeBusPolicy"]["Properties"]["Statement"]
    admitted = statement["Condition"]["ArnLike"]["aws:PrincipalArn"]
    assert fnmatchcase(f"arn:aws:iam::444455556666:role{path}Stack-RoleToHome-1A2B", admitted)
    assert not fnmatchcase("arn:aws:iam::444455556666:role/Admin", admitted)


def test_the_homes_bus_admits_alarms_where_there_are_alarms(stackset: Built) -> None:
    template = stackset(CENTRAL.replace("alarms: false", "alarms: true"))
    condition = place(template, HOME)["HomeBusPolicy"]["Properties"]["Statement"]["Condition"]
    assert condition["ForAllValues:StringEquals"] == {
        "events:source": ["aws.securityhub", "aws.cloudwatch"],
        "events:detail-type": [
            "Security Hub Findings - Imported",
            "CloudWatch Alarm State Change",
        ],
    }


def test_without_an_organization_the_bus_admits_the_accounts_by_name(stackset: Built) -> None:
    template = stackset(LISTED)
    statement = place(template, HOME)["HomeBusPolicy"]["Properties"]["Statement"]
    assert statement["Principal"] == {"AWS": ["444455556666", "777788889999"]}
    assert "aws:PrincipalOrgID" not in json.dumps(statement["Condition"])
    assert "OrganizationId" not in template["Parameters"]


def test_with_forwarding_off_no_rule_sends_and_no_policy_receives(stackset: Built) -> None:
    template = stackset(CENTRAL)
    assert list(place(template, OTHER, Forwarding="false")) == ["RoleToHome"]
    assert "HomeBusPolicy" not in place(template, HOME, Forwarding="false")


def test_forwarding_is_off_from_the_start_where_the_file_says_so(stackset: Built) -> None:
    text = CENTRAL.replace("deployment:\n", "deployment:\n  forwarding: false\n")
    assert stackset(text)["Parameters"]["Forwarding"]["Default"] == "false"


def test_the_forwarding_rule_takes_what_any_route_takes_with_the_stacks_parameters(
    stackset: Built,
) -> None:
    template = stackset(CENTRAL)
    tuned = {"RestSeverities": "MEDIUM", "NewFindingsOnly": "false"}
    matches = matcher.compile(pattern_of(template, "RuleToHome", **tuned))
    assert matches(event("HIGH", "RESOLVED"))
    assert matches(event("MEDIUM", "NOTIFIED"))
    assert not matches(event("MEDIUM", "NEW"))
    assert not matches(event("LOW", "NOTIFIED"))


def test_with_new_findings_only_the_forwarding_rule_asks_for_them_too(stackset: Built) -> None:
    matches = matcher.compile(pattern_of(stackset(CENTRAL), "RuleToHome"))
    assert matches(event("HIGH", "NEW"))
    assert not matches(event("HIGH", "RESOLVED"))
    assert matches(event("LOW", "NOTIFIED"))


def test_a_route_for_new_findings_alone_leaves_no_empty_object_when_they_are_not_asked_for(
    stackset: Built,
) -> None:
    text = with_only_new()
    loosened = pattern_of(stackset(text), "RuleToHome", NewFindingsOnly="false")
    assert set(loosened) == {"source", "detail-type"}


def with_only_new() -> str:
    data = yaml.safe_load(QUICKSTART)
    data["routes"][0]["match"] = {"workflow": ["NEW"]}
    return str(yaml.safe_dump(data))


def event(severity: str, workflow: str) -> dict[str, Any]:
    return as_event(
        {
            "Severity": {"Label": severity},
            "Compliance": {"Status": "FAILED"},
            "Workflow": {"Status": workflow},
            "RecordState": "ACTIVE",
        }
    )


def test_without_a_home_account_every_account_is_its_own_home(stackset: Built) -> None:
    template = stackset(f"{QUICKSTART}deployment: {{home: {{region: {HOME[1]}}}}}\n")
    assert "HomeAccountId" not in template["Parameters"]
    for account in (HOME[0], OTHER[0]):
        assert "SecurityChannel" in place(template, (account, HOME[1]))
        sending = place(template, (account, OTHER[1]))
        (target,) = sending["RuleToHome"]["Properties"]["Targets"]
        assert target["Arn"] == f"arn:aws:events:{HOME[1]}:{account}:event-bus/default"
    # A bus accepts the events of its own account without a policy.
    assert "HomeBusPolicy" not in template["Resources"]


def test_a_file_without_deployment_has_a_stackset_template_that_asks_for_the_region(
    stackset: Built,
) -> None:
    parameters = stackset(QUICKSTART)["Parameters"]
    assert "Default" not in parameters["HomeRegion"]
    assert list(parameters)[-2:] == ["HomeRegion", "Forwarding"]


@pytest.mark.parametrize("path", STACKSETS, ids=lambda path: path.parent.name)
def test_no_global_name_collides_when_it_lands_in_several_regions_of_an_account(
    path: Path,
) -> None:
    template = decode_str(path.read_text("utf-8"))[0]
    template = json.loads(json.dumps(template))
    for account in (HOME[0], OTHER[0]):
        names: Counter[str] = Counter()
        for region in ("ap-northeast-1", "us-east-1", "eu-west-1"):
            where = {"HomeRegion": "ap-northeast-1", "HomeAccountId": HOME[0]}
            for one in place(template, (account, region), **where).values():
                named = GLOBAL.get(one["Type"])
                if named and named in one["Properties"]:
                    names[f"{one['Type']} {one['Properties'][named]}"] += 1
        assert [name for name, times in names.items() if times > 1] == []


@pytest.mark.parametrize("path", STACKSETS, ids=lambda path: path.parent.name)
def test_there_are_no_macros_transforms_or_nested_stacks(path: Path) -> None:
    text = path.read_text("utf-8")
    template = decode_str(text)[0]
    assert "Transform" not in template
    assert "Fn::Transform" not in text
    assert not {"AWS::CloudFormation::Stack", "AWS::CloudFormation::Macro"} & {
        resource["Type"] for resource in template["Resources"].values()
    }


def test_a_long_name_leaves_room_for_the_rules_ending(stackset: Built) -> None:
    template = stackset(QUICKSTART.replace("SecurityHubFindingToSlack", "N" * 64))
    name = template["Resources"]["RuleToHome"]["Properties"]["Name"]
    assert name == "N" * 56 + "-forward"


def test_the_regions_without_the_chat_service_are_those_of_the_resource_schemas() -> None:
    types = {
        resource["Type"]
        for path in STACKSETS
        for resource in decode_str(path.read_text("utf-8"))[0]["Resources"].values()
    }
    everywhere = set(regions_with(["AWS::SNS::Topic"]))
    assert everywhere - set(regions_with(types)) == set(WITHOUT_CHAT)
