"""What is found in an account whatever is deployed: Regions, Security Hub, administrators."""

from __future__ import annotations

import pytest

from complaints import assert_says, complaint
from healthy import (
    ACCOUNT,
    BOTH,
    BY_HAND,
    FORWARDS,
    FULL,
    ORGANIZATION,
    REGION,
    action_target,
    aggregated,
    aggregator,
    before,
    look,
    place,
    standard,
)
from stubbed import Answers, Error

STACKSET = "stackset.yaml"
OFF = Error("InvalidAccessException", f"Account {ACCOUNT} is not subscribed to AWS Security Hub")
OF_THE_HUB = ["administrator", "aggregation", "consolidated", "standards"]


def test_credentials_of_another_region_than_the_home_fail() -> None:
    text = f"{FULL}deployment: {{forwarding: false, home: {{region: ap-northeast-1}}}}\n"
    outcome = complaint(place(text), "identity")

    assert_says(outcome, "fails", ACCOUNT, REGION, "ap-northeast-1", remedy="--region")


def test_credentials_of_another_account_than_the_home_fail() -> None:
    home = f'home: {{region: {REGION}, account: "444455556666"}}'
    text = f"{FULL}deployment: {{forwarding: false, {home}}}\n"
    outcome = complaint(place(text), "identity")

    assert_says(outcome, "fails", f"account {ACCOUNT}", "account 444455556666", remedy="--profile")


def test_an_instance_that_forwards_need_not_be_the_home() -> None:
    outcome = complaint(before(FORWARDS, STACKSET), "identity")

    assert_says(outcome, "fine", "The home is account", "us-east-1")


@pytest.mark.parametrize("there", [True, False])
def test_a_region_that_is_not_enabled_fails(*, there: bool) -> None:
    off = [{"RegionName": "me-south-1", "OptInStatus": "not-opted-in"}] if there else []
    on = [{"RegionName": name, "OptInStatus": "opted-in"} for name in (REGION, "us-east-1")]
    changes: Answers = {"ec2:DescribeRegions": {"Regions": [*on, *off]}}
    outcome = complaint(before(ORGANIZATION, STACKSET), "regions", changes)

    assert_says(outcome, "fails", "me-south-1", remedy="AWS Regions")
    assert REGION not in outcome.text.en


def test_another_administrator_may_notify_too_and_cannot_be_looked_at() -> None:
    changes: Answers = {
        "securityhub:GetAdministratorAccount": {"Administrator": {"AccountId": "444455556666"}}
    }
    outcome = complaint(place(), "administrator", changes)

    assert_says(outcome, "unknown", "444455556666", "twice", remedy="run doctor there")
    assert not outcome.permission


def members(*accounts: str) -> Answers:
    return {"securityhub:ListMembers": {"Members": [{"AccountId": each} for each in accounts]}}


def test_an_administrator_that_does_not_forward_has_all_once() -> None:
    outcome = complaint(place(), "administrator", members("444455556666", "777788889999"))

    assert_says(outcome, "fine", "2 members")


def test_members_that_forward_what_the_administrator_has_notify_twice() -> None:
    there = place(ORGANIZATION, STACKSET)
    outcome = complaint(there, "administrator", members("444455556666"))

    assert_says(outcome, "twice", "1 member", remedy="deployment.forwarding")


def test_members_outside_the_stackset_do_not_notify_twice() -> None:
    text = ORGANIZATION.replace(
        "organization_id: o-abc1234567\n    organizational_units: [ou-ab12-11111111, r-ab12]",
        'accounts: ["777788889999"]',
    )
    outside = complaint(place(text, STACKSET), "administrator", members("444455556666"))
    inside = complaint(place(text, STACKSET), "administrator", members("777788889999"))

    assert (outside.verdict, inside.verdict) == ("fine", "twice")


