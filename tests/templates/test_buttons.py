"""The blocks behind a channel's buttons: what AWS accepts, what is shown, what a press may do."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from itertools import product
from typing import Any, get_args

import jsonschema
import pytest
from cfnlint.helpers import REGIONS
from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER
from hypothesis import given
from hypothesis import strategies as st
from troposphere import AWSObject, GetAtt, Ref, Sub

from generator.blocks import custom_action as block
from generator.blocks import guardrail as guardrail_block
from generator.blocks.button_command import SETS, command
from generator.blocks.chat_configuration import notification_role, slack_channel
from generator.blocks.custom_action import custom_action, press_permission
from generator.blocks.guardrail import guardrail
from generator.blocks.logical_ids import button_id, logical_ids
from generator.cloudformation.intrinsics import resolve
from generator.cloudformation.limits import (
    LONGEST_ACTION_NAME,
    LONGEST_BUTTON,
    LONGEST_COMMAND,
    LONGEST_REGION,
)
from generator.cloudformation.yaml_writer import yaml_text
from generator.findings.outline import STATUS_IDS
from generator.lint import cfn
from generator.messages.buttons import BUTTON_TEXTS, FINDING, HUB, HUBS, REGION, SAFE_ID, SAFE_UID
from generator.params.choices import Button, Source, Workflow
from generator.params.naming import action_name, action_name_excess
from generator.params.values import DEPLOYMENT_NAME
from generator.templates import launch_role_stack
from generator.templates.skeleton import new_template

ACTION, POLICY = "AWS::Chatbot::CustomAction", "AWS::IAM::ManagedPolicy"
CHAT = "AWS::Chatbot::SlackChannelConfiguration"
BUTTONS: tuple[Button, ...] = get_args(Button)
SOURCES: tuple[Source, ...] = get_args(Source)
every_button = pytest.mark.parametrize(("button", "source"), list(product(BUTTONS, SOURCES)))
every_source = pytest.mark.parametrize("source", SOURCES)
PLACE = {
    "AWS::AccountId": "111122223333",
    "AWS::Partition": "aws",
    "AWS::Region": "eu-west-1",
}
TAGS = {"Team": "security"}


def schema(kind: str) -> dict[str, Any]:
    provided: dict[str, Any] = PROVIDER_SCHEMA_MANAGER.get_resource_schema("us-east-1", kind).schema
    return provided


def validate(properties: Any, kind: str) -> None:
    jsonschema.validate(properties, schema(kind), cls=jsonschema.Draft7Validator)


def resolved(value: Any, **values: str) -> Any:
    """Return properties as CloudFormation would pass them on, in one place."""
    return resolve(value, {"Parameters": {}, "Conditions": {}}, {**PLACE, **values})


def properties_of(button: Button, source: Source) -> dict[str, Any]:
    title = button_id(button, source)
    action = custom_action(title=title, name="Some", button=button, source=source, tags=TAGS)
    made: dict[str, Any] = resolved(action.to_dict()["Properties"])
    return made


def chat(*buttons: Button, sources: tuple[Source, ...] = SOURCES) -> list[AWSObject]:
    """Return a channel's role and configuration with these buttons."""
    pressing = [press_permission(source=source, buttons=buttons) for source in sources if buttons]
    titles = [button_id(button, source) for button, source in product(buttons, sources)]
    ids = logical_ids("Security")
    role = notification_role(title=ids.chat_role, path="/Some/", tags=TAGS, statements=pressing)
    configuration = slack_channel(
        ids=ids,
        name="Some",
        workspace="T0123ABCD",
        channel="C0123ABCD",
        topics=[Sub("arn:${AWS::Partition}:sns:${AWS::Region}:${AWS::AccountId}:Some")],
        logging="ERROR",
        guardrails=["CloudWatchReadOnlyAccess"],
        role=GetAtt(role, "Arn"),
        tags=TAGS,
        customizations=[Ref(title) for title in titles],
        guardrail_arns=[Ref(ids.guardrail)] if buttons else (),
    )
    return [role, configuration]


def whole() -> list[Any]:
    """Return all resources that every button of both products makes, in one channel."""
    statements = [press_permission(source=source, buttons=BUTTONS) for source in SOURCES]
    limit = guardrail(title=logical_ids("Security").guardrail, path="/Some/", statements=statements)
    actions = [
        custom_action(
            title=button_id(button, source), name="Some", button=button, source=source, tags=TAGS
        )
        for button, source in product(BUTTONS, SOURCES)
    ]
    return [*actions, limit, *chat(*BUTTONS)]


