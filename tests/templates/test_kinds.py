"""Routes that need the same state machine share one, unless the file asks for one each."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml

from conftest import QUICKSTART, Build, of_type
from generator.cloudformation.intrinsics import resolve
from generator.templates import UnbuildableError

MACHINE, ROLE, RULE = "AWS::StepFunctions::StateMachine", "AWS::IAM::Role", "AWS::Events::Rule"
PLACE = {"AWS::Partition": "aws", "AWS::Region": "eu-west-1", "AWS::AccountId": "111122223333"}


def file(*routes: dict[str, Any], **more: Any) -> str:
    """Return the quickstart with routes like its own, changed in these ways."""
    data = yaml.safe_load(QUICKSTART)
    usual = data["routes"][0]
    data["routes"] = [{**usual, "name": f"r{i}", **route} for i, route in enumerate(routes)]
    return str(yaml.safe_dump({**data, **more}, sort_keys=False))


SUMMARY, ONCE = {"message": "summary"}, {"message": "summary", "notify": "once"}


def test_routes_of_a_kind_share_a_state_machine_and_others_do_not(build: Build) -> None:
    template = build(file(SUMMARY, ONCE, SUMMARY, {"notify": "once"}, {}))
    assert set(of_type(template, MACHINE)) == {
        "SharedSummaryStateMachine",
        "SharedSummaryOnceStateMachine",
        "SharedNativeOnceStateMachine",
        "MarkerStateMachine",
    }
    rules = of_type(template, RULE)
    targets = {
        title: rule["Properties"]["Targets"][0]["Arn"]["Ref"] for title, rule in rules.items()
    }
    assert targets == {
        "R0Rule": "SharedSummaryStateMachine",
        "R1Rule": "SharedSummaryOnceStateMachine",
        "R2Rule": "SharedSummaryStateMachine",
        "R3Rule": "SharedNativeOnceStateMachine",
        "R4Rule": "R4Topic",
        "MarkerRule": "MarkerStateMachine",
    }


def test_another_route_or_another_order_renames_nothing(build: Build) -> None:
    one = build(file(ONCE))["Resources"]
    both = build(file({**SUMMARY, "name": "x"}, ONCE, {**ONCE, "name": "r0"}))["Resources"]
    kept = {title for title in one if title.startswith(("Shared", "Marker"))}
    assert kept <= set(both)
    name = one["SharedSummaryOnceStateMachine"]["Properties"]["StateMachineName"]
    assert name == "SecurityHubFindingToSlack-shared-summary-once"


def test_texts_that_differ_are_kinds_of_their_own(build: Build) -> None:
    template = build(file(SUMMARY, {**SUMMARY, "mention": ["here"]}))
    plain, mentioning = of_type(template, MACHINE)
    assert plain == "SharedSummaryStateMachine"
    assert mentioning.startswith("SharedSummary")
    assert mentioning != plain


def test_a_shared_role_may_publish_to_the_topics_of_its_kind_and_no_other(build: Build) -> None:
    template = build(file(SUMMARY, ONCE, SUMMARY))
    role = template["Resources"]["SharedSummaryStateMachineRole"]["Properties"]["Policies"][0]
    publish, *_ = role["PolicyDocument"]["Statement"]
    assert publish["Resource"] == [{"Ref": "R0Topic"}, {"Ref": "R2Topic"}]


def test_what_publishes_may_not_touch_security_hub(build: Build) -> None:
    template = build(file(ONCE))
    roles = of_type(template, ROLE)
    touching = {title for title, role in roles.items() if "securityhub:" in json.dumps(role)}
    assert touching == {"MarkerStateMachineRole"}


def test_with_isolation_by_route_each_has_its_own_under_its_own_name(build: Build) -> None:
    template = build(file(SUMMARY, SUMMARY, isolation="route", dead_letter_queue=True))
    assert set(of_type(template, MACHINE)) == {"R0StateMachine", "R1StateMachine"}
    assert set(of_type(template, "AWS::SQS::Queue")) == {"R0DeadLetters", "R1DeadLetters"}
    for route in ("R0", "R1"):
        role = template["Resources"][f"{route}StateMachineRole"]["Properties"]["Policies"][0]
        publish, *_ = role["PolicyDocument"]["Statement"]
        assert publish["Resource"] == [{"Ref": f"{route}Topic"}]


@pytest.mark.parametrize("isolation", ["kind", "route"])
def test_a_rule_hands_over_the_event_whole_with_its_topics_and_itself(
    build: Build, isolation: str
) -> None:
    template = build(file(SUMMARY, SUMMARY, isolation=isolation))
    (target,) = template["Resources"]["R1Rule"]["Properties"]["Targets"]
    values = {**PLACE, "R1Topic": "arn:aws:sns:eu-west-1:111122223333:Some"}
    made = resolve(target["InputTransformer"]["InputTemplate"], template, values)
    event = '{"detail": {"Title": "a \\"b\\" \\\\ \\n <aws.events.rule-arn>"}}'
    assert json.loads(made.replace("<aws.events.event.json>", event)) == {
        "rule": "arn:aws:events:eu-west-1:111122223333:rule/SecurityHubFindingToSlack-r1",
        "topics": ["arn:aws:sns:eu-west-1:111122223333:Some"],
        "event": json.loads(event),
    }


def test_a_queue_of_few_rules_names_them_and_one_of_many_their_beginning(build: Build) -> None:
    def admitted(count: int) -> Any:
        template = build(file(*[SUMMARY] * count, dead_letter_queue=True))
        policy = template["Resources"]["SharedSummaryDeadLettersPolicy"]["Properties"]
        allow, _ = policy["PolicyDocument"]["Statement"]
        return resolve(allow["Condition"]["ArnEquals"]["aws:SourceArn"], template, PLACE)

    arn = "arn:aws:events:eu-west-1:111122223333:rule/SecurityHubFindingToSlack"
    assert admitted(2) == [arn, f"{arn}-r1"]
    assert admitted(21) == f"{arn}*"


def test_channels_of_a_large_file_share_the_role_that_they_need(build: Build) -> None:
    channels: dict[str, Any] = {f"c{i}": {} for i in range(6)}
    routes = [{"channel": name} for name in channels]
    few = build(file(*routes[:5], channels=dict(list(channels.items())[:5])))
    many = build(file(*routes, channels=channels))
    assert len(of_type(few, ROLE)) == 5
    assert list(of_type(many, ROLE)) == ["C0ChannelRole"]
    configurations = of_type(many, "AWS::Chatbot::SlackChannelConfiguration").values()
    roles = [each["Properties"]["IamRoleArn"] for each in configurations]
    assert roles == [{"Fn::GetAtt": ["C0ChannelRole", "Arn"]}] * 6


def test_a_name_too_long_for_what_routes_share_is_refused_with_what_fits(build: Build) -> None:
    fits = "x" * 47
    assert of_type(build(file(ONCE, name=fits, dead_letter_queue=True)), MACHINE)
    with pytest.raises(UnbuildableError) as refused:
        build(file(ONCE, name=f"{fits}x", dead_letter_queue=True))
    ((location, message),) = refused.value.problems
    assert location == ("name",)
    assert message.endswith("at most 80: shorten `name` to 47, or write `isolation: route`")
    with pytest.raises(UnbuildableError) as refused:
        build(file(ONCE, name="x" * 58, isolation="route"))
    assert "shorten `name` to 57" in str(refused.value.problems)


def test_everything_that_routes_share_has_a_name_that_begins_with_the_deployments(
    build: Build,
) -> None:
    template = build(file(ONCE, SUMMARY, name="Mine", dead_letter_queue=True, alarms=True))
    names = ("StateMachineName", "QueueName", "LogGroupName", "AlarmName", "Name")
    for resource in template["Resources"].values():
        for key in names:
            if key in resource["Properties"]:
                named = resource["Properties"][key].removeprefix("/aws/vendedlogs/states/")
                assert named == "Mine" or named.startswith("Mine-")
