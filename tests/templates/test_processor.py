"""The state machine of routes with ``message: summary`` or ``notify: once``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from conftest import Build, of_type
from generator.blocks.marking import identifiers
from generator.blocks.state_machine_definition import LONGEST, longest
from generator.cloudformation.intrinsics import resolve
from generator.messages import evaluate
from generator.params import load
from generator.templates import TEMPLATES
from routes import route

MACHINE = "AWS::StepFunctions::StateMachine"
FIELDS = {
    "Confidence",
    "Criticality",
    "Note",
    "RelatedFindings",
    "Severity",
    "Types",
    "UserDefinedFields",
    "VerificationState",
}
"""What else than Workflow BatchUpdateFindings can write (its API reference)."""


MARKER = "MarkerStateMachine"


def composer(template: dict[str, Any]) -> str:
    """Return the logical id of the one machine that publishes."""
    (title,) = set(of_type(template, MACHINE)) - {MARKER}
    return title


def definition(template: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = template["Resources"][composer(template)]["Properties"]["Definition"]
    return found


def permissions(template: dict[str, Any], machine: str | None = None) -> dict[str, dict[str, Any]]:
    role = template["Resources"][f"{machine or composer(template)}Role"]["Properties"]
    (policy,) = role["Policies"]
    return {one["Sid"]: one for one in policy["PolicyDocument"]["Statement"]}


def event(*findings: tuple[str, str]) -> dict[str, Any]:
    """Return an event with findings, each given by its Id and its workflow status."""
    listed = [
        {"Id": name, "ProductArn": "p", "Workflow": {"Status": status}, "Title": "t"}
        for name, status in findings
    ]
    return {"detail": {"findings": listed}}


def test_a_route_that_asks_for_neither_has_no_state_machine(build: Build) -> None:
    template = build(route("native", "every_update"))
    assert not of_type(template, MACHINE)
    (target,) = template["Resources"]["FindingsRule"]["Properties"]["Targets"]
    assert target["Arn"] == {"Ref": "FindingsTopic"}


@pytest.mark.parametrize(
    ("message", "notify", "states"),
    [
        ("summary", "every_update", ["Publish", "KeepEvent"]),
        ("native", "once", ["Publish", "KeepEvent", "HandOver"]),
        ("summary", "once", ["Publish", "KeepEvent", "HandOver"]),
    ],
)
def test_each_step_is_there_only_if_it_is_asked_for(
    build: Build, message: str, notify: str, states: list[str]
) -> None:
    found = definition(build(route(message, notify)))
    tasks = [name for name, state in found["States"].items() if state["Type"] == "Task"]
    assert tasks == states


def test_without_a_dead_letter_queue_a_failure_fails_the_execution(build: Build) -> None:
    found = definition(build(route("summary", "once", queue=False)))
    (catch,) = found["States"]["Publish"]["Catch"]
    assert found["States"][catch["Next"]]["Type"] == "Fail"
    assert "KeepEvent" not in found["States"]


def test_the_rule_starts_the_machine_with_a_role_that_can_do_nothing_else(build: Build) -> None:
    template = build(route("summary", "once"))
    resources, machine = template["Resources"], composer(template)
    (target,) = resources["FindingsRule"]["Properties"]["Targets"]
    assert target["Arn"] == {"Ref": machine}
    role, attribute = target["RoleArn"]["Fn::GetAtt"]
    assert attribute == "Arn"
    (policy,) = resources[role]["Properties"]["Policies"]
    assert policy["PolicyDocument"]["Statement"] == [
        {"Effect": "Allow", "Action": ["states:StartExecution"], "Resource": [{"Ref": machine}]}
    ]


def test_no_service_may_publish_where_the_machine_does(build: Build) -> None:
    """The machine may by its role's own policy, which is in the same account."""
    template = build(route("summary", "once"))
    resources, machine = template["Resources"], composer(template)
    letters = definition(template)["States"]["KeepEvent"]["Arguments"]["QueueUrl"]["Ref"]
    for policy in ("FindingsTopicPolicy", f"{letters}Policy"):
        assert machine not in json.dumps(resources[policy]["Properties"])
    (statement,) = resources["FindingsTopicPolicy"]["Properties"]["PolicyDocument"]["Statement"]
    assert statement["Sid"] == "OnlyOverTls"