@every_button
def test_a_button_is_what_its_schema_asks_for(button: Button, source: Source) -> None:
    properties = properties_of(button, source)
    validate(properties, ACTION)
    assert re.fullmatch(r"[a-zA-Z0-9_-]{1,64}", properties["ActionName"])
    assert properties["Tags"] == [{"Key": "Team", "Value": "security"}]


@every_button
def test_texts_are_as_short_as_the_api_and_the_console_ask(button: Button, source: Source) -> None:
    properties = properties_of(button, source)
    (attachment,) = properties["Attachments"]
    assert len(properties["Definition"]["CommandText"]) <= LONGEST_COMMAND
    assert len(attachment["ButtonText"]) <= LONGEST_BUTTON
    assert attachment["ButtonText"] == BUTTON_TEXTS[button]


def test_the_commands_are_these() -> None:
    cspm = "securityhub batch-update-findings --finding-identifiers $F --workflow Status="
    v2 = "securityhub batch-update-findings-v2 --metadata-uids $F --status-id "
    assert {(b, s): command(b, s) for b, s in product(BUTTONS, SOURCES)} == {
        ("suppress", "security_hub_cspm"): f"{cspm}SUPPRESSED --region $R",
        ("resolve", "security_hub_cspm"): f"{cspm}RESOLVED --region $R",
        ("notified", "security_hub_cspm"): f"{cspm}NOTIFIED --region $R",
        ("suppress", "security_hub"): f"{v2}3 --region $R",
        ("resolve", "security_hub"): f"{v2}4 --region $R",
        ("notified", "security_hub"): f"{v2}2 --region $R",
    }


@every_button
def test_a_command_uses_only_variables_that_a_custom_notification_has(
    button: Button, source: Source
) -> None:
    properties = properties_of(button, source)
    (attachment,) = properties["Attachments"]
    context = "event.metadata.additionalContext"
    assert attachment["NotificationType"] == "Custom"
    assert attachment["Variables"] == {
        "F": f"{context}.{FINDING}",
        "R": f"{context}.{REGION}",
        "H": f"{context}.{HUB}",
    }
    assert set(re.findall(r"\$(\w+)", properties["Definition"]["CommandText"])) == {"F", "R"}


def shown(action: dict[str, Any], context: dict[str, str]) -> bool:
    """Read a button's criteria as the guide of custom actions says: all must be met."""
    (attachment,) = action["Attachments"]
    prefix = "event.metadata.additionalContext."
    variables = {
        name: context.get(path.removeprefix(prefix))
        for name, path in attachment["Variables"].items()
    }
    return all(
        bool(variables[each["VariableName"]])
        if each["Operator"] == "HAS_VALUE"
        else variables[each["VariableName"]] == each["Value"]
        for each in attachment["Criteria"]
    )


@every_button
def test_a_button_is_on_messages_of_its_product_that_name_a_finding(
    button: Button, source: Source
) -> None:
    action = properties_of(button, source)
    for hub in (*HUBS.values(), ""):
        context = {FINDING: "x", REGION: "eu-west-1", HUB: hub}
        assert shown(action, context) == (hub == HUBS[source])
        assert not shown(action, {HUB: hub})
    assert not shown(action, {})


names = st.builds(
    "{}{}".format,
    st.from_regex(DEPLOYMENT_NAME, fullmatch=True),
    st.text("aZ9-", max_size=LONGEST_ACTION_NAME),
)


@given(names, st.sampled_from(BUTTONS), st.sampled_from(SOURCES), st.sampled_from(REGIONS))
def test_the_action_of_a_name_that_is_accepted_fits_in_every_region(
    name: str, button: Button, source: Source, region: str
) -> None:
    excess = action_name_excess(name, button, source)
    longest = max(len(action_name(name, each, button, source)) for each in REGIONS)
    assert excess == max(0, longest - LONGEST_ACTION_NAME)
    accepted = name[: len(name) - excess]
    action = custom_action(title="A", name=accepted, button=button, source=source, tags={})
    made = resolved(action.to_dict()["Properties"]["ActionName"], **{"AWS::Region": region})
    jsonschema.validate(made, schema(ACTION)["properties"]["ActionName"])
    assert made == action_name(accepted, region, button, source)


def test_no_region_has_a_longer_name() -> None:
    assert max(map(len, REGIONS)) == LONGEST_REGION


@pytest.mark.parametrize(("source", "longest"), [("security_hub_cspm", 39), ("security_hub", 36)])
def test_a_deployments_name_has_room_for_every_button(source: Source, longest: int) -> None:
    for button in BUTTONS:
        assert action_name_excess("x" * longest, button, source) == 0
    assert {action_name_excess("x" * (longest + 2), button, source) for button in BUTTONS} == {1, 2}


