"""What ``backtest`` counts is what arrives: the same findings, tried offline and really sent."""

import json
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from aws import REGION, Aws
from bus import as_event, as_event_v2, by_hand
from rendered import ROOT, Rendered, findings, findings_v2, generate, templates
from spy import Spy
from stack import Stack

QUICKSTART = ROOT / "params" / "quickstart.yaml"


def counted(params: Path, events: list[dict[str, Any]], folder: Path) -> dict[str, int]:
    """Return the messages that the backtest counts, by route."""
    recorded = folder / "events.ndjson"
    recorded.write_text("".join(json.dumps(event) + "\n" for event in events))
    report = json.loads(generate("backtest", params, recorded, "--json"))
    return {route["route"]: route["messages"] for route in report["events"]["routes"]}


def topic_of(route: str) -> str:
    return "".join(part.capitalize() for part in route.split("-")) + "Topic"


@pytest.mark.parametrize(
    "template", templates("standalone.yaml"), ids=lambda template: template.path.parent.name
)
def test_the_backtest_counts_what_arrives(
    template: Rendered,
    deploy: Callable[..., Stack],
    spy: Callable[[str], Spy],
    send: Callable[[Any], list[str]],
    account: str,
    tmp_path: Path,
) -> None:
    stack = deploy(template.path, **template.typed)
    # Each finding once: what comes before Security Hub has marked the first notifies again.
    distinct = {(finding["ProductArn"], finding["Id"]): finding for finding in findings()}
    events = [as_event(finding, account) for finding in distinct.values()]
    others = {finding["finding_info"]["uid"]: finding for finding in findings_v2()}
    events += [as_event_v2(finding, account) for finding in others.values()]
    events.append(by_hand(findings()[0], "Send to Slack", account))
    params = ROOT / "params" / f"{template.path.parent.name}.yaml"
    expected = counted(params, events, tmp_path)
    spies = {
        route: spy(stack.resources[topic_of(route)]["PhysicalResourceId"]) for route in expected
    }
    send(events)
    arrived = {route: len(spies[route].receive_all(expected[route])) for route in expected}
    assert arrived == expected
    assert any(expected.values())


def test_events_recorded_to_a_log_group_as_the_readme_advises_are_counted(
    aws: Aws, send: Callable[[Any], list[str]], account: str, tmp_path: Path
) -> None:
    group = "/aws/events/findings"
    logs, events = aws("logs", REGION, account), aws("events", REGION, account)
    logs.create_log_group(logGroupName=group)
    events.put_rule(Name="record", EventPattern=_advised_pattern())
    arn = f"arn:aws:logs:{REGION}:{account}:log-group:{group}"
    events.put_targets(Rule="record", Targets=[{"Id": "log", "Arn": arn}])
    sent = [as_event(finding, account) for finding in findings()[:30]]
    send(sent)
    recorded = _recorded(logs, group, len(sent))
    path = tmp_path / "events.json"
    path.write_text(json.dumps({"events": recorded, "searchedLogStreams": []}, indent=4))
    report = json.loads(generate("backtest", QUICKSTART, path, "--json"))
    direct = counted(QUICKSTART, sent, tmp_path)
    assert report["read"]["events"] == len(sent)
    assert report["read"]["unwrapped"] == {"CloudWatch Logs": len(sent)}
    assert {one["route"]: one["messages"] for one in report["events"]["routes"]} == direct


def _advised_pattern() -> str:
    """Return the pattern that the documentation gives for recording."""
    page = (ROOT / "docs" / "en" / "try.md").read_text("utf-8")
    assert "aws logs filter-log-events --log-group-name GROUP --output json" in page
    return re.search(r"Let a rule that matches `([^`]+)` write to a log group", page)[1]


def _recorded(logs: Any, group: str, count: int) -> list[dict[str, Any]]:
    """Return what ``aws logs filter-log-events`` prints under ``events``, once all is there."""
    deadline = time.monotonic() + 60
    pages = logs.get_paginator("filter_log_events")
    while time.monotonic() < deadline:
        found = [one for page in pages.paginate(logGroupName=group) for one in page["events"]]
        if len(found) >= count:
            return found
        time.sleep(0.5)
    raise AssertionError(f"{len(found)} of {count} events in the log group after a minute")
