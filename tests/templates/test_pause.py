"""A parameter disables what sends findings and digests; nothing is deleted, alarms still come."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from conftest import QUICKSTART, ROOT, Build, of_type, read_template
from generator.cloudformation.intrinsics import defaults, resolve_resources
from generator.params import load
from generator.templates import TEMPLATES

RULE, SCHEDULE, ALARM = "AWS::Events::Rule", "AWS::Scheduler::Schedule", "AWS::CloudWatch::Alarm"
EVERYTHING = f"""\
{QUICKSTART.replace("alarms: false", "alarms: true").replace("queue: false", "queue: true")}
  - name: readable
    channel: security
    message: summary
digests:
  - {{name: daily, channel: security, schedule: rate(1 day)}}
deployment:
  home: {{region: eu-west-1, account: "111122223333"}}
  stackset: {{organization_id: o-abc1234567, accounts: ["111122223333"], regions: [eu-west-1]}}
"""
PLACES = {"home": ("111122223333", "eu-west-1"), "elsewhere": ("444455556666", "us-east-1")}
HOMES = sorted((ROOT / "templates_out").glob("*/st*.yaml"))
every_home = pytest.mark.parametrize(
    "path", HOMES, ids=lambda path: f"{path.parent.name}/{path.stem}"
)

Instance = Callable[..., dict[str, Any]]


@pytest.fixture
def instance(tmp_path: Path) -> Instance:
    """Return the resources of stackset.yaml at the home or elsewhere."""

    def build(at: str, **parameters: str) -> dict[str, Any]:
        path = tmp_path / "some.yaml"
        path.write_text(EVERYTHING, "utf-8")
        template = TEMPLATES["stackset.yaml"](load(path).settings).to_dict()
        return deployed(template, at, **parameters)

    return build


def deployed(template: dict[str, Any], at: str = "home", **parameters: str) -> dict[str, Any]:
    """Return the resources that a stack has in one of the places."""
    account, region = PLACES[at]
    pseudo = {"AWS::AccountId": account, "AWS::Region": region, "AWS::Partition": "aws"}
    where = {"HomeAccountId": PLACES["home"][0], "HomeRegion": PLACES["home"][1]}
    values = {**dict.fromkeys(template["Parameters"], ""), **where, **defaults(template)}
    return resolve_resources(template, {**values, **pseudo, **parameters})


def states(resources: dict[str, Any], *kinds: str) -> dict[str, str]:
    """Return the states of the resources that have one, by their logical ids."""
    return {
        title: resource["Properties"]["State"]
        for title, resource in resources.items()
        if resource["Type"] in kinds
    }


def test_a_pause_disables_the_rules_of_routes_and_the_schedules_of_digests(build: Build) -> None:
    paused = deployed(build(EVERYTHING), RulesEnabled="false")
    assert states(paused, RULE, SCHEDULE) == {
        "FindingsRule": "DISABLED",
        "ReadableRule": "DISABLED",
        "DailySchedule": "DISABLED",
    }


def test_a_stack_is_not_paused_unless_somebody_says_so(build: Build) -> None:
    template = build(EVERYTHING)
    assert template["Parameters"]["RulesEnabled"]["AllowedValues"] == ["true", "false"]
    assert set(states(deployed(template), RULE, SCHEDULE).values()) == {"ENABLED"}


def test_every_rule_of_a_list_that_is_divided_is_disabled(build: Build) -> None:
    data = yaml.safe_load(QUICKSTART)
    data["routes"][0]["match"] = {"accounts": [f"{200_000_000_000 + i}" for i in range(300)]}
    paused = states(deployed(build(yaml.safe_dump(data)), RulesEnabled="false"), RULE)
    assert len(paused) > 1
    assert set(paused.values()) == {"DISABLED"}


@every_home
def test_a_pause_deletes_nothing(path: Path) -> None:
    template = read_template(path)
    for at in PLACES:
        assert set(deployed(template, at)) == set(deployed(template, at, RulesEnabled="false"))


@every_home
def test_a_pause_changes_states_and_what_a_missing_run_sets_off_and_nothing_else(
    path: Path,
) -> None:
    template = read_template(path)
    for at in PLACES:
        before, paused = deployed(template, at), deployed(template, at, RulesEnabled="false")
        changed = {
            (resource["Type"], name)
            for title, resource in before.items()
            for name, value in resource.get("Properties", {}).items()
            if paused[title]["Properties"][name] != value
        }
        assert changed <= {(RULE, "State"), (SCHEDULE, "State"), (ALARM, "ActionsEnabled")}


def test_a_pause_elsewhere_disables_the_rule_that_forwards_findings(instance: Instance) -> None:
    assert states(instance("elsewhere"), RULE)["RuleToHome"] == "ENABLED"
    assert states(instance("elsewhere", RulesEnabled="false"), RULE)["RuleToHome"] == "DISABLED"


def test_alarms_of_other_places_still_come_in_a_pause(instance: Instance) -> None:
    home, elsewhere = (states(instance(at, RulesEnabled="false"), RULE) for at in PLACES)
    assert home["ForwardedAlarms"] == "ENABLED"
    assert elsewhere["AlarmsToHome"] == "ENABLED"


def test_with_forwarding_off_there_is_no_rule_to_pause(instance: Instance) -> None:
    away = instance("elsewhere", Forwarding="false", RulesEnabled="true")
    assert states(away, RULE) == {}


def acting(resources: dict[str, Any]) -> dict[str, bool]:
    """Return whether each alarm acts when it goes off, by its logical id."""
    return {
        title: resource["Properties"].get("ActionsEnabled", True)
        for title, resource in resources.items()
        if resource["Type"] == ALARM
    }


def test_a_digest_that_a_pause_keeps_from_running_is_not_reported_as_missing(
    build: Build,
) -> None:
    template = build(EVERYTHING)
    assert acting(deployed(template))["DailyMissingRunsAlarm"] is True
    assert acting(deployed(template, RulesEnabled="false"))["DailyMissingRunsAlarm"] is False


def test_every_other_alarm_still_acts_in_a_pause(build: Build) -> None:
    alarms = acting(deployed(build(EVERYTHING), RulesEnabled="false"))
    del alarms["DailyMissingRunsAlarm"]
    assert len(alarms) > 10
    assert all(alarms.values())


def test_the_organizations_upload_passes_the_pause_on_to_every_instance() -> None:
    template = read_template(ROOT / "templates_out" / "organization" / "organization.yaml")
    (stackset,) = of_type(template, "AWS::CloudFormation::StackSet").values()
    passed = {
        each["ParameterKey"]: each["ParameterValue"]
        for each in stackset["Properties"]["Parameters"]
    }
    assert passed["RulesEnabled"] == {"Ref": "RulesEnabled"}


def test_a_place_may_be_paused_by_an_override(tmp_path: Path) -> None:
    data = yaml.safe_load(EVERYTHING)
    data["deployment"]["stackset"]["overrides"] = [
        {"accounts": ["111122223333"], "parameters": {"RulesEnabled": "false"}}
    ]
    path = tmp_path / "some.yaml"
    path.write_text(yaml.safe_dump(data), "utf-8")
    template = TEMPLATES["organization.yaml"](load(path).settings).to_dict()
    (stackset,) = of_type(template, "AWS::CloudFormation::StackSet").values()
    (group,) = stackset["Properties"]["StackInstancesGroup"]
    assert group["ParameterOverrides"] == [
        {"ParameterKey": "RulesEnabled", "ParameterValue": "false"}
    ]


def test_the_parameter_says_what_false_does_to_what_the_stack_has(build: Build) -> None:
    for text, schedules in ((EVERYTHING, True), (QUICKSTART, False)):
        description = build(text)["Parameters"]["RulesEnabled"]["Description"]
        assert "false: pause" in description
        assert "not sent later" in description
        assert ("schedules" in description) == schedules


def test_the_console_shows_the_pause_as_a_group_of_its_own(build: Build) -> None:
    interface = build(EVERYTHING)["Metadata"]["AWS::CloudFormation::Interface"]
    groups = {each["Label"]["default"]: each["Parameters"] for each in interface["ParameterGroups"]}
    assert groups["Pause"] == ["RulesEnabled"]