def test_names_of_actions_differ_by_deployment_region_button_and_product() -> None:
    made = [
        action_name(name, region, button, source)
        for name, region, button, source in product(
            ("A", "A-us", "A-us-east-1"), REGIONS, BUTTONS, SOURCES
        )
    ]
    assert len(set(made)) == len(made)


def allowed(statement: dict[str, Any], hub: str, request: dict[str, str]) -> bool:
    """Evaluate a statement as IAM does, for a request with these condition keys."""
    conditions = statement["Condition"]
    assert statement["Effect"] == "Allow"
    assert statement["Action"] == ["securityhub:BatchUpdateFindings"]
    assert set(conditions) == {"StringEquals", "Null"}
    equal = all(
        request.get(key) in (values if isinstance(values, list) else [values])
        for key, values in conditions["StringEquals"].items()
    )
    absent = all(
        (key not in request) == (value == "true") for key, value in conditions["Null"].items()
    )
    return equal and absent and any(fnmatchcase(hub, arn) for arn in statement["Resource"])


def statement_of(source: Source, *buttons: Button) -> dict[str, Any]:
    pressing = press_permission(source=source, buttons=buttons)
    policy = guardrail(title="Limit", path="/Some/", statements=[pressing]).to_dict()
    (statement,) = resolved(policy["Properties"])["PolicyDocument"]["Statement"]
    return dict(statement)


def asff(status: Workflow) -> dict[str, str]:
    return {"securityhub:ASFFSyntaxPath/Workflow.Status": status}


def ocsf(status: Workflow) -> dict[str, str]:
    return {"securityhub:OCSFSyntaxPath/StatusId": str(STATUS_IDS[status])}


SETTING = {"security_hub_cspm": asff, "security_hub": ocsf}
HUB_ARN = "arn:aws:securityhub:eu-west-1:111122223333:hub/default"


@every_source
@pytest.mark.parametrize("buttons", [("suppress",), ("suppress", "notified"), BUTTONS], ids=str)
def test_a_press_may_set_the_statuses_of_the_channels_buttons_and_no_other(
    source: Source, buttons: tuple[Button, ...]
) -> None:
    statement = statement_of(source, *buttons)
    may = {
        status
        for status in get_args(Workflow)
        if allowed(statement, HUB_ARN, SETTING[source](status))
    }
    assert may == {SETS[button] for button in buttons}


@every_source
def test_a_press_may_write_nothing_else_and_nothing_of_the_other_product(source: Source) -> None:
    statement = statement_of(source, *BUTTONS)
    request = SETTING[source]("SUPPRESSED")
    # All that the two operations can write: their API references.
    fields = {
        "security_hub_cspm": (
            *("Confidence", "Criticality", "Note", "Note.Text", "Note.UpdatedBy", "Types"),
            *("RelatedFindings", "Severity", "Severity.Label", "Severity.Normalized"),
            *("Severity.Product", "UserDefinedFields", "VerificationState"),
        ),
        "security_hub": ("SeverityId", "Comment"),
    }[source]
    path = "ASFF" if source == "security_hub_cspm" else "OCSF"
    assert allowed(statement, HUB_ARN, request)
    for field in fields:
        key = f"securityhub:{path}SyntaxPath/{field}"
        assert not allowed(statement, HUB_ARN, {**request, key: "x"})
        assert not allowed(statement, HUB_ARN, {key: "x"})
    for other in SOURCES:
        assert allowed(statement, HUB_ARN, SETTING[other]("SUPPRESSED")) == (other == source)


@every_source
def test_a_press_reaches_the_accounts_hubs_in_every_region(source: Source) -> None:
    statement = statement_of(source, "resolve")
    request = SETTING[source]("RESOLVED")
    assert allowed(statement, HUB_ARN.replace("eu-west-1", "us-east-1"), request)
    assert not allowed(statement, HUB_ARN.replace("111122223333", "444455556666"), request)
    new = "arn:aws:securityhub:us-east-1:111122223333:hubv2/0a1b"
    assert allowed(statement, new, request) == (source == "security_hub")
    assert not allowed(statement, HUB_ARN.replace("hub/default", "product/aws/x"), request)


def test_role_and_guardrail_both_allow_what_the_buttons_do() -> None:
    template = new_template(description="d", architecture="a", parameters=[], conditions={})
    for resource in whole():
        template.add_resource(resource)
    resources = template.to_dict()["Resources"]
    role = resources["SecurityChannelRole"]["Properties"]
    limit = resources["SecurityChannelGuardrail"]["Properties"]
    (policy,) = role["Policies"]
    pressing = policy["PolicyDocument"]["Statement"][1:]
    assert pressing == limit["PolicyDocument"]["Statement"]
    assert len({statement["Sid"] for statement in pressing}) == len(SOURCES)
    assert limit["Path"] == role["Path"]
    assert "ManagedPolicyName" not in limit
    validate(resolved(limit), POLICY)
    assert resources["SecurityChannel"]["Properties"]["GuardrailPolicies"] == [
        {"Fn::Sub": "arn:${AWS::Partition}:iam::aws:policy/CloudWatchReadOnlyAccess"},
        {"Ref": "SecurityChannelGuardrail"},
    ]


