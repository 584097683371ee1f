"""The busiest minute and hour of channels, and warnings where messages would be lost."""

from __future__ import annotations

import json
import pickle
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from conftest import Run
from events import as_event
from generator.backtest.busiest import Busiest
from pages import params
from previewed import parsed, text
from samples import CONTROL

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

Minutes = list[tuple[tuple[int, ...], str]]
SENT = st.lists(
    st.tuples(
        st.sampled_from([(0,), (1,), (0, 1)]),
        st.sampled_from(["2026-01-05T08:00", "2026-01-05T08:59", "2026-01-06T23:07"]),
    ),
    max_size=40,
)
ONCE = {"notify": "once", "match": {"workflow": ["NEW"]}}


def burst(*counts: int, hour: int = 8, name: str = "f", **changed: Any) -> list[dict[str, Any]]:
    """Return findings, so many in each minute from an hour on."""
    return [
        {
            **CONTROL,
            "Id": f"{name}-{minute}-{i}",
            "UpdatedAt": f"2026-01-05T{hour:02}:{minute:02}:{i % 60:02}.000Z",
            "Workflow": {"Status": "NEW"},
            "Severity": {"Label": "HIGH"},
            **changed,
        }
        for minute, count in enumerate(counts)
        for i in range(count)
    ]


