"""Lists that are too long for one event pattern: several rules, or a message with the place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import yaml
from hypothesis import assume, given, settings

from conftest import QUICKSTART, Build, Run, of_type, pattern_of, read_template, with_route
from findings import FINDINGS, MATCHES
from generator.eventbridge import matcher
from generator.findings.events import wrap
from generator.params import Route
from generator.routing.coverage import words as words_of
from generator.routing.event_pattern import event_pattern
from generator.routing.rule_parts import TooLongError, longest, parts
from guide_texts import shipped_guide

if TYPE_CHECKING:
    from pathlib import Path

ACCOUNTS = [f"{100_000_000_000 + 7 * i}" for i in range(300)]
CONTROLS = [f"EC2.{i}" for i in range(150)]


def rules(template: dict[str, Any]) -> dict[str, Any]:
    return {title: pattern_of(template, title) for title in of_type(template, "AWS::Events::Rule")}


def of_account(account: str) -> dict[str, Any]:
    return wrap({"AwsAccountId": account, "Id": "one"})


def test_each_of_300_accounts_is_matched_by_exactly_one_rule_of_its_route(build: Build) -> None:
    patterns = rules(build(with_route(accounts=ACCOUNTS)))
    matching = matcher.compile_all(list(patterns.values()))
    assert len(patterns) > 1
    assert [len(matching(of_account(account))) for account in ACCOUNTS] == [1] * 300
    assert matching(of_account("999999999999")) == ()


def test_all_rules_of_a_route_send_to_its_target_with_its_queue(build: Build) -> None:
    data = yaml.safe_load(with_route(accounts=ACCOUNTS)) | {"dead_letter_queue": True}
    template = build(yaml.safe_dump(data))
    made = of_type(template, "AWS::Events::Rule")
    assert len({str(rule["Properties"]["Targets"]) for rule in made.values()}) == 1
    names = [rule["Properties"]["Name"] for rule in made.values()]
    assert names[:2] == ["SecurityHubFindingToSlack", "SecurityHubFindingToSlack-Part2"]
    (policy,) = of_type(template, "AWS::SQS::QueuePolicy").values()
    admitted = policy["Properties"]["PolicyDocument"]["Statement"][0]["Condition"]
    arns = [one["Fn::Sub"] for one in admitted["ArnEquals"]["aws:SourceArn"]]
    assert [arn.rpartition("rule/")[2] for arn in arns] == names


def test_each_rule_of_a_route_is_watched(build: Build) -> None:
    data = yaml.safe_load(with_route(accounts=ACCOUNTS)) | {"alarms": True}
    template = build(yaml.safe_dump(data))
    alarm = of_type(template, "AWS::CloudWatch::Alarm")["FindingsFailedInvocationsAlarm"]
    *summands, total = alarm["Properties"]["Metrics"]
    watched = [one["MetricStat"]["Metric"]["Dimensions"][0]["Value"]["Ref"] for one in summands]
    assert total["Expression"] == "SUM(METRICS())"
    assert watched == list(of_type(template, "AWS::Events::Rule"))


def test_an_account_added_at_the_end_changes_the_last_rule_alone(build: Build) -> None:
    before = rules(build(with_route(accounts=ACCOUNTS[:-1])))
    after = rules(build(with_route(accounts=ACCOUNTS)))
    assert [title for title in before if before[title] != after[title]] == [list(before)[-1]]


def test_wildcards_that_may_match_the_same_value_stay_in_one_rule() -> None:
    others = [f"9{i:011}" for i in range(200)]
    words = [ACCOUNTS[0], *others, "1000000000*"]
    route = Route(name="a", channel=("b",), match={"accounts": words})
    found = [set(words_of(one.accounts)) for one in parts(route, 2_048)]
    (together,) = [one for one in found if ACCOUNTS[0] in one]
    assert "1000000000*" in together
    assert sorted(word for one in found for word in one) == sorted(words)


def test_a_list_whose_wildcards_all_meet_cannot_be_divided() -> None:
    route = Route(name="a", channel=("b",), match={"accounts": [*ACCOUNTS, "1*"]})
    with pytest.raises(TooLongError):
        parts(route, 2_048)


@settings(max_examples=300, deadline=None)
@given(MATCHES, FINDINGS)
def test_a_finding_that_the_route_matches_is_matched_by_exactly_one_of_its_rules(
    match: dict[str, Any], finding: dict[str, Any]
) -> None:
    assume(match)
    route = Route(name="a", channel=("b",), match=match)
    # As little room as possible: one character less than the whole needs.
    limit = longest(route.match, route) - 1
    try:
        divided = parts(route, limit)
    except TooLongError:
        return
    patterns = [event_pattern(one) for one in divided]
    whole = matcher.compile(event_pattern(route.match))(wrap(finding))
    assert len(matcher.compile_all(patterns)(wrap(finding))) == whole


@pytest.mark.parametrize(
    ("match", "place", "says"),
    [
        ({"controls": {"not": CONTROLS}}, "match.controls", "a not: list has to be in one rule"),
        ({"accounts": {"not": ACCOUNTS}}, "match.accounts", "a not: list has to be in one rule"),
        ({"resources": [f"arn:aws:s3:::{i:090}" for i in range(40)]}, "match.resources", "several"),
        ({"controls": [*CONTROLS, "PCI.S3.1"]}, "match.controls", "the id of a standard's own"),
    ],
    ids=["not controls", "not accounts", "resources", "controls of a standard"],
)
def test_a_list_that_cannot_be_divided_is_reported_at_its_line_with_what_to_do(
    project: Path, run: Run, match: dict[str, Any], place: str, says: str
) -> None:
    (project / "params" / "a.yaml").write_text(with_route(**match), "utf-8")
    ran = run("render")
    assert ran.code == 2
    assert ran.err.startswith("params/a.yaml:")
    assert f": routes[0].{place}: the event pattern of this route has up to" in ran.err
    assert says in ran.err
    assert not (project / "templates_out").exists()


def test_a_raised_quota_allows_longer_patterns_and_the_template_says_so(
    project: Path, run: Run
) -> None:
    text = with_route(controls={"not": CONTROLS}) + "pattern_length: 4096\n"
    (project / "params" / "a.yaml").write_text(text, "utf-8")
    ran = run("render")
    assert ran.code == 0, ran.err
    folder = project / "templates_out" / "a"
    assert read_template(folder / "standalone.yaml")["Metadata"]["EventPatternLength"] == 4096
    assert "4,096 characters" in shipped_guide(folder)
    assert run("lint", "templates_out/a/standalone.yaml", "templates_out/a/stackset.yaml").code == 0


@pytest.mark.parametrize("length", [2_047, 4_097])
def test_no_other_quota_can_be_written(project: Path, run: Run, length: int) -> None:
    (project / "params" / "a.yaml").write_text(f"{QUICKSTART}pattern_length: {length}\n", "utf-8")
    assert "pattern_length" in run("render").err


def test_the_names_of_many_rules_have_to_fit_too(project: Path, run: Run) -> None:
    text = with_route(accounts=ACCOUNTS).replace("SecurityHubFindingToSlack", "N" * 64)
    (project / "params" / "a.yaml").write_text(text, "utf-8")
    assert "has 70 characters; at most 64: shorten it or `name`" in run("render").err