def test_what_marks_may_set_a_finding_to_notified_and_write_nothing_else(build: Build) -> None:
    mark = permissions(build(route("native", "once")), MARKER)["MarkNotified"]
    assert mark["Action"] == ["securityhub:BatchUpdateFindings"]
    (hub,) = mark["Resource"]
    assert hub["Fn::Sub"].endswith(":hub/default")
    path = "securityhub:ASFFSyntaxPath/"
    assert mark["Condition"]["StringEquals"] == {f"{path}Workflow.Status": "NOTIFIED"}
    absent = mark["Condition"]["Null"]
    assert set(absent.values()) == {"true"}
    assert {key.removeprefix(path).split(".")[0] for key in absent} == FIELDS


@pytest.mark.parametrize("notify", ["every_update", "once"])
def test_a_machine_that_publishes_may_not_mark(build: Build, notify: str) -> None:
    """It may hand over what is to be marked, where something is."""
    allowed = permissions(build(route("summary", notify)))
    actions = {action for statement in allowed.values() for action in statement["Action"]}
    assert not {action for action in actions if action.startswith("securityhub:")}
    assert ("HandOver" in allowed) == (notify == "once")


def test_what_marks_may_read_its_own_queue_and_publish_nothing(build: Build) -> None:
    allowed = permissions(build(route("summary", "once")), MARKER)
    assert set(allowed) == {"Receive", "MarkNotified", "Log"}
    assert allowed["Receive"]["Action"] == ["sqs:ReceiveMessage", "sqs:DeleteMessage"]
    assert allowed["Receive"]["Resource"] == [{"Fn::GetAtt": ["MarkerQueue", "Arn"]}]


def test_a_machine_may_use_the_key_only_where_there_is_one(build: Build) -> None:
    plain = build(route("summary", "once"))
    encrypted = build(route("summary", "once", encryption="customer_key"))
    for machine, sid in ((composer(plain), "Encrypt"), (MARKER, "Decrypt")):
        assert sid not in permissions(plain, machine)
        key = permissions(encrypted, machine)[sid]["Resource"]
        assert key == [{"Fn::GetAtt": ["Key", "Arn"]}]


def test_each_machine_is_an_express_one_that_logs_its_failures(build: Build) -> None:
    machines = of_type(build(route("summary", "once")), MACHINE).values()
    assert len(machines) == 2
    for machine in machines:
        properties = machine["Properties"]
        assert properties["StateMachineType"] == "EXPRESS"
        assert properties["LoggingConfiguration"]["Level"] == "ERROR"


def test_what_cannot_be_published_goes_to_the_queue_of_the_rule(build: Build) -> None:
    template = build(route("summary", "once"))
    states = definition(template)["States"]
    (catch,) = states["Publish"]["Catch"]
    assert (catch["ErrorEquals"], catch["Next"]) == (["States.ALL"], "KeepEvent")
    (target,) = template["Resources"]["FindingsRule"]["Properties"]["Targets"]
    queue = states["KeepEvent"]["Arguments"]["QueueUrl"]["Ref"]
    assert target["DeadLetterConfig"]["Arn"] == {"Fn::GetAtt": [queue, "Arn"]}


def test_an_execution_in_which_everything_fails_ends_before_it_is_cut_off() -> None:
    # Cut off, it could neither keep the event nor say that it did not mark.
    assert longest() < LONGEST