def test_findings_that_are_aggregated_elsewhere_are_reported_and_fail_where_they_are_wanted() -> (
    None
):
    wanted = FULL.replace("compliance:", "regions: [us-east-1]\n      compliance:", 1)
    outcome = complaint(place(), "aggregation", aggregated("us-east-1"))
    named = complaint(place(wanted), "aggregation", aggregated("us-east-1"))

    assert_says(outcome, "unknown", "us-east-1", REGION, remedy="deployment.home.region")
    assert not outcome.weighs
    assert_says(named, "fails", "us-east-1", remedy="deployment.home.region")


def test_findings_that_are_aggregated_here_arrive() -> None:
    outcome = complaint(place(), "aggregation", aggregated(REGION))

    assert_says(outcome, "fine", "home Region", REGION)


def test_an_aggregator_without_regions_aggregates_nothing() -> None:
    outcome = complaint(place(), "aggregation", aggregated("us-east-1", "NO_REGIONS"))

    assert_says(outcome, "fine", "not aggregated")


@pytest.mark.parametrize(
    ("mode", "regions", "doubled"),
    [
        ("ALL_REGIONS", (), "us-east-1, me-south-1"),
        ("SPECIFIED_REGIONS", ("us-east-1",), "us-east-1"),
        ("ALL_REGIONS_EXCEPT_SPECIFIED", ("us-east-1",), "me-south-1"),
        ("SPECIFIED_REGIONS", ("eu-north-1",), ""),
    ],
)
def test_regions_that_are_aggregated_and_forward_notify_twice(
    mode: str, regions: tuple[str, ...], doubled: str
) -> None:
    there = place(ORGANIZATION, STACKSET)
    outcome = complaint(there, "aggregation", aggregated(REGION, mode, *regions))

    assert outcome.verdict == ("twice" if doubled else "fine")
    if doubled:
        assert_says(
            outcome, "twice", f"findings of {doubled} in {REGION}", remedy="deployment.forwarding"
        )


def test_an_instance_whose_findings_are_aggregated_forwards_them_a_second_time() -> None:
    there = place(FORWARDS, STACKSET)
    brought = complaint(there, "aggregation", aggregated("us-east-1"))
    not_brought = complaint(there, "aggregation", aggregated(REGION))
    alone = complaint(there, "aggregation")

    assert_says(brought, "twice", f"{REGION} in us-east-1", remedy="deployment.forwarding")
    assert_says(not_brought, "fine", "forwarded once")
    assert_says(alone, "fine", "forwarded once")


def test_the_new_security_hub_has_an_aggregator_of_its_own() -> None:
    changes: Answers = {
        "securityhub:ListAggregatorsV2": {"AggregatorsV2": [{"AggregatorV2Arn": "arn:aws:x"}]},
        **aggregator("GetAggregatorV2", "us-east-1", "ALL_REGIONS"),
    }
    cspm, new = look(place(BOTH), "aggregation", changes)

    assert cspm.verdict == "fine"
    assert_says(new, "unknown", "us-east-1")


def test_findings_for_each_standard_notify_twice() -> None:
    changes: Answers = {"securityhub:DescribeHub": {"ControlFindingGenerator": "STANDARD_CONTROL"}}
    two = [standard("READY"), standard("READY")]
    enabled: Answers = {"securityhub:GetEnabledStandards": {"StandardsSubscriptions": two}}
    outcome = complaint(place(), "consolidated", {**changes, **enabled})

    assert_says(complaint(place(), "consolidated", changes), "fine", "one standard")

    assert_says(outcome, "twice", "Consolidated control findings are off", remedy="Turn them on")


@pytest.mark.parametrize("recorders", [[], [{"name": "default", "recording": False}]])
def test_a_recorder_that_is_off_fails(recorders: list[dict[str, object]]) -> None:
    call = "config:DescribeConfigurationRecorderStatus"
    outcome = complaint(place(), "recorder", {call: {"ConfigurationRecordersStatus": recorders}})

    assert_says(outcome, "fails", "records nothing", REGION, remedy="Turn its recorder on")


