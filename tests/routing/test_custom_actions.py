"""Findings that somebody sends from Security Hub's console, by a custom action."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from conftest import QUICKSTART, ROOT, Build, Run, pattern_of
from generator.cloudformation.intrinsics import defaults, resolve_resources
from generator.eventbridge import matcher
from guide_texts import shipped_guide
from previewed import messages

if TYPE_CHECKING:
    from pathlib import Path

BY_HAND = (ROOT / "params" / "by-hand.yaml").read_text("utf-8")
SENT = "Security Hub Findings - Custom Action"


def finding(name: str) -> dict[str, Any]:
    return {
        "Id": name,
        "ProductArn": "arn:aws:securityhub:eu-west-1::product/aws/securityhub",
        "AwsAccountId": "111122223333",
        "Region": "eu-west-1",
        "Severity": {"Label": "LOW"},
        "Workflow": {"Status": "NEW"},
        "RecordState": "ACTIVE",
        "UpdatedAt": "2026-01-06T08:00:00Z",
        "Resources": [{"Type": "AwsS3Bucket", "Id": "arn:aws:s3:::one"}],
    }


def sent(action: str, name: str = "a") -> dict[str, Any]:
    return {
        "source": "aws.securityhub",
        "detail-type": SENT,
        "time": "2026-01-06T08:00:00Z",
        "detail": {"actionName": action, "actionDescription": "", "findings": [finding(name)]},
    }


def lines(*values: Any) -> str:
    return "".join(json.dumps(value) + "\n" for value in values)


def backtest(run: Run, project: Path, text: str, *values: Any) -> Any:
    (project / "params" / "a.yaml").write_text(text, "utf-8")
    (project / "events").write_text(lines(*values), "utf-8")
    return json.loads(run("backtest", "params/a.yaml", "events", "--json").out)


def test_the_rule_matches_the_action_by_its_name_and_no_imported_finding(build: Build) -> None:
    matches = matcher.compile(pattern_of(build(BY_HAND), "ByHandRule"))
    assert matches(sent("Send to Slack"))
    assert not matches(sent("Open a ticket"))
    imported = {**sent("Send to Slack"), "detail-type": "Security Hub Findings - Imported"}
    assert not matches(imported)


def test_the_rest_of_the_match_narrows_what_may_be_sent(build: Build) -> None:
    text = BY_HAND.replace("actions: [Send to Slack]", "severity: [CRITICAL]")
    matches = matcher.compile(pattern_of(build(text), "ByHandRule"))
    assert not matches(sent("Send to Slack"))


def test_backtest_counts_what_was_sent_by_hand(run: Run, project: Path) -> None:
    found = backtest(run, project, BY_HAND, sent("Send to Slack"), sent("Open a ticket", "b"))
    (route,) = found["events"]["routes"]
    assert (found["events"]["findings"], route["messages"]) == (2, 1)


def test_the_detail_alone_of_a_custom_action_is_one_too(run: Run, project: Path) -> None:
    found = backtest(run, project, BY_HAND, sent("Send to Slack")["detail"])
    assert found["events"]["routes"][0]["messages"] == 1


def test_an_export_says_nothing_of_what_people_send(run: Run, project: Path) -> None:
    text = BY_HAND.replace("      actions: [Send to Slack]\n", "      severity: [LOW]\n")
    found = backtest(run, project, text, finding("a"))
    assert found["export"]["routes"][0]["sent_now"] == 0


def test_without_such_a_route_these_events_are_left_out_by_name(run: Run, project: Path) -> None:
    found = backtest(run, project, QUICKSTART, sent("Send to Slack"))
    assert found["read"]["other_events"] == {SENT: 1}


def test_the_preview_says_which_action_it_was(run: Run, project: Path) -> None:
    (project / "params" / "a.yaml").write_text(BY_HAND, "utf-8")
    (project / "events").write_text(lines(sent("Send to Slack")), "utf-8")
    run("preview", "params/a.yaml", "events", "--out", "page.html")
    (shown,) = messages((project / "page.html").read_text("utf-8"))
    assert shown.why == "Route by-hand, because actions Send to Slack"


def test_the_guide_says_how_to_create_the_action(run: Run, project: Path) -> None:
    (project / "params" / "a.yaml").write_text(BY_HAND, "utf-8")
    run("render")
    guide = shipped_guide(project / "templates_out" / "a")
    command = 'aws securityhub create-action-target --name "Send to Slack" --id SendToSlack'
    assert command in guide
    assert "no imported finding can reach" not in guide
    assert "each time somebody sends it" in guide
    assert "The same finding comes again" not in guide
    assert "send it again from the console instead" in guide


def test_other_regions_forward_what_is_sent_there_and_the_homes_bus_admits_it(
    run: Run, project: Path
) -> None:
    from conftest import read_template  # noqa: PLC0415

    home = {"region": "eu-west-1", "account": "111122223333"}
    stackset = {"accounts": ["111122223333", "444455556666"], "regions": ["eu-west-1"]}
    both = {"deployment": {"home": home, "stackset": {**stackset, "auto_deployment": False}}}
    text = BY_HAND + json.dumps(both)[1:-1].replace('"deployment":', "deployment:") + "\n"
    (project / "params" / "a.yaml").write_text(text, "utf-8")
    ran = run("render")
    assert ran.code == 0, ran.err
    template = read_template(project / "templates_out" / "a" / "stackset.yaml")
    where = {"AWS::Partition": "aws", "AWS::Region": "eu-west-1"}
    at_home = resolve_resources(
        template, {**defaults(template), **where, "AWS::AccountId": "111122223333"}
    )
    elsewhere = resolve_resources(
        template, {**defaults(template), **where, "AWS::AccountId": "444455556666"}
    )
    pattern = elsewhere["RuleToHome"]["Properties"]["EventPattern"]
    assert matcher.compile(pattern)(sent("Send to Slack"))
    condition = at_home["HomeBusPolicy"]["Properties"]["Statement"]["Condition"]
    assert SENT in condition["ForAllValues:StringEquals"]["events:detail-type"]