def test_the_untouched_event_is_published_where_only_once_is_asked_for(build: Build) -> None:
    original = event(("1", "NEW"))
    template = build(route("native", "once"))
    text = definition(template)["States"]["Publish"]["Arguments"]["Message"]
    assert json.loads(_value(resolve(text, template, {}), original)) == original


def test_a_message_stands_once_however_many_routes_send_it(build: Build) -> None:
    data = yaml.safe_load(route("summary", "once"))
    data["routes"] += [{**data["routes"][0], "name": name} for name in ("second", "third")]
    template = build(yaml.safe_dump(data))
    assert len(of_type(template, "AWS::SNS::Topic")) == 3
    assert json.dumps(template).count("client-markdown") == 1


def test_what_is_shown_is_marked_and_what_somebody_settled_is_not() -> None:
    several = event(("1", "NEW"), ("2", "SUPPRESSED"), ("3", "NEW"))
    first, every = (identifiers("security_hub_cspm", first_alone=alone) for alone in (True, False))
    marked = [[finding["Id"] for finding in evaluate(marks, several)] for marks in (first, every)]
    assert marked == [["1"], ["1", "3"]]
    assert evaluate(first, event(("1", "SUPPRESSED"))) == []


def test_no_parameter_loosens_once(build: Build) -> None:
    template = build(route("summary", "once"))
    assert "NewFindingsOnly" not in template["Parameters"]
    pattern = template["Resources"]["FindingsRule"]["Properties"]["EventPattern"]
    assert pattern["detail"]["findings"]["Workflow"] == {"Status": ["NEW"]}


def test_beside_a_route_with_once_the_parameter_governs_the_others(build: Build) -> None:
    data = yaml.safe_load(route("native", "once"))
    data["routes"].append({**data["routes"][0], "name": "second", "notify": "every_update"})
    template = build(yaml.safe_dump(data))
    rules = {
        name: one["Properties"]["EventPattern"]["detail"]["findings"]["Workflow"]
        for name, one in of_type(template, "AWS::Events::Rule").items()
        if name != "MarkerRule"
    }
    assert rules["FindingsRule"] == {"Status": ["NEW"]}
    assert "Fn::If" in rules["SecondRule"]
    assert template["Parameters"]["NewFindingsOnly"]["Description"].endswith(" second")


def test_definitions_hold_nothing_that_cloudformation_would_substitute(build: Build) -> None:
    machines = of_type(build(route("summary", "once", language="ja")), MACHINE).values()
    text = json.dumps([machine["Properties"]["Definition"] for machine in machines])
    assert text.isascii()
    plain = text.replace("${AWS::Partition}", "")
    assert "${" not in plain
    assert "{{" not in plain


def stackset(text: str, tmp_path: Path) -> dict[str, Any]:
    path = tmp_path / "once.yaml"
    path.write_text(text, "utf-8")
    template: dict[str, Any] = TEMPLATES["stackset.yaml"](load(path).settings).to_dict()
    return template


@pytest.mark.parametrize("home", [{}, {"account": "111122223333"}], ids=["each", "central"])
def test_a_stackset_with_once_cannot_forward(tmp_path: Path, home: dict[str, str]) -> None:
    deployment = {"home": {"region": "ap-northeast-1", **home}, "forwarding": False}
    template = stackset(route("native", "once", deployment=deployment), tmp_path)
    assert not {"Forwarding", "OrganizationId"} & set(template["Parameters"])
    assert not of_type(template, "AWS::Events::EventBusPolicy")
    elsewhere = [
        one["Type"]
        for one in template["Resources"].values()
        if one.get("Condition") == "IsElsewhere"
    ]
    assert elsewhere == ["AWS::CloudFormation::WaitConditionHandle"]


def _value(text: str, given: dict[str, Any]) -> Any:
    """Evaluate what stands between the marks of a JSONata string in a definition."""
    assert text.startswith("{% ")
    assert text.endswith(" %}")
    return evaluate(text[3:-3], given)
