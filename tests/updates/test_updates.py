"""What render and check say of stacks that are deployed, before anybody updates them."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

import pytest
from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER

from conftest import ROOT, Run, read_template
from generator.blocks.custom_action import custom_action
from generator.updates.compare import compare
from generator.updates.facts import NAMES, create_only

if TYPE_CHECKING:
    from pathlib import Path

PARAMS = """\
name: Findings
channels:
  security: {channel_id: C01}
  platform: {}
routes:
  - {name: high, channel: security, match: {severity: [CRITICAL, HIGH]}}
  - {name: low, channel: platform, match: {severity: [LOW]}}
"""
DEPLOY = "aws cloudformation deploy --stack-name Findings --template-file standalone.yaml"
LOW = "  - {name: low"
THIRD = "  - {name: third, channel: security, match: {products: [aws/guardduty]}}\n"
TEMPLATES = sorted((ROOT / "templates_out").glob("*/*.yaml"))


@pytest.fixture
def rendered(project: Path, run: Run) -> Path:
    """The project with one params file, rendered."""
    write(project, PARAMS)
    run("render")
    return project


def write(project: Path, text: str) -> None:
    (project / "params" / "a.yaml").write_text(text)


def said(out: str, file: str = "standalone.yaml") -> list[str]:
    """Return what is said of one template."""
    lines = iter(out.splitlines())
    head = f"templates_out/a/{file}, for stacks that are deployed:"
    for line in lines:
        if line == head:
            break
    found = []
    for line in lines:
        if not line.startswith("  "):
            break
        found.append(line.strip())
    return found


def test_a_changed_default_is_reported_with_the_command_that_changes_it(
    rendered: Path, run: Run
) -> None:
    write(rendered, PARAMS.replace("[LOW]", "[LOW, MEDIUM]"))
    lines = said(run("render").out)
    assert lines == [
        "keeps LowSeverities=LOW: the new default LOW,MEDIUM is for new stacks",
        "To change them: CloudFormation, Update, Use existing template, Parameters; or",
        f"{DEPLOY} --capabilities CAPABILITY_IAM --parameter-overrides LowSeverities=LOW,MEDIUM",
    ]


def test_a_stackset_has_its_own_command(rendered: Path, run: Run) -> None:
    write(rendered, PARAMS.replace("[LOW]", "[LOW, MEDIUM]"))
    lines = said(run("render").out, "stackset.yaml")
    assert "keeps LowSeverities=LOW: the new default LOW,MEDIUM is for new stacks" in lines
    assert lines[-1].startswith("aws cloudformation update-stack-set --stack-set-name Findings")
    assert "--parameters file://stackset-parameters.json" in lines[-1]


def test_check_reports_the_same_and_nothing_once_it_is_rendered(rendered: Path, run: Run) -> None:
    write(rendered, PARAMS.replace("[LOW]", "[LOW, MEDIUM]"))
    checked = said(run("check").out)
    assert checked == said(run("render").out) != []
    assert said(run("check").out) == said(run("render").out) == []


def test_check_compares_with_an_earlier_release(rendered: Path, run: Run) -> None:
    shutil.copytree(rendered / "templates_out", rendered / "released")
    write(rendered, PARAMS.replace("[LOW]", "[LOW, MEDIUM]"))
    run("render")
    ran = run("check", "--against", "released")
    assert ran.code == 0
    assert said(ran.out)[0].startswith("keeps LowSeverities=LOW")


@pytest.mark.parametrize("earlier", ["nowhere", "empty"])
def test_comparing_with_a_folder_that_has_no_template_is_refused(
    rendered: Path, run: Run, earlier: str
) -> None:
    (rendered / "empty").mkdir()
    ran = run("check", "--against", earlier)
    assert ran.code == 2
    assert ran.err == f"{earlier}: has no template of these params files to compare with\n"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("platform: {}", "platform: {channel_id: C02}"),
        ("security: {channel_id: C01}", "security: {}"),
        ("name: Findings", "name: Findings\ndescription: Others"),
        ("name: Findings", "name: Findings\ntags: {Team: security}"),
        (LOW, f"{THIRD}{LOW}"),
        ("match: {severity: [LOW]}", "match: {severity: [LOW], products: [aws/macie]}"),
    ],
    ids=["default-added", "default-removed", "description", "tags", "route", "match"],
)
def test_what_an_update_does_by_itself_is_not_worth_a_word(
    rendered: Path, run: Run, old: str, new: str
) -> None:
    write(rendered, PARAMS.replace(old, new, 1))
    ran = run("render")
    assert ran.code == 0
    assert "for stacks that are deployed" not in ran.out


FAILS = "FAILS: CloudFormation deletes old resources last; until then AWS allows no second one"


def test_removing_the_first_route_gives_its_names_to_the_second(rendered: Path, run: Run) -> None:
    write(
        rendered,
        "\n".join(line for line in PARAMS.splitlines() if "high" not in line) + "\n",
    )
    lines = said(run("render").out)
    assert any(line.startswith("replaces LowTopic (TopicName), LowRule (Name)") for line in lines)
    assert any(line.startswith("deletes HighTopic, ") for line in lines)
    lost = "deletes undelivered events in LowDeadLetters, HighDeadLetters: send them again first"
    assert f"{lost} (DEPLOY.md)" in lines
    failing = lines[lines.index(FAILS) + 1 :]
    assert "Topic Findings: LowTopic is created while HighTopic still exists" in failing
    assert (
        "Queue Findings-dead-letters: LowDeadLetters is created while HighDeadLetters still exists"
        in (failing)
    )
    assert failing[-1].startswith("Keep the former names, order and channels; or delete the stack")


def test_reordering_channels_would_give_one_slack_channel_two_configurations(
    rendered: Path, run: Run
) -> None:
    first, second = "  security: {channel_id: C01}\n", "  platform: {}\n"
    write(rendered, PARAMS.replace(first + second, second + first))
    lines = said(run("render").out)
    failing = lines[lines.index(FAILS) + 1 :]
    assert (
        "chat configuration of the Slack channel C01: SecurityChannel is created"
        " while SecurityChannel still exists"
    ) in failing
    assert (
        "SlackChannelConfiguration Findings: PlatformChannel is created while SecurityChannel still"
        " exists"
    ) in failing


def test_renaming_the_deployment_would_too(rendered: Path, run: Run) -> None:
    write(rendered, PARAMS.replace("name: Findings", "name: Alerts"))
    lines = said(run("render").out)
    failing = lines[lines.index(FAILS) + 1 :]
    # Topics, rules and queues have other names then; channels have not.
    assert [line.partition(":")[0] for line in failing[:-1]] == [
        "chat configuration of the Slack channel C01",
        "chat configuration of the Slack channel PlatformChannelId",
    ]


def test_renaming_a_channel_fails_if_it_is_the_same_slack_channel(rendered: Path, run: Run) -> None:
    write(rendered, PARAMS.replace("platform", "team"))
    lines = said(run("render").out)
    assert lines[:2] == [
        "asks for TeamChannelId: new, without a default",
        "drops PlatformChannelId: the parameter no longer exists",
    ]
    failing = lines[lines.index(FAILS) + 1 :]
    assert failing[0] == (
        "chat configuration, if TeamChannelId is the Slack channel that PlatformChannelId was:"
        " TeamChannel is created while PlatformChannel still exists"
    )


def test_renaming_a_route_deletes_what_waits_in_its_queue(rendered: Path, run: Run) -> None:
    write(rendered, PARAMS.replace("name: low", "name: minor"))
    lines = said(run("render").out)
    assert (
        "deletes undelivered events in LowDeadLetters: send them again first (DEPLOY.md)" in lines
    )
    assert FAILS not in lines


def test_what_a_deleted_exception_has_set_stays(rendered: Path, run: Run) -> None:
    accepted = "  - {{name: {}, match: {{controls: [EC2.1]}}, reason: SEC-1, until: 2099-03-31}}\n"
    both = f"{PARAMS}exceptions:\n{accepted.format('first')}{accepted.format('second')}"
    write(rendered, both)
    assert run("render").code == 0
    write(rendered, both.replace(accepted.format("second"), ""))
    assert (
        "leaves what SecondException has set as it is: before you remove an exception, deploy it"
        " with an `until` of yesterday (DEPLOY.md)"
    ) in said(run("render").out, "exceptions.yaml")


def test_a_value_that_is_not_admitted_any_more_is_named(rendered: Path, run: Run) -> None:
    path = rendered / "templates_out" / "a" / "standalone.yaml"
    path.write_text(path.read_text().replace("Default: LOW", "Default: TRIVIAL"))
    lines = said(run("check").out)
    assert "refuses LowSeverities=TRIVIAL: stacks that have this value need another" in lines


def test_an_unreadable_old_template_is_no_obstacle(rendered: Path, run: Run) -> None:
    (rendered / "templates_out" / "a" / "standalone.yaml").write_text("a: [\n")
    assert run("render").code == 0


def with_button(title: str, name: str) -> dict[str, Any]:
    action = custom_action(
        title=title, name=name, button="suppress", source="security_hub", tags={}
    ).to_dict()
    return {"Resources": {title: action}}


def test_a_channel_may_get_buttons_and_lose_them() -> None:
    without: dict[str, Any] = {"Resources": {}}
    button = with_button("SuppressButtonV2", "Findings")
    assert not compare(without, button)
    assert compare(button, without)._asdict() == {
        **compare(without, without)._asdict(),
        "deleted": ["SuppressButtonV2"],
    }


def test_a_button_is_replaced_with_its_deployments_name_and_two_cannot_have_one_name() -> None:
    before = with_button("SuppressButtonV2", "Findings")
    renamed = compare(before, with_button("SuppressButtonV2", "Alerts"))
    assert renamed.replaced == {"SuppressButtonV2": ["ActionName"]}
    assert not renamed.collisions
    (collision,) = compare(before, with_button("Other", "Findings")).collisions
    assert (collision.comes, collision.goes) == ("Other", "SuppressButtonV2")


@pytest.mark.parametrize(("kind", "name"), NAMES.items())
def test_a_name_cannot_be_changed_without_a_replacement(kind: str, name: str) -> None:
    assert name in create_only(kind)


def test_every_named_type_of_the_templates_is_known() -> None:
    """A type without a schema would never be reported as replaced."""
    known = PROVIDER_SCHEMA_MANAGER.get_resource_types("us-east-1")
    for path in TEMPLATES:
        for title, one in read_template(path)["Resources"].items():
            assert one["Type"] in known, (path, title)
            names = {key for key in one.get("Properties", {}) if key.endswith("Name")}
            named = names & create_only(one["Type"]) - {"LocalRoleName", "EventBusName"}
            assert named <= {NAMES.get(one["Type"], "")}, (path, title)
