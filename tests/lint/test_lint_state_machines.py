"""What CreateStateMachine refuses is refused by lint, with its place."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import Any

import pytest

from generator.cloudformation.yaml_writer import yaml_text
from generator.lint import cfn

PASS = {"Type": "Pass", "End": True}
TASK = {
    "Type": "Task",
    "Resource": "arn:aws:states:::sns:publish",
    "Arguments": {"TopicArn": "t", "Message": "m"},
    "End": True,
}
MAP = {"Type": "Map", "End": True}
ALL = {"ErrorEquals": ["States.ALL"]}


def output(expression: str) -> dict[str, Any]:
    return {"A": {**PASS, "Output": f"{{% {expression} %}}"}}


def template(states: dict[str, Any], start: str = "A") -> dict[str, Any]:
    machine = {
        "Type": "AWS::StepFunctions::StateMachine",
        "Properties": {
            "RoleArn": {"Fn::Sub": "arn:${AWS::Partition}:iam::${AWS::AccountId}:role/some"},
            "Definition": {"QueryLanguage": "JSONata", "StartAt": start, "States": states},
        },
    }
    return {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": "Some machine",
        "Resources": {"Machine": machine},
    }


def refused(made: dict[str, Any]) -> list[str]:
    text = yaml_text(deepcopy(made))
    found = cfn.findings("t.yaml", text)
    return [f"{one.line} {one.rule} {one.message}" for one in found if one.rule[0] in "ES"]


REFUSED = {
    "a bare name": (
        output("phone"),
        "A: 'phone' at the top level is refused; begin with $states or a variable, as in $states.i",
    ),
    "a bare name in a sum": (output("$states.input.a & b"), "'b' at the top level is refused"),
    "a bare name in an object": (output('{"a": b}'), "'b' at the top level is refused"),
    "a bare name as an argument": (output("$uppercase(b)"), "'b' at the top level is refused"),
    "a bare name in a variable": (output("($a := b; $a)"), "'b' at the top level is refused"),
    "a bare name in a choice's condition": (
        {
            "A": {
                "Type": "Choice",
                "Choices": [{"Condition": "{% a = 1 %}", "Next": "B"}],
                "Default": "B",
            },
            "B": PASS,
        },
        "'a' at the top level is refused",
    ),
    "the root": (output("$$"), "E9751 Machine: A: $$ is refused"),
    "the context": (output("$.a"), "E9751 Machine: A: $ is refused"),
    "a wildcard": (output("*"), "* at the top level has nothing to select from"),
    "what cannot be parsed": (
        output("$states.input."),
        "E9750 Machine: A: JSONata cannot be",
    ),
    "eval": (output("$eval('1')"), "$eval does not exist in Step Functions"),
    "an unknown function": (output("$upper('a')"), "$upper is neither assigned before nor"),
    "a variable that is assigned later": (
        {
            "A": {"Type": "Pass", "Output": "{% $x %}", "Next": "B"},
            "B": {**PASS, "Assign": {"x": 1}},
        },
        "A: $x is neither assigned before nor a function",
    ),
    "errorOutput outside Catch": (
        output("$states.errorOutput"),
        "$states.errorOutput does not exist here; it has context, input",
    ),
    "the result of a state that has none": (output("$states.result"), "$states.result does not"),
    "the result among the arguments": (
        {"A": {**TASK, "Arguments": {"TopicArn": "t", "Message": "{% $states.result %}"}}},
        "$states.result does not exist here",
    ),
    "the result in Catch": (
        {
            "A": {**TASK, "Catch": [{**ALL, "Next": "B", "Output": "{% $states.result %}"}]},
            "B": PASS,
        },
        "$states.result does not exist here; it has context, errorOutput, input",
    ),
    "a condition without an else": (
        output("$states.input.a = 1 ? 2"),
        "E9752 Machine: A: the expression may return nothing",
    ),
    "nothing in one of the branches": (
        output("($a := 1; $a = 1 ? ($a = 2 ? 3) : 4)"),
        "E9752 Machine: A: the expression may return nothing",
    ),
    "a long expression": (output(f"'{'x' * 8191}'"), "E9750 Machine: A: 8,193 characters"),
    "a large definition": (
        {"A": {**PASS, "Output": {"a": "x" * 1_048_576}}},
        "E9754 Machine: a definition of",
    ),
    "a next state that does not exist": (
        {"A": {"Type": "Pass", "Next": "B"}},
        "E9753 Machine: A: its next state 'B' does not exist",
    ),
    "a state that nothing leads to": (
        {"A": PASS, "B": PASS},
        "E9753 Machine: B: no state leads here",
    ),
    "no end": ({"A": {"Type": "Pass", "Next": "A"}}, "E9753 Machine: no state ends the execution"),
    "a bare name in an inner machine": (
        {"A": {**MAP, "ItemProcessor": {"StartAt": "B", "States": {"B": output("b")["A"]}}}},
        "B: 'b' at the top level is refused",
    ),
    "a query language of an inner machine": (
        {
            "A": {
                **MAP,
                "ItemProcessor": {
                    "QueryLanguage": "JSONata",
                    "StartAt": "B",
                    "States": {"B": PASS},
                },
            }
        },
        "an inner state machine has no QueryLanguage",
    ),
    # cfn-lint's own.
    "a timeout of what is no task": ({"A": {**PASS, "TimeoutSeconds": 3}}, "E3601"),
    "a retry of what is no task": ({"A": {**PASS, "Retry": [ALL]}}, "E3601"),
    "a field of JSONPath": ({"A": {**PASS, "InputPath": "$"}}, "E3601"),
    "a state in JSONPath": ({"A": {**PASS, "QueryLanguage": "JSONPath"}}, "E3601"),
}


@pytest.mark.parametrize(("states", "message"), REFUSED.values(), ids=REFUSED)
def test_what_is_refused_when_a_state_machine_is_created_is_a_finding(
    states: dict[str, Any], message: str
) -> None:
    found = refused(template(states))
    assert any(message in one for one in found), found


ACCEPTED = {
    "a name inside a predicate": "$states.input.list[name = 'a' and $count(other) > 0]",
    "a name inside a map": "$map($states.input.list, function($v, $i) { $v.a & b })",
    "a name in a step": '$states.input.list.{"a": name}',
    "a name to sort by": "$states.input.list^(>name)",
    "a name to group by": "$states.input.list{name: $sum(size)}",
    "a focus": "$states.input.list@$one.other[$one.a = b]",
    "an update": '$states.input ~> |list|{"a": name}|',
    "a variable of the block": "($a := 1; $b := function($x) { $x = 1 ? $b($x) : $a }; $b(0))",
    "a function as a value": "$map($states.input.list, $uppercase)",
    "a function of Step Functions": "$hash($string($partition($range(1, 9, 2), 2)), 'MD5')",
    "the context object": "$states.context.Execution.Id",
    "an else": "$states.input.a ? 1 : $states.input.b ? 2 : 3",
}


@pytest.mark.parametrize("expression", ACCEPTED.values(), ids=ACCEPTED)
def test_what_aws_accepts_is_no_finding(expression: str) -> None:
    assert refused(template(output(expression))) == []


def test_what_a_state_assigns_is_known_to_the_states_after_it() -> None:
    states = {
        "A": {
            **{key: value for key, value in TASK.items() if key != "End"},
            "Assign": {"x": "{% $states.result %}"},
            "Catch": [{**ALL, "Assign": {"why": "{% $states.errorOutput.Cause %}"}, "Next": "C"}],
            "Next": "B",
        },
        "B": {"Type": "Pass", "Output": "{% $x %}", "Next": "C"},
        "C": {**PASS, "Output": "{% $why %}"},
    }
    assert refused(template(states)) == []


def test_a_message_in_a_mapping_is_checked_at_its_place() -> None:
    made = template({"A": {**PASS, "Output": {"Fn::FindInMap": ["Texts", "one", "text"]}}})
    made["Mappings"] = {"Texts": {"one": {"text": "{% phone %}"}, "two": {"text": "{% no %}"}}}
    (found,) = [one for one in refused(made) if "E9751" in one]
    line = yaml_text(deepcopy(made)).splitlines().index("      text: '{% phone %}'") + 1
    assert found.startswith(f"{line} E9751 Machine: A: 'phone'")


def test_a_definition_that_is_a_text_is_checked_too() -> None:
    made = template({})
    properties = made["Resources"]["Machine"]["Properties"]
    definition = {**properties.pop("Definition"), "States": output("phone")}
    properties["DefinitionString"] = json.dumps(definition)
    assert any("E9751 Machine: A: 'phone'" in one for one in refused(made))