def test_a_channel_with_buttons_is_what_its_schema_asks_for() -> None:
    account = PLACE["AWS::AccountId"]
    arns = {
        button_id(button, source): f"arn:aws:chatbot::{account}:custom-action/"
        + action_name("Some", "eu-west-1", button, source)
        for button, source in product(BUTTONS, SOURCES)
    }
    arns["SecurityChannelGuardrail"] = f"arn:aws:iam::{account}:policy/Some/x-Guardrail-1A"
    properties = resolved(chat(*BUTTONS)[1].to_dict()["Properties"], **arns)
    properties["IamRoleArn"] = f"arn:aws:iam::{account}:role/Some/x"
    validate(properties, CHAT)
    assert set(properties["CustomizationResourceArns"]) < set(arns.values())
    assert len(properties["CustomizationResourceArns"]) == len(BUTTONS) * len(SOURCES)


def test_a_channel_without_buttons_has_nothing_of_them() -> None:
    role, configuration = (resource.to_dict() for resource in chat())
    assert "CustomizationResourceArns" not in configuration["Properties"]
    assert len(configuration["Properties"]["GuardrailPolicies"]) == 1
    (policy,) = role["Properties"]["Policies"]
    (statement,) = policy["PolicyDocument"]["Statement"]
    assert all(action.startswith("cloudwatch:") for action in statement["Action"])
    assert "buttons" not in str(role["Metadata"])


def test_a_template_with_every_button_has_no_findings_and_is_ascii() -> None:
    template = new_template(description="d", architecture="a", parameters=[], conditions={})
    for resource in whole():
        template.add_resource(resource)
    text = yaml_text(template.to_dict())
    assert text.isascii()
    assert cfn.findings("t.yaml", text) == []


ATTACHES = re.compile("iam:(?:At|De)tach")
"""What the schema lists for policies with users, groups or roles, which a guardrail has not."""


@pytest.mark.parametrize(("kind", "grants"), [(ACTION, block), (POLICY, guardrail_block)], ids=str)
def test_the_launch_role_may_deploy_it_and_do_nothing_that_it_does_not_need(
    kind: str, grants: Any
) -> None:
    handlers = schema(kind)["handlers"]
    needed = {
        action
        for handler in ("create", "read", "update", "delete")
        for action in handlers[handler]["permissions"]
        if not ATTACHES.match(action)
    }
    if kind == ACTION:
        needed |= {"chatbot:AssociateToConfiguration", "chatbot:DisassociateFromConfiguration"}
    given = [action for grant in grants.DEPLOY_GRANTS[kind] for action in grant.actions]
    assert sorted(given) == sorted(needed)
    assert list(launch_role_stack.grants({kind})) == list(grants.DEPLOY_GRANTS[kind])


def test_the_launch_role_reaches_only_the_deployments_own_actions_and_policies() -> None:
    resources = {
        resource.replace("{name}", "Some")
        for grants in (block, guardrail_block)
        for listed in grants.DEPLOY_GRANTS.values()
        for grant in listed
        for resource in grant.resources
        if "chatbot:CreateCustomAction" not in grant.actions
    }
    assert resources == {
        "chatbot::${AWS::AccountId}:custom-action/Some-*",
        "iam::${AWS::AccountId}:policy/Some/*",
    }
    name = action_name("Some", "eu-west-1", "suppress", "security_hub")
    assert fnmatchcase(f"custom-action/{name}", "custom-action/Some-*")


@pytest.mark.parametrize(
    "hostile",
    [
        "",
        "a b",
        "a,b",
        "a\n",
        "\na",
        "a --profile x",
        "--profile",
        "-a",
        "=a",
        "'a'",
        'a"b',
        "$(x)",
        "${x}",
        "a;b",
        "a|b",
        "a\\b",
        "[a]",
        "{a}",
        "a*",
        "a`b`",
        "é",
        "a\u2028",
        "file://a?b",
    ],
)
def test_what_could_change_a_command_is_not_named(hostile: str) -> None:
    assert not re.fullmatch(SAFE_ID, hostile)
    assert not re.fullmatch(SAFE_UID, hostile)


@pytest.mark.parametrize("read", ["file:///etc/passwd", "fileb://x", "https://example.com/x"])
def test_a_uid_is_never_the_address_of_a_file(read: str) -> None:
    assert not re.fullmatch(SAFE_UID, read)
