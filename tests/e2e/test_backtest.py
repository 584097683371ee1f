"""What ``backtest`` counts is what arrives: the same findings, tried offline and really sent."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bus import as_event
from rendered import ROOT, Rendered, findings, generate, templates
from spy import Spy
from stack import Stack


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
    events = [as_event(finding, account) for finding in findings()]
    params = ROOT / "params" / f"{template.path.parent.name}.yaml"
    expected = counted(params, events, tmp_path)
    spies = {
        route: spy(stack.resources[topic_of(route)]["PhysicalResourceId"]) for route in expected
    }
    send(events)
    arrived = {route: len(spies[route].receive_all(expected[route])) for route in expected}
    assert arrived == expected
    assert any(expected.values())