def sent(findings: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    return [as_event(finding, time=finding["UpdatedAt"]) for finding in findings]


def report(
    run: Run, project: Path, text: str, given: Sequence[dict[str, Any]], *options: str
) -> Any:
    (project / "params" / "a.yaml").write_text(text, "utf-8")
    (project / "given").write_text("\n".join(map(json.dumps, given)))
    ran = run("backtest", "params/a.yaml", "given", "--json", *options)
    assert ran.code == 0, ran.err
    found = json.loads(ran.out)
    return found["events"] or found["export"]


@pytest.mark.parametrize("as_sent", [list, sent], ids=["export", "events"])
def test_the_busiest_minute_and_hour_are_those_of_all_routes_to_a_channel(
    project: Path, run: Run, as_sent: Any
) -> None:
    low = burst(3, name="low", Severity={"Label": "LOW"})
    given = [*burst(5, 30, 30), *burst(40, hour=20), *low]
    routes = ({"name": "all"}, {"name": "high", "match": {"severity": ["HIGH"]}})
    row = report(run, project, params(*routes), as_sent(given))["channels"][0]
    assert row["busiest"] == {
        "minute": {"at": "2026-01-05T20:00", "messages": 2 * 40},
        "hour": {"at": "2026-01-05T08:00", "messages": 2 * 65 + 3},
    }


def test_times_in_other_zones_are_of_the_same_minute(project: Path, run: Run) -> None:
    there = [finding | {"UpdatedAt": "2026-01-05T17:00:30+09:00"} for finding in burst(2, name="j")]
    row = report(run, project, params(), [*burst(3), *there])["channels"][0]
    assert row["busiest"]["minute"] == {"at": "2026-01-05T08:00", "messages": 5}


def test_what_has_no_time_is_in_no_minute(project: Path, run: Run) -> None:
    given = [finding | {"UpdatedAt": "soon, Z"} for finding in burst(70)]
    found = report(run, project, params(), given)
    assert found["channels"][0]["busiest"]["minute"] == {"at": "", "messages": 0}
    assert found["floods"] == []


def test_once_counts_first_notifications_alone(project: Path, run: Run) -> None:
    again = [finding | {"UpdatedAt": "2026-01-05T09:00:00Z"} for finding in burst(1, 1, 1, 1)]
    text = params({"name": "once", **ONCE}, {"name": "every", "channel": "blue"})
    red, blue = report(run, project, text, sent([*burst(2, 1, 1, 1), *again]))["channels"]
    assert red["busiest"]["hour"] == {"at": "2026-01-05T08:00", "messages": 5}
    assert blue["busiest"]["minute"] == {"at": "2026-01-05T09:00", "messages": 4}


@pytest.mark.parametrize(("messages", "warned"), [(60, False), (61, True)])
def test_more_messages_in_a_minute_than_a_channel_shows_are_warned_of(
    project: Path, run: Run, messages: int, *, warned: bool
) -> None:
    floods = report(run, project, params(), burst(messages))["floods"]
    assert (
        floods
        == [
            {
                "channel": "red",
                "per": "minute",
                "at": "2026-01-05T08:00",
                "messages": messages,
                "limit": 60,
                "routes": [
                    {"route": "all", "messages": messages, "helps": ["once", "match", "digest"]}
                ],
            }
        ]
        * warned
    )
    told = run("backtest", "params/a.yaml", "given").out
    line = (
        f"Channel red: {messages} messages in the minute of 2026-01-05 08:00 UTC: a channel shows"
        " about 60 in that time. The rest is lost, and only the channel's logging says so. What"
        f" helps: for route all ({messages}), notify: once for what is sent again and again, a"
        " narrower match or a digest in place of messages.\n"
    )
    assert (line in told) is warned


def test_an_hour_and_the_chat_service_have_limits_too(project: Path, run: Run) -> None:
    steady = params({"name": "one"}, {"name": "two"})
    found = report(run, project, steady, burst(*[31] * 60))["floods"]
    assert [(flood["per"], flood["messages"], flood["limit"]) for flood in found] == [
        ("minute", 62, 60),
        ("hour", 3720, 3600),
    ]
    several = params({"name": "both", "channel": ["red", "blue"]})
    found = report(run, project, several, burst(301))["floods"]
    assert [(flood["channel"], flood["messages"], flood["limit"]) for flood in found] == [
        ("red", 301, 60),
        ("blue", 301, 60),
        ("", 602, 600),
    ]
    assert found[-1]["routes"][0]["messages"] == 602


def test_only_what_applies_to_a_route_is_advised(project: Path, run: Run) -> None:
    by_hand = {"name": "by-hand", "on": "custom_action", "match": {"actions": ["Send"]}}
    text = params({"name": "once", **ONCE}, by_hand)
    given = sent(burst(70))
    hand = [
        {**event, "detail-type": "Security Hub Findings - Custom Action"}
        | {"detail": {**event["detail"], "actionName": "Send"}}
        for event in sent(burst(70, name="h"))
    ]
    (flood,) = report(run, project, text, [*given, *hand])["floods"]
    helps = {route["route"]: route["helps"] for route in flood["routes"]}
    assert helps["once"] == ["match", "digest"]
    assert "digest" not in helps["by-hand"]


def test_mails_are_no_flood_of_a_chat(project: Path, run: Run) -> None:
    channels = {"auditors": {"emails": ["audit@example.com"]}}
    text = params({"name": "all", "channel": "auditors", "message": "summary"}, channels=channels)
    assert report(run, project, text, burst(200))["floods"] == []


def test_several_processes_count_the_same(project: Path, run: Run) -> None:
    given = burst(*[200] * 60)
    filler = {"Description": "long " * 600}
    given = [finding | filler for finding in given]
    one, two = (
        report(run, project, params({"name": "all", **ONCE}), sent(given), "--processes", n)
        for n in ("1", "2")
    )
    assert one == two
    assert [flood["per"] for flood in one["floods"]] == ["minute", "hour"]


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("70 in a minute (2026-01-05 08:00), 72 in an hour", "a channel shows about 60")),
        ("ja", ("1 分間に 70 件 (2026-01-05 08:00)、1 時間に 72 件", "この時間に 60 件ほど")),
    ],
)
def test_the_preview_shows_the_same(
    project: Path, run: Run, language: str, words: tuple[str, str]
) -> None:
    once = yaml.safe_load(params({"name": "all", **ONCE}))
    (project / "params" / "a.yaml").write_text(yaml.safe_dump({**once, "language": language}))
    given = burst(70, 2)
    (project / "given").write_text("\n".join(map(json.dumps, sent([*given, *given]))))
    ran = run("preview", "params/a.yaml", "given", "--limit", "1", "--out", "page.html")
    assert "Channel red: 70 messages in the minute of 2026-01-05 08:00 UTC" in ran.out
    page = parsed((project / "page.html").read_text("utf-8"))
    section = next(one for one in page.iter("section") if one.get("id") == "channel-red")
    shown = {one.get("class"): text(one) for one in section.iter("p")}
    assert words[0] in shown["at-once"]
    assert words[1] in shown["lost"]


@given(SENT, SENT)
def test_minutes_are_counted_as_a_plain_list_counts_them(first: Minutes, more: Minutes) -> None:
    busiest, other = Busiest(), Busiest()
    for counting, noted in ((busiest, first), (other, more)):
        for routes, minute in noted:
            counting.times[routes].append(f"{minute}:00.000Z")
            counting.settle(most=3)
    busiest.merge(pickle.loads(pickle.dumps(other)))  # noqa: S301  (our own)
    for asked in ([0], [1], [0, 1], [0, 0, 1]):
        minutes = [
            minute
            for routes, minute in [*first, *more]
            for route in routes
            for _ in range(asked.count(route))
        ]
        peaks = busiest.peaks(asked)
        assert peaks.minute.messages == max(map(minutes.count, minutes), default=0)
        assert peaks.minute.messages == minutes.count(peaks.minute.at)
        hours = [minute[:13] for minute in minutes]
        assert peaks.hour.messages == max(map(hours.count, hours), default=0)
        assert peaks.hour.messages == hours.count(peaks.hour.at[:13])
