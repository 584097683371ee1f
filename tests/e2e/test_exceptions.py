"""Exceptions: what the rules of exceptions.yaml suppress before the event goes out, and its end."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import yaml

from bus import as_event, as_event_v2
from rendered import ROOT, Rendered, findings, generate, named, read, render
from samples_ocsf import KINDS
from spy import Spy
from stack import Stack

Deploy = Callable[..., Stack]
Listen = Callable[[str], Spy]
Send = Callable[[Any], list[str]]

SHIPPED = ROOT / "templates_out" / "exceptions"
CONTROL, OTHER = "S3.2", "S3.8"
PARAMS = {
    "name": "Accepted",
    "channels": {"security": {}},
    "routes": [
        {"name": "findings", "channel": "security", "match": {"workflow": ["NEW"]}},
    ],
}


def rendered(folder: Any, until: str) -> tuple[Rendered, Rendered]:
    """Return the templates of a file with an exception for a control in one account."""
    exception = {
        "name": "website",
        "match": {"controls": [CONTROL], "accounts": ["111122223333"]},
        "reason": "public on purpose",
        "until": until,
    }
    own = folder / "own.yaml"
    own.write_text(yaml.safe_dump({**PARAMS, "exceptions": [exception]}), "utf-8")
    generate("render", own, "--out", folder)
    return read(folder / "own" / "standalone.yaml"), read(folder / "own" / "exceptions.yaml")


def failed(control: str, updated: datetime, number: str = "1") -> dict[str, Any]:
    """Return a failed control of one account, as its product updates it at a time."""
    written = updated.strftime("%Y-%m-%dT%H:%M:%S.000Z")
    return {
        **findings()[0],
        "Id": f"{control}/{number}",
        "AwsAccountId": "111122223333",
        "Compliance": {"Status": "FAILED", "SecurityControlId": control},
        "Workflow": {"Status": "NEW"},
        "UpdatedAt": written,
    }


@pytest.fixture
def today() -> datetime:
    return datetime.now(UTC)


def day(moment: datetime) -> str:
    return moment.date().isoformat()


def test_a_finding_that_is_excepted_is_suppressed_before_its_event_and_no_message_comes(
    deploy: Deploy, spy: Listen, send: Send, aws: Any, account: str, tmp_path: Any, today: datetime
) -> None:
    routes, rules = rendered(tmp_path, day(today + timedelta(30)))
    queue = spy(deploy(routes.path, **routes.typed).outputs["FindingsTopicArn"])
    deploy(rules.path)
    send(as_event(failed(control, today), account) for control in (CONTROL, OTHER))
    arrived = [message.body["detail"]["findings"][0]["Id"] for message in queue.receive_all(1)]
    assert arrived == [f"{OTHER}/1"]
    listed = aws("securityhub", account=account).get_findings()["Findings"]
    states = {each["Id"]: (each["Workflow"], each.get("Note")) for each in listed}
    note = f"exception website: public on purpose (until {day(today + timedelta(30))})"
    assert states[f"{CONTROL}/1"][0] == {"Status": "SUPPRESSED"}
    assert states[f"{CONTROL}/1"][1]["Text"] == note
    assert states[f"{OTHER}/1"] == ({"Status": "NEW"}, None)


def test_after_the_last_day_a_finding_that_is_still_suppressed_is_sent_again_once_it_is_updated(
    deploy: Deploy, spy: Listen, send: Send, account: str, tmp_path: Any, today: datetime
) -> None:
    routes, rules = rendered(tmp_path, day(today))
    queue = spy(deploy(routes.path, **routes.typed).outputs["FindingsTopicArn"])
    deploy(rules.path)
    days = [failed(CONTROL, today + timedelta(n)) for n in (0, 1, 2)]
    send([as_event(days[0], account)])
    assert queue.receive_all(0, settle=1) == []
    send([as_event(finding, account) for finding in days[1:]])
    arrived = [m.body["detail"]["findings"][0] for m in queue.receive_all(2)]
    assert {each["Workflow"]["Status"] for each in arrived} == {"NEW"}
    ended = f"website: this exception ended on {day(today)}"
    assert {each["Note"]["Text"] for each in arrived} == {ended}


def test_what_no_exception_has_set_stays_as_somebody_has_set_it(
    deploy: Deploy, spy: Listen, send: Send, account: str, tmp_path: Any, today: datetime
) -> None:
    routes, rules = rendered(tmp_path, day(today - timedelta(1)))
    queue = spy(deploy(routes.path, **routes.typed).outputs["FindingsTopicArn"])
    deploy(rules.path)
    by_hand = {
        "Workflow": {"Status": "SUPPRESSED"},
        "Note": {"Text": "mine", "UpdatedBy": "me", "UpdatedAt": "2026-01-01T00:00:00Z"},
    }
    send([as_event({**failed(CONTROL, today), **by_hand}, account)])
    assert queue.receive_all(0, settle=1) == []


def test_the_shipped_rules_are_created_in_the_order_of_the_file(
    deploy: Deploy, aws: Any, account: str
) -> None:
    stack = deploy(SHIPPED / "exceptions.yaml")
    hub = aws("securityhub", account=account)
    rules = hub.list_automation_rules()["AutomationRulesMetadata"]
    written = yaml.safe_load((ROOT / "params" / "exceptions.yaml").read_text("utf-8"))
    names = [
        f"{written['name']}-{exception['name']}{end}"
        for exception in written["exceptions"]
        for end in (("",) if exception["until"] == "never" else ("", "-end"))
    ]
    ordered = sorted(rules, key=lambda rule: rule["RuleOrder"])
    assert [rule["RuleName"] for rule in ordered] == names
    assert len(stack.resources) == len(names)


@pytest.mark.parametrize("source", ["security_hub_cspm", "security_hub"])
def test_an_exception_that_is_extended_keeps_its_rules_which_then_have_the_new_day(
    deploy: Deploy, aws: Any, account: str, tmp_path: Any, source: str
) -> None:
    text = NEW_HUB.replace("source: security_hub", f"source: {source}")
    text = text.replace("kinds: [posture]", "controls: [S3.8]")
    render(text, tmp_path)
    template = tmp_path / "own" / "exceptions.yaml"
    stack = deploy(template.read_text("utf-8"))
    before = {title: each["PhysicalResourceId"] for title, each in stack.resources.items()}
    render(text.replace("2026-03-31", "2099-03-31"), tmp_path)
    stack.update(template.read_text("utf-8"))
    assert before == {title: each["PhysicalResourceId"] for title, each in stack.resources.items()}
    hub, arn = aws("securityhub", account=account), before["BucketException"]
    if source == "security_hub":
        rule = hub.get_automation_rule_v2(Identifier=arn.rpartition("/")[2])
    else:
        (rule,) = hub.batch_get_automation_rules(AutomationRulesArns=[arn])["Rules"]
    assert "2099-03-31T23:59:59.999Z" in json.dumps(rule["Criteria"])


NEW_HUB = """
name: New
source: security_hub
channels: {security: {}}
routes:
  - {name: findings, channel: security, match: {workflow: [NEW], kinds: [posture]}}