def test_a_recorder_that_fails_is_named_with_its_error() -> None:
    status = {
        "recording": True,
        "lastStatus": "Failure",
        "lastErrorCode": "AccessDenied",
        "lastErrorMessage": "no bucket",
    }
    call = "config:DescribeConfigurationRecorderStatus"
    outcome = complaint(place(), "recorder", {call: {"ConfigurationRecordersStatus": [status]}})

    assert_says(outcome, "fails", "AccessDenied no bucket")


@pytest.mark.parametrize(
    ("call", "code", "product"),
    [
        ("DescribeHub", "InvalidAccessException", "Security Hub CSPM is off"),
        ("DescribeHub", "ResourceNotFoundException", "Security Hub CSPM is off"),
        ("DescribeSecurityHubV2", "ResourceNotFoundException", "Security Hub is off"),
    ],
)
def test_a_product_that_is_off_fails(call: str, code: str, product: str) -> None:
    outcomes = look(place(BOTH), "security-hub", {f"securityhub:{call}": Error(code)})
    (outcome,) = [each for each in outcomes if each.verdict != "fine"]

    assert_says(outcome, "fails", product, REGION, remedy="Turn it on")


@pytest.mark.parametrize("name", OF_THE_HUB)
def test_where_security_hub_is_off_one_line_says_so(name: str) -> None:
    calls = [
        "DescribeHub",
        "GetAdministratorAccount",
        "GetEnabledStandards",
        "ListFindingAggregators",
        "ListMembers",
    ]
    changes = {f"securityhub:{call}": OFF for call in calls}

    assert look(place(), name, changes) == []
    assert complaint(place(), "security-hub", changes).verdict == "fails"


@pytest.mark.parametrize("states", [[], ["PENDING", "FAILED"]])
def test_controls_without_a_standard_give_no_findings(states: list[str]) -> None:
    subscriptions = [standard(state) for state in states]
    call = "securityhub:GetEnabledStandards"
    outcome = complaint(place(), "standards", {call: {"StandardsSubscriptions": subscriptions}})

    assert_says(outcome, "fails", "No standard is enabled", "findings", remedy="Best Practices")


@pytest.mark.parametrize("others", [members("444455556666"), aggregated(REGION)])
@pytest.mark.parametrize(
    ("name", "off"),
    [
        ("recorder", {"config:DescribeConfigurationRecorderStatus": {}}),
        ("standards", {"securityhub:GetEnabledStandards": {}}),
    ],
)
def test_where_findings_of_others_arrive_their_own_settings_count(
    name: str, off: Answers, others: Answers
) -> None:
    outcome = complaint(place(), name, {**off, **others})

    assert_says(outcome, "unknown", remedy="nable" if name == "standards" else "Turn")
    assert not outcome.weighs


def action(name: str) -> Answers:
    return {"securityhub:DescribeActionTargets": {"ActionTargets": [action_target(name)]}}


def test_a_route_by_hand_needs_its_custom_action() -> None:
    outcome = complaint(place(BY_HAND), "custom-actions", action("Other"))

    assert_says(outcome, "fails", "'Notify'", "route sent", remedy="Custom actions")
    assert look(place(BY_HAND), "custom-actions", {"securityhub:DescribeActionTargets": OFF}) == []


def test_a_standard_with_some_controls_is_enough() -> None:
    both = [standard("INCOMPLETE"), standard("READY")]
    call = "securityhub:GetEnabledStandards"
    outcome = complaint(place(), "standards", {call: {"StandardsSubscriptions": both}})

    assert_says(outcome, "fine", "2 standards")


@pytest.mark.parametrize("name", ["consolidated", "recorder", "standards"])
def test_routes_of_threats_alone_need_no_controls(name: str) -> None:
    text = FULL.replace("compliance: [FAILED, WARNING, NOT_AVAILABLE]", "compliance: [ABSENT]")

    assert look(place(text), name) == []


def test_the_new_security_hub_alone_is_not_asked_for_the_old_one() -> None:
    text = BOTH[: BOTH.index("  - name: controls")] + BOTH[BOTH.index("  - name: exposures") :]

    assert look(place(text), "administrator") == []
    assert_says(complaint(place(text), "security-hub"), "fine", "Security Hub is on")
