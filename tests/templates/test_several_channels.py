"""A route or digest to several channels: one rule and one topic, several configurations."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from conftest import QUICKSTART, Build, Run, of_type
from generator.advice import advice
from generator.params import BadInput, load
from samples import CONTROL

if TYPE_CHECKING:
    from pathlib import Path

CONFIGURATION = "AWS::Chatbot::SlackChannelConfiguration"
CHANNELS: dict[str, Any] = {"security": {}, "operations": {}}
DIGEST = {"name": "weekly", "schedule": "rate(7 days)", "channel": ["security", "operations"]}


def file(channel: Any, **more: Any) -> str:
    """Return the quickstart with two channels, its route to one or more of them."""
    basis = yaml.safe_load(QUICKSTART)
    route = {**basis["routes"][0], "channel": channel}
    return str(
        yaml.safe_dump({**basis, "channels": CHANNELS, "routes": [route], **more}, sort_keys=False)
    )


def test_a_route_to_several_channels_has_one_topic_which_each_configuration_shows(
    build: Build,
) -> None:
    template = build(file(["security", "operations"]))
    assert set(of_type(template, "AWS::SNS::Topic")) == {"FindingsTopic"}
    configurations = of_type(template, CONFIGURATION)
    shown = {title: item["Properties"]["SnsTopicArns"] for title, item in configurations.items()}
    topics = [{"Ref": "FindingsTopic"}]
    assert shown == {"SecurityChannel": topics, "OperationsChannel": topics}


def test_a_digest_to_several_channels_is_shown_in_each(build: Build) -> None:
    template = build(file("security", digests=[DIGEST]))
    for configuration in of_type(template, CONFIGURATION).values():
        assert {"Ref": "WeeklyTopic"} in configuration["Properties"]["SnsTopicArns"]


def test_its_alarms_are_shown_in_each_channel(build: Build) -> None:
    template = build(file(["security", "operations"], alarms=True))
    for alarm in of_type(template, "AWS::CloudWatch::Alarm").values():
        actions = alarm["Properties"]["AlarmActions"]
        assert actions == [{"Ref": "SecurityAlarmTopic"}, {"Ref": "OperationsAlarmTopic"}]


@pytest.mark.parametrize(
    ("channel", "place", "message"),
    [
        (["security", "nowhere"], "channel[1]", "no channel 'nowhere'"),
        (["security", "security"], "channel[1]", "'security' is listed twice"),
        ([], "channel", "an empty list"),
        ("nowhere", "channel", "no channel 'nowhere'"),
        ([f"c{n}" for n in range(6)], "channel", "6 entries; at most 5"),
        ("No Name", "channel", "a name begins with a letter"),
    ],
    ids=str,
)
def test_what_is_wrong_with_a_list_of_channels_is_named_with_its_place(
    project: Path, channel: Any, place: str, message: str
) -> None:
    path = project / "params" / "a.yaml"
    path.write_text(file(channel), "utf-8")
    with pytest.raises(BadInput) as refused:
        load(path)
    (problem,) = list(map(str, refused.value.problems))
    assert f"routes[0].{place}: " in problem
    assert message in problem
    assert ":0:" not in problem


def test_backtest_counts_a_message_in_each_of_its_channels(project: Path, run: Run) -> None:
    (project / "params" / "a.yaml").write_text(file(["security", "operations"]), "utf-8")
    (project / "findings").write_text(json.dumps(CONTROL), "utf-8")
    report = json.loads(run("backtest", "params/a.yaml", "findings", "--json").out)["export"]
    assert report["routes"][0]["channel"] == ["security", "operations"]
    assert [(row["channel"], row["findings"]) for row in report["channels"]] == [
        ("security", 1),
        ("operations", 1),
    ]


def test_two_routes_that_share_one_of_their_channels_notify_twice_there(project: Path) -> None:
    basis = yaml.safe_load(file(["security", "operations"]))
    routes = [*basis["routes"], {**basis["routes"][0], "name": "more", "channel": "operations"}]
    path = project / "params" / "a.yaml"
    path.write_text(yaml.safe_dump({**basis, "routes": routes}), "utf-8")
    warned = [str(problem) for problem in advice(load(path))]
    assert [line for line in warned if "to the same channel operations" in line]