exceptions:
  - name: bucket
    match: {controls: [S3.8], severity: [HIGH], record_state: [ACTIVE]}
    reason: public on purpose
    until: 2026-03-31
"""


def test_a_finding_of_the_new_security_hub_is_suppressed_until_the_last_day(
    deploy: Deploy, spy: Listen, send: Send, account: str, tmp_path: Any
) -> None:
    routes = render(NEW_HUB, tmp_path)
    rules = read(tmp_path / "own" / "exceptions.yaml")
    queue = spy(deploy(routes.path, **routes.typed).outputs["FindingsTopicArn"])
    deploy(rules.path)
    sent = [posture("1", "S3.8", "2026-03-31"), posture("2", "S3.2", "2026-03-31")]
    send(as_event_v2(each, account) for each in [*sent, posture("3", "S3.8", "2026-04-01")])
    arrived = [json.dumps(message.body, ensure_ascii=False) for message in queue.receive_all(2)]
    assert sorted(next(n for n in "123" if f"control {n}" in text) for text in arrived) == [
        "2",
        "3",
    ]


def posture(number: str, control: str, day: str) -> dict[str, Any]:
    """Return a failed control of the new Security Hub, as it was modified on a day."""
    finding = named(KINDS["posture"], number.rjust(64, "0"))
    info = {"modified_time_dt": f"{day}T12:00:00.000Z", "title": f"control {number}"}
    return {
        **finding,
        "compliance": {**finding["compliance"], "control": control},
        "finding_info": {**finding["finding_info"], **info},
        "severity": "High",
        "vendor_attributes": {"severity": "High", "severity_id": 4},
    }
